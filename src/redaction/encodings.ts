import type { Edit } from './edits.ts';
import { edited, merged, outsideMarkers } from './edits.ts';
import { inPlaceEncodings } from './encodings/in-place.ts';
import { runsIn } from './encodings/runs.ts';
import type { Finding } from './finding.ts';

/** Encodings inside encodings are followed so many levels down. */
export const encodingDepthMax = 6;

/** Decoded characters that are looked at, over all levels: so many of any text, and so many times its own. */
const decodedMax = { ofAnyText: 16_384, timesItself: 6 } as const;

/** Finds the secrets in a text that is not encoded, or in one that is part of an encoded one. */
export type FindPlain = (text: string, isWhole: boolean, found: Finding[]) => void;

type Work = { find: FindPlain; charactersLeft: number; read: Map<string, Edit[]> };

/** A way to read a text: as it stands, or decoded. `origins` lead back, null where nothing has moved. */
type Reading = { text: string; origins: Int32Array | null; encode: (text: string) => string; depth: number };

/** What is to become of a text's secrets, also of those that are encoded in it, one encoding inside another. */
export function editsOf(text: string, find: FindPlain): Edit[] {
  return editsAt(text, 0, {
    find,
    charactersLeft: decodedMax.ofAnyText + text.length * decodedMax.timesItself,
    read: new Map(),
  });
}

/** Every reading is looked at once, those with the fewest encodings taken off first. */
function editsAt(text: string, depth: number, work: Work): Edit[] {
  const edits: Edit[] = [];
  const readings: Reading[] = [{ text, origins: null, encode: (inner) => inner, depth }];
  for (const reading of readings) {
    for (const edit of editsIn(reading, work)) edits.push(placed(edit, reading));
    if (reading.depth === encodingDepthMax) continue;
    for (const encoding of inPlaceEncodings) {
      if (reading.text.length > work.charactersLeft) break;
      for (const part of encoding.decode(reading.text)) {
        work.charactersLeft -= part.text.length;
        const origins = originsThrough(reading.origins, part.origins);
        if (work.charactersLeft < 0 || readings.some((one) => isSame(one, part.text, origins))) continue;
        readings.push({
          text: part.text,
          origins,
          encode: (inner) => reading.encode(encoding.encode(inner)),
          depth: reading.depth + 1,
        });
      }
    }
  }
  return merged(edits);
}

/** Two orders of taking two encodings off lead to the same. */
const isSame = (one: Reading, text: string, origins: Int32Array) => (one.origins?.[0] ?? 0) === origins[0] && one.text === text;

const originsThrough = (outer: Int32Array | null, inner: Int32Array) => (outer === null ? inner : inner.map((place) => outer[place]!));

function placed(edit: Edit, { origins, encode }: Reading): Edit {
  if (origins === null) return edit;
  const place = { start: origins[edit.start]!, end: origins[edit.end]! };
  return edit.kind === null ? { ...edit, ...place, text: encode(edit.text) } : { ...edit, ...place };
}

function editsIn({ text, origins, depth }: Reading, work: Work): Edit[] {
  const found: Finding[] = [];
  work.find(text, origins === null, found);
  const edits = outsideMarkers(text, found).map(({ start, end, kind }): Edit => ({ start, end, kind, secret: text.slice(start, end) }));
  if (depth === encodingDepthMax) return edits;
  for (const run of runsIn(text)) {
    const inner = editsOfRun(run.text, depth + 1, work);
    if (inner.length === 0) continue;
    const plain = edited(run.text, inner);
    edits.push({ start: run.start, end: run.end, kind: null, text: run.encode(plain.text), secrets: plain.secrets });
  }
  return edits;
}

/** The same run is seen in several readings, and is read once. */
function editsOfRun(text: string, depth: number, work: Work): Edit[] {
  const known = work.read.get(text);
  if (known !== undefined) return known;
  if (text.length > work.charactersLeft) return [];
  work.charactersLeft -= text.length;
  const edits = editsAt(text, depth, work);
  work.read.set(text, edits);
  return edits;
}
