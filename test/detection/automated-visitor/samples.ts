import type { Activity, Samples } from '../sample.ts';
import { after, apiCall, benignTwin, every, nearMiss, pageView, positive, userAgents } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const visit = (user: string, userAgent: string, at = noon): Activity => pageView({ user, userAgent }, at);
const request = (user: string, userAgent: string): Activity => ({
  ...visit(user, userAgent),
  detail: { web: { page: '/', method: 'GET', statusCode: 200 } },
});
const claimed = (robot: string, pages = 1) => ({
  type: 'RAPID_NAVIGATION' as const,
  count: pages,
  details: { robot, pages },
  alert: false,
});
const found = (title: string, robot: string, userAgent: string) =>
  positive(title, (cast) => ({ activities: [visit(cast.user(), userAgent)], expected: claimed(robot) }));

export const samples: Samples = {
  positives: [
    found('A crawler that says so.', 'CRAWLER', 'Mozilla/5.0 (compatible; Examplebot/2.0; +https://bot.example/about)'),
    found('A robot that only says whom to complain to.', 'CRAWLER', 'Orchard/0.3 (+https://orchard.example/why)'),
    found('A robot in the clothes of an old browser.', 'CRAWLER', 'Mozilla/5.0 (compatible; Orchard 3)'),
    found('A library.', 'TOOL', 'python-requests/2.32.0'),
    found('A program on the command line.', 'TOOL', 'curl/8.9.1'),
    found('A browser that a program drives.', 'HEADLESS', userAgents.chromeOnWindows.replace('Chrome/', 'HeadlessChrome/')),
    found('A monitor.', 'CHECKER', 'ExampleUptime/1.0'),
    found('A scanner.', 'SCANNER', 'gobuster/3.6'),
    found('A request without a user agent, as access logs write it.', 'NONE', '-'),
    found('The first word of every browser and nothing else.', 'CRAWLER', 'Mozilla/5.0'),
    positive('A request whose blank user agent was told with the rest of it.', (cast) => ({
      activities: [request(cast.user(), '')],
      expected: claimed('NONE'),
    })),
    positive('A robot that comes every hour for two days is one anomaly.', (cast) => ({
      activities: every({ hours: 1 }, 48, noon).map((at) => visit(cast.user(), 'curl/8.9.1', at)),
      expected: claimed('TOOL', 48),
    })),
  ],
  nearMisses: [
    nearMiss('A name that only ends like a robot.', 'score', (cast) => [
      visit(
        cast.user(),
        'Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
      ),
    ]),
  ],
  benignTwins: [
    ...Object.entries(userAgents).map(([name, userAgent]) =>
      benignTwin(`${name} opens a page.`, (cast) => [visit(cast.user(), userAgent)]),
    ),
    benignTwin('A script calls endpoints, which are there for scripts.', (cast) => [
      apiCall({ user: cast.user(), userAgent: 'python-requests/2.32.0' }, noon),
    ]),
    benignTwin('A feed reader fetches for whoever subscribed.', (cast) => [
      visit(cast.user(), 'ExampleFeedReader/4 (+https://feeds.example)'),
    ]),
    benignTwin('A caller does not know the agent.', (cast) => [
      visit(cast.user(), ''),
      pageView({ user: cast.user() }, after(noon, { seconds: 9 })),
    ]),
  ],
};
