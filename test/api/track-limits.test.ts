import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-11-10T12:00:00Z') });
});
afterAll(() => service.close());

const web = { web: { page: '/' } };
const terminal = (command: string) => ({ user: 'limits', detail: { terminal: { command } } });

/** What is wrong with an activity, as `CODE path`; empty where it is recorded. */
async function refusals(input: object): Promise<string[]> {
  const { trackActivity } = await data(
    service,
    'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { duplicate } userErrors { code field } } }',
    { input },
  );
  expect(trackActivity.receipt === null).toBe(trackActivity.userErrors.length > 0);
  return trackActivity.userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join('.')}`);
}

/** A document that answers BAD_REQUEST, with the words that must be in the message. */
async function badRequest(input: object, words: RegExp): Promise<void> {
  const { data: answer, errors } = await ask(
    service,
    'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { duplicate } } }',
    { input },
  );
  expect(answer ?? null).toBeNull();
  expect(new Set(errors?.map((error) => error.extensions.code))).toEqual(new Set(['BAD_REQUEST']));
  expect(errors?.[0]?.message).toMatch(words);
}

describe('a text field', () => {
  const texts: [field: string, limit: number, input: (text: string) => object, path: string][] = [
    ['user', 256, (user) => ({ user, detail: web }), 'input.user'],
    ['session', 256, (session) => ({ user: 'a', session, detail: web }), 'input.session'],
    ['idempotencyKey', 256, (idempotencyKey) => ({ user: 'a', idempotencyKey, detail: web }), 'input.idempotencyKey'],
    ['onBehalfOf', 256, (onBehalfOf) => ({ user: 'a', onBehalfOf, detail: web }), 'input.onBehalfOf'],
    ['userAgent', 2_048, (userAgent) => ({ user: 'a', userAgent, detail: web }), 'input.userAgent'],
    ['command', 65_536, terminal, 'input.detail.terminal.command'],
    ['output', 65_536, (output) => ({ user: 'a', detail: { terminal: { command: 'ls', output } } }), 'input.detail.terminal.output'],
    ['path', 4_096, (path) => ({ user: 'a', detail: { file: { operation: 'READ', path } } }), 'input.detail.file.path'],
    [
      'inputText',
      8_192,
      (inputText) => ({ user: 'a', detail: { desktop: { action: 'TYPE', inputText } } }),
      'input.detail.desktop.inputText',
    ],
    ['the id of a secret', 256, (secret) => ({ user: 'a', secretsUsed: [{ secret }], detail: web }), 'input.secretsUsed.0.secret'],
    [
      'why a secret was denied',
      1_024,
      (reason) => ({ user: 'a', secretsUsed: [{ secret: 's', granted: false, reason }], detail: web }),
      'input.secretsUsed.0.reason',
    ],
    ['method', 16, (method) => ({ user: 'a', detail: { web: { method } } }), 'input.detail.web.method'],
  ];
  it.each(texts)('%s may have %i characters and not one more', async (_field, limit, input, path) => {
    expect(await refusals(input('x'.repeat(limit - 1)))).toEqual([]);
    expect(await refusals(input('x'.repeat(limit)))).toEqual([]);
    expect(await refusals(input('x'.repeat(limit + 1)))).toEqual([`TOO_LONG ${path}`]);
  });

  it('of one megabyte is a userError, not a failure', async () => {
    expect(await refusals(terminal('x'.repeat(1_048_576)))).toEqual(['TOO_LONG input.detail.terminal.command']);
  });

  it.each(texts)('%s with NUL or half of a surrogate pair is refused', async (_field, _limit, input, path) => {
    for (const bad of ['a\0b', '\0', '\ud83d', 'x\udc00y']) expect(await refusals(input(bad))).toEqual([`BAD_CHARACTER ${path}`]);
  });

  it.each([
    ['emoji', '👩‍👩‍👧‍👦 🏳️‍🌈 é é'],
    ['right to left', 'ls ‮cod.exe‬ مرحبا שלום'],
    ['control characters', 'a\u0001\u001b[31m\u007f\u0085\u2028\u2029\ufeff\uffff\ufffe'],
    ['quotes and placeholders', `'"\`\\ $1 ? ?? :name %s {{x}} \${y} -- ; drop table "user"; /* */`],
    ['white space at the ends', ' \t\r\n x \n'],
    ['an unfinished command', `"'$( \`( { [[ <<EOF && || | ; >`],
    ['many open brackets', '('.repeat(30_000)],
    ['many substitutions', '$('.repeat(30_000)],
    ['many quotes', `"'`.repeat(30_000)],
    ['many words', 'a '.repeat(32_000)],
    ['many pipes', 'a|'.repeat(32_000)],
    ['wide characters up to the limit', '🦆'.repeat(32_768)],
  ])('comes back as it was sent: %s', async (_name, text) => {
    const { activity } = await track(service, terminal(text));
    const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on TerminalActivity { command } } }', { id: activity.id });
    expect(node.command === text).toBe(true);
  });
});

