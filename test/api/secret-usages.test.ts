import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow } from '../flow/harness.ts';
import { ask, data, makeKey, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

/** Uses of secrets, reported and found, as the API tells of them. */

let service: Service;
const registered = 'correct horse battery';
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-11-22T10:00:00Z') });
  await data(service, 'mutation($input: RegisterSecretInput!) { registerSecret(input: $input) { userErrors { code } } }', {
    input: { name: 'billing database', secret: registered },
  });
  const at = (minute: number) => `2026-11-22T09:0${minute}:00Z`;
  const reported = [{ secret: 'vault' }, { secret: 'safe', granted: false, reason: 'not yours' }];
  await track(service, { user: 'ada', session: 'a-1', occurredAt: at(1), secretsUsed: reported, detail: { web: { endpoint: '/keys' } } });
  await track(service, { user: 'ada', session: 'a-1', occurredAt: at(2), detail: { terminal: { command: `login '${registered}'` } } });
  await track(service, {
    user: 'bob',
    occurredAt: at(3),
    outcome: 'DENIED',
    metadata: { form: { fields: ['x', registered] } },
    detail: { web: { page: '/login' } },
  });
  await track(service, { user: 'bob', occurredAt: at(4), detail: { web: { page: '/plain' } } });
});
afterAll(() => service.close());

const fields = 'secret kind granted reason field at occurredAt user { externalId } session { externalId } activity { type }';
const list = async (filter: object = {}) =>
  (
    await data(service, `query($filter: SecretUsageFilter) { secretUsages(filter: $filter) { totalCount nodes { ${fields} } } }`, {
      filter,
    })
  ).secretUsages;

const adas = { user: { externalId: 'ada' }, session: { externalId: 'a-1' } };
const vault = {
  ...adas,
  secret: 'vault',
  kind: 'REPORTED',
  granted: true,
  reason: null,
  field: null,
  at: null,
  occurredAt: '2026-11-22T09:01:00.000000Z',
  activity: { type: 'API_CALL' },
};
const safe = { ...vault, secret: 'safe', granted: false, reason: 'not yours' };
const typed = {
  ...adas,
  secret: 'billing database',
  kind: 'KNOWN',
  granted: true,
  reason: null,
  field: ['detail', 'command'],
  at: 7,
  occurredAt: '2026-11-22T09:02:00.000000Z',
  activity: { type: 'COMMAND' },
};
const denied = {
  ...typed,
  user: { externalId: 'bob' },
  session: null,
  granted: false,
  reason: "the activity's outcome is DENIED",
  field: ['metadata', 'form', 'fields', '1'],
  at: 0,
  occurredAt: '2026-11-22T09:03:00.000000Z',
  activity: { type: 'PAGE_VIEW' },
};

