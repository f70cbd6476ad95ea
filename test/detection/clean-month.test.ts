import { afterAll, beforeAll, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import type { Found } from './judging.ts';
import { judge } from './judging.ts';
import type { Activity } from './sample.ts';
import { after, apiCall, command, login, logout, pageView, userAgents } from './sample.ts';

const firstDay = '2026-10-01T00:00:00Z';
const users = 50;
const cleanDays = 30;

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-11-01T00:00:00Z') });
});
afterAll(() => service.close());

/** An ordinary day: each user has hours, an address, programs and folders of their own, and does the same every day. */
function dayOf(user: number, day: number): Activity[] {
  const start = after(firstDay, { days: day, hours: 8, minutes: (user * 7) % 90 });
  const actor = {
    user: `clean-${user}`,
    sourceIp: `10.20.${user}.7`,
    session: `clean-${user}-${day}`,
    location: { country: 'DE', city: 'Berlin', latitude: 52.5, longitude: 13.4 },
    userAgent: user % 2 === 0 ? userAgents.chromeOnWindows : userAgents.firefoxOnLinux,
  };
  const at = (minutes: number) => after(start, { minutes });
  return [
    login(actor, at(0)),
    ...Array.from({ length: 3 }, (_, n) => pageView(actor, at(5 + n * 10))),
    apiCall(actor, at(70)),
    command(actor, at(80), 'git pull && npm test'),
    command(actor, at(90), user % 5 === 0 ? 'sudo systemctl restart nginx' : 'ls -l'),
    { ...actor, occurredAt: at(100), detail: { file: { operation: 'READ', path: `/home/clean-${user}/notes.txt`, sizeBytes: 2_000 } } },
    { ...actor, occurredAt: at(110), detail: { file: { operation: 'UPDATE', path: `/home/clean-${user}/notes.txt`, sizeBytes: 2_100 } } },
    logout(actor, at(480)),
  ];
}

it('thirty identical days of fifty users and the day after raise no alert', async () => {
  const foundByDay: Found[][] = [];
  for (let day = 0; day <= cleanDays; day += 1) {
    const activities = Array.from({ length: users }, (_, user) => dayOf(user, day)).flat();
    foundByDay.push(
      await judge(
        service,
        activities.toSorted((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1)),
      ),
    );
  }
  expect(foundByDay.at(-1)).toEqual([]);
  const { alerts, users: seen } = await data(
    service,
    '{ alerts(first: 5) { totalCount nodes { type title } } users(first: 3) { nodes { baseline { mature } } } }',
  );
  expect(alerts).toEqual({ totalCount: 0, nodes: [] });
  expect(seen.nodes).toEqual([{ baseline: { mature: true } }, { baseline: { mature: true } }, { baseline: { mature: true } }]);
}, 60_000);
