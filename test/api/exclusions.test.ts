import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rows } from '../flow/harness.ts';
import { ask, data, gauge, makeKey, makeOrganisation, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startPair, testClock } from '../harness/service.ts';

/** What an organisation wants no record of, in two processes on one database. */

let pair: Awaited<ReturnType<typeof startPair>>;
let a: Service;
let b: Service;
const clock = testClock('2026-11-20T12:00:00Z');
beforeAll(async () => {
  pair = await startPair(clock);
  ({ a, b } = pair);
});
afterAll(() => pair.close());

type Exclusion = { subject: string; pattern: string };
const exclude = (service: Service, exclusions: Exclusion[] | null, key = adminKey) =>
  data(
    service,
    'mutation($exclusions: [ExclusionInput!]) { updateSettings(input: { exclusions: $exclusions }) { userErrors { code } } }',
    { exclusions },
    key,
  );
const one =
  'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { duplicate } excluded userErrors { code field } } }';
const send = async (service: Service, input: object, key = adminKey) => (await data(service, one, { input }, key)).trackActivity;
const many = `mutation($activities: [TrackActivityInput!]!) { trackActivities(input: { activities: $activities }) {
  receipts { duplicate } excluded userErrors { code field } } }`;
const sendAll = async (service: Service, activities: object[]) => (await data(service, many, { activities })).trackActivities;
const of = (detail: object, more: object = {}) => ({ user: 'ada', detail, ...more });
const page = (path: string, more: object = {}) => of({ web: { page: path } }, more);
const excludedAnswer = { receipt: null, excluded: true, userErrors: [] };
const recordedAnswer = { receipt: { duplicate: false }, excluded: false, userErrors: [] };

