import type { KnownSecretRow } from '../../db/entities/known-secret.ts';
import { charactersMax } from '../../domain/activity.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import type { SecretInput } from '../../recorder/secret-intake.ts';
import { checkSecret } from '../../recorder/secret-intake.ts';
import { builder } from '../builder.ts';
import { answerOf, changeOf, wrongName, wrongRemark } from '../changes.ts';
import type { Context } from '../context.ts';
import { writeGlobalId } from '../global-id.ts';
import { UserError } from './user-error.ts';

const usesOf = ({ fingerprint }: KnownSecretRow, { loaders }: Context) =>
  fingerprint === null ? null : loaders.usesOfSecret.load(fingerprint);

const KnownSecret = builder.objectRef<KnownSecretRow>('KnownSecret').implement({
  description:
    'A secret that its owner has registered, so that it is found wherever it stands. What it is cannot be told from what is kept.',
  fields: (t) => ({
    id: t.id({ description: 'Global id, for `forgetSecret`.', resolve: ({ id }) => writeGlobalId('KnownSecret', id) }),
    name: t.exposeString('name', { description: 'What it was registered as: `secret` of its uses from then on.' }),
    registeredAt: t.field({ type: 'DateTime', description: 'When.', resolve: ({ registeredAt }) => registeredAt }),
    registeredBy: t.exposeString('registeredBy', { description: 'By whom: name of the key or person.' }),
    uses: t.int({
      description: 'How often it was found, also before it was registered; 0 once it is forgotten.',
      resolve: async (row, _args, context) => (await usesOf(row, context))?.uses ?? 0,
    }),
    lastFoundAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the latest of these uses happened; null: never found, or forgotten.',
      resolve: async (row, _args, context) => (await usesOf(row, context))?.lastFoundAt ?? null,
    }),
  }),
});

builder.queryField('knownSecrets', (t) =>
  t.field({
    type: [KnownSecret],
    nullable: true,
    description: 'The registered secrets of the organisation that are not forgotten, newest first; at most 1,000.',
    resolve: async (_root, _args, { database, reader, reads, organisation }) => {
      const newest = 'where t.organisation_id = $1 and t.forgotten_at is null order by t.registered_at desc, t.id desc';
      const secrets = await database.tables.knownSecret.select(reader, newest, [organisation.id]);
      reads.rows(secrets.length);
      return secrets;
    },
  }),
);

type Answer = { knownSecret: KnownSecretRow | null; userErrors: UserErrorRow[] };

const KnownSecretPayload = builder.objectRef<Answer>('KnownSecretPayload').implement({
  description: 'A registered secret after a change.',
  fields: (t) => ({
    knownSecret: t.field({
      type: KnownSecret,
      nullable: true,
      description: 'The registered secret; null where the change was refused.',
      resolve: ({ knownSecret }) => knownSecret,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

const reason = 'Why, for the audit log. At most 1,024 characters.';

const RegisterSecretInput = builder.inputRef<SecretInput>('RegisterSecretInput').implement({
  description: 'A secret to be found wherever it stands.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'What it is shown as, e.g. "billing database". 1 to 256 characters, without the secret.',
    }),
    secret: t.string({
      required: true,
      description:
        'The secret itself, 8 to 8,192 characters. Send it in a variable. Only keyed hashes of it are kept: it can never be shown again.',
    }),
    reason: t.string({ description: `${reason} Without the secret.` }),
  }),
});

builder.mutationFields((t) => ({
  registerSecret: t.field({
    type: KnownSecretPayload,
    nullable: true,
    description:
      'From the next activity on, on every process, a marker stands in place of this secret, however it is written, and its uses are on record. One that is registered already is refused with CONFLICT.',
    args: { input: t.arg({ type: RegisterSecretInput, required: true, description: 'Which, and what to call it.' }) },
    resolve: (_root, { input }, context) => register(context, input),
  }),
  forgetSecret: t.field({
    type: KnownSecretPayload,
    nullable: true,
    description: 'From the next activity on a secret is not looked for any more, and nothing that it could be told by is kept.',
    args: {
      input: t.arg({
        required: true,
        description: 'Which.',
        type: builder.inputType('ForgetSecretInput', {
          description: 'Which registered secret to forget.',
          fields: (t) => ({
            id: t.id({ required: true, description: 'Global id of the registered secret.' }),
            reason: t.string({ description: reason }),
          }),
        }),
      }),
    },
    resolve: async (_root, { input }, context) => {
      const said = input.reason ?? null;
      const remark = { field: 'reason', text: said };
      const { changed, userErrors } = await changeOf(context, 'KnownSecret', input.id, remark, (id, actor) => ({
        do: 'forgetSecret',
        id,
        actor,
        reason: said,
      }));
      return { knownSecret: changed?.knownSecret ?? null, userErrors };
    },
  }),
}));

async function register({ recorder, organisation, viewer, intakePolicies }: Context, input: SecretInput): Promise<Answer> {
  const { name, secret, reason: said = null } = input;
  const texts = [wrongName('name', name, charactersMax.identifier), wrongRemark({ field: 'reason', text: said })];
  const wrong = [...checkSecret(input), ...texts.filter((error) => error !== null)];
  if (wrong.length > 0) return { knownSecret: null, userErrors: wrong };
  const sealed = intakePolicies.seal(organisation.id, secret);
  const change = { do: 'registerSecret', name, sealed, actor: viewer.principal, reason: said } as const;
  const { changed, userErrors } = answerOf<'registerSecret'>(await recorder.change(organisation, change), ['input', 'secret']);
  return { knownSecret: changed?.knownSecret ?? null, userErrors };
}
