import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';
import type { Client } from './client.ts';
import { noteLine } from './terminal.ts';

/** Writes all that is known of a user, a record on each line, page by page: no more than a page is in memory. */

const userExport = /* GraphQL */ `
  query UserExport($user: String!, $from: DateTimeOrDuration, $first: Int!, $after: String, $reason: String) {
    userExport(user: $user, from: $from, first: $first, after: $after, reason: $reason) {
      records {
        kind
        at
        data
      }
      next
    }
  }
`;
const answer = z.object({
  userExport: z
    .object({
      records: z.array(z.object({ kind: z.string(), at: z.string(), data: z.record(z.string(), z.unknown()) })),
      next: z.string().nullable(),
    })
    .nullable(),
});

/** As many as the service gives at a time. */
const pageItems = 200;
/** Between two lines on how far it has come. */
const noteEvery = 10_000;

type Wanted = { user: string; from: string | null; reason: string | null; out: string | null };

/** How many records of which kind there were. */
export async function exportUser(client: Client, { user, from, reason, out }: Wanted): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const ask = (after: string | null) =>
    client.request({ document: userExport, answer, repeatable: true, variables: { user, from, reason, after, first: pageItems } });
  let page = (await ask(null)).userExport;
  if (!page) throw new OperatorError(`there is no user ${user}`);
  // Only after it is known that there is something, and never over a file that is there.
  const output = out === null ? process.stdout : createWriteStream(out, { flags: 'wx', mode: 0o600 });
  let [written, noted] = [0, 0];
  for (;;) {
    for (const { kind } of page.records) counts[kind] = (counts[kind] ?? 0) + 1;
    const lines = page.records.map((record) => `${JSON.stringify(record)}\n`).join('');
    if (lines !== '' && !output.write(lines)) await once(output, 'drain');
    written += page.records.length;
    if (written - noted >= noteEvery) {
      noteLine(`${written.toLocaleString('en')} records, now at ${page.records.at(-1)?.kind} of ${page.records.at(-1)?.at}`);
      noted = written;
    }
    if (page.next === null) break;
    page = (await ask(page.next)).userExport;
    if (!page) throw new OperatorError(`user ${user} was erased meanwhile: what was written is not complete`);
  }
  if (output !== process.stdout) {
    output.end();
    await finished(output);
  }
  return counts;
}
