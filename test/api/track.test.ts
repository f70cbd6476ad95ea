import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
  const all = 'storedTexts: [KEYSTROKES, FORM_VALUES, TERMINAL_OUTPUT]';
  await data(service, `mutation { updateSettings(input: { ${all} }) { userErrors { code } } }`);
});
afterAll(() => service.close());

const common =
  'id uuid type occurredAt recordedAt sourceIp userAgent deviceType outcome onBehalfOf metadata user { externalId } session { externalId }';
const envelope = {
  user: 'ada',
  session: 'ada-1',
  occurredAt: '2026-11-03T09:08:07.123456Z',
  sourceIp: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  outcome: 'DENIED',
  onBehalfOf: 'grace',
  metadata: { tags: ['a', 1, true, null, { deep: 1.5 }], 'key with "quotes"': '', __proto: {} },
};

/** Every field of every kind, as C15–C18, A2 and B4 list them, with a value that differs from any default. */
const kinds = {
  web: {
    action: 'FILE_DOWNLOAD',
    page: '/reports?q=1#top',
    pageTitle: 'Reports',
    endpoint: '/api/reports/7',
    method: 'PATCH',
    statusCode: 206,
    durationMs: 2_147_483_647,
    referrer: 'https://example.org/from',
  },
  terminal: { command: 'ls -la', workingDirectory: '/srv', exitCode: -9, output: 'total 0\n\tx', shell: 'zsh', elevated: true },
  file: { operation: 'RENAME', path: '/a', newPath: '/b', fileType: 'text/plain', sizeBytes: 9_007_199_254_740_991 },
  browser: { action: 'TYPE', url: 'https://example.org/', selector: '#q > input', inputValue: 'hello', statusCode: 418 },
  desktop: {
    action: 'TYPE',
    x: -65_536,
    y: 65_536,
    windowTitle: 'Editor',
    application: 'vim',
    inputText: ':wq',
    screenshotPath: '/tmp/s.png',
  },
  auth: { event: 'SSH_LOGOUT', method: 'publickey', reason: 'idle', host: 'bastion' },
  access: { change: 'ROLE', target: 'bob', before: 'reader', after: 'owner' },
};
const kindNames = Object.keys(kinds) as (keyof typeof kinds)[];
const typeName = (kind: string) => `${kind[0]!.toUpperCase()}${kind.slice(1)}Activity`;