describe('secretsUsed', () => {
  const using = (count: number, secret = 's') => ({
    user: 'a',
    secretsUsed: Array.from({ length: count }, () => ({ secret })),
    detail: web,
  });

  it('may name 20 secrets and not one more, none of them blank', async () => {
    expect(await refusals(using(20))).toEqual([]);
    expect(await refusals(using(21))).toEqual(['TOO_LONG input.secretsUsed']);
    expect(await refusals(using(1, ' '))).toEqual(['BLANK input.secretsUsed.0.secret']);
  });
});

describe('metadata', () => {
  const withMetadata = (metadata: object) => ({ user: 'meta', metadata, detail: web });
  const nested = (levels: number): object => (levels === 1 ? { end: 1 } : { in: nested(levels - 1) });

  it('may have 16,384 characters as JSON and not one more', async () => {
    const ofLength = (length: number) => withMetadata({ k: 'x'.repeat(length - '{"k":""}'.length) });
    expect(await refusals(ofLength(16_383))).toEqual([]);
    expect(await refusals(ofLength(16_384))).toEqual([]);
    expect(await refusals(ofLength(16_385))).toEqual(['TOO_LONG input.metadata']);
  });

  it('may nest 8 levels and not one more', async () => {
    expect(await refusals(withMetadata(nested(8)))).toEqual([]);
    expect(await refusals(withMetadata(nested(9)))).toEqual(['TOO_DEEP input.metadata']);
    expect(await refusals(withMetadata({ list: [[[[[[[[1]]]]]]]] }))).toEqual(['TOO_DEEP input.metadata']);
  });

  it('with half a million items is refused, not a failure', async () => {
    expect(await refusals(withMetadata({ list: Array.from({ length: 500_000 }, () => 1) }))).toEqual(['TOO_LONG input.metadata']);
  });

  it('with a character that cannot be stored is refused, in keys too', async () => {
    for (const bad of [{ k: 'a\0' }, { 'k\0': 1 }, { k: ['\ud800'] }, { k: { '\udfff': 1 } }])
      expect(await refusals(withMetadata(bad))).toEqual(['BAD_CHARACTER input.metadata']);
  });

  it('keeps keys that mean something to JavaScript', async () => {
    const metadata = '{"__proto__": {"a": 1}, "constructor": 1, "toJSON": null, "": 0}';
    const { activity } = await track(service, withMetadata(JSON.parse(metadata)));
    const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on Activity { metadata } } }', { id: activity.id });
    expect(new Map(Object.entries(node.metadata))).toEqual(new Map(Object.entries(JSON.parse(metadata))));
  });

  it('that is no object is a bad request', async () => {
    for (const wrong of [[], 'text', 7, true]) await badRequest({ user: 'a', metadata: wrong, detail: web }, /JSONObject/);
  });
});

describe('a batch', () => {
  it('may have 1,000 activities and not one more', async () => {
    const items = (length: number) => Array.from({ length }, () => ({ user: 'many', detail: { desktop: { action: 'MOVE' } } }));
    const fits = await trackAll(service, items(1_000));
    expect([fits.receipts.length, fits.userErrors.length]).toEqual([1_000, 0]);
    const exceeds = await trackAll(service, items(1_001));
    expect(exceeds.receipts).toEqual(Array.from({ length: 1_001 }, () => null));
    expect(exceeds.userErrors).toMatchObject([{ code: 'TOO_MANY', field: ['input', 'activities'] }]);
  });
});

