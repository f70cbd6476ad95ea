import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isCompositeType, getNamedType, type GraphQLUnionType } from 'graphql';
import { shownOtherwise } from '../../../src/graphql/shown-names.ts';
import { socketClient, until } from '../../flow/harness.ts';
import { ask, data, gauge, trackAll } from '../../harness/client.ts';
import { adminKey } from '../../harness/service.ts';
import type { Path, Step } from '../walk.ts';
import { coordinateOf, coordinates, pathsFrom, pathsToFields, printed, select, ruleOfStep } from '../walk.ts';
import { gather } from '../world.ts';
import type { World } from './world.ts';
import { activitiesOf, alice, mark, names, setMode, startWorld } from './world.ts';

/** Every field of the schema over users whose names are in every text: whoever sees pseudonyms is told none of them. */

vi.setConfig({ testTimeout: 60_000 }); // some hundred requests each, on two cores that others use too

let world: World;
let ids: Record<string, string[]>;
let pseudonym: string;
let hidden: Record<string, string>;
beforeAll(async () => {
  world = await startWorld();
  const answer = await data(
    world.service,
    `{ users { nodes { id } } sessions(first: 200) { nodes { id } } anomalies(first: 200) { nodes { id } } alerts(first: 200) { nodes { id } }
      activities(first: 200) { nodes { __typename id } } user(externalId: "${alice}") { id } }`,
  );
  ids = Object.fromEntries(
    [...Map.groupBy(answer.activities.nodes as { __typename: string; id: string }[], ({ __typename }) => __typename)].map(([type, of]) => [
      type,
      of.map(({ id }) => id),
    ]),
  );
  for (const [type, list] of [
    ['User', 'users'],
    ['Session', 'sessions'],
    ['Anomaly', 'anomalies'],
    ['Alert', 'alerts'],
  ] as const) {
    ids[type] = (answer[list].nodes as { id: string }[]).map(({ id }) => id);
  }
  await setMode(world.service, true);
  const { node } = await data(
    world.service,
    'query($id: ID!) { node(id: $id) { ... on User { externalId } } }',
    { id: answer.user.id },
    world.analyst,
  );
  pseudonym = node.externalId;
  hidden = { ANALYST: world.analyst, lead: world.lead, 'narrowed ADMIN': world.narrowed };
}, 60_000);
afterAll(() => world.service.close());

const query = printed.getQueryType()!;

const argumentsFor =
  (user: string) =>
  ({ on, field, as }: Step): string => {
    switch (coordinateOf({ on, field, as })) {
      case 'Query.node':
        return `(id: "${ids[as?.name ?? 'User']?.[0] ?? ids.User![0]}")`;
      case 'Query.nodes':
        return `(ids: ${JSON.stringify(ids.Session!.slice(0, 5))})`;
      case 'Query.user':
        return `(externalId: "${user}")`;
      case 'Query.session':
      case 'Query.sessionAllowed':
        return `(externalId: "${user}-web")`;
      case 'Query.previewDetector':
        return '(id: "suspicious-command", from: "P1D")';
      case 'Query.organisationBaseline':
        return '(kind: RESOURCE, first: 200)';
      case 'Query.teamBaseline':
        return '(team: "ops", kind: RESOURCE, first: 200)';
      case 'Query.activities':
        return '(first: 100)';
      default:
        return '';
    }
  };

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, place) => items.slice(place * size, (place + 1) * size));

const plain = ({ field }: Step) => !isCompositeType(getNamedType(field.type));
const ends = (): Path[] => {
  const byList = [...pathsFrom(query, ['Query.node', 'Query.nodes', 'DetectorPreview.userErrors'])];
  const node = query.getFields().node!;
  const nodes = printed.getPossibleTypes(printed.getType('Node') as Parameters<typeof printed.getPossibleTypes>[0]);
  return [
    ...byList.flatMap(([type, path]) => pathsToFields(printed.getType(type) as typeof query, path)),
    ...nodes.flatMap((type) => pathsToFields(type, [{ on: query, field: node, as: type }])),
  ].filter((path) => plain(path.at(-1)!));
};

/** Whether a text holds a name, as it is or as ids and cursors spell what they hold. */
const tells = (text: string) => mark.test(text) || mark.test(Buffer.from(text, 'base64').toString());

/** The texts of an answer with the names of the fields that lead to them. */
function textsIn(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, path));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => [[path, name] as [string, string], ...textsIn(inner, `${path}.${name}`)]);
}

/** What a key is told at the end of each path: the texts by the place, errors and all. */
async function toldTo(key: string, user: string): Promise<Map<string, string[]>> {
  const places = [
    ...Map.groupBy(ends(), (path) =>
      path
        .slice(0, -1)
        .map(({ field, as }) => `${field.name}<${as?.name}>`)
        .join('.'),
    ).values(),
  ];
  const found = await gather(chunks(places, 6), async (groups) => {
    const selections = groups.map((group, place) => select(`a${place}`, group, argumentsFor(user)));
    const answer = await ask(world.service, `{ ${selections.join('\n')} }`, {}, key);
    const names = groups.map((group) =>
      group[0]!
        .slice(0, -1)
        .map(({ field, as }) => `${field.name}<${as?.name}>`)
        .join('.'),
    );
    const texts = textsIn(answer.data, '').map(([path, text]): [string, string] => [
      path.replace(/^\.a(\d+)/, (_all, place: string) => `${names[Number(place)]}.`),
      text,
    ]);
    return [...texts, ...textsIn(answer.errors ?? [], 'errors')];
  });
  return new Map([...Map.groupBy(found, ([path]) => path)].map(([path, texts]) => [path, texts.map(([, text]) => text)]));
}

