import type { SecretKind } from '../domain/secret-use.ts';

/** A stretch of a text that is secret, in UTF-16 code units, `end` exclusive. */
export type Finding = { start: number; end: number; kind: SecretKind };

/** Looks for secrets of one sort in a text and adds what it finds, in any order; stretches may overlap with those of others. */
export type Find = (text: string, found: Finding[]) => void;
