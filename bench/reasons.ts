import type { Row } from './rows.ts';

/** Why a mark is not met, as far as it is known: by the rows it is about. What the figures of the run say stands beside it. */
const reasons: readonly (readonly [about: RegExp, reason: string])[] = [
  [
    /^1 per mutation.*JSON endpoint/,
    'GraphQL, keys, scopes, audit, log and metrics cost more than the recorder; a process that has run for a minute is twice as fast as a fresh one',
  ],
  [
    /^1 per mutation/,
    'the other one inserts a row; Lapwing also writes a log entry, the key, the session and the counts, and judges, hashes and audits',
  ],
  [
    /^100 per mutation.*COPY/,
    'an organisation has one lane: a batch is judged when the last one is committed, so that the process and PostgreSQL take turns',
  ],
  [/^100 per mutation/, 'the process and PostgreSQL take turns, and seven tables are written for the one of the other side'],
  [/^open loop/, 'the rate is near or above what one lane records on these cores, so that it waits for its turn'],
  [/^memory of an idle subscriber/, 'a socket of ws, its operation in graphql-ws and its context in GraphQL have closures of their own'],
  [/^memory of a live session/, 'a session is kept as its row, with all it has been seen with'],
  [/^write-ahead log/, 'each activity updates its session, which is in nine indexes, and no update stays on its page'],
  [/^disk/, 'see the parts'],
  [/^activities with a text/, 'no index answers `contains`: every activity is read'],
  [/^30 days with top pages/, 'views are counted by page and day, and summed when asked for'],
  [/^30 days of a user/, "one user's summaries are counted from the activities"],
  [/^dashboard/, 'five lists and summaries are 15 to 20 ms of the one process, whose core the clients share'],
];

/** The reason belongs to rows that are not met only: elsewhere it would be an excuse. */
export function withReason(row: Row): Row {
  if (row.met !== 'no') return row;
  const known = reasons.find(([about]) => about.test(row.what))?.[1] ?? 'not known';
  return { ...row, note: `why not: ${known}${row.note === null ? '' : `\n${row.note}`}` };
}
