import { createOrganisation } from '../../db/queries/organisations.ts';
import { charactersMax } from '../../domain/activity.ts';
import { isTimeZone } from '../../domain/time.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { newKey } from '../../recorder/api-keys.ts';
import { builder } from '../builder.ts';
import { wrongName } from '../changes.ts';
import type { Context } from '../context.ts';
import { Organisation } from './viewer.ts';
import { UserError } from './user-error.ts';

type Answer = { organisation: { name: string; timeZone: string } | null; secret: string | null; userErrors: UserErrorRow[] };
const refused = (error: UserErrorRow): Answer => ({ organisation: null, secret: null, userErrors: [error] });

const CreateOrganisationPayload = builder.objectRef<Answer>('CreateOrganisationPayload').implement({
  description: 'A new organisation with its first admin key. This is the only time the secret is shown.',
  fields: (t) => ({
    organisation: t.field({
      type: Organisation,
      nullable: true,
      description: 'The organisation; null where it was refused.',
      resolve: ({ organisation }) => organisation,
    }),
    secret: t.exposeString('secret', { nullable: true, description: 'The secret of its first admin key. Not stored: keep it.' }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

builder.mutationField('createOrganisation', (t) =>
  t.field({
    type: CreateOrganisationPayload,
    nullable: true,
    description: 'Makes an organisation, apart from all others. Only for the command line of whoever runs the service.',
    args: {
      input: t.arg({
        required: true,
        description: 'Which.',
        type: builder.inputType('CreateOrganisationInput', {
          description: 'A new organisation.',
          fields: (t) => ({
            name: t.string({ required: true, description: 'Its name, of which there is only one; tokens name it. 1 to 256 characters.' }),
            timeZone: t.string({ required: true, defaultValue: 'UTC', description: 'IANA time zone of its hours, days and weeks.' }),
          }),
        }),
      }),
    },
    resolve: (_root, { input }, context) => create(context, input),
  }),
);

async function create(context: Context, { name, timeZone }: { name: string; timeZone: string }): Promise<Answer> {
  const { database, recorder, viewer, now } = context;
  const wrong = wrongName('name', name, charactersMax.identifier);
  if (wrong) return refused(wrong);
  if (!isTimeZone(timeZone)) {
    const hint = 'for example "Europe/Berlin"';
    return refused({ code: 'UNKNOWN_TIME_ZONE', field: ['input', 'timeZone'], message: 'not an IANA time zone', hint });
  }
  const { organisation, created } = await createOrganisation(database.control, name, timeZone, now);
  if (!created) {
    const message = 'there is an organisation of this name';
    return refused({ code: 'CONFLICT', field: ['input', 'name'], message, hint: 'choose another name' });
  }
  const { row, token } = newKey({ organisationId: organisation.id, name: 'first admin key', role: 'ADMIN', createdAt: now });
  await recorder.change(organisation, { do: 'createApiKey', key: row, actor: viewer.principal });
  await recorder.audit(context.organisation, {
    actor: viewer.principal,
    action: 'ORGANISATION_CREATED',
    target: `Organisation:${organisation.id}`,
    after: { name, timeZone },
  });
  return { organisation: { name, timeZone }, secret: token, userErrors: [] };
}
