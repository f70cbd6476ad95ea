import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-11-10T12:00:00Z') });
  const visit = (user: string, more: object = {}) => ({ user, sourceIp: '203.0.113.1', detail: { web: { page: `/${user}` } }, ...more });
  const { userErrors } = await trackAll(service, [
    visit('ada', { session: 'ada-1', occurredAt: '2026-11-10T12:00:00Z' }),
    visit('Ada', { sourceIp: '203.0.113.10', occurredAt: '2026-11-10T11:45:00Z', outcome: 'FAILURE' }),
    visit('a%a', { sourceIp: null, occurredAt: '2026-11-10T11:44:59.999999Z', outcome: 'DENIED' }),
    visit('a_a', { occurredAt: '2026-11-09T12:00:00Z', outcome: 'UNKNOWN' }),
    visit(String.raw`a\a`, { occurredAt: '2026-11-09T11:59:59.999999Z' }),
    visit('axa', { session: 'axa-1', occurredAt: '2026-10-10T12:00:00Z' }),
    { user: 'ada', occurredAt: '2026-11-10T12:00:00Z', detail: { terminal: { command: 'sudo id' } } },
    { user: 'mute', occurredAt: '2026-11-10T12:00:00Z', detail: { desktop: { action: 'MOVE' } } },
  ]);
  expect(userErrors).toEqual([]);
});
afterAll(() => service.close());

/** Who did what passes the filter: the users, each once, in order. */
async function usersOf(filter: object | null): Promise<string[]> {
  const { activities } = await data(
    service,
    'query($filter: ActivityFilter) { activities(filter: $filter) { nodes { user { externalId } } } }',
    {
      filter,
    },
  );
  return [...new Set<string>(activities.nodes.map((node: { user: { externalId: string } }) => node.user.externalId))].toSorted();
}

/** The refusal of a filter, by a query and by a subscription. */
async function refusedBy(filter: object): Promise<unknown[]> {
  const { errors } = await ask(service, 'query($filter: ActivityFilter) { activities(filter: $filter) { nodes { id } } }', { filter });
  const stream = await subscribeRefused(filter);
  return [errors?.[0]?.extensions.code, stream];
}

async function subscribeRefused(filter: object): Promise<unknown> {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${adminKey}`,
    },
    body: JSON.stringify({
      query: 'subscription($filter: ActivityFilter) { activityRecorded(filter: $filter) { __typename } }',
      variables: { filter },
    }),
  });
  const text = await response.text();
  return /"code":"(\w+)"/.exec(text)?.[1];
}

const everyone = ['Ada', 'a%a', 'a_a', String.raw`a\a`, 'ada', 'axa', 'mute'];
const cases: [filter: object | null, users: string[]][] = [
  [null, everyone],
  [{}, everyone],
  [{ user: {} }, everyone],
  [{ user: { eq: null } }, everyone],
  [{ user: { eq: 'ada' } }, ['ada']],
  [{ user: { neq: 'ada' } }, everyone.filter((user) => user !== 'ada')],
  [{ user: { in: ['ada', 'axa', 'nobody'] } }, ['ada', 'axa']],
  [{ user: { in: [] } }, []],
  [{ user: { nin: ['ada', 'axa'] } }, everyone.filter((user) => user !== 'ada' && user !== 'axa')],
  [{ user: { nin: [] } }, everyone],
  [{ user: { startsWith: 'a' } }, everyone.filter((user) => user.startsWith('a'))],
  [{ user: { startsWith: 'a%' } }, ['a%a']],
  [{ user: { startsWith: 'a_' } }, ['a_a']],
  [{ user: { startsWith: 'a\\' } }, [String.raw`a\a`]],
  [{ user: { contains: '%' } }, ['a%a']],
  [{ user: { contains: `' or 1=1 --` } }, []],
  [{ user: { contains: '_' } }, ['a_a']],
  [{ user: { contains: '\\' } }, [String.raw`a\a`]],
  [{ user: { contains: 'd' } }, ['Ada', 'ada']],
  [{ user: { startsWith: '', contains: '' } }, everyone],
  [{ user: { startsWith: 'a', neq: 'ada', contains: 'x' } }, ['axa']],
  [{ session: { null: true } }, everyone.filter((user) => user !== 'axa')],
  [{ session: { null: false } }, ['ada', 'axa']],
  [{ session: { neq: 'ada-1' } }, ['axa']],
  [{ session: { nin: ['ada-1'] } }, ['axa']],
  [{ session: { null: true, neq: 'ada-1' } }, []],
  [{ sourceIp: { null: true } }, ['a%a', 'ada', 'mute']],
  [{ sourceIp: { startsWith: '203.0.113.1' } }, everyone.filter((user) => user !== 'a%a' && user !== 'mute')],
  [{ text: { null: true } }, ['mute']],
  [{ text: { contains: 'sudo' } }, ['ada']],
  [{ type: { eq: 'SUDO_COMMAND' } }, ['ada']],
  [{ type: { neq: 'PAGE_VIEW' } }, ['ada', 'mute']],
  [{ type: { in: ['SUDO_COMMAND', 'DESKTOP_MOVE'] } }, ['ada', 'mute']],
  [{ type: { in: [] } }, []],
  [{ type: { nin: ['PAGE_VIEW', 'SUDO_COMMAND'] } }, ['mute']],
  [{ outcome: { nin: ['SUCCESS', 'UNKNOWN'] } }, ['Ada', 'a%a']],
  [{ riskScore: { gt: 0 } }, ['ada']],
  [{ riskScore: { gte: 20, lte: 20 } }, ['ada']],
  [{ riskScore: { lt: 20, gt: 0 } }, []],
  [{ riskScore: { eq: 2_147_483_647 } }, []],
  [{ riskScore: { gte: -2_147_483_648, lt: 2_147_483_647 } }, everyone],
  [{ occurredAt: { gte: '2026-11-10T12:00:00Z' } }, ['ada', 'mute']],
  [{ occurredAt: { gt: '2026-11-10T12:00:00Z' } }, []],
  [{ occurredAt: { lte: '2026-11-10T12:45:00+01:00', gte: '2026-11-10T11:45:00Z' } }, ['Ada']],
  [{ occurredAt: { gte: 'PT15M' } }, ['Ada', 'ada', 'mute']],
  [{ occurredAt: { lt: 'PT15M', gte: 'P1D' } }, ['a%a', 'a_a']],
  [{ occurredAt: { lt: 'P1D' } }, [String.raw`a\a`, 'axa']],
  [{ occurredAt: { lte: 'P4W' } }, ['axa']],
  [{ occurredAt: { lte: '9999-12-31T23:59:59.999999Z', gte: '1900-01-01T00:00:00+14:00' } }, everyone],
  [{ recordedAt: { gte: 'PT0S', lte: 'PT0S' } }, everyone],
  [{ and: [{ user: { startsWith: 'a' } }, { user: { contains: 'x' } }] }, ['axa']],
  [{ and: [] }, everyone],
  [{ or: [{ user: { eq: 'axa' } }, { type: { eq: 'DESKTOP_MOVE' } }] }, ['axa', 'mute']],
  [{ or: [] }, []],
  [{ or: [{}, { user: { eq: 'axa' } }] }, everyone],
  [{ or: [{ session: { eq: 'ada-1' } }, { session: { null: true } }], user: { eq: 'ada' } }, ['ada']],
  [
    {
      and: [
        { or: [{ user: { eq: 'ada' } }, { user: { eq: 'axa' } }] },
        { or: [{ session: { eq: 'axa-1' } }, { and: [{ text: { eq: 'x' } }] }] },
      ],
    },
    ['axa'],
  ],
];

