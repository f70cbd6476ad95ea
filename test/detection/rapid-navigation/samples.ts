import type { Samples } from '../sample.ts';
import { after, apiCall, benignTwin, every, nearMiss, pageView, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const claimed = (pages: number) => ({ type: 'RAPID_NAVIGATION' as const, count: pages, details: { pages }, alert: false });

export const samples: Samples = {
  positives: [
    positive('21 pages in exactly 60 seconds.', (cast) => ({
      activities: every({ seconds: 3 }, 21, noon).map((at) => pageView({ user: cast.user() }, at)),
      expected: claimed(21),
    })),
    positive('100 pages, one a second, are one anomaly of 100.', (cast) => ({
      activities: every({ seconds: 1 }, 100, noon).map((at) => pageView({ user: cast.user() }, at)),
      expected: claimed(100),
    })),
    positive('21 pages at one instant.', (cast) => ({
      activities: Array.from({ length: 21 }, () => pageView({ user: cast.user() }, noon)),
      expected: claimed(21),
    })),
    positive('Pages opened in a browser and pages shown by a server count together.', (cast) => ({
      activities: every({ seconds: 2 }, 22, noon).map((at, n) =>
        n % 2 === 0
          ? pageView({ user: cast.user() }, at)
          : { user: cast.user(), occurredAt: at, detail: { browser: { action: 'NAVIGATE', url: 'https://intranet.example/' } } },
      ),
      expected: claimed(22),
    })),
    positive('Images between pages neither count nor hide them.', (cast) => ({
      activities: every({ seconds: 1 }, 61, noon).map((at, n) => ({
        user: cast.user(),
        occurredAt: at,
        detail: { web: { page: n % 3 === 0 ? `/reports/${n}` : `/reports/${n}.png` } },
      })),
      expected: claimed(21),
    })),
    positive('Calm reading before and after it does not count.', (cast) => ({
      activities: [
        ...every({ minutes: 1 }, 10, after(noon, { minutes: -11 })),
        ...every({ seconds: 1 }, 30, noon),
        ...every({ minutes: 1 }, 4, after(noon, { minutes: 2 })),
      ].map((at) => pageView({ user: cast.user() }, at)),
      expected: claimed(30),
    })),
  ],
  nearMisses: [
    nearMiss('20 pages in 60 seconds.', 'pages', (cast) =>
      every({ seconds: 3 }, 20, noon).map((at) => pageView({ user: cast.user() }, at)),
    ),
    nearMiss('21 pages in 60 seconds and a microsecond.', 'window', (cast) =>
      [...every({ seconds: 3 }, 20, noon), after(noon, { seconds: 60, micros: 1 })].map((at) => pageView({ user: cast.user() }, at)),
    ),
  ],
  benignTwins: [
    benignTwin('Twenty pages with four images and a style each.', (cast) =>
      every({ seconds: 3 }, 20, noon).flatMap((at, n) =>
        ['', '/a.png', '/b.JPG?v=2', '/c.gif#x', '/d.svg', '/e.css'].map((part) => ({
          user: cast.user(),
          occurredAt: at,
          detail: { web: { page: `/reports/${n}${part}` } },
        })),
      ),
    ),
    benignTwin('One page that calls 40 endpoints.', (cast) => [
      pageView({ user: cast.user() }, noon),
      ...every({ seconds: 1 }, 40, noon).map((at) => apiCall({ user: cast.user() }, at)),
    ]),
    benignTwin('Forty users behind one address open a page each.', (cast) =>
      every({ seconds: 1 }, 40, noon).map((at, n) => pageView({ user: cast.user(n), sourceIp: cast.address() }, at)),
    ),
    benignTwin('Somebody reads on for an hour, a page every four seconds.', (cast) =>
      every({ seconds: 4 }, 900, noon).map((at) => pageView({ user: cast.user() }, at)),
    ),
  ],
};