describe('occurredAt', () => {
  const at = (occurredAt: string) => ({ user: 'time', occurredAt, detail: web });

  it('may be five minutes ahead of the clock and not a microsecond more', async () => {
    expect(await refusals(at('2026-11-10T12:04:59Z'))).toEqual([]);
    expect(await refusals(at('2026-11-10T12:05:00Z'))).toEqual([]);
    expect(await refusals(at('2026-11-10T12:05:00.000001Z'))).toEqual(['TOO_FAR_AHEAD input.occurredAt']);
    expect(await refusals(at('2026-11-10T12:05:01Z'))).toEqual(['TOO_FAR_AHEAD input.occurredAt']);
    expect(await refusals(at('9999-12-31T23:59:59.999999Z'))).toEqual(['TOO_FAR_AHEAD input.occurredAt']);
  });

  it('may lie as far back as an import needs', async () => {
    expect(await refusals(at('1999-01-01T00:00:00Z'))).toEqual([]);
    expect(await refusals(at('1969-12-31T23:59:59.999999Z'))).toEqual([]);
  });

  it.each(['2026-02-30T00:00:00Z', '2026-11-10T12:00:00', '2026-11-10', 'now', '2026-11-10T24:00:00Z', 1_794_312_000])(
    'that is %s is a bad request that says what is expected',
    (occurredAt) => badRequest({ user: 'time', occurredAt, detail: web }, /RFC 3339/),
  );
});

describe('sourceIp', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0007', '2001:db8::7'],
    ['::1', '::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
  ])('%s is kept as %s', async (sent, kept) => {
    const { activity } = await track(service, { user: 'ip', sourceIp: sent, detail: web });
    const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on Activity { sourceIp } } }', { id: activity.id });
    expect(node.sourceIp).toBe(kept);
  });

  it.each(['localhost', '203.0.113', '203.0.113.256', '203.0.113.7:22', '[::1]', '203.0.113.0/24', '0x7f.1', '1', '::g', ' ::1', '127.1'])(
    '%j is no address',
    async (sourceIp) => expect(await refusals({ user: 'ip', sourceIp, detail: web })).toEqual(['BAD_ADDRESS input.sourceIp']),
  );
});

describe('a number', () => {
  const cases: [name: string, detail: object, refusal: string[]][] = [
    ['statusCode 100', { web: { statusCode: 100 } }, []],
    ['statusCode 599', { web: { statusCode: 599 } }, []],
    ['statusCode 600', { web: { statusCode: 600 } }, ['OUT_OF_RANGE input.detail.web.statusCode']],
    ['durationMs -1', { web: { durationMs: -1 } }, ['OUT_OF_RANGE input.detail.web.durationMs']],
    ['x 65,536', { desktop: { action: 'MOVE', x: 65_536 } }, []],
    ['x 65,537', { desktop: { action: 'MOVE', x: 65_537 } }, ['OUT_OF_RANGE input.detail.desktop.x']],
    ['sizeBytes -1', { file: { operation: 'READ', path: '/', sizeBytes: -1 } }, ['OUT_OF_RANGE input.detail.file.sizeBytes']],
    ['sizeBytes 2^53', { file: { operation: 'READ', path: '/', sizeBytes: 2 ** 53 } }, ['OUT_OF_RANGE input.detail.file.sizeBytes']],
  ];
  it.each(cases)('%s is checked against its range', async (_name, detail, refusal) => {
    expect(await refusals({ user: 'range', detail })).toEqual(refusal);
  });

  it.each([{ web: { durationMs: 2_147_483_648 } }, { web: { durationMs: 1.5 } }, { web: { statusCode: '200' } }])(
    'that is no Int, as in %j, is a bad request',
    (detail) => badRequest({ user: 'range', detail }, /Int/),
  );
});

describe('a detail', () => {
  it('names exactly one kind', async () => {
    await badRequest({ user: 'one', detail: { web: {}, terminal: { command: 'ls' } } }, /ActivityDetailInput|exactly one/i);
    await badRequest({ user: 'one', detail: {} }, /ActivityDetailInput|exactly one/i);
    await badRequest({ user: 'one', detail: { web: null } }, /ActivityDetailInput|non-null/i);
    await badRequest({ user: 'one', detail: { telepathy: {} } }, /telepathy/);
    await badRequest({ user: 'one', detail: { file: { path: '/' } } }, /operation/);
  });
});
