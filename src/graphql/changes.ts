import { charactersMax } from '../domain/activity.ts';
import { isStorable } from '../domain/text.ts';
import type { UserError } from '../domain/user-error.ts';
import type { Actor } from '../domain/viewer.ts';
import type { Change, Changed, Changes, Refused } from '../recorder/changes.ts';
import type { Context } from './context.ts';
import { readGlobalId } from './global-id.ts';

/** Sends a change of one object through the recorder and turns a refusal into `userErrors`. */

export type ChangeAnswer<Do extends keyof Changes> = { changed: Exclude<Changed<Do>, Refused> | null; userErrors: UserError[] };
const refusedWith = (error: UserError) => ({ changed: null, userErrors: [error] });

/** A free text of the input, checked before anything happens. */
export type Remark = { field: string; text: string | null | undefined };

export async function changeOf<Do extends keyof Changes>(
  context: Context,
  typename: string,
  globalId: string,
  remark: Remark | null,
  build: (id: string, actor: Actor) => Change<Do>,
  field = 'id',
): Promise<ChangeAnswer<Do>> {
  const id = readGlobalId(typename, globalId);
  if (id === null)
    return refusedWith({
      code: 'NOT_FOUND',
      field: ['input', field],
      message: `this is no id of ${typename}`,
      hint: `take it from \`id\` of ${typename}`,
    });
  const wrong = remark === null ? null : wrongRemark(remark);
  if (wrong) return refusedWith(wrong);
  const changed = await context.recorder.change(context.organisation, build(id, context.viewer.principal));
  return answerOf<Do>(changed, ['input', field]);
}

/** What a change gave, or why it was refused, which is the fault of the input's `field`. */
export function answerOf<Do extends keyof Changes>(changed: Changed<Do>, field: string[]): ChangeAnswer<Do> {
  if (isRefused(changed)) return refusedWith({ code: changed.refused, field, message: changed.message, hint: null });
  return { changed: changed as Exclude<Changed<Do>, Refused>, userErrors: [] };
}

const isRefused = (changed: object): changed is Refused => 'refused' in changed;

export function wrongRemark({ field, text }: Remark): UserError | null {
  return text == null ? null : wrongText(field, text, charactersMax.short);
}

function wrongText(field: string, text: string, max: number): UserError | null {
  if (text.length > max) {
    const message = `${field} has ${text.length} characters; the limit is ${max}`;
    return { code: 'TOO_LONG', field: ['input', field], message, hint: 'shorten it' };
  }
  if (isStorable(text)) return null;
  return { code: 'BAD_CHARACTER', field: ['input', field], message: `${field} holds a character that cannot be stored`, hint: 'remove it' };
}

/** A name of the input: it must say something and fit. */
export function wrongName(field: string, text: string | null | undefined, max: number): UserError | null {
  if (text == null) return null;
  if (text.trim() === '') return { code: 'BLANK', field: ['input', field], message: `${field} is empty`, hint: 'give it a value' };
  return wrongText(field, text, max);
}

/** Most names of one list: teams, of a user or to lead. */
export const namesMax = 50;

/** A list of names, such as teams. */
export function wrongNames(field: string, names: readonly string[] | null | undefined): UserError | null {
  if (names == null) return null;
  if (names.length > namesMax) {
    const message = `${field} has ${names.length} names; the limit is namesMax = ${namesMax}`;
    return { code: 'TOO_MANY', field: ['input', field], message, hint: 'give fewer' };
  }
  return names.map((name) => wrongName(field, name, charactersMax.identifier)).find((error) => error !== null) ?? null;
}
