import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Labelled rows: JSON lines in a file of this name, gzipped or not. Null where the folder has none. */
export function readRows<Row>(folder: string, name: string): Row[] | null {
  const packed = join(folder, `${name}.jsonl.gz`);
  const plain = join(folder, `${name}.jsonl`);
  if (!existsSync(packed) && !existsSync(plain)) return null;
  const text = existsSync(packed) ? gunzipSync(readFileSync(packed)).toString('utf8') : readFileSync(plain, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}