describe('an activity', () => {
  it.each(kindNames)('of kind %s comes back from node(id) as it was sent, every field', async (kind) => {
    const { activity } = await track(service, { ...envelope, detail: { [kind]: kinds[kind] } });
    const fields = Object.keys(kinds[kind]).join(' ');
    const { node } = await data(
      service,
      `query($id: ID!) { node(id: $id) { __typename ... on Activity { ${common} } ... on ${typeName(kind)} { ${fields} } } }`,
      { id: activity.id },
    );
    const { user, session, recordedAt, type, uuid, ...stored } = node;
    const { user: sentUser, session: sentSession, ...sent } = envelope;
    expect(stored).toEqual({ __typename: typeName(kind), id: activity.id, deviceType: 'MOBILE', ...sent, ...kinds[kind] });
    expect([user.externalId, session.externalId, type, uuid]).toEqual([sentUser, sentSession, activity.type, activity.uuid]);
    expect(Math.abs(Date.parse(recordedAt) - Date.now())).toBeLessThan(60_000);
  });

  it.each(kindNames)('of kind %s has null for every field that was left out', async (kind) => {
    const required: Record<string, object> = {
      web: {},
      terminal: { command: 'true', elevated: null },
      file: { operation: 'READ', path: '/a' },
      browser: { action: 'CLICK' },
      desktop: { action: 'CLICK' },
      auth: { event: 'MFA_CHALLENGE' },
      access: { change: 'PERMISSION' },
    };
    const { activity } = await track(service, { user: 'bare', detail: { [kind]: required[kind] } });
    const fields = Object.keys(kinds[kind]).join(' ');
    const { node } = await data(service, `query($id: ID!) { node(id: $id) { ... on ${typeName(kind)} { ${common} ${fields} } } }`, {
      id: activity.id,
    });
    const nulls = Object.fromEntries(Object.keys(kinds[kind]).map((field) => [field, null]));
    const absent = { sourceIp: null, userAgent: null, deviceType: null, onBehalfOf: null, metadata: null, session: null };
    expect(node).toMatchObject({ ...nulls, ...absent, outcome: 'SUCCESS', ...required[kind] });
  });

  it('keeps its microseconds, whatever the offset it was sent with', async () => {
    const sent = [
      '2026-11-03T10:08:07.000001+01:00',
      '1999-12-31T23:59:59.999999Z',
      '2026-11-03 09:08:07.5Z',
      '2026-11-03T09:08:07.1234569Z',
    ];
    const { receipts } = await trackAll(
      service,
      sent.map((occurredAt) => ({ user: 'micro', occurredAt, detail: { web: {} } })),
    );
    expect(receipts.map((receipt: { activity: { occurredAt: string } }) => receipt.activity.occurredAt)).toEqual([
      '2026-11-03T09:08:07.000001Z',
      '1999-12-31T23:59:59.999999Z',
      '2026-11-03T09:08:07.500000Z',
      '2026-11-03T09:08:07.123456Z',
    ]);
  });

  it('can have each of the flat types', async () => {
    const of = (kind: string, field: string, values: string, more: object = {}) =>
      values.split(' ').map((value) => ({ [kind]: { [field]: value, ...more } }));
    const details = [
      { web: { page: '/' } },
      { web: { endpoint: '/api' } },
      ...of('web', 'action', 'FILE_DOWNLOAD'),
      { terminal: { command: 'ls' } },
      { terminal: { command: 'sudo ls' } },
      ...of('file', 'operation', 'CREATE READ UPDATE DELETE RENAME MOVE UPLOAD', { path: '/a' }),
      ...of('browser', 'action', 'NAVIGATE CLICK TYPE SUBMIT SCROLL'),
      ...of('desktop', 'action', 'CLICK TYPE MOVE SCREENSHOT FOCUS'),
      ...of('auth', 'event', 'LOGIN LOGOUT SSH_LOGIN SSH_LOGOUT FAILURE MFA_CHALLENGE MFA_FAILURE'),
      ...of('access', 'change', 'PERMISSION ROLE USER_CREATED USER_DELETED SUDO_POLICY_VIOLATION'),
    ];
    const { receipts, userErrors } = await trackAll(
      service,
      details.map((detail) => ({ user: 'types', detail })),
    );
    expect(userErrors).toEqual([]);
    const { __type } = await data(service, '{ __type(name: "ActivityType") { enumValues { name } } }');
    expect(receipts.map((receipt: { activity: { type: string } }) => receipt.activity.type).toSorted()).toEqual(
      __type.enumValues.map((value: { name: string }) => value.name).toSorted(),
    );
  });

  const failures: [event: string, outcome: string, type: string][] = [
    ['FAILURE', 'SUCCESS', 'AUTH_FAILURE'],
    ['MFA_FAILURE', 'SUCCESS', 'MFA_FAILURE'],
    ['LOGIN', 'FAILURE', 'AUTH_FAILURE'],
    ['SSH_LOGIN', 'DENIED', 'AUTH_FAILURE'],
  ];
  it.each(failures)('that is a sign-in %s with outcome %s is a failed %s', async (event, outcome, type) => {
    const { activity } = await track(service, { user: 'failing', outcome, userAgent: '', detail: { auth: { event } } });
    const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on Activity { type outcome userAgent deviceType } } }', {
      id: activity.id,
    });
    expect(node).toEqual({ type, outcome: 'FAILURE', userAgent: '', deviceType: null });
  });
});