/** How many rows each table has. */
async function rowCounts() {
  const tables = await rows<{ name: string }>(
    a.databaseUrl,
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r'`,
  );
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as count from ${name}`);
  return rows<{ name: string; count: number }>(a.databaseUrl, `${counts.join(' union all ')} order by name`);
}

describe('an exclusion', () => {
  const login = { auth: { event: 'LOGIN' } };
  const cases: [subject: string, pattern: string, excluded: object[], recorded: object[]][] = [
    [
      'PAGE',
      '/health*',
      [
        page('/health'),
        page('/health/live?x=1'),
        of({ web: { endpoint: '/healthz' } }),
        of({ browser: { action: 'CLICK', url: '/health#a' } }),
      ],
      [page('/Health'), page('x/health'), of({ web: { pageTitle: '/health' } }), of({ file: { operation: 'READ', path: '/health' } })],
    ],
    ['PAGE', '/ping', [page('/ping'), page('/ping?x=1'), page('/ping#top')], [page('/ping/'), page('/pings')]],
    ['PAGE', '/find?*', [page('/find?q=1')], [page('/find')]],
    [
      'PATH',
      '/tmp/*',
      [
        of({ file: { operation: 'READ', path: '/tmp/x' } }),
        of({ file: { operation: 'MOVE', path: '/srv/x', newPath: '/tmp/x' } }),
        of({ terminal: { command: 'ls', workingDirectory: '/tmp/x' } }),
      ],
      [of({ file: { operation: 'READ', path: '/var/tmp/x' } }), of({ terminal: { command: '/tmp/x' } }), page('/tmp/x')],
    ],
    ['COMMAND', 'uptime', [of({ terminal: { command: 'uptime' } })], [of({ terminal: { command: 'uptime ' } }), page('uptime')]],
    ['COMMAND', '*--quiet*', [of({ terminal: { command: 'sync --quiet\n/srv' } })], [of({ terminal: { command: 'sync' } })]],
    [
      'USER',
      'probe-*',
      [of(login, { user: 'probe-1' }), of({ auth: { event: 'LOGOUT' } }, { user: 'probe-1', session: 's' }), page('/', { user: 'probe-' })],
      [of(login), page('/', { user: 'Probe-1' }), page('/', { onBehalfOf: 'probe-1' })],
    ],
    [
      'NETWORK',
      '192.0.2.0/28',
      [page('/', { sourceIp: '192.0.2.15' }), of(login, { sourceIp: '::ffff:192.0.2.1' })],
      [page('/', { sourceIp: '192.0.2.16' }), page('/', { sourceIp: '2001:db8::1' }), page('/')],
    ],
    ['NETWORK', '2001:db8::/32', [page('/', { sourceIp: '2001:DB8::1' })], [page('/', { sourceIp: '2001:db9::1' })]],
  ];

  it.each(cases)('by %s %s', async (subject, pattern, excluded, recorded) => {
    await exclude(a, [{ subject, pattern }]);
    const { receipts, userErrors, ...answer } = await sendAll(a, [...excluded, ...recorded]);
    expect(answer.excluded).toEqual(excluded.map((_, place) => place));
    expect(userErrors).toEqual([]);
    expect(receipts).toEqual([...excluded.map(() => null), ...recorded.map(() => ({ duplicate: false }))]);
  });

  it('leaves nothing behind: no row in any table, nothing in the log of the service', async () => {
    await exclude(a, [
      { subject: 'PAGE', pattern: '/health*' },
      { subject: 'COMMAND', pattern: '*' },
    ]);
    const before = await rowCounts();
    const lines = a.logLines.length;
    const more = {
      user: 'nobody yet',
      session: 'new',
      idempotencyKey: 'mark',
      sourceIp: '203.0.113.9',
      secretsUsed: [{ secret: 'vault' }],
    };
    expect(await send(a, page('/health?mark', more))).toEqual(excludedAnswer);
    expect(await send(a, of({ terminal: { command: 'curl http://192.0.2.1/mark | bash' } }, more))).toEqual(excludedAnswer);
    expect(await sendAll(a, [page('/health', more)])).toEqual({ receipts: [null], excluded: [0], userErrors: [] });
    expect(await rowCounts()).toEqual(before);
    expect(a.logLines.slice(lines).filter((line) => line.includes('mark'))).toEqual([]);
    const { user, sessionAllowed } = await data(a, '{ user(externalId: "nobody yet") { id } sessionAllowed(externalId: "new") }');
    expect([user, sessionAllowed]).toEqual([null, true]);
  });

  it('does not hide what is wrong with an activity', async () => {
    await exclude(a, [{ subject: 'PAGE', pattern: '*' }]);
    const wrong = { ...page('/'), user: ' ' };
    expect(await send(a, wrong)).toEqual({ receipt: null, excluded: false, userErrors: [{ code: 'BLANK', field: ['input', 'user'] }] });
    const { excluded, userErrors } = await sendAll(a, [page('/'), wrong, page('/')]);
    expect([excluded, userErrors.map(({ field }: { field: string[] }) => field[2])]).toEqual([[0, 2], ['1']]);
  });

  it('can be repeated without harm, also under a key, before and after the activity is recorded', async () => {
    const health = page('/health', { idempotencyKey: 'again' });
    const exclusions = [{ subject: 'PAGE', pattern: '/health' }];
    await exclude(a, exclusions);
    for (let turn = 0; turn < 2; turn += 1) expect(await send(a, health)).toEqual(excludedAnswer);
    await exclude(a, null);
    expect(await send(a, health)).toEqual(recordedAnswer);
    await exclude(a, exclusions);
    expect(await send(a, health)).toEqual(excludedAnswer);
    await exclude(a, null);
    expect(await send(a, health)).toEqual({ ...recordedAnswer, receipt: { duplicate: true } });
  });

  it('is of one organisation and of no other', async () => {
    const other = await makeOrganisation(a, 'excluding');
    await exclude(a, [{ subject: 'PAGE', pattern: '*' }], other);
    expect(await send(b, page('/'), other)).toEqual(excludedAnswer);
    expect(await send(b, page('/'))).toEqual(recordedAnswer);
  });

  it('sees what was sent, and not what is left of it without its secrets', async () => {
    await exclude(a, [{ subject: 'COMMAND', pattern: 'login --password=*' }]);
    expect(await send(a, of({ terminal: { command: 'login --password=Zwetschge7!' } }))).toEqual(excludedAnswer);
    await exclude(a, null);
  });
});

describe('settings hold from the next activity on', () => {
  it('in the process that did not set them too, when they come and when they go', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await exclude(a, [{ subject: 'PAGE', pattern: '/turn*' }]);
      expect(await send(b, page('/turn'))).toEqual(excludedAnswer);
      expect(await send(a, page('/turn'))).toEqual(excludedAnswer);
      await exclude(a, [{ subject: 'PAGE', pattern: '/other' }]);
      expect(await send(b, page('/turn'))).toEqual(recordedAnswer);
      expect(await send(a, page('/turn'))).toEqual(recordedAnswer);
      await exclude(b, [{ subject: 'PAGE', pattern: '/turn' }]);
      const { receipts, excluded } = await sendAll(a, [page('/turn'), page('/other'), page('/turn?x')]);
      expect([receipts.map((receipt: object | null) => receipt !== null), excluded]).toEqual([
        [false, true, false],
        [0, 2],
      ]);
      await exclude(b, null);
      expect((await sendAll(a, [page('/turn'), page('/other')])).excluded).toEqual([]);
    }
  });
});

describe('what is excluded is counted', () => {
  const countsOf = async (service: Service, key = adminKey) => {
    const { system } = await data(service, '{ system { excluded { subject count lastAt } } }', {}, key);
    return system.excluded as { subject: string; count: number; lastAt: string | null }[];
  };

  it('by subject and organisation at each process, once for each activity, and in the metrics', async () => {
    const key = await makeOrganisation(a, 'counting');
    const never = ['PAGE', 'PATH', 'COMMAND', 'USER', 'NETWORK'].map((subject) => ({ subject, count: 0, lastAt: null }));
    expect(await countsOf(a, key)).toEqual(never);
    await exclude(
      a,
      [
        { subject: 'PAGE', pattern: '/health' },
        { subject: 'PAGE', pattern: '/*' },
        { subject: 'NETWORK', pattern: '192.0.2.0/24' },
      ],
      key,
    );
    const before = await gauge(a, 'lapwing_excluded_total{subject="PAGE"}');
    await trackAll(a, [page('/health'), page('/health'), page('no'), page('/', { sourceIp: '192.0.2.1' })], key);
    await send(a, page('/'), key);
    const lastAt = '2026-11-20T12:00:00.000000Z';
    const counted: Record<string, object> = { PAGE: { count: 3, lastAt }, NETWORK: { count: 1, lastAt } };
    expect(await countsOf(a, key)).toEqual(never.map((none) => ({ ...none, ...counted[none.subject] })));
    expect(await countsOf(b, key)).toEqual(never);
    expect((await gauge(a, 'lapwing_excluded_total{subject="PAGE"}')) - before).toBe(3);
    expect(await gauge(b, 'lapwing_excluded_total{subject="COMMAND"}')).toBe(0);
  });

  it('for whoever reads the settings, while whoever sends activities is told of its own only', async () => {
    const read = async (role: string, user?: string) => {
      const { secret } = await makeKey(a, { role, ...(user ? { user } : {}) });
      const { errors } = await ask(a, '{ system { excluded { count } } settings { exclusions { pattern } } }', {}, secret);
      return errors?.[0]?.extensions.code ?? 'answered';
    };
    expect(await read('ANALYST')).toBe('answered');
    expect(await read('MEMBER', 'ada')).toBe('FORBIDDEN');
    expect(await read('SERVICE')).toBe('FORBIDDEN');
    await exclude(a, [{ subject: 'PAGE', pattern: '/health' }]);
    const { secret } = await makeKey(a, { role: 'SERVICE' });
    expect(await send(a, page('/health'), secret)).toEqual(excludedAnswer);
    await exclude(a, null);
    await track(a, page('/health'), secret);
  });
});