describe('a filter of activities', () => {
  it('has at most 500 tests, values and groups in all, which is looked at before anything is built', async () => {
    const query = 'query($filter: ActivityFilter) { activities(filter: $filter) { totalCount } }';
    const groups = (count: number) => Array.from({ length: count }, () => ({ outcome: { eq: 'SUCCESS' } }));
    const full = { or: groups(200), and: groups(49), type: { eq: 'COMMAND' } }; // 1 + 400 + 98 + 1
    expect((await ask(service, query, { filter: full })).errors).toBeUndefined();
    for (const filter of [
      { ...full, outcome: { eq: 'SUCCESS' } },
      { ...full, type: { in: ['COMMAND', 'LOGIN'] } },
      { or: Array.from({ length: 200 }, () => ({ or: groups(200) })) },
    ]) {
      const { errors } = await ask(service, query, { filter });
      expect(errors?.map(({ extensions, message }) => [extensions.code, message.includes('filterPartsMax')])).toEqual([
        ['LIMIT_EXCEEDED', true],
      ]);
    }
  });

  it.each(cases)('%j finds %j', async (filter, users) => {
    expect(await usersOf(filter)).toEqual(users.toSorted());
  });

  it('counts what it lists', async () => {
    const { activities } = await data(service, '{ activities(filter: { user: { startsWith: "a_" } }) { totalCount nodes { id } } }');
    expect([activities.totalCount, activities.nodes.length]).toEqual([1, 1]);
  });

  it('may nest five deep and name 200 values, and not one more', async () => {
    const nested = (depth: number): object => (depth === 0 ? { user: { eq: 'ada' } } : { and: [nested(depth - 1)] });
    const values = (count: number) => Array.from({ length: count }, (_, place) => `u${place}`);
    expect(await usersOf(nested(5))).toEqual(['ada']);
    expect(await usersOf({ user: { in: [...values(199), 'ada'] } })).toEqual(['ada']);
    expect(await refusedBy(nested(6))).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
    expect(await refusedBy({ user: { in: values(201) } })).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
    expect(await refusedBy({ session: { nin: values(201) } })).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
    expect(await refusedBy({ or: values(201).map(() => ({})) })).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
  });

  it.each(['P', 'PT', 'P1Y', '-P1D', 'P1.5D', 'yesterday', '2026-11-10', 'P999999999D', '2026-11-10T12:00:00'])(
    'that compares with the moment %j is a bad request',
    async (gte) => expect(await refusedBy({ occurredAt: { gte } })).toEqual(['BAD_REQUEST', 'BAD_REQUEST']),
  );

  it.each(['a\0', '\ud800'])('that looks for the text %j, which nothing can hold, is a bad request', async (text) => {
    for (const test of [{ eq: text }, { neq: text }, { in: [text] }, { startsWith: text }, { contains: text }])
      expect(await refusedBy({ text: test })).toEqual(['BAD_REQUEST', 'BAD_REQUEST']);
  });
});

