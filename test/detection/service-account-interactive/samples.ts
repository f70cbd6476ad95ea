import type { Actor, Cast, Samples } from '../sample.ts';
import { after, apiCall, benignTwin, command, every, login, nearMiss, pageView, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const as = (cast: Cast): Actor => ({ user: cast.user() });
const calls = (cast: Cast, days: number) => every({ days: 1 }, days, after(noon, { days: -days })).map((at) => apiCall(as(cast), at));
const claimed = (count: number, last: string) => ({
  type: 'SERVICE_ACCOUNT_INTERACTIVE' as const,
  count,
  details: { listed: false, activities: count, last },
  alert: false,
});

export const samples: Samples = {
  positives: [
    positive('An account that has called APIs for exactly two weeks opens a page.', (cast) => ({
      activities: [...calls(cast, 14), pageView(as(cast), noon)],
      expected: claimed(1, 'PAGE_VIEW'),
    })),
    positive('It signs in by password and works in a terminal and a browser.', (cast) => ({
      activities: [
        ...calls(cast, 20),
        login(as(cast), noon),
        command(as(cast), after(noon, { minutes: 1 }), 'ls'),
        {
          ...as(cast),
          occurredAt: after(noon, { minutes: 2 }),
          detail: { browser: { action: 'NAVIGATE', url: 'https://intranet.example/' } },
        },
      ],
      expected: claimed(3, 'BROWSER_NAVIGATE'),
    })),
  ],
  nearMisses: [
    nearMiss('It has called APIs for a microsecond less than two weeks.', 'apiDays', (cast) => [
      apiCall(as(cast), after(noon, { days: -14, micros: 1 })),
      ...calls(cast, 13),
      pageView(as(cast), noon),
    ]),
  ],
  benignTwins: [
    benignTwin('A person whose pages call APIs.', (cast) => [
      ...calls(cast, 20).flatMap((call) => [pageView(as(cast), call.occurredAt), call]),
      pageView(as(cast), noon),
    ]),
    benignTwin('It signs in with a key, and a robot of its name reads pages.', (cast) => [
      ...calls(cast, 20),
      { ...as(cast), occurredAt: noon, detail: { auth: { event: 'SSH_LOGIN', method: 'publickey' } } },
      { ...pageView(as(cast), after(noon, { minutes: 1 })), userAgent: 'curl/8.5.0' },
    ]),
    benignTwin('A page after the first one, once that has become usual.', (cast) => [
      pageView(as(cast), after(noon, { days: -40 })),
      ...calls(cast, 20),
      pageView(as(cast), noon),
    ]),
  ],
};
