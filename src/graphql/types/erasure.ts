import type { UserRow } from '../../db/entities/user.ts';
import { charactersMax } from '../../domain/activity.ts';
import type { Erased, ErasedThing } from '../../domain/erasure.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { erasureBegins } from '../../recorder/changes/erasure.ts';
import type { UserRef } from '../../recorder/changes/finding.ts';
import { builder } from '../builder.ts';
import { answerOf, wrongName, wrongRemark } from '../changes.ts';
import type { Context } from '../context.ts';
import { ErasedThing as ErasedThingEnum } from '../enums.ts';
import { readGlobalId } from '../global-id.ts';
import { User, UserPayload } from './user.ts';
import { UserError } from './user-error.ts';

/** Erasing a user, and what keeps one from being erased. */

/** Milliseconds after which a call begins no further transaction: there are many short ones, and the answer has to come before `operationMsMax`. */
export const erasureMsMax = 15_000;

type Answer = { user: UserRow | null; erased: Erased | null; more: boolean; people: number; apiKeys: number; userErrors: UserErrorRow[] };
const untouched = { people: 0, apiKeys: 0 };
const refused = (userErrors: UserErrorRow[]): Answer => ({ user: null, erased: null, more: false, ...untouched, userErrors });

const ErasedRows = builder.objectRef<{ what: ErasedThing; rows: number }>('ErasedRows').implement({
  description: 'How much of something was erased.',
  fields: (t) => ({
    what: t.field({ type: ErasedThingEnum, description: 'What.', resolve: ({ what }) => what }),
    rows: t.exposeInt('rows', { description: 'How many rows.' }),
  }),
});

const EraseUserPayload = builder.objectRef<Answer>('EraseUserPayload').implement({
  description: 'What was erased.',
  fields: (t) => ({
    user: t.field({
      type: User,
      nullable: true,
      description: 'What is left of the user: an id that names nobody. Null where the change was refused, or is not complete.',
      resolve: ({ user }) => user,
    }),
    erased: t.field({
      type: [ErasedRows],
      description: 'How much of what was erased by this call; empty where it was refused.',
      resolve: ({ erased }) => Object.entries(erased ?? {}).map(([what, rows]) => ({ what: what as ErasedThing, rows })),
    }),
    more: t.exposeBoolean('more', {
      description: 'Whether something is left, because there was too much for one call: then the user is not erased yet. Call again.',
    }),
    people: t.exposeInt('people', {
      description: 'People of the identity provider who sign in as this user: accounts of your staff, which are not touched.',
    }),
    apiKeys: t.exposeInt('apiKeys', { description: 'API keys that act for this user and still serve: revoke them where they should not.' }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

const who = 'The external id of the user, or its global id.';
const refOf = (user: string): UserRef => {
  const id = readGlobalId('User', user);
  return id === null ? { externalId: user } : { id };
};
const wrongUser = (user: string) => wrongName('user', user, charactersMax.identifier);

async function erase({ recorder, organisation, viewer }: Context, user: UserRef, reason: string): Promise<Answer> {
  const asked = { user, actor: viewer.principal, reason };
  let progress = erasureBegins();
  const begun = performance.now();
  while (performance.now() - begun < erasureMsMax) {
    const step = answerOf<'eraseSome'>(await recorder.change(organisation, { do: 'eraseSome', ...asked, progress }), ['input', 'user']);
    if (!step.changed) return refused(step.userErrors);
    ({ progress } = step.changed);
    if (step.changed.more) continue;
    const last = answerOf<'eraseUser'>(await recorder.change(organisation, { do: 'eraseUser', ...asked, progress }), ['input', 'user']);
    return last.changed ? { ...last.changed, more: false, userErrors: [] } : refused(last.userErrors);
  }
  return { user: null, erased: progress.erased, more: true, ...untouched, userErrors: [] };
}

const EraseUserInput = builder.inputType('EraseUserInput', {
  description: 'Whom to erase, and why.',
  fields: (t) => ({
    user: t.string({ required: true, description: who }),
    reason: t.string({ required: true, description: 'Why, for the audit log, which does not take the name. 1 to 1,024 characters.' }),
  }),
});
const SetLegalHoldInput = builder.inputType('SetLegalHoldInput', {
  description: 'Whose data is to be kept, why, and how long.',
  fields: (t) => ({
    user: t.string({ required: true, description: who }),
    reason: t.string({ required: true, description: 'Why; shown to whoever tries to erase. 1 to 1,024 characters.' }),
    until: t.field({
      type: 'DateTime',
      description: 'From when on it holds no more; later than now. Null or left out: until it is lifted.',
    }),
  }),
});
const LiftLegalHoldInput = builder.inputType('LiftLegalHoldInput', {
  description: 'Whose data need not be kept any more, and why.',
  fields: (t) => ({
    user: t.string({ required: true, description: who }),
    reason: t.string({ description: 'Why, for the audit log. At most 1,024 characters.' }),
  }),
});

builder.mutationFields((t) => ({
  eraseUser: t.field({
    type: EraseUserPayload,
    nullable: true,
    description:
      'Erases all that is known of a monitored user, for good: activities, sessions, anomalies and alerts about them, habits, and their name wherever else it stands. The log keeps its lines and their hashes. What comes under the same external id later is of another user. A legal hold refuses it with CONFLICT.',
    args: { input: t.arg({ type: EraseUserInput, required: true, description: 'Whom, and why.' }) },
    resolve: async (_root, { input: { user, reason } }, context) => {
      const wrong = wrongUser(user) ?? wrongName('reason', reason, charactersMax.short);
      return wrong ? refused([wrong]) : erase(context, refOf(user), reason);
    },
  }),
  setLegalHold: t.field({
    type: UserPayload,
    nullable: true,
    description: 'Forbids to erase a user. Set again, it takes the place of the one before.',
    args: { input: t.arg({ type: SetLegalHoldInput, required: true, description: 'Whose, why and how long.' }) },
    resolve: async (_root, { input: { user, reason, until = null } }, { recorder, organisation, viewer, now }) => {
      const wrong = wrongUser(user) ?? wrongName('reason', reason, charactersMax.short);
      if (wrong) return { user: null, userErrors: [wrong] };
      if (until !== null && until <= now) {
        const message = 'until is not later than now: it would hold nothing';
        return { user: null, userErrors: [{ code: 'OUT_OF_RANGE' as const, field: ['input', 'until'], message, hint: null }] };
      }
      const asked = { do: 'setLegalHold', user: refOf(user), actor: viewer.principal, reason, until } as const;
      const { changed, userErrors } = answerOf<'setLegalHold'>(await recorder.change(organisation, asked), ['input', 'user']);
      return { user: changed?.user ?? null, userErrors };
    },
  }),
  liftLegalHold: t.field({
    type: UserPayload,
    nullable: true,
    description: 'Allows again to erase a user; CONFLICT where there is no legal hold.',
    args: { input: t.arg({ type: LiftLegalHoldInput, required: true, description: 'Whose, and why.' }) },
    resolve: async (_root, { input: { user, reason = null } }, { recorder, organisation, viewer }) => {
      const wrong = wrongUser(user) ?? wrongRemark({ field: 'reason', text: reason });
      if (wrong) return { user: null, userErrors: [wrong] };
      const asked = { do: 'liftLegalHold', user: refOf(user), actor: viewer.principal, reason } as const;
      const { changed, userErrors } = answerOf<'liftLegalHold'>(await recorder.change(organisation, asked), ['input', 'user']);
      return { user: changed?.user ?? null, userErrors };
    },
  }),
}));
