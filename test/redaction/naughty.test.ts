import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Field } from '../../src/domain/activity.ts';
import { activityKinds, charactersMax, details } from '../../src/domain/activity.ts';
import { noKnownSecrets } from '../../src/redaction/known.ts';
import { redactText } from '../../src/redaction/redact.ts';
import { data, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { hostileTexts, unstorable } from './hostile-texts.ts';

/** Hostile text goes in and comes back equal. */

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-11-22T12:00:00Z') });
  await data(
    service,
    'mutation { updateSettings(input: { storedTexts: [KEYSTROKES, FORM_VALUES, TERMINAL_OUTPUT] }) { userErrors { code } } }',
  );
});
afterAll(() => service.close());

const kinds = activityKinds.map((kind) => {
  const fields = Object.entries<Field>(details[kind]);
  const choice = fields.find(([, field]) => field.type === 'choice');
  const required: Record<string, string> = choice?.[1].type === 'choice' ? { [choice[0]]: Object.keys(choice[1].of)[0]! } : {};
  return {
    kind,
    required,
    texts: fields.flatMap(([name, field]) => (field.type === 'text' ? [{ name, ...field }] : [])),
  };
});
type Kind = (typeof kinds)[number];

/** The text in all fields of a kind that may hold it. */
const filled = ({ texts, required }: Kind, text: string) => ({
  ...required,
  ...Object.fromEntries(
    texts
      .filter((field) => text.length <= field.charactersMax && (!('required' in field) || text.trim() !== ''))
      .map(({ name }) => [name, text]),
  ),
});
const isComplete = ({ texts }: Kind, text: string) => texts.every((field) => !('required' in field) || text.trim() !== '');

const asked = kinds.map(
  ({ kind, texts }) =>
    `... on ${kind[0]!.toUpperCase()}${kind.slice(1)}Activity { ${texts.map(({ name }) => `${kind}_${name}: ${name}`).join(' ')} }`,
);
const tracking = `mutation($activities: [TrackActivityInput!]!) { trackActivities(input: { activities: $activities }) {
  receipts { activity { user { externalId } session { externalId } onBehalfOf userAgent metadata ${asked.join(' ')} } }
  userErrors { code field message } } }`;

/** Sends the texts in every field, and returns what came back otherwise. */
async function changedOf(texts: readonly string[]): Promise<unknown[]> {
  const changed: unknown[] = [];
  for (const one of kinds) {
    const sent = texts.filter((text) => isComplete(one, text));
    const activities = sent.map((text) => {
      const id = text.trim() === '' || text.length > charactersMax.identifier ? 'x' : text;
      return {
        user: id,
        session: id,
        onBehalfOf: id,
        userAgent: text,
        metadata: { [text]: { text, list: [text, text, 1] } },
        detail: { [one.kind]: filled(one, text) },
      };
    });
    const { trackActivities } = await data(service, tracking, { activities });
    changed.push(...trackActivities.userErrors);
    for (const [place, receipt] of trackActivities.receipts.entries()) {
      if (receipt === null) continue;
      const { user, session, onBehalfOf, userAgent, metadata, ...detail } = receipt.activity;
      const input = activities[place]!;
      const expected = { ...filled(one, sent[place]!) } as Record<string, string>;
      const back = Object.fromEntries(
        one.texts.filter(({ name }) => name in expected).map(({ name }) => [name, detail[`${one.kind}_${name}`]]),
      );
      for (const name of Object.keys(one.required)) delete expected[name];
      const all = { user: user.externalId, session: session.externalId, onBehalfOf, userAgent, metadata, detail: back };
      if (JSON.stringify(all) !== JSON.stringify({ ...input, detail: expected })) changed.push({ sent: input, back: all });
    }
  }
  return changed;
}

describe('hostile text', () => {
  it('comes back equal from every text field', async () => {
    expect(await changedOf(hostileTexts)).toEqual([]);
  }, 60_000);

  it('with a character that cannot be stored is refused, in every text field', async () => {
    for (const text of unstorable) {
      const fields = kinds.flatMap((one) =>
        one.texts.map(({ name }) => ({ user: 'x', detail: { [one.kind]: { ...filled(one, 'x'), [name]: text } } })),
      );
      const others = ['user', 'session', 'onBehalfOf', 'userAgent', 'idempotencyKey'].map((name) => ({
        user: 'x',
        detail: { web: { page: '/' } },
        [name]: text,
      }));
      const metadata = [{ [text]: 1 }, { a: [{ b: text }] }].map((value) => ({
        user: 'x',
        detail: { web: { page: '/' } },
        metadata: value,
      }));
      const { userErrors } = await trackAll(service, [...fields, ...others, ...metadata]);
      const refused = new Set(
        userErrors.filter(({ code }: { code: string }) => code === 'BAD_CHARACTER').map(({ field }: { field: string[] }) => field[2]),
      );
      expect(refused.size).toBe(fields.length + others.length + metadata.length);
    }
  });

  /** LAPWING_TEST_EVAL: the folder of labelled data, which is no part of the project. */
  it.runIf(process.env.LAPWING_TEST_EVAL !== undefined)(
    'of a public list comes back equal too',
    async () => {
      const file = gunzipSync(readFileSync(join(process.env.LAPWING_TEST_EVAL!, 'naughty-strings.jsonl.gz'))).toString();
      const texts = file
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { text: string }).text);
      for (const manner of ['TEXT', 'COMMAND'] as const)
        expect(texts.filter((text) => redactText(text, manner, noKnownSecrets).text !== text)).toEqual([]);
      const storable = [...new Set(texts)].filter((text) => text.isWellFormed() && !text.includes('\0'));
      for (let first = 0; first < storable.length; first += 500) expect(await changedOf(storable.slice(first, first + 500))).toEqual([]);
    },
    120_000,
  );
});
