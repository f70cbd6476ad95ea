import type { SecretKind } from '../domain/secret-use.ts';
import { markerOf } from '../domain/secret-use.ts';
import type { Finding } from './finding.ts';

/** A secret that was taken out. `secret` is for its fingerprint only; `at` is where its marker begins in the new text. */
export type TakenOut = { kind: SecretKind; secret: string; at: number | null };
export type Redacted = { text: string; secrets: readonly TakenOut[] };

/** A stretch of a text that is to become another: a secret its marker, or an encoded text with secrets in it the same without. */
export type Edit = Pick<Finding, 'start' | 'end'> &
  ({ kind: SecretKind; secret: string } | { kind: null; text: string; secrets: readonly TakenOut[] });

/** Of two findings at one place the one is kept that says more about it, the first of these. */
const tellingKinds: readonly SecretKind[] = ['KNOWN', 'PRIVATE_KEY', 'JWT', 'API_KEY', 'PASSWORD_HASH', 'PASSWORD', 'TOKEN'];

export const markerStart = '‹redacted:';
const marker = /‹redacted:[a-z-]{1,20}›/g;

/** The findings without what has been redacted before. */
export function outsideMarkers(text: string, found: readonly Finding[]): readonly Finding[] {
  if (found.length === 0 || !text.includes(markerStart)) return found;
  let parts = found;
  for (const { 0: mark, index } of text.matchAll(marker)) {
    const end = index + mark.length;
    parts = parts.flatMap((one) => {
      if (one.end <= index || one.start >= end) return [one];
      return [
        { ...one, end: index },
        { ...one, start: end },
      ].filter((part) => part.start < part.end);
    });
  }
  return parts;
}

/** Edits that do not overlap, in order: what touches becomes one. */
export function merged(edits: Edit[]): Edit[] {
  if (edits.length < 2) return edits;
  edits.sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: Edit[] = [];
  for (const edit of edits) {
    const last = apart.at(-1);
    const touches = last !== undefined && (edit.start < last.end || (edit.start === last.end && last.kind !== null && edit.kind !== null));
    if (touches) apart[apart.length - 1] = joined(last, edit);
    else apart.push(edit);
  }
  return apart;
}

/** Of an encoded text that overlaps a secret nothing is left: nobody knows how much of the secret is in it. */
function joined(one: Edit, other: Edit): Edit {
  if (one.kind === null && other.kind === null) return other.end - other.start > one.end - one.start ? other : one;
  const { start } = one;
  const end = Math.max(one.end, other.end);
  if (one.kind === null) return { ...other, start, end };
  if (other.kind === null) return { ...one, start, end };
  return { ...(tells(other) < tells(one) || (tells(other) === tells(one) && wider(other, one)) ? other : one), start, end };
}

const tells = ({ kind }: Edit) => (kind === null ? tellingKinds.length : tellingKinds.indexOf(kind));
const wider = (one: Edit, other: Edit) => one.end - one.start >= other.end - other.start;

/** By how much a text gets longer. */
export const growthOf = (edit: Edit): number =>
  (edit.kind === null ? edit.text.length : markerOf(edit.kind).length) - (edit.end - edit.start);

/** The text with its edits made. */
export function edited(text: string, edits: readonly Edit[]): Redacted {
  const secrets: TakenOut[] = [];
  let now = '';
  let done = 0;
  for (const edit of edits) {
    now += text.slice(done, edit.start);
    if (edit.kind === null) {
      secrets.push(...edit.secrets.map((secret) => ({ ...secret, at: null })));
      now += edit.text;
    } else {
      secrets.push({ kind: edit.kind, secret: edit.secret, at: now.length });
      now += markerOf(edit.kind);
    }
    done = edit.end;
  }
  return { text: now + text.slice(done), secrets };
}