describe('pseudonymise mode', () => {
  it('names only fields that the schema has', () => {
    const known = new Set(coordinates);
    expect([...shownOtherwise.keys()].filter((coordinate) => !known.has(coordinate))).toEqual([]);
  });

  it('shows no name in any field of any type to whoever sees pseudonyms, and all to an administrator and an auditor', async () => {
    const plainly = await toldTo(adminKey, alice);
    const telling = [...plainly].filter(([, texts]) => texts.some((text) => mark.test(text))).map(([path]) => path);
    expect(telling.length).toBeGreaterThan(60);
    for (const [who, key] of Object.entries(hidden)) {
      const told = await toldTo(key, pseudonym);
      const leaks = [...told].flatMap(([path, texts]) => texts.filter(tells).map((text) => `${who}: ${path}: ${text}`));
      expect(leaks.slice(0, 20).map((leak) => leak.slice(0, 300))).toEqual([]);
      const missing = telling.filter((path) => !told.has(path) && !/people|apiKeys|auditEntries|Baseline</.test(path));
      expect(who === 'ANALYST' ? missing.filter((path) => !mark.test(path)) : []).toEqual([]);
    }
    const audited = await toldTo(world.auditor, alice);
    expect([...audited.values()].flat().some((text) => mark.test(text))).toBe(true);
  });

  it('shows no name in any item of any subscription, live or replayed, over a shared channel or by itself', async () => {
    const cursor = (await data(world.service, '{ activities(first: 20, orderBy: { field: RECORDED_AT }) { nodes { cursor } } }')).activities
      .nodes[19].cursor;
    const type = printed.getSubscriptionType()!;
    const client = socketClient(world.service, world.analyst);
    const items: Record<string, string[]> = {};
    const streams = Object.values(type.getFields()).filter(({ name }) => name !== 'sessionTerminated');
    const before = await gauge(world.service, 'lapwing_subscriptions_live_total');
    for (const field of streams) {
      for (const after of [null, cursor]) {
        const event = printed.getPossibleTypes(getNamedType(field.type) as GraphQLUnionType).find(({ name }) => name !== 'Lagged')!;
        const paths = [...pathsFrom(event)]
          .filter(([, path]) => path.length <= 2)
          .flatMap(([name, path]) => pathsToFields(printed.getType(name) as typeof query, path))
          .filter((path) => plain(path.at(-1)!) && path.length > 0)
          .filter((path) => !path.some((step) => /baseline/.test(step.field.name) || ruleOfStep(step) === 'ADMINISTER'));
        const places = [
          ...Map.groupBy(paths, (path) =>
            path
              .slice(0, -1)
              .map(({ field: one, as }) => `${one.name}<${as?.name}>`)
              .join('.'),
          ).values(),
        ];
        const selections = places.map((group, place) =>
          group[0]!.length === 1 ? group.map((path) => path[0]!.field.name).join(' ') : select(`a${place}`, group, () => ''),
        );
        const document = `subscription($after: Cursor) { ${field.name}(after: $after) { __typename ... on ${event.name} { ${selections.join('\n')} } } }`;
        const seen: string[] = [];
        items[`${field.name} ${String(after)}`] = seen;
        client.subscribe(
          { query: document, variables: { after } },
          {
            next: (item) => void seen.push(JSON.stringify(item)),
            error: (error) => void seen.push(`failed ${JSON.stringify(error)}`),
            complete: () => undefined,
          },
        );
      }
    }
    const running = async () => (await gauge(world.service, 'lapwing_subscriptions_live_total')) - before;
    await until('all are live', async () => (await running()) >= streams.length * 2, 30_000);
    for (const [place, user] of names.entries()) {
      world.clock.advance(60);
      await trackAll(
        world.service,
        activitiesOf(`${user}`, place)
          .slice(-7)
          .map((one) => ({ ...one, occurredAt: undefined })),
      );
    }
    await trackAll(world.service, activitiesOf('qzzqnew', 9));
    await until('each has had items', () => Object.values(items).every((seen) => seen.length > 0));
    await client.dispose();
    const all = Object.entries(items).flatMap(([name, seen]) => seen.map((item) => `${name}: ${item}`));
    const leak = /.{0,120}qzzq.{0,60}/i;
    expect(all.flatMap((item) => leak.exec(item)?.[0] ?? []).slice(0, 20)).toEqual([]);
    expect(all.filter((item) => /: failed|"errors"/.test(item)).map((item) => item.slice(0, 500))).toEqual([]);
  });
});
