import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { data } from '../harness/client.ts';
import type { Principal, Side } from './principals.ts';
import { findsNode, sampleOf, seesRow, users } from './principals.ts';
import type { Entry, World } from './world.ts';
import { gather, globalId, startWorld } from './world.ts';

/** Whose rows somebody sees: the answers of the API against the rows of the database, for everybody, in every place that shows some. */

vi.setConfig({ testTimeout: 60_000 }); // hundreds of requests each, on two cores that others use too

let world: World;
let entries: readonly Entry[];
let readers: readonly Principal[];
beforeAll(async () => {
  world = await startWorld();
  ({ entries } = world.records);
  readers = world.principals.filter(({ scopes }) => scopes.includes('READ'));
});
afterAll(() => world.close());

const isActivity = (type: string) => type.endsWith('Activity');
const nounOf = ({ type }: Entry) => (isActivity(type) ? 'Activity' : type);
/** The lists of the API, with what their items are called and how they name the user of an item. */
const lists = { users: 'User', sessions: 'Session', activities: 'Activity', anomalies: 'Anomaly', alerts: 'Alert' } as const;
const listNames = Object.keys(lists) as (keyof typeof lists)[];
const orders: Record<keyof typeof lists, string[]> = {
  users: ['EXTERNAL_ID', 'FIRST_SEEN_AT'],
  sessions: ['LAST_ACTIVITY_AT', 'STARTED_AT', 'ACTIVITY_COUNT', 'RISK_SCORE', 'INTEGRITY_SCORE'],
  activities: ['OCCURRED_AT', 'RECORDED_AT', 'RISK_SCORE'],
  anomalies: ['DETECTED_AT', 'SCORE'],
  alerts: ['OPENED_AT', 'LAST_SEEN_AT', 'COUNT'],
};

const visible = (principal: Principal, noun: string, owner?: string): string[] =>
  entries
    .filter((entry) => nounOf(entry) === noun && seesRow(principal, entry) && (owner === undefined || entry.owner === owner))
    .map(globalId)
    .sort();
