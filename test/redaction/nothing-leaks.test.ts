import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, data, subscribe } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import { answered, findAll, inTheAnswers, inTheDatabase, streamed, subscriptions } from './everywhere.ts';

/** A text with a secret in it, as somebody types it. */
type Carrier = { text: string; secrets: readonly string[] };

/** Secrets of our own making: nothing like them is anywhere else in the database. */
const made = (place: number) => `hUsh${place}q7ZkW9vT${place}xR`;
const ownCarriers: Carrier[] = [
  (secret: string) => `mysql -u root -p${secret} -h db.example`,
  (secret: string) => `curl -u deploy:${secret} https://api.example/v1`,
  (secret: string) => `export DB_PASSWORD=${secret}`,
  (secret: string) => `{"api_key": "${secret}", "user": "ada"}`,
  (secret: string) => `psql postgres://app:${secret}@db.example:5432/shop`,
  (secret: string) => `curl -H 'Authorization: Bearer ${secret}' https://api.example`,
  (secret: string) => `https://api.example/login?access_token=${secret}&next=/`,
  (secret: string) => `sshpass -p ${secret} ssh root@host`,
].map((form, place) => ({ text: form(made(place)), secrets: [made(place)] }));

/** Every row of labelled data that names its secrets, where a folder with such is given. */
function labelledCarriers(folder: string | undefined): Carrier[] {
  const file = join(folder ?? '', 'secrets.jsonl.gz');
  if (folder === undefined || !existsSync(file)) return [];
  const rows = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return rows.map((row) => JSON.parse(row) as Carrier).filter(({ secrets }) => secrets.length > 0);
}

const labelled = labelledCarriers(process.env.LAPWING_TEST_EVAL);
const carriers = labelled.length > 0 ? labelled : ownCarriers;
/** Shorter ones stand by chance in what is not text: six digits are in many a number. */
const searchedCharactersMin = 8;
const batchItems = 200;

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** The text in every field that takes one, as far as it fits. */
const activitiesOf = ({ text }: Carrier, place: number): object[] => {
  const short = text.slice(0, 1_000);
  const envelope = { user: `user-${place % 50}`, session: `session-${place % 50}` };
  return [
    {
      ...envelope,
      idempotencyKey: text.slice(0, 256),
      metadata: { deep: [{ text: [text] }] },
      detail: { terminal: { command: text, output: text, workingDirectory: short } },
    },
    {
      ...envelope,
      userAgent: short,
      metadata: { [text.slice(0, 200)]: text },
      detail: { web: { page: short, pageTitle: short, referrer: short } },
    },
    { ...envelope, detail: { browser: { action: 'SUBMIT', url: short, inputValue: text, selector: short } } },
    { ...envelope, detail: { desktop: { action: 'TYPE', inputText: text, windowTitle: short } } },
    { ...envelope, detail: { file: { operation: 'RENAME', path: short, newPath: short } } },
    { ...envelope, outcome: 'FAILURE', detail: { auth: { event: 'FAILURE', reason: short } } },
    {
      ...envelope,
      detail: { access: { change: 'PERMISSION', target: short, before: short, after: short } },
      secretsUsed: [{ secret: 'vault/1', granted: false, reason: short }],
    },
  ];
};

it(
  'no secret that was sent is in any table, file, log line, metric, answer, stream or error',
  async () => {
    const streams = await Promise.all(subscriptions.map((query) => subscribe(service, query)));
    const answers: unknown[] = [];
    const mutation = `mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) {
      receipts { activity { id metadata ... on TerminalActivity { command } } anomalies { summary details } } userErrors { code message field hint } } }`;
    const activities = carriers.flatMap(activitiesOf);
    for (let start = 0; start < activities.length; start += batchItems) {
      answers.push(await ask(service, mutation, { input: { activities: activities.slice(start, start + batchItems) } }));
    }
    const { alerts } = await data(service, '{ alerts(first: 1) { nodes { id } } }');
    for (const { text } of carriers.slice(0, 20)) {
      const [reason] = [text.slice(0, 1_000)];
      answers.push(
        await ask(service, mutation, { input: { activities: [{ user: 'a', outcome: text, detail: { terminal: { command: [text] } } }] } }),
        await ask(service, 'mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { userErrors { message } } }', {
          input: { workdays: [1, 2, 3, 4, 5], reason },
        }),
        await ask(service, 'mutation($input: AddAlertNoteInput!) { addAlertNote(input: $input) { alert { notes { text } } } }', {
          input: { id: alerts.nodes[0]?.id ?? 'none', note: reason },
        }),
      );
    }
    const streamedTo = streams.flatMap((stream) => stream.arrived());
    expect(streamedTo.length).toBeGreaterThan(carriers.length);
    const places = [answered(answers), streamed(streamedTo), ...(await inTheAnswers(service)), ...(await inTheDatabase(service))];
    const searched = new Set(carriers.flatMap(({ secrets }) => secrets).filter(({ length }) => length >= searchedCharactersMin));
    expect(findAll(['‹redacted:'], places).length).toBeGreaterThan(0);
    expect(findAll(searched, places)).toEqual([]);
    await Promise.all(streams.map((stream) => stream.close()));
  },
  labelled.length > 0 ? 600_000 : 60_000,
);