describe('an idempotency key', () => {
  const item = (idempotencyKey: string, user = 'idem') => ({ user, idempotencyKey, session: `${user}-s`, detail: { web: { page: '/' } } });
  const count = async (user: string) =>
    (await data(service, 'query($user: String!) { activities(filter: { user: { eq: $user } }) { totalCount } }', { user })).activities
      .totalCount;

  const conflicts = async (activities: object[]) => (await trackAll(service, activities)) as { receipts: object[]; userErrors: object[] };

  it('answers the first receipt when the same activity comes again, however it is spelled', async () => {
    const sent = {
      ...item('key-1'),
      metadata: { a: 1, b: [{ c: null, d: 'é' }] },
      detail: { terminal: { command: 'curl https://example.org/x | bash' } },
    };
    const first = await track(service, sent);
    const second = await track(service, {
      metadata: { b: [{ d: 'é', c: null }], a: 1 },
      outcome: 'SUCCESS',
      sourceIp: null,
      ...item('key-1'),
      detail: { terminal: { exitCode: null, command: 'curl https://example.org/x | bash' } },
    });
    expect(first.duplicate).toBe(false);
    expect(first.anomalies.map((anomaly: { type: string }) => anomaly.type)).toContain('SUSPICIOUS_COMMAND');
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await count('idem')).toBe(1);
  });

  const sent = {
    sourceIp: '203.0.113.7',
    occurredAt: '2026-11-03T09:08:07Z',
    metadata: { a: 1, b: null },
    detail: { auth: { event: 'LOGIN' } },
  };
  it.each([
    ['user', { user: 'other' }],
    ['session', { session: null }],
    ['occurredAt', { occurredAt: '2026-11-03T09:08:07.000001Z' }],
    ['occurredAt, left out', { occurredAt: null }],
    ['outcome', { outcome: 'DENIED' }],
    ['sourceIp', { sourceIp: '203.0.113.8' }],
    ['metadata', { metadata: { a: 1 } }],
    ['field of the detail', { detail: { auth: { event: 'LOGIN', method: 'password' } } }],
    ['kind', { detail: { web: {} } }],
  ])('is refused for an activity with another %s, which says when the first was recorded and nothing else of it', async (what, other) => {
    const first = { ...item(`conflict ${what}`, 'conflicts'), ...sent };
    const { activity } = await track(service, first);
    const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on Activity { recordedAt } } }', { id: activity.id });
    const { receipts, userErrors } = await conflicts([{ ...first, ...other }, first]);
    expect(receipts.map((receipt) => receipt && 'duplicate' in receipt && receipt.duplicate)).toEqual([null, true]);
    expect(userErrors).toEqual([
      {
        code: 'IDEMPOTENCY_CONFLICT',
        field: ['input', 'activities', '0', 'idempotencyKey'],
        message: `this key stands for another activity, ${activity.uuid}, recorded at ${node.recordedAt}`,
        hint: 'send another activity under a key of its own, and the same one again exactly as it was sent',
      },
    ]);
  });

  it('stands for the first of different activities, in one batch and in twenty requests at once', async () => {
    const page = (place: number) => ({ ...item('key-6', 'different'), detail: { web: { page: `/${place}` } } });
    const { receipts, userErrors } = await conflicts([page(0), page(1), page(0)]);
    expect(receipts.map((receipt) => receipt && 'duplicate' in receipt && receipt.duplicate)).toEqual([false, null, true]);
    expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT', field: ['input', 'activities', '1', 'idempotencyKey'] }]);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, place) => conflicts([{ ...page(place), idempotencyKey: 'key-7' }])));
    expect(answers.filter(({ receipts: [receipt] }) => receipt)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toHaveLength(19);
    expect(await count('different')).toBe(2);
  });

  it('twice in one batch records one activity', async () => {
    const { receipts } = await trackAll(service, [item('key-2', 'twice'), item('key-3', 'twice'), item('key-2', 'twice')]);
    expect(receipts.map((receipt: { duplicate: boolean }) => receipt.duplicate)).toEqual([false, false, true]);
    expect(receipts[2]).toEqual({ ...receipts[0], duplicate: true });
    expect(await count('twice')).toBe(2);
  });

  it('in twenty requests at once records one activity', async () => {
    const receipts = await Promise.all(Array.from({ length: 20 }, () => track(service, item('key-4', 'twenty'))));
    expect(receipts.filter((receipt) => !receipt.duplicate)).toHaveLength(1);
    expect(new Set(receipts.map((receipt) => receipt.activity.id)).size).toBe(1);
    expect(await count('twenty')).toBe(1);
  });

  it('of a refused activity is still free', async () => {
    const { receipts } = await trackAll(service, [{ ...item('key-5', 'free'), sourceIp: 'nowhere' }, item('key-5', 'free')]);
    expect(receipts[0]).toBeNull();
    expect(receipts[1].duplicate).toBe(false);
  });
});

describe('a batch', () => {
  it('records the good items and says of each bad one what is wrong, all at once', async () => {
    const good = (page: string) => ({ user: 'mixed', detail: { web: { page } } });
    const { receipts, userErrors } = await trackAll(service, [
      good('/0'),
      { user: ' ', sourceIp: '999.0.0.1', userTimeZone: 'Mars/Olympus', detail: { web: { statusCode: 99 } } },
      good('/2'),
      { user: 'mixed', occurredAt: '2999-01-01T00:00:00Z', detail: { terminal: { command: '' } } },
      good('/4'),
    ]);
    expect(receipts.map((receipt: object | null) => receipt !== null)).toEqual([true, false, true, false, true]);
    expect(userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join('.')}`).toSorted()).toEqual([
      'BAD_ADDRESS input.activities.1.sourceIp',
      'BLANK input.activities.1.user',
      'BLANK input.activities.3.detail.terminal.command',
      'OUT_OF_RANGE input.activities.1.detail.web.statusCode',
      'TOO_FAR_AHEAD input.activities.3.occurredAt',
      'UNKNOWN_TIME_ZONE input.activities.1.userTimeZone',
    ]);
    const { activities } = await data(
      service,
      '{ activities(filter: { user: { eq: "mixed" } }) { nodes { ... on WebActivity { page } } } }',
    );
    expect(activities.nodes.map((node: { page: string }) => node.page).toSorted()).toEqual(['/0', '/2', '/4']);
  });

  it('that is empty records nothing', async () => {
    expect(await trackAll(service, [])).toEqual({ receipts: [], userErrors: [] });
  });

  it('keeps its order in lists where several happened at the same moment', async () => {
    const pages = Array.from({ length: 40 }, (_, place) => `/${place}`);
    const same = { user: 'tied', occurredAt: '2026-01-05T12:00:00Z' };
    await trackAll(
      service,
      pages.map((page) => ({ ...same, detail: { web: { page } } })),
    );
    const { activities } = await data(
      service,
      '{ activities(filter: { user: { eq: "tied" } }) { nodes { ... on WebActivity { page } } } }',
    );
    expect(activities.nodes.map((node: { page: string }) => node.page)).toEqual(pages.toReversed());
  });
});
