import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rows } from '../flow/harness.ts';
import { ask, data, makeKey, makeOrganisation, track } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { adminKey, startPair, testClock } from '../harness/service.ts';

/** Secrets that their owners register, on two processes of one database. */

let pair: Awaited<ReturnType<typeof startPair>>;
let clock: TestClock;
let a: Service;
let b: Service;
beforeAll(async () => {
  clock = testClock('2026-11-22T10:00:00Z');
  pair = await startPair(clock);
  ({ a, b } = pair);
});
afterAll(() => pair.close());

type Input = { name?: string; secret?: string; reason?: string };
const registering = `mutation Register($input: RegisterSecretInput!) { registerSecret(input: $input) {
  knownSecret { id name registeredAt registeredBy uses lastFoundAt } userErrors { code field message hint } } }`;
const register = async (service: Service, input: Input, key = adminKey) =>
  (await data(service, registering, { input: { name: 'a name', ...input } }, key)).registerSecret;
const forget = async (service: Service, id: string, key = adminKey) =>
  (
    await data(
      service,
      'mutation($id: ID!) { forgetSecret(input: { id: $id, reason: "rotated" }) { knownSecret { id uses lastFoundAt } userErrors { code field } } }',
      { id },
      key,
    )
  ).forgetSecret;
const known = async (service: Service, key = adminKey) =>
  (await data(service, '{ knownSecrets { id name registeredAt registeredBy uses lastFoundAt } }', {}, key)).knownSecrets;
const commandOf = async (service: Service, command: string, key = adminKey): Promise<string> => {
  const { trackActivity } = await data(
    service,
    `mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { activity { ... on TerminalActivity { command } } } } }`,
    { input: { user: 'ada', detail: { terminal: { command } } } },
    key,
  );
  return trackActivity.receipt.activity.command;
};

