import type { UserRow } from '../../db/entities/user.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { charactersMax } from '../../domain/activity.ts';
import { builder } from '../builder.ts';
import { changeOf, wrongName } from '../changes.ts';
import type { Context } from '../context.ts';
import { UserError } from './user-error.ts';

const RevealedUser = builder.objectRef<UserRow>('RevealedUser').implement({
  description: 'Who a user is. Shown as it is, also to who sees pseudonyms.',
  fields: (t) => ({
    externalId: t.exposeString('externalId', { description: 'The id the calling system uses.' }),
    displayName: t.exposeString('displayName', { nullable: true, description: 'A name for people to read; null where there is none.' }),
    pseudonym: t.string({
      description: 'What stands for the user where the organisation pseudonymises: the same for as long as the service has its key.',
      resolve: ({ organisationId, externalId }, _args, { pseudonyms }) => pseudonyms.nameOf(organisationId, externalId),
    }),
  }),
});

type Revealed = { revealed: UserRow | null; userErrors: UserErrorRow[] };
const RevealUserPayload = builder.objectRef<Revealed>('RevealUserPayload').implement({
  description: 'Who a user is, told once that it was asked is on record.',
  fields: (t) => ({
    revealed: t.field({
      type: RevealedUser,
      nullable: true,
      description: 'Who it is; null where that was refused.',
      resolve: ({ revealed }) => revealed,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

const RevealUserInput = builder.inputType('RevealUserInput', {
  description: 'Whom to reveal, and why.',
  fields: (t) => ({
    user: t.id({ required: true, description: 'Global id of the user.' }),
    reason: t.string({
      required: true,
      description: `Why, for the audit log: 1 to ${charactersMax.short.toLocaleString('en')} characters, not only spaces.`,
    }),
  }),
});

builder.mutationField('revealUser', (t) =>
  t.field({
    type: RevealUserPayload,
    nullable: true,
    description:
      'Tells who one user is to somebody who sees a pseudonym. First an audit entry USER_REVEALED is committed, with who asked and why; whoever reads the audit log sees it. Everywhere else the pseudonym stays.',
    args: { input: t.arg({ type: RevealUserInput, required: true, description: 'Whom, and why.' }) },
    resolve: (_root, { input }, context) => reveal(context, input.user, input.reason),
  }),
);

async function reveal(context: Context, user: string, reason: string): Promise<Revealed> {
  const wrong = wrongName('reason', reason, charactersMax.short);
  if (wrong) return { revealed: null, userErrors: [wrong] };
  const { changed, userErrors } = await changeOf(
    context,
    'User',
    user,
    null,
    (id, actor) => ({ do: 'revealUser', id, actor, reason }),
    'user',
  );
  return { revealed: changed?.user ?? null, userErrors };
}
