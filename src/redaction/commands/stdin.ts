import type { Take } from './places.ts';
import type { Sink } from './shapes.ts';
import { takeValue } from './shapes.ts';
import { toolAt } from './tool-at.ts';
import type { Value } from './value.ts';
import { valueOf } from './value.ts';
import type { Command, Word } from './words.ts';

/** Adds what is given to a command that reads a secret: by `<<<`, by a here-document, or piped from `echo` and its like. */
export function takeStdin(sink: Sink, command: Command, take: Take): void {
  if (command.given !== null) takeLines(sink, valueOf(sink.text, command.given), take);
  for (const feeder of command.feeders) takeEchoed(sink, feeder, take);
}

function takeEchoed(sink: Sink, feeder: Command, take: Take): void {
  let first = toolAt(sink.text, feeder.words, 0);
  const called = feeder.words[first];
  if (called === undefined) return;
  const tool = rawOf(sink, called).replace(/^.*\//, '');
  first += 1;
  if (tool === 'cat' && feeder.given !== null) return takeLines(sink, valueOf(sink.text, feeder.given), take);
  if (!/^(?:echo|printf|print|yes|write-output|write-host|echo\.exe)$/i.test(tool)) return;
  while (first < feeder.words.length && /^-(?:[neEr]+|-)$/.test(rawOf(sink, feeder.words[first]!))) first += 1;
  const words = feeder.words.slice(first);
  if (tool === 'printf') takePrinted(sink, words, take);
  else if (words.length === 1) takeLines(sink, valueOf(sink.text, words[0]!), take);
  else if (words.length > 1) {
    // Words with single spaces between them are printed as they stand here.
    const whole: Word = { ...words[0]!, end: words.at(-1)!.end, quoted: false, expands: words.some(({ expands }) => expands) };
    takeLines(sink, valueOf(sink.text, whole), take);
  }
}

const rawOf = ({ text }: Sink, { start, end }: Word) => text.slice(start, Math.min(end, start + 32));

/** `printf '%s:%s' user X`: the last word where there is a format, the format itself where it stands alone. */
function takePrinted(sink: Sink, words: readonly Word[], take: Take): void {
  if (words.length === 1) return takeLines(sink, valueOf(sink.text, words[0]!), take);
  const values = words.slice(1).map((word) => valueOf(sink.text, word));
  const whole = values.length > 1 && take.shape === 'user:X' ? values.filter(({ text }) => text.includes(':')) : values;
  if (whole.length > 0) for (const value of whole) takeLines(sink, value, take);
  else takeValue(sink, values.at(-1)!, 0, { ...take, shape: 'X' });
}

/** Each line on its own, as a password is often asked for twice. */
function takeLines(sink: Sink, value: Value, take: Take): void {
  let start = take.certainty === 'WEAK' ? (/^[A-Za-z_.-]{2,40}=(?=.)/.exec(value.text)?.[0].length ?? 0) : 0;
  for (const { 0: separator, index } of value.text.matchAll(/\\n|\r?\n/g)) {
    takeValue(sink, { ...value, text: value.text.slice(0, index) }, start, take);
    start = index + separator.length;
  }
  if (start < value.text.length) takeValue(sink, value, start, take);
}