describe('a registered secret', () => {
  const secret = 'Tr0ub4dor & 3';
  const hidden = 'unlock ‹redacted:known› now';

  it('is found from the very next activity on, in every process, and not before', async () => {
    for (const service of [a, b, a]) expect(await commandOf(service, `unlock ${secret} now`)).toBe(`unlock ${secret} now`);
    const { knownSecret, userErrors } = await register(a, { name: 'front door', secret, reason: 'asked for' });
    expect([knownSecret, userErrors]).toEqual([
      {
        id: expect.any(String),
        name: 'front door',
        registeredAt: '2026-11-22T10:00:00.000000Z',
        registeredBy: 'LAPWING_ADMIN_KEY',
        uses: 0,
        lastFoundAt: null,
      },
      [],
    ]);
    for (const service of [b, a, b]) expect(await commandOf(service, `unlock ${secret} now`)).toBe(hidden);
  });

  it('is listed with how often it was found and when last, by the time of the activity', async () => {
    await track(b, { user: 'bob', occurredAt: '2026-11-22T10:04:00Z', detail: { terminal: { command: `try ${secret}` } } });
    expect(await known(b)).toMatchObject([{ name: 'front door', uses: 4, lastFoundAt: '2026-11-22T10:04:00.000000Z' }]);
    const { secretUsages } = await data(a, '{ secretUsages(filter: { secret: { eq: "front door" } }) { totalCount } }');
    expect(secretUsages.totalCount).toBe(4);
  });

  it('is a conflict when it is registered again, by whatever name and in whatever process', async () => {
    const { knownSecret, userErrors } = await register(b, { name: 'another', secret });
    expect(knownSecret).toBeNull();
    expect(userErrors).toEqual([
      { code: 'CONFLICT', field: ['input', 'secret'], message: 'this secret is registered already', hint: null },
    ]);
  });

  it('is of its organisation only', async () => {
    const other = await makeOrganisation(a, 'other');
    expect(await commandOf(b, `unlock ${secret} now`, other)).toBe(`unlock ${secret} now`);
    expect(await known(a, other)).toEqual([]);
    const [{ id }] = await known(a);
    expect((await forget(a, id, other)).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
    expect((await register(a, { secret }, other)).userErrors).toEqual([]);
  });

  it('is looked for no more once it is forgotten, tells nothing of itself then, and can be registered anew', async () => {
    const [{ id }] = await known(b);
    expect(await forget(b, id)).toEqual({ knownSecret: { id, uses: 0, lastFoundAt: null }, userErrors: [] });
    for (const service of [a, b]) expect(await commandOf(service, `unlock ${secret} now`)).toBe(`unlock ${secret} now`);
    expect(await known(a)).toEqual([]);
    const kept = await rows(
      a.databaseUrl,
      `select name, fingerprint, hash, prefix_hash, length from known_secret where forgotten_at is not null`,
    );
    expect(kept).toEqual([{ name: 'front door', fingerprint: null, hash: null, prefix_hash: null, length: null }]);
    expect((await forget(a, id)).userErrors).toEqual([{ code: 'CONFLICT', field: ['input', 'id'] }]);
    await register(a, { name: 'side door', secret });
    expect(await commandOf(b, `unlock ${secret} now`)).toBe(hidden);
    expect(await known(a)).toMatchObject([{ name: 'side door', uses: 5 }]); // those from before are its own
  });

  it('is registered and forgotten on record, by its name, and the settings count another change', async () => {
    const { auditEntries } = await data(
      a,
      `{ auditEntries(filter: { action: { in: [SECRET_REGISTERED, SECRET_FORGOTTEN] } }) {
        nodes { action actor { name } target reason before after operation reads { field } } } }`,
    );
    const entry = { actor: { name: 'LAPWING_ADMIN_KEY' }, before: null, operation: null, reads: null };
    const target = expect.stringMatching(/^KnownSecret:[0-9a-f-]{36}$/);
    expect(auditEntries.nodes).toEqual([
      { ...entry, target, action: 'SECRET_REGISTERED', after: { name: 'side door' }, reason: null },
      { ...entry, target, action: 'SECRET_FORGOTTEN', after: { name: 'front door' }, reason: 'rotated' },
      { ...entry, target, action: 'SECRET_REGISTERED', after: { name: 'front door' }, reason: 'asked for' },
    ]);
    const kinds = await rows<{ kind: string }>(
      a.databaseUrl,
      `select kind from log_entry e join organisation o on o.id = e.organisation_id
      where o.name = 'default' and (kind like 'SECRET%' or kind = 'SETTINGS_CHANGED') order by seq`,
    );
    const change = (kind: string) => ['SETTINGS_CHANGED', kind];
    expect(kinds.map(({ kind }) => kind)).toEqual(['SECRET_REGISTERED', 'SECRET_FORGOTTEN', 'SECRET_REGISTERED'].flatMap(change));
  });
});

describe('wherever it stands a registered secret', () => {
  const secret = 'p@ss w0rd/of the+house';
  const inMetadata = (metadata: object) => ({ metadata, detail: { web: { page: '/' } } });
  beforeAll(() => register(a, { name: 'house', secret }));

  it.each<[where: string, activity: object, field: string[]]>([
    ['in an option that takes a password', { detail: { terminal: { command: `tool --password='${secret}' run` } } }, ['detail', 'command']],
    ['percent-encoded', { detail: { web: { page: `/login?next=${encodeURIComponent(secret)}` } } }, ['detail', 'page']],
    ['in base64', inMetadata({ body: Buffer.from(`{"key": "${secret}"}`).toString('base64') }), ['metadata', 'body']],
    ['in an output', { detail: { terminal: { command: 'show', output: `it is\n${secret}\n` } } }, ['detail', 'output']],
    ['deep in metadata', inMetadata({ a: [{ b: `x${secret}x` }] }), ['metadata', 'a', '0', 'b']],
    ['in a user agent', { userAgent: `bot/1 (${secret})`, detail: { web: { page: '/' } } }, ['userAgent']],
  ])('is named: %s', async (_where, activity, field) => {
    const { trackActivity } = await data(
      b,
      `mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { activity { secrets { secret kind field } } } } }`,
      { input: { user: 'ada', ...activity } },
    );
    expect(trackActivity.receipt.activity.secrets).toEqual([{ secret: 'house', kind: 'KNOWN', field }]);
  });
});

describe('what is registered', () => {
  const refusals = async (input: Input) =>
    (await register(a, input)).userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join('.')}`);

  it.each<[what: string, input: Input, expected: string[]]>([
    ['7 characters', { secret: 'a'.repeat(7) }, ['TOO_SHORT input.secret']],
    ['8 characters', { secret: 'a'.repeat(8) }, []],
    ['8,192 characters', { secret: 'b'.repeat(8_192) }, []],
    ['8,193 characters', { secret: 'b'.repeat(8_193) }, ['TOO_LONG input.secret']],
    ['nothing but spaces', { secret: ' '.repeat(8) }, ['BLANK input.secret']],
    ['what no text can hold', { secret: 'a secret\0' }, ['BAD_CHARACTER input.secret']],
    ['half a character', { secret: 'a secret\ud800' }, ['BAD_CHARACTER input.secret']],
    ['a name of 256 characters', { secret: 'c-secret', name: 'n'.repeat(256) }, []],
    ['a name of 257 characters', { secret: 'd-secret', name: 'n'.repeat(257) }, ['TOO_LONG input.name']],
    ['no name', { secret: 'd-secret', name: ' ' }, ['BLANK input.name']],
    ['a name that tells it', { secret: 'd-secret', name: 'my d-secret' }, ['HOLDS_SECRET input.name']],
    ['a reason that tells it', { secret: 'd-secret', reason: 'for d-secret' }, ['HOLDS_SECRET input.reason']],
    ['a reason of 1,025 characters', { secret: 'd-secret', reason: 'r'.repeat(1_025) }, ['TOO_LONG input.reason']],
  ])('is checked: %s', async (_what, input, expected) => {
    expect(await refusals(input)).toEqual(expected);
  });

  it('is called and explained without other secrets', async () => {
    await register(a, { secret: 'the first of two' });
    const texts = { name: 'after the first of two', reason: 'instead of the first of two' };
    expect((await register(b, { secret: 'the second', ...texts })).knownSecret.name).toBe('after ‹redacted:known›');
    const { auditEntries } = await data(
      a,
      '{ auditEntries(first: 1, filter: { action: { eq: SECRET_REGISTERED } }) { nodes { reason after } } }',
    );
    expect(auditEntries.nodes).toEqual([{ reason: 'instead of ‹redacted:known›', after: { name: 'after ‹redacted:known›' } }]);
  });

  it('is at most 1,000 secrets, of which the forgotten are none', async () => {
    const admin = await makeOrganisation(a, 'full');
    const [full] = await rows<{ id: string }>(a.databaseUrl, `select id from organisation where name = 'full'`);
    await rows(
      a.databaseUrl,
      `insert into known_secret (id, organisation_id, name, fingerprint, hash, prefix_hash, length, registered_at, registered_by)
      select gen_random_uuid(), $1, 'n', n::text, n::text, n, 8, now(), 'test' from generate_series(1, 998) n`,
      [full!.id],
    );
    expect((await register(a, { secret: 'number 999' }, admin)).userErrors).toEqual([]);
    const last = await register(b, { secret: 'number 1,000' }, admin);
    expect(last.userErrors).toEqual([]);
    expect((await register(a, { secret: 'number 1,001' }, admin)).userErrors).toMatchObject([
      { code: 'TOO_MANY', field: ['input', 'secret'] },
    ]);
    expect(await known(b, admin)).toHaveLength(1_000);
    await forget(a, last.knownSecret.id, admin);
    expect((await register(a, { secret: 'number 1,001' }, admin)).userErrors).toEqual([]);
  });

  it('is a matter of administrators', async () => {
    for (const role of ['ANALYST', 'AUDITOR', 'SERVICE']) {
      const { secret: key } = await makeKey(a, { role });
      for (const [query, variables] of [
        ['{ knownSecrets { id } }', {}],
        [registering, { input: { name: 'n', secret: 'e-secret' } }],
      ] as const) {
        expect((await ask(a, query, variables, key)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      }
    }
  });

  it('is nowhere afterwards: not in any table, not in the log of either process', async () => {
    const secret = ['never', 'to', 'be', 'seen'].join('~');
    await register(a, { name: 'silent', secret });
    await register(a, { name: 'silent again', secret });
    await register(b, { name: `it is ${secret}`, secret });
    await ask(b, registering.replace('knownSecret {', 'knownSecret { nothing'), { input: { name: 'wrong', secret } });
    await ask(b, registering, { input: { name: 1, secret } });
    await commandOf(b, `echo ${secret}`);
    const tables = await rows<{ name: string }>(
      a.databaseUrl,
      `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    const held = [];
    for (const { name } of tables) {
      const found = await rows(a.databaseUrl, `select 1 from ${name} t where t::text like '%' || $1 || '%' limit 1`, [secret]);
      if (found.length > 0) held.push(name);
    }
    expect(tables.length).toBeGreaterThan(20);
    expect([held, [...a.logLines, ...b.logLines].filter((line) => line.includes(secret))]).toEqual([[], []]);
  });
});
