import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { judge, judgeBy } from './judging.ts';
import type { Activity, Actor } from './sample.ts';
import { after, command, days, login, logout, newCast, pageView } from './sample.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
});
afterAll(() => service.close());

const morning = '2026-10-01T10:00:00Z';
const day = (n: number, minutes = 0) => after(morning, { days: n, minutes });
function newActor(): Actor {
  const cast = newCast();
  return { user: cast.user(), sourceIp: cast.address() };
}
const program = (actor: Actor, n: number) => `tool-${actor.user}-${n}`;
/** A user who has signed in and run a program on so many days. */
const habits = (actor: Actor, count: number): Activity[] => [
  ...days(count, actor, morning),
  ...Array.from({ length: count }, (_, n) => command(actor, day(n, 5), 'git status')),
];
const claims = (activities: readonly Activity[]) => judgeBy(service, 'first-seen', activities);

describe('a program that is new to a user is claimed', () => {
  it.each([
    [4, 0],
    [5, 1],
    [6, 1],
  ])('after %i days of sign-ins: %i', async (learned, found) => {
    const actor = newActor();
    expect(await claims([...habits(actor, learned), command(actor, day(7), program(actor, 1))])).toHaveLength(found);
  });

  it.each([
    [1, 1],
    [2, 1],
    [3, 0],
    [4, 0],
  ])('with %i others new within seven days: %i', async (others, found) => {
    const actor = newActor();
    const tried = Array.from({ length: others }, (_, n) => command(actor, day(4, 10), program(actor, n)));
    expect(
      await claims([...habits(actor, 10), ...tried, command(actor, after(day(11, 10), { micros: -1 }), program(actor, 9))]),
    ).toHaveLength(found);
  });

  it('with others new seven days before to the microsecond', async () => {
    const actor = newActor();
    const tried = Array.from({ length: 4 }, (_, n) => command(actor, day(4, 10), program(actor, n)));
    expect(await claims([...habits(actor, 10), ...tried, command(actor, day(11, 10), program(actor, 9))])).toHaveLength(1);
  });

  it.each([
    [49, 1],
    [50, 0],
    [51, 0],
  ])('of a user who knows %i: %i', async (all, found) => {
    const actor = newActor();
    const first = Array.from({ length: all - 1 }, (_, n) => command(actor, day(0, 6 + n), program(actor, n)));
    expect(await claims([...habits(actor, 10), ...first, command(actor, day(12), program(actor, 99))])).toHaveLength(found);
  });
});

describe('the ladder', () => {
  it('goes from the user by the team to the whole organisation', async () => {
    const [ada, bob, eve] = [newActor(), newActor(), newActor()];
    const setTeam = (actor: Actor, team: string) =>
      data(service, 'mutation($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code } } }', {
        input: { externalId: actor.user, teams: [team] },
      });
    await judge(
      service,
      [ada, bob, eve].flatMap((actor) => habits(actor, 6)),
    );
    await setTeam(ada, 'data');
    await setTeam(bob, 'data');
    await setTeam(eve, 'web');
    const use = async (actor: Actor, at: string) => {
      const found = await claims([command(actor, at, program(ada, 1))]);
      return found.map(({ score, details, alert }) => ({ score, alert, seen: details.seen }));
    };
    const told = { kind: 'program', value: program(ada, 1) };
    expect(await use(ada, day(6))).toEqual([{ score: 40, alert: null, seen: [{ ...told, newTo: 'ORGANISATION', users: 0 }] }]);
    expect(await use(eve, day(6, 20))).toEqual([{ score: 20, alert: null, seen: [{ ...told, newTo: 'TEAM', users: 1 }] }]);
    expect(await use(bob, day(6, 40))).toEqual([{ score: 10, alert: null, seen: [{ ...told, newTo: 'USER', users: 2 }] }]);
    for (const actor of [ada, bob, eve]) expect(await use(actor, day(7))).toEqual([]);
  });

  it('is the same for two who use it within minutes, whoever is heard of first', async () => {
    const [ada, bob] = [newActor(), newActor()];
    await judge(
      service,
      [ada, bob].flatMap((actor) => habits(actor, 6)),
    );
    const found = await claims([command(bob, day(6, 4), program(ada, 1)), command(ada, day(6), program(ada, 1))]);
    expect(found.map(({ score, details }) => [score, details])).toEqual([
      [40, { seen: [expect.objectContaining({ newTo: 'ORGANISATION', users: 0 })], activities: 1 }],
      [40, { seen: [expect.objectContaining({ newTo: 'ORGANISATION', users: 0 })], activities: 1 }],
    ]);
  });
});

/** A working day: a sign-in, pages, a command, a sign-out. */
const workday = (actor: Actor, n: number, minutes: number): Activity[] => {
  const session = { ...actor, session: `${actor.user}-${n}` };
  return [
    login(session, day(n, minutes)),
    pageView(session, day(n, minutes + 5)),
    command(session, day(n, minutes + 60), 'git pull && npm test'),
    logout(session, day(n, minutes + 420)),
  ];
};

describe('an everyday developer', () => {
  it('who tries programs now and then, from a laptop whose address changes, gets no alert', async () => {
    const actor = newActor();
    const activities = Array.from({ length: 40 }, (_, n) => {
      const here = { ...actor, sourceIp: actor.sourceIp!.replace(/\d+$/, String((n * 7) % 5)) };
      return [...workday(here, n, (n * 13) % 90), ...(n % 3 === 0 ? [command(here, day(n, 120), program(actor, n))] : [])];
    });
    const found = await judge(service, activities.flat());
    expect(found.filter(({ alert }) => alert !== null)).toEqual([]);
  });
});