describe('uses of secrets', () => {
  it('are listed latest first, with what each is, how it was found and who used it', async () => {
    const { totalCount, nodes } = await list();
    expect(totalCount).toBe(4);
    expect(nodes.slice(0, 2)).toEqual([denied, typed]);
    expect(nodes.slice(2)).toEqual(expect.arrayContaining([vault, safe]));
  });

  it('are found again by one fingerprint, which only those have that were found', async () => {
    const { secretUsages } = await data(service, '{ secretUsages { nodes { fingerprint } } }');
    const [first, second, ...others] = secretUsages.nodes.map(({ fingerprint }: { fingerprint: string | null }) => fingerprint);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect([second, ...others]).toEqual([first, null, null]);
    expect((await list({ fingerprint: { eq: first } })).nodes).toEqual([denied, typed]);
  });

  it.each<[filter: object, expected: object[]]>([
    [{ user: { eq: 'bob' } }, [denied]],
    [{ session: { eq: 'a-1' }, kind: { neq: 'REPORTED' } }, [typed]],
    [{ session: { null: true } }, [denied]],
    [{ secret: { startsWith: 'billing' } }, [denied, typed]],
    [{ secret: { in: ['vault', 'none'] } }, [vault]],
    [{ fingerprint: { null: true }, granted: { eq: false } }, [safe]],
    [{ kind: { in: ['KNOWN', 'JWT'] }, granted: { eq: true } }, [typed]],
    [{ granted: { eq: false }, occurredAt: { gt: '2026-11-22T09:01:00Z' } }, [denied]],
    [{ occurredAt: { lt: '2026-11-22T09:01:00Z' } }, []],
    [{ recordedAt: { gte: '2026-11-22T10:00:00Z' }, user: { eq: 'bob' } }, [denied]],
    [{ or: [{ user: { eq: 'bob' } }, { and: [{ kind: { eq: 'REPORTED' } }, { granted: { eq: true } }] }] }, [denied, vault]],
  ])('are filtered by %j', async (filter, expected) => {
    const { nodes, totalCount } = await list(filter);
    expect([totalCount, nodes]).toEqual([expected.length, expected]);
  });

  it('come in pages that go on where the last ended, both ways', async () => {
    const page = async (more: string) =>
      (await data(service, `{ secretUsages(${more}) { edges { cursor node { secret field } } } }`)).secretUsages;
    const { edges: all } = await page('first: 10');
    type Edge = { cursor: string };
    const walked: Edge[] = [];
    for (let after = ''; walked.length < 4; after = `, after: "${walked.at(-1)!.cursor}"`)
      walked.push(...(await page(`first: 1${after}`)).edges);
    expect(walked).toEqual(all);
    expect((await page(`first: 1, after: "${all[3].cursor}"`)).edges).toEqual([]);
    expect((await page(`last: 2, before: "${all[3].cursor}"`)).edges).toEqual(all.slice(1, 3));
  });

  it('are those that their activities, receipts and streams tell of, in the order of the activity', async () => {
    const { activities } = await data(service, `{ activities { nodes { secrets { ${fields} } } } }`);
    expect(activities.nodes.map(({ secrets }: { secrets: object[] }) => secrets)).toEqual([[], [denied], [typed], [vault, safe]]);
    const stream = await follow(
      service,
      'subscription { activityRecorded { ... on ActivityEvent { activity { secrets { secret kind at } } } } }',
    );
    const { trackActivity } = await data(
      service,
      'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { activity { secrets { secret kind at } } } } }',
      { input: { user: 'eve', occurredAt: '2026-11-21T00:00:00Z', detail: { terminal: { command: `echo ${registered} ${registered}` } } } },
    );
    const { activity } = trackActivity.receipt;
    expect(activity.secrets).toEqual([5, 6 + '‹redacted:known›'.length].map((at) => ({ secret: 'billing database', kind: 'KNOWN', at })));
    expect((await stream.next()).activityRecorded.activity).toEqual(activity);
    await stream.close();
  });

  it('were denied where the sign-in failed, whatever outcome was sent with it', async () => {
    const { trackActivity } = await data(
      service,
      'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { activity { secrets { granted reason field } } } } }',
      { input: { user: 'mia', detail: { auth: { event: 'FAILURE', reason: `wrong password ${registered}` } } } },
    );
    expect(trackActivity.receipt.activity.secrets).toEqual([
      { granted: false, reason: "the activity's outcome is FAILURE", field: ['detail', 'reason'] },
    ]);
  });

  it('are shown to members as far as they are their own, and reading those of others is on record', async () => {
    const { secret: member } = await makeKey(service, { role: 'MEMBER', user: 'bob' });
    const { secretUsages } = await data(service, '{ secretUsages { totalCount nodes { user { externalId } } } }', {}, member);
    expect(secretUsages).toEqual({ totalCount: 1, nodes: [{ user: { externalId: 'bob' } }] });
    const { secret: sender } = await makeKey(service, { role: 'SERVICE' });
    expect((await ask(service, '{ secretUsages { totalCount } }', {}, sender)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await data(service, 'query Uses { secretUsages(filter: { user: { eq: "ada" } }) { nodes { kind } } }');
    const { auditEntries } = await data(
      service,
      '{ auditEntries(first: 1, filter: { operation: { eq: "Uses" } }) { nodes { action rows reads { field arguments } } } }',
    );
    expect(auditEntries.nodes).toEqual([
      { action: 'READ', rows: 3, reads: [{ field: 'secretUsages', arguments: { filter: { user: { eq: 'ada' } } } }] },
    ]);
  });
});