const idsOf = (nodes: readonly { id: string }[]): string[] => nodes.map(({ id }) => id).sort();
const differs = (where: string, actual: unknown, expected: unknown): string[] =>
  JSON.stringify(actual) === JSON.stringify(expected)
    ? []
    : [`${where} shows ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];

describe('a list', () => {
  it('has the rows of those one sees and counts them, in every order, and in the pages as in the edges', async () => {
    const wrong = await gather(readers, (principal) =>
      gather(listNames, async (list) => {
        const ordered = orders[list].flatMap((field) => ['ASC', 'DESC'].map((direction) => `{ field: ${field}, direction: ${direction} }`));
        const selections = ordered.map((order, place) => `a${place}: ${list}(first: 100, orderBy: ${order}) { nodes { id } }`);
        const all = `all: ${list}(first: 100) { totalCount edges { node { id } } }`;
        const { all: plain, ...others } = await data(world.service, `{ ${all} ${selections.join(' ')} }`, {}, principal.key);
        const expected = visible(principal, lists[list]);
        return [
          ...differs(`${principal.name}: ${list}.totalCount`, plain.totalCount, expected.length),
          ...differs(`${principal.name}: ${list}.edges`, idsOf(plain.edges.map(({ node }: { node: { id: string } }) => node)), expected),
          ...Object.values(others as Record<string, { nodes: { id: string }[] }>).flatMap(({ nodes }, place) =>
            differs(`${principal.name}: ${list} by ${ordered[place]}`, idsOf(nodes), expected),
          ),
        ];
      }),
    );
    expect(wrong).toEqual([]);
    expect(listNames.filter((list) => entries.filter((entry) => nounOf(entry) === lists[list]).length < 10)).toEqual([]);
  });

  it('of uses of secrets has those of the users one sees, counts them, and leads to activities of theirs', async () => {
    const wrong = await gather(readers, async (principal) => {
      const { secretUsages } = await data(
        world.service,
        '{ secretUsages(first: 100) { totalCount nodes { user { externalId } activity { id } } } }',
        {},
        principal.key,
      );
      const owners = visible(principal, 'User').map((id) => entries.find((entry) => globalId(entry) === id)!.owner);
      type Usage = { user: { externalId: string }; activity: { id: string } };
      const shown = (secretUsages.nodes as Usage[]).map(({ user }) => user.externalId).sort();
      const activities = new Set(visible(principal, 'Activity'));
      const strange = (secretUsages.nodes as Usage[]).filter(({ activity }) => !activities.has(activity.id));
      return [
        ...differs(`${principal.name}: secretUsages`, [shown, strange], [owners.sort(), []]),
        ...differs(`${principal.name}: secretUsages.totalCount`, secretUsages.totalCount, owners.length),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('is filtered to a user, and to all but a user, within those one sees', async () => {
    const wrong = await gather(readers, (principal) =>
      gather(listNames, async (list) => {
        const test = list === 'users' ? 'externalId' : 'user';
        const selections = [...users, 'nobody'].flatMap((user) => [
          `${user}: ${list}(first: 50, filter: { ${test}: { eq: "${user}" } }) { totalCount nodes { id } }`,
          `not_${user}: ${list}(first: 100, filter: { ${test}: { neq: "${user}", null: false } }) { nodes { id } }`,
        ]);
        const answer = await data(world.service, `{ ${selections.join(' ')} }`, {}, principal.key);
        return [...users, 'nobody'].flatMap((user) => {
          const expected = visible(principal, lists[list], user);
          const owned = users.flatMap((one) => (one === user ? [] : visible(principal, lists[list], one))).sort();
          return [
            ...differs(
              `${principal.name}: ${list} of ${user}`,
              [answer[user].totalCount, idsOf(answer[user].nodes)],
              [expected.length, expected],
            ),
            ...differs(`${principal.name}: ${list} of all but ${user}`, idsOf(answer[`not_${user}`].nodes), owned),
          ];
        });
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('goes on from the cursor of whoever sees more, and of the other organisation, with nothing but rows one sees', async () => {
    const page = (list: string) => `${list}(first: 100) { edges { cursor node { id } } }`;
    const wide = async (side: Side) => data(world.service, `{ ${listNames.map(page).join(' ')} }`, {}, world.admins[side]);
    const [own, other] = [await wide('own'), await wide('other')];
    const narrow = readers.filter(({ sees, side }) => sees !== 'ALL' && side === 'own');
    const wrong = await gather(narrow, (principal) =>
      gather(listNames, async (list) => {
        const mine = new Set(visible(principal, lists[list]));
        type Edge = { cursor: string; node: { id: string } };
        const sampled = (edges: Edge[]) => edges.filter((_edge, place) => place % 4 === 0).slice(0, 16);
        const rest = (places: string[]) => data(world.service, `{ ${places.join(' ')} }`, {}, principal.key);
        const after = sampled(own[list].edges);
        const mineAfter = await rest(
          after.map(({ cursor }, place) => `a${place}: ${list}(first: 100, after: "${cursor}") { nodes { id } }`),
        );
        const ids = (own[list].edges as Edge[]).map(({ node }) => node.id);
        const foreign = sampled(other[list].edges);
        const afterForeign = await rest(
          foreign.map(({ cursor }, place) => `a${place}: ${list}(last: 100, before: "${cursor}") { nodes { id } }`),
        );
        return [
          ...after.flatMap(({ node }, place) => {
            const expected = ids.slice(ids.indexOf(node.id) + 1).filter((id) => mine.has(id));
            const actual = mineAfter[`a${place}`].nodes.map(({ id }: { id: string }) => id);
            return differs(`${principal.name}: ${list} after a cursor of ADMIN`, actual, expected);
          }),
          ...foreign.flatMap((_edge, place) =>
            differs(
              `${principal.name}: ${list} before a cursor of the other organisation, beyond its own,`,
              idsOf(afterForeign[`a${place}`].nodes).filter((id) => !mine.has(id)),
              [],
            ),
          ),
        ];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('of people is that of the organisation', async () => {
    const wrong = await gather(
      world.principals.filter(({ scopes }) => scopes.includes('ADMINISTER')),
      async (principal) => {
        const { people } = await data(world.service, '{ people(first: 100) { totalCount nodes { id } } }', {}, principal.key);
        const expected = visible(principal, 'Person');
        return differs(`${principal.name}: people`, [people.totalCount, idsOf(people.nodes)], [expected.length, expected]);
      },
    );
    expect(wrong).toEqual([]);
  });
});

/** What leads from a row to others: pages with a count, lists, and single ones. */
const relations: Record<string, { pages: string[]; several: string[]; single: string[] }> = {
  users: { pages: ['activities', 'sessions', 'anomalies', 'alerts'], several: [], single: [] },
  sessions: { pages: ['activities'], several: [], single: ['user'] },
  activities: { pages: [], several: ['anomalies'], single: ['user', 'session'] },
  anomalies: { pages: ['evidence'], several: [], single: ['user', 'session', 'alert'] },
  alerts: { pages: ['criticalActivities'], several: ['anomalies'], single: ['user'] },
};

describe('what hangs on a row', () => {
  it('is shown and counted as far as one sees it, however one came to that row', async () => {
    const byUuid = new Map(entries.map((entry) => [entry.id, entry]));
    const uuidOf = (id: string) => Buffer.from(id, 'base64').toString().split(':')[1]!;
    const children = Map.groupBy(world.records.links, ({ relation, parent }) => `${relation} ${parent}`);
    const wrong = await gather(readers, (principal) =>
      gather(listNames, async (list) => {
        const { pages, several, single } = relations[list]!;
        const selection = [
          ...pages.map((field) => `${field}(first: 20) { totalCount nodes { id } edges { node { id } } }`),
          ...[...several, ...single].map((field) => `${field} { id }`),
        ];
        const { [list]: found } = await data(
          world.service,
          `{ ${list}(first: 100) { nodes { id ${selection.join(' ')} } } }`.replace(
            '(first: 100)',
            list === 'users' ? '(first: 10)' : '(first: 80)',
          ),
          {},
          principal.key,
        );
        return found.nodes.flatMap((row: Record<string, never>) => {
          const shown = (field: string) =>
            (children.get(`${lists[list]}.${field} ${uuidOf(row.id!)}`) ?? [])
              .map(({ child }) => byUuid.get(child)!)
              .filter((entry) => seesRow(principal, entry))
              .map(globalId)
              .sort();
          const where = (field: string) => `${principal.name}: ${list} ${Buffer.from(row.id!, 'base64').toString()}.${field}`;
          type Page = { totalCount: number; nodes: { id: string }[]; edges: { node: { id: string } }[] };
          const parts: Record<string, Page & { id: string }[] & { id: string }> = row;
          return [
            ...pages.flatMap((field) => {
              const { totalCount, nodes, edges } = parts[field]!;
              const expected = shown(field);
              return differs(
                where(field),
                [totalCount, idsOf(nodes), idsOf(edges.map(({ node }) => node))],
                [expected.length, expected, expected],
              );
            }),
            ...several.flatMap((field) => differs(where(field), idsOf(parts[field]!), shown(field))),
            ...single.flatMap((field) => differs(where(field), parts[field]?.id ?? null, shown(field)[0] ?? null)),
          ];
        });
      }),
    );
    expect(wrong).toEqual([]);
    expect(new Set(world.records.links.map(({ relation }) => relation)).size).toBe(16); // of each there is something
  });
});

describe('a summary', () => {
  it('counts those one sees, together and each', async () => {
    const wrong = await gather(readers, async (principal) => {
      const counts = '{ activities uniqueUsers sessions byType { count } byRiskLevel { count } topPages { views } }';
      const selections = [...users, 'nobody'].map((user) => `${user}: summaries(user: "${user}") ${counts}`);
      const answer = await data(world.service, `{ all: summaries ${counts} ${selections.join(' ')} }`, {}, principal.key);
      return ['all', ...users, 'nobody'].flatMap((user) => {
        const seen = new Set(
          entries
            .filter((entry) => isActivity(entry.type) && seesRow(principal, entry) && (user === 'all' || entry.owner === user))
            .map(({ id }) => id),
        );
        const owners = new Set(entries.filter(({ id }) => seen.has(id)).map(({ owner }) => owner));
        const sessions = new Set(
          world.records.links
            .filter(({ relation, child }) => relation === 'Session.activities' && seen.has(child))
            .map(({ parent }) => parent),
        );
        const sum = (field: string, count: string) =>
          answer[user].reduce(
            (total: number, period: Record<string, Record<string, number>[]>) =>
              total + period[field]!.reduce((all, one) => all + one[count]!, 0),
            0,
          );
        const total = (field: string) => answer[user].reduce((all: number, period: Record<string, number>) => all + period[field]!, 0);
        const actual = [total('activities'), total('uniqueUsers'), total('sessions'), sum('byType', 'count'), sum('byRiskLevel', 'count')];
        return differs(`${principal.name}: summaries of ${user}`, actual, [seen.size, owners.size, sessions.size, seen.size, seen.size]);
      });
    });
    expect(wrong).toEqual([]);
  });
});

const made = '01900000-0000-7000-8000-000000000000';

/** An answer to the letter. */
async function spelled(principal: Principal, query: string): Promise<string> {
  const response = await fetch(world.service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${principal.key}` },
    body: JSON.stringify({ query }),
  });
  const headers = [...response.headers].filter(([name]) => !/date|request-id/.test(name));
  return JSON.stringify([response.status, headers, await response.text()]);
}

