import type { Activity, Receipt } from '../api.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Figure } from '../figures.ts';
import { share } from '../figures.ts';
import { readRows } from '../rows.ts';

type Row = { id: string; source: string; session: string; seq: number; label: string; command: string; elevated?: boolean };
/** The lines of one session, with what the service said of each. */
type Session = { source: string; malicious: boolean; scores: number[] };

const levels = { MEDIUM: 30, HIGH: 50 } as const;
/** Shares of attack sessions to be caught, by source; of a source that is not named here what holds for living off the land. */
const marks: Record<string, { MEDIUM: number; HIGH: number }> = {
  atomic: { MEDIUM: 70, HIGH: 45 },
  stockpile: { MEDIUM: 60, HIGH: 35 },
  slp: { MEDIUM: 85, HIGH: 60 },
};
const otherMarks = { MEDIUM: 75, HIGH: 60 };
const falseAlarmsMax = { MEDIUM: 0.5, HIGH: 0.1 };

const usersMax = 50;
const warmDays = 10;
const warmRowsPerDay = 20;
const dayMs = 24 * 60 * 60 * 1000;

/** One session per `session`, a second apart, at 12:00 on users whose baselines were warmed with benign rows. */
export async function commands({ folder, track }: Evaluation): Promise<Figure[] | null> {
  const rows = readRows<Row>(folder, 'commands');
  if (rows === null) return null;
  const noon = Math.floor(Date.now() / dayMs) * dayMs - dayMs / 2; // of yesterday, in UTC, the time zone of a new service
  const benign = rows.filter(({ label }) => label === 'benign');
  const sessions = [...Map.groupBy(rows, ({ source, session }) => `${source} ${session}`).values()].map((lines) =>
    lines.toSorted((a, b) => a.seq - b.seq),
  );
  const lanes = Array.from({ length: usersMax }, (_, n) => ({ activities: warming(n, benign, noon), lines: [] as Row[] }));
  for (const [n, lines] of sessions.entries()) {
    const lane = lanes[n % usersMax]!;
    lane.activities.push(...lines.map((row, place) => activityOf(n % usersMax, row, new Date(noon + place * 1000))));
    lane.lines.push(...lines);
  }
  const receipts = await track(
    'commands',
    lanes.map(({ activities }) => activities),
  );
  const judged = lanes.flatMap(({ lines }, n) => {
    const ofLines = receipts[n]!.slice(-lines.length);
    return lines.map((row, place) => ({ row, receipt: ofLines[place] ?? null }));
  });
  return figuresOf(judged);
}

const activityOf = (user: number, { session, command, elevated }: Row, at: Date): Activity => ({
  user: `commands-${user}`,
  session: `commands-${session}`,
  occurredAt: at.toISOString(),
  detail: { terminal: { command, ...(elevated === undefined ? {} : { elevated }) } },
});

function warming(user: number, benign: readonly Row[], noon: number): Activity[] {
  return Array.from({ length: warmDays * warmRowsPerDay }, (_, n) => {
    const day = Math.floor(n / warmRowsPerDay);
    const at = new Date(noon - (warmDays - day) * dayMs + (n % warmRowsPerDay) * 1000);
    const row = benign[(user * warmDays * warmRowsPerDay + n) % benign.length]!;
    return activityOf(user, { ...row, session: `warm-${user}-${day}` }, at);
  });
}

type Judged = { row: Row; receipt: Receipt | null };

function figuresOf(judged: readonly Judged[]): Figure[] {
  const bySource = [...Map.groupBy(judged, ({ row }) => row.source)];
  const isAttack = ([, lines]: (typeof bySource)[number]) => lines.some(({ row }) => row.label === 'malicious');
  const attacks = bySource.filter(isAttack);
  const everyday = bySource.filter((source) => !isAttack(source));
  return [
    ...attacks.map(([source, lines]) => caughtFigure('MEDIUM', source, lines)),
    ...everyday.map(([source, lines]) => flaggedFigure('MEDIUM', `: ${source}`, lines)),
    ...attacks.map(([source, lines]) => caughtFigure('HIGH', source, lines)),
    flaggedFigure(
      'HIGH',
      '',
      everyday.flatMap(([, lines]) => lines),
    ),
  ];
}

function caughtFigure(level: keyof typeof levels, source: string, lines: readonly Judged[]): Figure {
  const sessions = sessionsOf(lines).filter(({ malicious }) => malicious);
  const caught = sessions.filter(({ scores }) => scores.some((score) => score >= levels[level]));
  return {
    measure: `attack sessions at ${level}: ${source}`,
    value: share(caught.length, sessions.length),
    unit: '%',
    of: `${caught.length} of ${sessions.length} sessions`,
    mark: { atLeast: (marks[source] ?? otherMarks)[level] },
  };
}

function flaggedFigure(level: keyof typeof levels, where: string, lines: readonly Judged[]): Figure {
  const benign = lines.filter(({ row }) => row.label === 'benign');
  const flagged = benign.filter(({ receipt }) => (receipt?.risk.score ?? 0) >= levels[level]);
  return {
    measure: `benign lines at ${level}${where}`,
    value: share(flagged.length, benign.length),
    unit: '%',
    of: `${flagged.length} of ${benign.length} lines`,
    mark: { atMost: falseAlarmsMax[level] },
  };
}

function sessionsOf(judged: readonly Judged[]): Session[] {
  return [...Map.groupBy(judged, ({ row }) => row.session).values()].map((lines) => ({
    source: lines[0]!.row.source,
    malicious: lines.some(({ row }) => row.label === 'malicious'),
    scores: lines.map(({ receipt }) => receipt?.risk.score ?? 0),
  }));
}
