import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignIn } from '../../src/domain/baseline.ts';
import { usualHours } from '../../src/domain/baseline-summary.ts';
import { after, command, days, login, pageView, userAgents } from '../detection/sample.ts';
import { ask, data, makeKey, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

const clock = testClock('2026-10-12T09:00:00Z');
const monday = '2026-10-05T08:40:00Z';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock });
  const ada = { user: 'ada', sourceIp: '81.2.1.7', userAgent: userAgents.firefoxOnLinux, location: { country: 'DE' } };
  const bob = { user: 'bob', sourceIp: '10.0.0.1' };
  await trackAll(service, [
    ...days(5, ada, monday),
    login({ ...ada, sourceIp: '81.2.1.8' }, after(monday, { days: 1, minutes: 90 })),
    command(ada, after(monday, { minutes: 20 }), 'git pull && npm test'),
    pageView(ada, after(monday, { minutes: 30 })),
    ...days(2, bob, after(monday, { days: 4 })),
    command(bob, after(monday, { days: 4, minutes: 20 }), 'git status'),
  ]);
});
afterAll(() => service.close());

const values = 'value firstSeenAt';
const query = `query($user: String!) { user(externalId: $user) { baseline {
  summary maturity { days daysNeeded learning } mature signIns addresses hours { from to signIns }
  knownAddresses { ${values} } networks { value } countries { value } devices { value } clients { value } programs { ${values} }
  hosts { value } resources { value } kinds { value } } } }`;
const baselineOf = async (user: string) => (await data(service, query, { user })).user.baseline;
const known = (...names: string[]) => names.map((value) => ({ value }));

describe('the baseline of a user', () => {
  it('says in words and numbers what is usual, each with when it was first seen', async () => {
    const at = '2026-10-05T08:40:00.000000Z';
    expect(await baselineOf('ada')).toEqual({
      summary:
        'Usually signs in between 08:40 and 10:10 on Monday to Friday, from 2 addresses in 1 network (DE), with Firefox on Linux. Uses 2 programs and 1 resource. Learned from 6 sign-ins on 5 days.',
      maturity: { days: 5, daysNeeded: 5, learning: false },
      mature: true,
      signIns: 6,
      addresses: ['81.2.1.7', '81.2.1.8'],
      hours: [{ from: '08:40', to: '10:10', signIns: 6 }],
      knownAddresses: [
        { value: '81.2.1.7', firstSeenAt: at },
        { value: '81.2.1.8', firstSeenAt: '2026-10-06T10:10:00.000000Z' },
      ],
      networks: known('81.2.1.0/24'),
      countries: known('DE'),
      devices: known('DESKTOP'),
      clients: known('Firefox on Linux'),
      programs: ['git', 'npm'].map((value) => ({ value, firstSeenAt: '2026-10-05T09:00:00.000000Z' })),
      hosts: [],
      resources: known('/reports'),
      kinds: known('auth', 'terminal', 'web'),
    });
  });

  it('says that it is still learning', async () => {
    expect(await baselineOf('bob')).toMatchObject({
      summary:
        'Usually signs in at 08:40 on Friday and Saturday, from 1 address in 1 network. Uses 1 program. Still learning: 2 days with sign-ins of the 5 it takes.',
      maturity: { days: 2, daysNeeded: 5, learning: true },
      mature: false,
    });
  });

  it('says so where no sign-in is known', async () => {
    await trackAll(service, [pageView({ user: 'eve' }, monday)]);
    expect((await baselineOf('eve')).summary).toBe(
      'No sign-in of the last 30 days is known. Uses 1 resource. Still learning: 0 days with sign-ins of the 5 it takes.',
    );
  });
});

describe('usual hours', () => {
  const at = (...minutes: number[]): SignIn[] => minutes.map((minute, n) => ({ at: n, day: '2026-10-05', minute }));
  it.each([
    [[], []],
    [[600], [[600, 600, 1]]],
    [[540, 660], [[540, 660, 2]]],
    [
      [539, 660],
      [
        [539, 539, 1],
        [660, 660, 1],
      ],
    ],
    [[1_430, 10, 30], [[1_430, 30, 3]]],
    [
      [30, 600, 610, 1_400],
      [
        [600, 610, 2],
        [1_400, 30, 2],
      ],
    ],
    [Array.from({ length: 12 }, (_, n) => n * 120), [[0, 1_439, 12]]],
    [Array.from({ length: 11 }, (_, n) => n * 120), [[0, 1_200, 11]]],
  ])('of %j are %j', (minutes, expected) => {
    expect(usualHours(at(...minutes)).map(({ from, to, signIns }) => [from, to, signIns])).toEqual(expected);
  });
});

describe('what teams and the organisation know', () => {
  const shared = (more: string) => `{ organisationBaseline(${more}) { kind value users firstSeenAt } }`;

  it('is listed with how many users know it, page by page', async () => {
    const { organisationBaseline: all } = await data(service, shared('kind: PROGRAM'));
    const at = '2026-10-05T09:00:00.000000Z';
    expect(all).toEqual([
      { kind: 'PROGRAM', value: 'git', users: 2, firstSeenAt: at },
      { kind: 'PROGRAM', value: 'npm', users: 1, firstSeenAt: at },
    ]);
    expect((await data(service, shared('kind: PROGRAM, first: 1'))).organisationBaseline).toEqual(all.slice(0, 1));
    expect((await data(service, shared('kind: PROGRAM, first: 1, after: "git"'))).organisationBaseline).toEqual(all.slice(1));
    expect((await data(service, shared(String.raw`kind: PROGRAM, after: "\u0000"`))).organisationBaseline).toEqual([]);
    expect((await data(service, shared('kind: COUNTRY'))).organisationBaseline).toMatchObject([{ value: 'DE', users: 1 }]);
  });

  it('is at most a page', async () => {
    const { errors } = await ask(service, shared('kind: PROGRAM, first: 201'));
    expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
  });

  it('of a team is what its users learned while they were in it', async () => {
    const team = '{ teamBaseline(team: "data", kind: PROGRAM) { value users } }';
    expect((await data(service, team)).teamBaseline).toEqual([]);
    await data(service, 'mutation { updateUser(input: { externalId: "bob", teams: ["data"] }) { userErrors { code } } }');
    await trackAll(service, [command({ user: 'bob' }, after(monday, { days: 6 }), 'terraform plan')]);
    expect((await data(service, team)).teamBaseline).toEqual([{ value: 'terraform', users: 1 }]);
  });

  it('is for those who see everybody', async () => {
    const { secret } = await makeKey(service, { role: 'MEMBER', user: 'ada' });
    const { data: answer, errors } = await ask(service, shared('kind: PROGRAM'), {}, secret);
    expect(answer).toEqual({ organisationBaseline: null });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});
