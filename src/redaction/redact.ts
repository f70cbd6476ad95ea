import { findInCommand, findInQuotedCommands } from './commands.ts';
import type { Edit, Redacted, TakenOut } from './edits.ts';
import { edited, growthOf, outsideMarkers } from './edits.ts';
import { editsOf } from './encodings.ts';
import type { Finding } from './finding.ts';
import type { KnownSecrets } from './known.ts';
import { findPairs } from './pairs.ts';
import { findTokens } from './tokens.ts';

export type { Redacted, TakenOut } from './edits.ts';

/** What a text is, as far as it matters to where secrets stand in it. */
export type Manner = 'COMMAND' | 'TEXT';

/** A marker can make another secret visible; after so many looks what is left is left. */
export const looksMax = 8;

const none: readonly TakenOut[] = [];

/** The text with a marker in place of each secret; the very same text where there is none. What comes out has none. */
export function redactText(text: string, manner: Manner, known: KnownSecrets): Redacted {
  let redacted: Redacted = { text, secrets: none };
  for (let look = 0; look < looksMax; look += 1) {
    const edits = secretsIn(redacted.text, manner, known);
    if (edits.length === 0) break;
    redacted = withMore(redacted, edits);
  }
  return redacted;
}

/** The stretches of a text that hold secrets, encoded ones as well, in order and apart from each other. */
export function secretsIn(text: string, manner: Manner, known: KnownSecrets): Edit[] {
  return editsOf(text, (plain, isWhole, found) => {
    findWrittenTokens(plain, found);
    findPairs(plain, found);
    if (isWhole && manner === 'COMMAND') findInCommand(plain, found);
    else findInQuotedCommands(plain, found);
    known.find(plain, found);
  });
}

/**
 * An id with a secret for itself or within, which its form tells, or the organisation: what stands before it would tell nothing,
 * and a name with an at sign or a backslash is no password.
 */
export function secretInIdentifier(text: string, known: KnownSecrets): Finding | null {
  const found: Finding[] = [];
  findWrittenTokens(text, found);
  known.find(text, found);
  return outsideMarkers(text, found)[0] ?? null;
}

/** A form that is filled with one character is how manuals print it, and what a held key types. */
function findWrittenTokens(text: string, found: Finding[]): void {
  findTokens(text, found);
  for (let place = found.length - 1; place >= 0; place -= 1) {
    const { start, end } = found[place]!;
    if (oneCharacter.test(text.slice(start, end))) found.splice(place, 1);
  }
}
const oneCharacter = /^(.)\1*$/s;

/** What was taken out before has moved by what goes now. */
function withMore({ text, secrets }: Redacted, edits: readonly Edit[]): Redacted {
  const now = edited(text, edits);
  if (secrets.length === 0) return now;
  const moved = secrets.toSorted((a, b) => (a.at ?? -1) - (b.at ?? -1));
  let place = 0;
  let grown = 0;
  for (const [order, one] of moved.entries()) {
    if (one.at === null) continue;
    for (; place < edits.length && edits[place]!.end <= one.at; place += 1) grown += growthOf(edits[place]!);
    moved[order] = { ...one, at: one.at + grown };
  }
  return { text: now.text, secrets: [...moved, ...now.secrets] };
}
