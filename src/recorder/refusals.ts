import { isStorable } from '../domain/text.ts';
import type { UserError } from '../domain/user-error.ts';

/** Takes down what is wrong with an input, where, and what to do. */
export type Refuse = (code: UserError['code'], field: string[], message: string, hint?: string | null) => void;

export function checkText(value: string, limit: number, field: string[], refuse: Refuse): void {
  if (value.length > limit)
    refuse(
      'TOO_LONG',
      field,
      `${field.at(-1)} has ${value.length} characters; the limit is ${limit}`,
      'shorten it, or send only what matters of it',
    );
  if (!isStorable(value))
    refuse(
      'BAD_CHARACTER',
      field,
      `${field.at(-1)} holds a character that cannot be stored (NUL, or half of a surrogate pair)`,
      'remove or replace it',
    );
}
