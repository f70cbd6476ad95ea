/** Texts that match a regular expression, drawn by a seeded generator: all characters of a class alike often, as a vendor draws them. */

export type Draw = (below: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
const classes = new Map<string, readonly string[]>();

function matching(source: string): readonly string[] {
  const one = new RegExp(`^${source}$`);
  const choices = classes.get(source) ?? [...printable, ' '].filter((character) => one.test(character));
  classes.set(source, choices);
  return choices;
}

type Reader = { source: string; at: number; draw: Draw; shortest: boolean };

/** One text; the shortest the expression allows, if that is asked for. Look-arounds are left to the caller to check. */
export function sample(pattern: RegExp, draw: Draw, shortest = false): string {
  return alternatives({ source: pattern.source, at: 0, draw, shortest });
}

function alternatives(reader: Reader): string {
  const all = [sequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    all.push(sequence(reader));
  }
  return reader.shortest ? all.reduce((a, b) => (b.length < a.length ? b : a)) : all[reader.draw(all.length)]!;
}

function sequence(reader: Reader): string {
  let text = '';
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at]!)) text += repeated(reader);
  return text;
}

/** An atom is read once for each time it is repeated, so that each repeat is drawn anew. */
function repeated(reader: Reader): string {
  const start = reader.at;
  const first = atom(reader);
  const end = reader.at;
  const [whole = '', low, high] = /^(?:\{(\d+)(?:,(\d+))?\}|[?*+])/.exec(reader.source.slice(end)) ?? [];
  const [min, max] = { '': [1, 1], '?': [0, 1], '*': [0, 8], '+': [1, 8] }[whole] ?? [Number(low), Number(high ?? low)];
  const count = reader.shortest ? min! : min! + reader.draw(Math.min(max! - min!, 40) + 1);
  let text = count > 0 ? first : '';
  for (let time = 1; time < count; time += 1) {
    reader.at = start;
    text += atom(reader);
  }
  reader.at = end + whole.length;
  return text;
}

function atom(reader: Reader): string {
  const rest = reader.source.slice(reader.at);
  const look = /^\(\?<?[=!]/.exec(rest);
  const open = look ?? /^\((?:\?:)?/.exec(rest);
  if (open) {
    reader.at += open[0].length;
    const inner = alternatives(reader);
    reader.at += 1;
    return look ? '' : inner;
  }
  const one = /^(?:\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.)/.exec(rest)![0];
  reader.at += one.length;
  if (one === '^' || one === '$') return '';
  const choices = { '\\n': ['\n'], '\\r': ['\r'] }[one] ?? matching(one);
  return choices[reader.draw(choices.length)]!;
}