describe('a guessed id', () => {
  it('of a row that one does not see is null in `nodes`, whatever its type and whosever it is', async () => {
    const wrong = await gather(world.principals, async (principal) => {
      const answers: ({ __typename: string } | null)[] = [];
      for (let place = 0; place < entries.length; place += 100) {
        const ids = entries.slice(place, place + 100).map(globalId);
        const { nodes } = await data(world.service, 'query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }', { ids }, principal.key);
        answers.push(...nodes);
      }
      return entries.flatMap((entry, place) =>
        differs(
          `${principal.name}: the ${entry.side} ${entry.type} of ${entry.owner}`,
          answers[place]?.__typename ?? null,
          findsNode(principal, entry) ? entry.type : null,
        ),
      );
    });
    expect(wrong).toEqual([]);
  });

  it('is answered like one that does not exist, to the letter', async () => {
    const wrong = await gather(world.principals, async (principal) => {
      const hidden = entries.filter((entry) => !findsNode(principal, entry));
      const sampled = [...Map.groupBy(hidden, ({ type, side, owner }) => `${type} ${side} ${owner === sampleOf(principal)}`).values()].map(
        ([first]) => first!,
      );
      const asked = (id: string) => spelled(principal, `{ node(id: "${id}") { __typename id } }`);
      return gather([...Map.groupBy(sampled, ({ type }) => type)], async ([type, theirs]) => {
        const expected = await asked(globalId({ type, id: made }));
        const actual = await Promise.all(theirs.map((entry) => asked(globalId(entry))));
        return theirs.flatMap(({ side, owner }, place) =>
          differs(`${principal.name}: the ${side} ${type} of ${owner}`, actual[place], expected),
        );
      });
    });
    expect(wrong).toEqual([]);
  });

  it('of the calling system leads to those one sees, and is else answered like one that does not exist, to the letter', async () => {
    const named = entries.filter(({ externalId }) => externalId !== null);
    const ways: [type: string, ask: (name: string) => string][] = [
      ['User', (name) => `{ found: user(externalId: "${name}") { id externalId } }`],
      ['Session', (name) => `{ found: session(externalId: "${name}") { id externalId } }`],
      ['User', (name) => `{ found: summaries(user: "${name}") { user activities uniqueUsers sessions } }`],
    ];
    const wrong = await gather(readers, (principal) =>
      gather(ways, async ([type, asked]) => {
        const absent = await spelled(principal, asked('nobody-at-all'));
        const failures: string[] = [];
        for (const entry of named.filter((one) => one.type === type && one.side === principal.side)) {
          const text = (await spelled(principal, asked(entry.externalId!))).replaceAll(entry.externalId!, 'nobody-at-all');
          const like = text.replace(/\["content-length","\d+"\],?/, '') === absent.replace(/\["content-length","\d+"\],?/, '');
          if (like === seesRow(principal, entry)) failures.push(`${principal.name}: ${asked(entry.externalId!)} is ${text}`);
          if (seesRow(principal, entry) && asked('').includes(' id ') && !text.includes(globalId(entry)))
            failures.push(`${principal.name}: ${text} is another`);
        }
        return failures;
      }),
    );
    expect(wrong).toEqual([]);
  });
});
