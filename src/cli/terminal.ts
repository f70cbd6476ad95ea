export const printLine = (line: string): void => void process.stdout.write(`${line}\n`);
export const noteLine = (line: string): void => void process.stderr.write(`${line}\n`);

/** Text that others wrote, made safe for a terminal: control characters could rewrite the screen. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
