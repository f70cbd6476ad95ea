import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { ActivitiesOfUser, RecordedActivities, TrackOne } from './documents.ts';
import type { ActivityType, TypedDocumentString } from './generated/graphql.ts';
import { ask } from './harness/client.ts';
import { adminKey, startService, type Service } from './harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** Asks with variables and an answer of the types that codegen read from the schema. */
async function send<Result, Variables extends object>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const { data, errors } = await ask(service, document.toString(), variables);
  expect(errors).toBeUndefined();
  return data;
}

const login = { user: 'grace', session: 's-1', detail: { auth: { event: 'LOGIN' as const } } };
const command = { user: 'grace', session: 's-1', detail: { terminal: { command: 'ls -l' } } };

describe('typed documents', () => {
  it('track, list page by page, and follow what was recorded', async () => {
    const first = await send(TrackOne, { input: login });
    const second = await send(TrackOne, { input: command });
    expect(first.trackActivity?.userErrors).toEqual([]);
    expect(first.trackActivity?.receipt).toMatchObject({ duplicate: false, sessionStatus: 'ACTIVE' });

    const page = await send(ActivitiesOfUser, { user: 'grace', first: 1 });
    expect(page.activities?.nodes).toMatchObject([{ type: 'LOGIN', event: 'LOGIN' }]);
    expect(page.activities?.pageInfo.hasNextPage).toBe(true);
    const next = await send(ActivitiesOfUser, { user: 'grace', first: 1, after: page.activities?.pageInfo.endCursor });
    expect(next.activities?.nodes).toMatchObject([{ type: 'COMMAND', command: 'ls -l' }]);
    expect(next.activities?.pageInfo.hasNextPage).toBe(false);

    const client = createClient({
      url: service.ws,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${adminKey}` },
    });
    const after = first.trackActivity?.receipt?.cursor ?? null;
    const stream = client.iterate({ query: RecordedActivities.toString(), variables: { user: 'grace', after } });
    const item = await stream.next();
    await stream.return?.();
    await client.dispose();
    expect(item.value.data.activityRecorded).toEqual({
      cursor: second.trackActivity?.receipt?.cursor,
      activity: { type: 'COMMAND', user: { externalId: 'grace' } },
    });
  });

  it('know the types of the schema', () => {
    type Node = NonNullable<Awaited<ReturnType<typeof listed>>['activities']>['nodes'][number];
    const listed = () => send(ActivitiesOfUser, { user: 'grace', first: 1 });
    expectTypeOf<Node['type']>().toEqualTypeOf<ActivityType>();
    expectTypeOf<Node['occurredAt']>().toEqualTypeOf<string>();
  });
});
