import type { SecretKind } from '../domain/secret-use.ts';
import { markerOf } from '../domain/secret-use.ts';
import { findInCommand, findInQuotedCommands } from './commands.ts';
import type { Finding } from './finding.ts';
import type { KnownSecrets } from './known.ts';
import { findPairs } from './pairs.ts';
import { findTokens } from './tokens.ts';

/** What a text is, as far as it matters to where secrets stand in it. */
export type Manner = 'COMMAND' | 'TEXT';

/** A secret that was taken out. `secret` is for its fingerprint only; `at` is where its marker begins in the new text. */
export type TakenOut = { kind: SecretKind; secret: string; at: number | null };
export type Redacted = { text: string; secrets: readonly TakenOut[] };

const none: readonly TakenOut[] = [];

/** The text with a marker in place of each secret; the very same text where there is none. */
export function redactText(text: string, manner: Manner, known: KnownSecrets): Redacted {
  const found: Finding[] = [];
  findTokens(text, found);
  findPairs(text, found);
  if (manner === 'COMMAND') findInCommand(text, found);
  else findInQuotedCommands(text, found);
  known.find(text, found);
  return found.length === 0 ? { text, secrets: none } : withMarkers(text, found);
}

/** Of stretches that overlap one marker is left, of the kind of the one that begins first. */
function withMarkers(text: string, found: Finding[]): Redacted {
  const secrets: TakenOut[] = [];
  let redacted = '';
  let done = 0;
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  for (let place = 0; place < found.length;) {
    const { start, kind } = found[place]!;
    let { end } = found[place]!;
    for (place += 1; place < found.length && found[place]!.start < end; place += 1) end = Math.max(end, found[place]!.end);
    redacted += text.slice(done, start);
    secrets.push({ kind, secret: text.slice(start, end), at: redacted.length });
    redacted += markerOf(kind);
    done = end;
  }
  return { text: redacted + text.slice(done), secrets };
}
