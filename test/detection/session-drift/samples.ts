import type { Activity, Actor, Cast, Samples } from '../sample.ts';
import { after, benignTwin, command, every, failure, login, nearMiss, pageView, positive, userAgents } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const office = '192.0.2.7';
const officeToo = '192.0.2.8';
const elsewhere = '198.51.100.7';
const { chromeOnWindows, newerChromeOnWindows, firefoxOnLinux, chromeOnPhone, chromeOnTablet, ourApp } = userAgents;

const own = (cast: Cast): Actor => ({ user: cast.user(), session: cast.session(), sourceIp: office, userAgent: chromeOnWindows });
/** A page by the owner, then one a minute, each with what is different about it. */
const pages = (cast: Cast, ...differences: Partial<Actor>[]): Activity[] =>
  every({ minutes: 1 }, differences.length + 1, noon).map((at, n) => pageView({ ...own(cast), ...differences[n - 1] }, at));
const claimed = (cast: Cast, points: number, changes: string[], more: object = {}) => ({
  type: 'SESSION_DRIFT' as const,
  count: 1,
  details: { session: cast.session(), owner: cast.user(), points, changes, ...more },
  alert: true,
});

export const samples: Samples = {
  positives: [
    positive('Another network and another browser at once, as with a stolen cookie.', (cast) => ({
      activities: pages(cast, { sourceIp: elsewhere, userAgent: firefoxOnLinux }),
      expected: claimed(cast, 45, ['NETWORK', 'USER_AGENT']),
    })),
    positive('Another network and a phone instead of a computer.', (cast) => ({
      activities: pages(cast, { sourceIp: elsewhere, userAgent: chromeOnPhone }),
      expected: claimed(cast, 45, ['NETWORK', 'DEVICE']),
    })),
    positive('Another user.', (cast) => ({
      activities: pages(cast, { user: cast.user(2) }),
      expected: claimed(cast, 40, ['USER']),
    })),
    positive('Another user from another network with another browser.', (cast) => ({
      activities: pages(cast, { user: cast.user(2), sourceIp: elsewhere, userAgent: firefoxOnLinux }),
      expected: claimed(cast, 85, ['NETWORK', 'USER_AGENT', 'USER']),
    })),
    positive('A stolen cookie that is used again and again is one claim.', (cast) => ({
      activities: pages(cast, ...Array.from({ length: 5 }, () => [{ sourceIp: elsewhere, userAgent: ourApp }, {}]).flat()),
      expected: claimed(cast, 45, ['NETWORK', 'USER_AGENT']),
    })),
    positive('Two other users, one after the other, are one anomaly that grows.', (cast) => ({
      activities: pages(cast, { user: cast.user(2) }, { user: cast.user(3) }),
      expected: { ...claimed(cast, 40, ['USER'], { times: 2 }), count: 2 },
    })),
    positive('Another user who is refused what they ask for.', (cast) => ({
      activities: pages(cast, { user: cast.user(2) }).map((page, n) => (n === 0 ? page : { ...page, outcome: 'DENIED' })),
      expected: claimed(cast, 40, ['USER']),
    })),
    positive('A sign-in of another user in a session that was not theirs.', (cast) => ({
      activities: [...pages(cast), login({ ...own(cast), user: cast.user(2) }, after(noon, { minutes: 1 }))],
      expected: claimed(cast, 40, ['USER']),
    })),
    positive('An agent that acts for another than the one whose session it is.', (cast) => ({
      activities: pages(cast, { user: cast.user(2), onBehalfOf: cast.user(3) }),
      expected: claimed(cast, 40, ['USER']),
    })),
  ],
  nearMisses: [
    nearMiss('Another network alone: 20.', 'points', (cast) => pages(cast, { sourceIp: elsewhere })),
    nearMiss('Another browser alone: 25.', 'points', (cast) => pages(cast, { userAgent: firefoxOnLinux })),
    nearMiss('Another type of device alone: 25.', 'points', (cast) => pages(cast, { userAgent: chromeOnPhone })),
    nearMiss('Another browser from another address of the same network: 30, the most that stays below.', 'points', (cast) =>
      pages(cast, { sourceIp: officeToo, userAgent: firefoxOnLinux }),
    ),
    nearMiss('Another network and another browser, but one after the other: 20, then 25.', 'points', (cast) =>
      pages(cast, { sourceIp: elsewhere }, { sourceIp: elsewhere, userAgent: firefoxOnLinux }),
    ),
  ],
  benignTwins: [
    benignTwin('A phone that goes from wifi to mobile data and back, all day long.', (cast) =>
      pages(cast, ...Array.from({ length: 5 }, () => [{ sourceIp: elsewhere }, {}]).flat()).map((page) => ({
        ...page,
        userAgent: chromeOnPhone,
      })),
    ),
    benignTwin('A browser that was updated on the way home.', (cast) =>
      pages(cast, { sourceIp: elsewhere, userAgent: newerChromeOnWindows }),
    ),
    benignTwin('A phone that asks for the desktop site: another system and another type of device, told by one header.', (cast) =>
      pages(cast, {}).map((page, n) => ({ ...page, userAgent: n === 0 ? chromeOnPhone : firefoxOnLinux })),
    ),
    benignTwin('A tablet whose app and browser name themselves differently, taking turns.', (cast) =>
      pages(cast, {}, {}, {}).map((page, n) => ({ ...page, userAgent: n % 2 === 0 ? chromeOnTablet : ourApp })),
    ),
    benignTwin('An address and a user agent that are told for the first time late in the session.', (cast) => [
      pageView({ user: cast.user(), session: cast.session() }, noon),
      pageView(own(cast), after(noon, { minutes: 1 })),
    ]),
    benignTwin('Activities that tell neither, between others that do.', (cast) => [
      ...pages(cast),
      pageView({ user: cast.user(), session: cast.session() }, after(noon, { minutes: 1 })),
      pageView(own(cast), after(noon, { minutes: 2 })),
    ]),
    benignTwin('A mistyped name before the right one, in one browser.', (cast) => [
      failure({ ...own(cast), user: cast.user(2) }, noon),
      login(own(cast), after(noon, { minutes: 1 })),
    ]),
    benignTwin('A failed sign-in under another name from within a session.', (cast) => [
      ...pages(cast),
      failure({ ...own(cast), user: cast.user(2) }, after(noon, { minutes: 1 })),
      pageView(own(cast), after(noon, { minutes: 2 })),
    ]),
    benignTwin('An agent that acts for the one whose session it is.', (cast) =>
      pages(cast, { user: cast.user(2), onBehalfOf: cast.user() }, { user: cast.user(2), onBehalfOf: cast.user() }),
    ),
    benignTwin('An agent that acts for several people in its own session.', (cast) =>
      pages(cast, { onBehalfOf: cast.user(2) }, { onBehalfOf: cast.user(3) }),
    ),
    benignTwin('Commands run through sudo: the user stays who they are.', (cast) => [
      command(own(cast), noon, 'id'),
      command(own(cast), after(noon, { minutes: 1 }), 'sudo -u postgres psql -l'),
    ]),
    benignTwin('Two users in two sessions on one computer.', (cast) =>
      pages(cast, { user: cast.user(2), session: cast.session(2) }, {}, { user: cast.user(2), session: cast.session(2) }),
    ),
  ],
};
