import type { z } from 'zod';

/**
 * A setting: its variable, its default as text ('' stands for an empty list), what is allowed and what it is for. An
 * empty value counts as not set; `secret` values are never shown.
 */
export type Setting = { name: string; default: string | null; secret?: true; allowed: string; description: string; schema: z.ZodType };

export type Value<S extends Setting> = S['default'] extends null ? z.output<S['schema']> | null : z.output<S['schema']>;
export type Values<Table extends Record<string, Setting>> = { readonly [Key in keyof Table]: Value<Table[Key]> };

/** Reads one setting of the environment. Where it is set but wrong, that is noted as a problem, and the value is undefined. */
export type Read = <S extends Setting>(setting: S, fallback?: string) => Value<S>;

/** The parts of a list that is written with commas. */
export const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
