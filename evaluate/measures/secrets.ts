import { ask } from '../api.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Figure } from '../figures.ts';
import { share } from '../figures.ts';
import { readRows } from '../rows.ts';

type Row = { text: string; kind: 'command' | 'file'; label: 'secret' | 'clean'; hard?: boolean; secrets?: string[]; source: string };
type Recorded = { activity: { command?: string; metadata: { content: string } | null } };
type Payload = { trackActivities: { receipts: (Recorded | null)[]; userErrors: { message: string }[] } };

const mutation = `mutation($activities: [TrackActivityInput!]!) { trackActivities(input: { activities: $activities }) {
  receipts { activity { metadata ... on TerminalActivity { command } } } userErrors { message } } }`;
const batchItems = 200;

/** Of a source whose commands are other people's examples, of one with formats of vendors, and of all others. */
const marks: Record<string, number> = { 'tldr-secrets': 95, gitleaks: 98 };
const otherMark = 90;

/** Each row is sent as a command or as what a file holds, and what the API then says is searched for its secrets. */
export async function secrets({ folder, service }: Evaluation): Promise<Figure[] | null> {
  const rows = readRows<Row>(folder, 'secrets');
  if (rows === null) return null;
  const told: { row: Row; text: string }[] = [];
  for (let start = 0; start < rows.length; start += batchItems) {
    const some = rows.slice(start, start + batchItems);
    const { trackActivities } = await ask<Payload>(service, mutation, { activities: some.map(activityOf) });
    const [error] = trackActivities.userErrors;
    if (error) throw new Error(error.message);
    some.forEach((row, place) => told.push({ row, text: textIn(trackActivities.receipts[place]!) }));
  }
  const isGone = ({ row, text }: (typeof told)[number]) => row.secrets!.every((secret) => !text.includes(secret));
  const withSecrets = told.filter(({ row }) => row.label === 'secret' && (row.secrets?.length ?? 0) > 0);
  const clean = told.filter(({ row }) => row.label === 'clean');
  const hard = clean.filter(({ row }) => row.hard === true);
  return [
    ...[...Map.groupBy(withSecrets, ({ row }) => row.source)].map(([source, those]) =>
      figure(`secrets gone: ${source}`, those.filter(isGone).length, those.length, { atLeast: marks[source] ?? otherMark }),
    ),
    figure('clean text changed: hard', hard.filter(isChanged).length, hard.length, { atMost: 1 }),
    figure('clean text changed: all', clean.filter(isChanged).length, clean.length, { atMost: 0.3 }),
  ];
}

const isChanged = ({ row, text }: { row: Row; text: string }) => text !== row.text;

const textIn = ({ activity: { command, metadata } }: Recorded): string => command ?? metadata!.content;

const figure = (measure: string, part: number, whole: number, mark: Figure['mark']): Figure => ({
  measure,
  value: share(part, whole),
  unit: '%',
  of: `${part} of ${whole} rows`,
  mark,
});

const activityOf = ({ kind, text }: Row) =>
  kind === 'command'
    ? { user: 'somebody', detail: { terminal: { command: text } } }
    : { user: 'somebody', detail: { file: { operation: 'READ', path: '/srv/file' } }, metadata: { content: text } };
