import { printable } from './terminal.ts';
import type { ImportCounts } from './import-log.ts';

const terminalEveryMs = 100;
const plainEveryMs = 5_000;

type Output = { write(text: string): unknown; isTTY?: boolean };

/** Shows how far an import is: one changing line on a terminal, a line every few seconds elsewhere. */
export function createProgress(output: Output, nowMs: () => number) {
  const everyMs = output.isTTY ? terminalEveryMs : plainEveryMs;
  let shownAt = nowMs();
  let onScreen = false;
  const clear = () => {
    if (onScreen) output.write('\r\u001b[K');
    onScreen = false;
  };
  return {
    show(counts: ImportCounts): void {
      if (nowMs() - shownAt < everyMs) return;
      shownAt = nowMs();
      clear();
      output.write(output.isTTY ? progressLine(counts) : `${progressLine(counts)}\n`);
      onScreen = output.isTTY === true;
    },
    /** Writes a line of its own, above the changing one. */
    note(line: string): void {
      clear();
      output.write(`${line}\n`);
    },
    clear,
  };
}

function progressLine({ lines, tracked, duplicates, excluded, rejected, anomalies }: ImportCounts): string {
  return (
    `${number(lines)} lines, ${number(tracked)} tracked, ${number(duplicates)} duplicates, ` +
    `${number(excluded)} excluded, ${number(rejected)} rejected, ${number(anomalies)} anomalies`
  );
}

const number = (value: number) => value.toLocaleString('en-US');

/** The counts as a small table; reasons and rejections stand under the number they explain. */
export function countsTable(counts: ImportCounts): string {
  const reasons = Object.entries(counts.skipped).sort(([, a], [, b]) => b - a);
  const skipped = reasons.reduce((sum, [, times]) => sum + times, 0);
  const row = (name: string, value: number) => `${name.padEnd(10)} ${number(value).padStart(12)}`;
  return [
    row('lines', counts.lines),
    row('tracked', counts.tracked),
    row('duplicates', counts.duplicates),
    row('skipped', skipped),
    ...reasons.map(([reason, times]) => `  ${number(times).padStart(21)}  ${reason}`),
    row('excluded', counts.excluded),
    row('rejected', counts.rejected),
    ...counts.rejections.map(
      ({ line, code, field, message }) =>
        `  ${line === null ? '' : `line ${line}: `}${printable(message)} (${code}${field.length > 0 ? ` at ${field.join('.')}` : ''})`,
    ),
    ...(counts.rejected > counts.rejections.length && counts.rejections.length > 0 ? ['  …'] : []),
    row('anomalies', counts.anomalies),
    row('alerts', counts.alerts),
  ].join('\n');
}
