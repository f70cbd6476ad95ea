import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import { login, pageView, rows } from './harness.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const command = (text: string, more: object = {}) => ({ user: 'trust', detail: { terminal: { command: text } }, ...more });
const astral = '\u{1F600}';

/** Inputs that some layer below might choke on, each with what has to become of it. */
const suspects: Record<string, { input: object; refused?: string }> = {
  'a NUL in a command': { input: command('a\0b'), refused: 'BAD_CHARACTER' },
  'a NUL in a metadata key': { input: pageView('trust', 't', { metadata: { 'a\0': 1 } }), refused: 'BAD_CHARACTER' },
  'half a surrogate pair in the user': { input: login('\ud83d'), refused: 'BAD_CHARACTER' },
  'half a surrogate pair deep in metadata': {
    input: pageView('trust', 't', { metadata: { a: [{ b: '\udc00' }] } }),
    refused: 'BAD_CHARACTER',
  },
  'a NUL in an address': { input: login('trust', { sourceIp: '192.0.2.1\0' }), refused: 'BAD_ADDRESS' },
  'an address with a zone': { input: login('trust', { sourceIp: 'fe80::1%eth0' }) },
  'an empty user agent': { input: login('trust', { userAgent: '' }) },
  'a user of 256 characters of four bytes each': {
    input: login(astral.repeat(128), { session: astral.repeat(128), idempotencyKey: astral.repeat(128) }),
  },
  'a user of 257 characters': { input: login('u'.repeat(257)), refused: 'TOO_LONG' },
  'the first instant': { input: login('trust', { occurredAt: '1000-01-01T00:00:00Z' }) },
  'numbers at the ends': { input: pageView('trust', 't', { metadata: { a: 1.7976931348623157e308, b: 5e-324, c: -0, d: 2 ** 53 } }) },
  'a file of no whole size': { input: { user: 'trust', detail: { file: { operation: 'READ', path: '/', sizeBytes: 0.1 } } } },
  'a file larger than numbers': {
    input: { user: 'trust', detail: { file: { operation: 'READ', path: '/', sizeBytes: 1e300 } } },
    refused: 'OUT_OF_RANGE',
  },
  'names that mean something to JavaScript': {
    input: login('__proto__', {
      session: 'constructor',
      idempotencyKey: 'toString',
      metadata: JSON.parse('{"__proto__": {"a": 1}, "toJSON": "x"}'),
    }),
  },
  'names that mean something to SQL': { input: login(`'; drop table activity; --`, { session: '{"a",NULL}', idempotencyKey: '\\N' }) },
  'a command of the longest kind that nests without end': { input: command('$('.repeat(32_768)) },
  'a command and an output of full length': { input: command('é'.repeat(65_536), {}) },
  'metadata that nests as deep as it may': {
    input: pageView('trust', 't', { metadata: { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } } }),
  },
};

describe('a batch', () => {
  it('records what is sound in it, whatever else is in it, and says what is wrong with the rest', async () => {
    const cases = Object.entries(suspects);
    const before = await count();
    const { receipts, userErrors } = await trackAll(
      service,
      cases.flatMap(([, { input }], place) => [input, pageView('mate', `mate-${place}`)]),
    );
    const codes = new Map<number, string>(
      userErrors.map(({ code, field }: { code: string; field: string[] }) => [Number(field[2]), code] as const),
    );
    for (const [place, [name, { refused }]] of cases.entries()) {
      expect(codes.get(place * 2), name).toBe(refused);
      expect(receipts[place * 2] !== null, name).toBe(refused === undefined);
      expect(receipts[place * 2 + 1], name).toMatchObject({ duplicate: false });
    }
    expect(await count()).toBe(before + receipts.filter((receipt: object | null) => receipt !== null).length);
  });

  it('holds nothing that passes the checks and is refused by the database, by trial', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const metadata = fc.option(fc.dictionary(text, fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), { maxKeys: 5 }), {
      nil: undefined,
    });
    const detail = fc.oneof(
      text.map((command) => ({ terminal: { command } })),
      fc.record({ auth: fc.record({ event: fc.constantFrom('LOGIN', 'FAILURE', 'SSH_LOGOUT'), reason: text }) }),
      fc.record({ web: fc.record({ page: text, statusCode: fc.integer({ min: -1_000, max: 1_000 }) }) }),
      fc.record({
        file: fc.record({ operation: fc.constant('READ'), path: text, sizeBytes: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      }),
    );
    const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
    const occurredAt = optional(
      fc
        .date({ min: new Date('1000-01-02T00:00:00Z'), max: new Date('2026-01-01T00:00:00Z'), noInvalidDate: true })
        .map((at) => at.toISOString()),
    );
    const names = {
      user: text,
      session: optional(text),
      idempotencyKey: optional(text),
      userAgent: optional(text),
      sourceIp: optional(fc.oneof(fc.ipV4(), fc.ipV6(), text)),
    };
    const activity = fc.record({ ...names, occurredAt, metadata, detail });
    await fc.assert(
      fc.asyncProperty(fc.array(activity, { minLength: 20, maxLength: 60 }), async (activities) => {
        const { receipts } = await trackAll(service, [...activities, pageView('mate', 'mate')]);
        expect(receipts.at(-1)).toMatchObject({ duplicate: false });
      }),
      { numRuns: 25 },
    );
    expect((await data(service, '{ system { detectorFailures } }')).system.detectorFailures).toBe(0);
  });
});

it('an instant before the year 1000, which could not be read back, is refused in whatever zone it is written', async () => {
  const answer = await ask(service, 'mutation($i: TrackActivityInput!) { trackActivity(input: $i) { receipt { cursor } } }', {
    i: login('trust', { occurredAt: '1000-01-01T00:00:00+14:00' }),
  });
  expect(answer.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
});

async function count(): Promise<number> {
  const [row] = await rows<{ count: string }>(service.databaseUrl, 'select count(*) from activity');
  return Number(row?.count);
}