describe('a lookup by external id', () => {
  it.each(['nobody', '', 'a\0', '\ud800', 'x'.repeat(1_000)])('%j finds nothing', async (id) => {
    const answer = await data(
      service,
      'query($id: String!) { user(externalId: $id) { id } session(externalId: $id) { id } summaries(user: $id) { activities } }',
      { id },
    );
    expect(answer).toEqual({ user: null, session: null, summaries: [] });
  });

  it('tells case and pattern characters apart', async () => {
    const { a, b, c } = await data(
      service,
      '{ a: user(externalId: "Ada") { externalId } b: user(externalId: "ADA") { id } c: user(externalId: "a%") { id } }',
    );
    expect([a.externalId, b, c]).toEqual(['Ada', null, null]);
  });
});

describe('the risk level', () => {
  const bounds: [score: number, level: string][] = [
    [0, 'LOW'],
    [29, 'LOW'],
    [30, 'MEDIUM'],
    [49, 'MEDIUM'],
    [50, 'HIGH'],
    [69, 'HIGH'],
    [70, 'CRITICAL'],
    [100, 'CRITICAL'],
  ];
  it('changes at 30, 50 and 70, in the filter and in the field alike', async () => {
    await trackAll(
      service,
      bounds.map(([score]) => ({ user: `score-${score}`, detail: { web: {} } })),
    );
    const client = new Client({ connectionString: service.databaseUrl });
    await client.connect(); // no policy gives 29, so the rows are set to it
    await client.query(
      `update activity a set risk_score = split_part(u.external_id, '-', 2)::int from "user" u where u.id = a.user_id and u.external_id like 'score-%'`,
    );
    await client.end();
    for (const wanted of ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']) {
      const { activities } = await data(
        service,
        'query($level: RiskLevel!) { activities(filter: { riskLevel: { eq: $level }, user: { startsWith: "score-" } }) { nodes { risk { score level } } } }',
        { level: wanted },
      );
      const risks: { score: number; level: string }[] = activities.nodes.map((node: { risk: object }) => node.risk);
      expect(risks.toSorted((a, b) => a.score - b.score)).toEqual(
        bounds.filter(([, level]) => level === wanted).map(([score, level]) => ({ score, level })),
      );
    }
  });
});

describe('the status of a session', () => {
  const quiet: [lastActivityAt: string, status: string][] = [
    ['2026-11-10T12:05:00Z', 'ACTIVE'],
    ['2026-11-10T11:55:00.000001Z', 'ACTIVE'],
    ['2026-11-10T11:55:00Z', 'IDLE'],
    ['2026-11-10T11:45:00.000001Z', 'IDLE'],
    ['2026-11-10T11:45:00Z', 'WARNING'],
    ['2026-11-10T11:35:00.000001Z', 'WARNING'],
    ['2026-11-10T11:35:00Z', 'EXPIRED'],
  ];
  it('changes at 5, 15 and 25 minutes to the microsecond, in the filter and in the field alike', async () => {
    const ended = { occurredAt: '2026-11-10T12:00:00Z', user: 'clock', session: 'ended', detail: { auth: { event: 'LOGOUT' } } };
    const terminated = { user: 'clock', session: 'terminated', detail: { web: {} } };
    const visits = quiet.map(([occurredAt]) => ({ user: 'clock', session: `at ${occurredAt}`, occurredAt, detail: { web: {} } }));
    await trackAll(service, [...visits, ended, terminated]);
    const { session } = await data(service, '{ session(externalId: "terminated") { id } }');
    await data(service, 'mutation($id: ID!) { terminateSession(input: { id: $id }) { userErrors { code } } }', session);
    const all = [...quiet.map(([at, status]) => [`at ${at}`, status]), ['ended', 'ENDED'], ['terminated', 'TERMINATED']];
    const find = async (status: object) => {
      const filter = { user: { eq: 'clock' }, status };
      const { sessions } = await data(
        service,
        'query($filter: SessionFilter) { sessions(filter: $filter) { nodes { externalId status } } }',
        { filter },
      );
      return sessions.nodes.map((node: { externalId: string; status: string }) => [node.externalId, node.status]).toSorted();
    };
    for (const status of new Set(all.map(([, status]) => status))) {
      expect(await find({ eq: status })).toEqual(all.filter(([, one]) => one === status).toSorted());
      expect(await find({ neq: status })).toEqual(all.filter(([, one]) => one !== status).toSorted());
    }
    expect(await find({ in: ['IDLE', 'ENDED'], nin: ['ENDED'] })).toEqual(all.filter(([, one]) => one === 'IDLE').toSorted());
  });
});
