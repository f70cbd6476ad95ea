/** One line of the table: a share in per cent, or a plain number, with the mark it is held to. */
export type Figure = { measure: string; value: number; unit: '%' | ''; of: string; mark: { atLeast: number } | { atMost: number } | null };

export const share = (part: number, whole: number): number => (whole === 0 ? NaN : (100 * part) / whole);

export const isMet = ({ value, mark }: Figure): boolean | null =>
  mark === null ? null : 'atLeast' in mark ? value >= mark.atLeast : value <= mark.atMost;

export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.measure, shown(figure.value, figure.unit), markOf(figure), verdictOf(figure), figure.of]);
  const all = [['measure', 'figure', 'mark', '', 'of'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const shown = (value: number, unit: Figure['unit']) => (unit === '%' ? `${value.toFixed(2)} %` : value.toFixed(3));

function markOf({ mark, unit }: Figure): string {
  if (mark === null) return '–';
  const bound = 'atLeast' in mark ? `≥ ${mark.atLeast}` : `≤ ${mark.atMost}`;
  return unit === '%' ? `${bound} %` : bound;
}

const verdictOf = (figure: Figure) => ({ true: 'met', false: 'MISSED', null: '' })[`${isMet(figure)}`];

/** The area under the ROC curve: how often a positive scores over a negative, ties counted half. */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const sorted = negatives.toSorted((a, b) => a - b);
  const wins = positives.map((score) => (countBelow(sorted, score) + countBelow(sorted, score, true)) / 2);
  return wins.reduce((sum, won) => sum + won, 0) / (positives.length * negatives.length);
}

/** The share of positives over the threshold at which this share of the negatives is. */
export function hitsAt(falseAlarms: number, positives: readonly number[], negatives: readonly number[]): number {
  const threshold = negatives.toSorted((a, b) => b - a)[Math.floor(negatives.length * falseAlarms)] ?? -Infinity;
  return share(positives.filter((score) => score > threshold).length, positives.length);
}

function countBelow(sorted: readonly number[], value: number, orEqual = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
