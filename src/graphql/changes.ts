import { charactersMax } from '../domain/activity.ts';
import { isStorable } from '../domain/text.ts';
import type { UserError } from '../domain/user-error.ts';
import type { Change, Changed, Refused } from '../recorder/changes.ts';
import type { Context } from './context.ts';
import { readGlobalId } from './global-id.ts';

/** Sends a change of one object through the recorder and turns a refusal into `userErrors`. */

export type ChangeAnswer = { changed: Exclude<Changed, Refused> | null; userErrors: UserError[] };
const refusedWith = (error: UserError): ChangeAnswer => ({ changed: null, userErrors: [error] });

/** A free text of the input, checked before anything happens. */
export type Remark = { field: string; text: string | null | undefined };

export async function changeOf(
  context: Context,
  typename: string,
  globalId: string,
  remark: Remark | null,
  build: (id: string, actor: string) => Change,
): Promise<ChangeAnswer> {
  const id = readGlobalId(typename, globalId);
  if (id === null)
    return refusedWith({
      code: 'NOT_FOUND',
      field: ['input', 'id'],
      message: `this is no id of ${typename}`,
      hint: `take it from \`id\` of ${typename}`,
    });
  const wrong = remark === null ? null : wrongRemark(remark);
  if (wrong) return refusedWith(wrong);
  const changed = await context.recorder.change(context.organisation, build(id, context.viewer.name));
  if ('refused' in changed) return refusedWith({ code: changed.refused, field: ['input', 'id'], message: changed.message, hint: null });
  return { changed, userErrors: [] };
}

export function wrongRemark({ field, text }: Remark): UserError | null {
  if (text == null) return null;
  if (text.length > charactersMax.short)
    return {
      code: 'TOO_LONG',
      field: ['input', field],
      message: `${field} has ${text.length} characters; the limit is ${charactersMax.short}`,
      hint: 'shorten it',
    };
  if (!isStorable(text))
    return {
      code: 'BAD_CHARACTER',
      field: ['input', field],
      message: `${field} holds a character that cannot be stored`,
      hint: 'remove it',
    };
  return null;
}
