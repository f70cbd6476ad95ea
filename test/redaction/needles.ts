import { encodings } from './encoders.ts';

/** Characters by which a place is looked up where a needle may begin. */
const beginning = 8;

/** Whether any of many strings stands in a text: in one pass over it. */
export function createSearch<Tag>(needles: Iterable<readonly [string, Tag]>) {
  const byBeginning = new Map<string, [string, Tag][]>();
  for (const [needle, tag] of needles) {
    if (needle.length < beginning) throw new Error(`too short to be looked for: ${needle}`);
    const start = needle.slice(0, beginning);
    byBeginning.set(start, [...(byBeginning.get(start) ?? []), [needle, tag]]);
  }
  return (text: string): { tag: Tag; needle: string; at: number }[] => {
    const found: { tag: Tag; needle: string; at: number }[] = [];
    for (let at = 0; at + beginning <= text.length; at += 1) {
      for (const [needle, tag] of byBeginning.get(text.slice(at, at + beginning)) ?? [])
        if (text.startsWith(needle, at)) found.push({ tag, needle, at });
    }
    return found;
  };
}

/** How a secret looks raw and in each encoding, also in base64 that begins one or two bytes before it. */
export function looksOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const aligned = (['base64', 'base64url'] as const).flatMap((alphabet) =>
    [0, 1, 2].map((before) => {
      const whole = Buffer.concat([Buffer.alloc(before), bytes]);
      const from = before === 0 ? 0 : before + 1;
      return whole.toString(alphabet).slice(from, Math.floor((whole.length * 8) / 6));
    }),
  );
  const {
    JSON: _json,
    'JSON in JSON': _nested,
    form: _form,
    'wrapped base64': _wrapped,
    base64: _base64,
    base64url: _url,
    ...others
  } = encodings;
  const inJson = JSON.stringify(secret).slice(1, -1);
  const all = [
    ...Object.values(others).map((encode) => encode(secret)),
    ...aligned,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    bytes.toString('hex').toUpperCase(),
  ];
  return [...new Set(all)].filter((look) => look.length >= beginning);
}
