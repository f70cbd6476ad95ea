/** What the bench says while it works: on stderr, so that stdout is the table alone. */
export function note(line: string): void {
  const seconds = (performance.now() / 1_000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${line}\n`);
}
