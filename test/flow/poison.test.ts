import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService } from '../harness/service.ts';
import { rows } from './harness.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const mutation =
  'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { activity { uuid metadata } } userErrors { code field } } }';

/** The activities as JSON text, because JSON can say what no JavaScript value is. */
async function send(activities: string[]) {
  const body = `{"query":${JSON.stringify(mutation)},"variables":{"input":{"activities":[${activities.join(',')}]}}}`;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` };
  const response = await fetch(service.url, { method: 'POST', headers, body });
  return JSON.parse(await response.text()) as {
    data?: {
      trackActivities: {
        receipts: ({ activity: { uuid: string; metadata: object } } | null)[];
        userErrors: { code: string; field: string[] }[];
      } | null;
    };
    errors?: { extensions: { code: string } }[];
  };
}

const good = (n: number) => `{"user":"good-${n}","detail":{"web":{"page":"/"}}}`;
const inUser = (text: string) => `{"user":${text},"session":${text},"userAgent":${text},"detail":{"web":{"page":${text}}}}`;
const inCommand = (text: string) => `{"user":"poison","detail":{"terminal":{"command":${text},"output":${text}}}}`;
const inMetadata = (value: string) => `{"user":"poison","metadata":{"a":${value}},"detail":{"web":{"page":"/"}}}`;
const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

const texts = {
  NUL: '"a\\u0000b"',
  'half of a surrogate pair, the first': '"\\ud800"',
  'half of a surrogate pair, the second': '"x\\udc00y"',
  'the halves the wrong way round': '"\\udc00\\ud800"',
  'every control character': `"${Array.from({ length: 32 }, (_, n) => `\\u${n.toString(16).padStart(4, '0')}`).join('')}"`,
  'what is no character': '"\\uffff\\ufffe\\ufdd0"',
  'marks of direction and width': '"\\u202e\\u200b\\ufeff\\u2028\\u2029"',
  'SQL and its quotes': `"'; drop table activity; -- \\" \\\\ $1 %s {}"`,
  'a thousand accents on one letter': `"e${'\\u0301'.repeat(250)}"`,
  'names of every object': '"__proto__"',
  'an emoji of many code points': '"👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿"',
};
const values = {
  'more than a number can be': '1e400',
  'less than nothing': '-1e400',
  'minus zero': '-0',
  'the smallest there is': '5e-324',
  'what has no exact double': '9007199254740993',
  'a thousand digits': '9'.repeat(1_000),
  'eight levels': nested(7),
  'nine levels': nested(8),
  'a hundred thousand levels': nested(100_000),
  'lists in lists': '['.repeat(5_000) + ']'.repeat(5_000),
  'many keys': `{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":1`).join(',')}}`,
  'the same key twice': '{"k":1,"k":2}',
  'keys of every object': '{"__proto__":{"x":1},"constructor":{"prototype":1},"toString":null,"hasOwnProperty":1}',
  'a key with NUL': '{"\\u0000":1}',
  'a key that is half a pair': '{"\\ud800":1}',
  'an empty key': '{"":""}',
};

const cases: [string, string][] = [
  ...Object.entries(texts).flatMap(([name, text]): [string, string][] => [
    [`${name}, as user, session, agent and page`, inUser(text)],
    [`${name}, as command and output`, inCommand(text)],
    [`${name}, in metadata`, inMetadata(text)],
  ]),
  ...Object.entries(values).map(([name, value]): [string, string] => [`${name}, in metadata`, inMetadata(value)]),
];

describe('poison between two good activities of a batch', () => {
  it.each(cases)('%s', async (_name, poison) => {
    const { data: answer, errors } = await send([good(1), poison, good(2)]);
    expect(errors).toBeUndefined();
    const { receipts, userErrors } = answer!.trackActivities!;
    expect(receipts.map((receipt) => receipt !== null)).toEqual([true, userErrors.length === 0, true]);
    expect(userErrors.filter(({ field }) => field[2] !== '1')).toEqual([]);
    const stored = await rows<{ metadata: object }>(service.databaseUrl, 'select metadata from activity where id = any($1)', [
      receipts.flatMap((receipt) => receipt?.activity.uuid ?? []),
    ]);
    expect(stored).toHaveLength(receipts.filter((receipt) => receipt !== null).length);
  });

  it.each([
    ['a number beyond all numbers in a typed field', '{"user":"poison","detail":{"web":{"statusCode":1e400}}}'],
    ['a fraction of a pixel', '{"user":"poison","detail":{"desktop":{"action":"CLICK","x":0.5}}}'],
    ['a text in place of a number', '{"user":"poison","detail":{"web":{"statusCode":"200"}}}'],
    ['no object at all', '17'],
    ['two kinds at once', '{"user":"poison","detail":{"web":{"page":"/"},"terminal":{"command":"ls"}}}'],
    ['a field that there is not', '{"user":"poison","nothing":1,"detail":{"web":{"page":"/"}}}'],
  ])('of another type than the schema says (%s) is BAD_REQUEST, and then nothing of the batch is recorded', async (_name, poison) => {
    const count = async () => (await rows<{ count: string }>(service.databaseUrl, 'select count(*) from activity'))[0]!.count;
    const before = await count();
    const { data: answer, errors } = await send([good(1), poison, good(2)]);
    expect([answer ?? null, [...new Set(errors?.map(({ extensions }) => extensions.code))]]).toEqual([null, ['BAD_REQUEST']]);
    expect(await count()).toBe(before);
  });

  it('and what was recorded of it can be read again, by all of its fields', async () => {
    const { activities } = await data(
      service,
      '{ activities(first: 200) { nodes { uuid metadata userAgent user { externalId } session { externalId } } } users(first: 200) { nodes { externalId } } }',
    );
    expect(activities.nodes.length).toBeGreaterThan(cases.length);
    const { failures } = (await data(service, '{ system { failures { cause count } } }')).system;
    expect(failures).toContainEqual({ cause: 'INTERNAL', count: 0 });
  });
});
