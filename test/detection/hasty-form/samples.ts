import type { Activity, Samples } from '../sample.ts';
import { after, benignTwin, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
type Step = [method: 'GET' | 'POST', page: string, seconds: number, micros?: number];
const visit = (user: string, ...steps: Step[]): Activity[] =>
  steps.map(([method, page, seconds, micros = 0]) => ({
    user,
    occurredAt: after(noon, { seconds, micros }),
    detail: { web: { page, method, statusCode: 200 } },
  }));
const claimed = (page: string, requests: number) => ({
  type: 'RAPID_NAVIGATION' as const,
  count: requests,
  details: { page, requests },
  alert: false,
});

export const samples: Samples = {
  positives: [
    positive('A sign-up sent a microsecond before five seconds have passed.', (cast) => ({
      activities: visit(cast.user(), ['GET', '/signup', 0], ['POST', '/signup', 4, 999_999]),
      expected: claimed('/signup', 2),
    })),
    positive('What was sent arrives before what was shown.', (cast) => ({
      activities: visit(cast.user(), ['POST', '/contact-us?ref=1', 1], ['GET', '/contact-us', 0]),
      expected: claimed('/contact-us', 2),
    })),
    positive('The same form twice is one anomaly.', (cast) => ({
      activities: visit(
        cast.user(),
        ['GET', '/forum/register', 0],
        ['POST', '/forum/register', 2],
        ['GET', '/forum/register', 60],
        ['POST', '/forum/register', 61],
      ),
      expected: claimed('/forum/register', 4),
    })),
  ],
  nearMisses: [
    nearMiss('A sign-up sent after five seconds.', 'seconds', (cast) => visit(cast.user(), ['GET', '/signup', 0], ['POST', '/signup', 5])),
  ],
  benignTwins: [
    benignTwin('A password manager signs in at once.', (cast) => visit(cast.user(), ['GET', '/login', 0], ['POST', '/login', 1])),
    benignTwin('A button on a page that needs no typing.', (cast) => visit(cast.user(), ['GET', '/cart', 0], ['POST', '/cart', 1])),
    benignTwin('Joining a meeting by a button deep in a site.', (cast) =>
      visit(cast.user(), ['GET', '/app/team/meeting/join', 0], ['POST', '/app/team/meeting/join', 1]),
    ),
    benignTwin('One form is shown, another is sent.', (cast) => visit(cast.user(), ['GET', '/contact', 0], ['POST', '/signup', 1])),
    benignTwin('The form is shown again right after it was sent.', (cast) =>
      visit(cast.user(), ['POST', '/signup', 0], ['GET', '/signup', 1]),
    ),
    benignTwin('Two people at one address.', (cast) => [
      ...visit(cast.user(1), ['GET', '/signup', 0]),
      ...visit(cast.user(2), ['POST', '/signup', 1]),
    ]),
  ],
};
