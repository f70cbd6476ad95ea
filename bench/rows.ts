/** The lines of the table. */
export type Row = {
  what: string;
  ours: string;
  /** Whom it is compared with and their figure; null where the mark is a figure itself. */
  theirs: string | null;
  ratio: number | null;
  mark: string;
  goal: string;
  met: 'goal' | 'yes' | 'no' | 'not measured';
  /** Why it was not met, or what else there is to say. */
  note: string | null;
};

type Comparison = {
  what: string;
  ours: number;
  them: string;
  theirs: number;
  unit: string;
  mark: number;
  goal: number;
  note?: string | null;
};

/** At least `mark` times what somebody else reaches. */
export function ratioRow({ what, ours, them, theirs, unit, mark, goal, note = null }: Comparison): Row {
  const ratio = ours / theirs;
  return {
    what,
    ours: `${figure(ours)}${unit}`,
    theirs: `${them} ${figure(theirs)}${unit}`,
    ratio,
    mark: `≥ ${mark} ×`,
    goal: `≥ ${goal} ×`,
    met: ratio >= goal ? 'goal' : ratio >= mark ? 'yes' : 'no',
    note,
  };
}

type Limit = { what: string; ours: number; unit: string; mark: number; goal?: number; note?: string | null };

/** At most `mark`. */
export function limitRow({ what, ours, unit, mark, goal = mark, note = null }: Limit): Row {
  return {
    what,
    ours: `${figure(ours)}${unit}`,
    theirs: null,
    ratio: null,
    mark: `≤ ${mark}${unit}`,
    goal: `≤ ${goal}${unit}`,
    met: ours <= goal ? 'goal' : ours <= mark ? 'yes' : 'no',
    note,
  };
}

/** Something that could not be measured here, with the reason. */
export function missingRow(what: string, reason: string): Row {
  return { what, ours: '', theirs: null, ratio: null, mark: '', goal: '', met: 'not measured', note: reason };
}

/** Three digits that count, thousands apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const headings = ['what', 'Lapwing', 'compared with', 'ratio', 'mark', 'goal', 'met'];
const metWords = { goal: 'yes, goal', yes: 'yes', no: 'NO', 'not measured': '-' };

export function printTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    row.theirs ?? '',
    row.ratio === null ? '' : row.ratio.toFixed(2),
    row.mark,
    row.goal,
    metWords[row.met],
  ]);
  const widths = headings.map((heading, column) => Math.max(heading.length, ...cells.map((line) => line[column]!.length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const body = cells.flatMap((texts, place) => {
    const { note } = rows[place]!;
    return note === null ? [line(texts)] : [line(texts), note.replace(/^/gm, '    ')];
  });
  return [line(headings), rule, ...body].join('\n') + '\n';
}
