import type { ApiKeyRow } from '../../db/entities/api-key.ts';
import type { Role as RoleName, Scope as ScopeName } from '../../domain/access.ts';
import { beyond, roles } from '../../domain/access.ts';
import { charactersMax } from '../../domain/activity.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerHour } from '../../domain/time.ts';
import type { Viewer } from '../../domain/viewer.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { newKey, newToken, hashOf } from '../../recorder/api-keys.ts';
import { builder } from '../builder.ts';
import { changeOf, wrongName, wrongNames } from '../changes.ts';
import type { Context } from '../context.ts';
import { Role, Scope } from '../enums.ts';
import { writeGlobalId } from '../global-id.ts';
import { UserError } from './user-error.ts';

/** Most keys that `apiKeys` lists. */
const keysMax = 1_000;
const overlapHoursDefault = 24;
const overlapHoursMax = 30 * 24;

const ApiKey = builder.objectRef<ApiKeyRow>('ApiKey').implement({
  description: 'A key of a service or a person, without its secret.',
  fields: (t) => ({
    id: t.id({ description: 'Global id, for `rotateApiKey` and `revokeApiKey`.', resolve: ({ id }) => writeGlobalId('ApiKey', id) }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    role: t.field({ type: Role, description: 'What it may do and see.', resolve: ({ role }) => role }),
    user: t.exposeString('userExternalId', { nullable: true, description: 'External id of the monitored user it acts for; null: none.' }),
    leads: t.stringList({ description: 'Teams whose users it sees.', resolve: ({ leads }) => [...leads] }),
    scopes: t.field({
      type: [Scope],
      nullable: true,
      description: 'What it may do of what its role may; null: all of it.',
      resolve: ({ scopes }) => (scopes === null ? null : [...scopes]),
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: ({ createdAt }) => createdAt }),
    createdBy: t.exposeString('createdBy', {
      nullable: true,
      description: 'Name of the key or person that made it; null: Lapwing itself.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'From when on it is void; null: never.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was used last, to a minute; null: never.',
      resolve: ({ lastUsedAt }) => lastUsedAt,
    }),
    previousSecretUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when the secret before the last rotation serves; null where it was never rotated.',
      resolve: ({ previousUntil }) => previousUntil,
    }),
    revokedAt: t.field({ type: 'DateTime', nullable: true, description: 'Since when it is void.', resolve: ({ revokedAt }) => revokedAt }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKey],
    nullable: true,
    description: `Keys of the organisation, newest first, revoked ones included; at most ${keysMax.toLocaleString('en')}.`,
    resolve: async (_root, _args, { database, reader, reads, organisation }) => {
      const newest = `where t.organisation_id = $1 order by t.created_at desc, t.id desc limit ${keysMax}`;
      const keys = await database.tables.apiKey.select(reader, newest, [organisation.id]);
      reads.rows(keys.length);
      return keys;
    },
  }),
);

type KeyAnswer = { apiKey: ApiKeyRow | null; userErrors: UserErrorRow[] };
type SecretAnswer = KeyAnswer & { secret: string | null };

const CreateApiKeyPayload = builder.objectRef<SecretAnswer>('CreateApiKeyPayload').implement({
  description: 'A key with a new secret. This is the only time it is shown.',
  fields: (t) => ({
    apiKey: t.field({ type: ApiKey, nullable: true, description: 'The key; null where it was refused.', resolve: ({ apiKey }) => apiKey }),
    secret: t.exposeString('secret', {
      nullable: true,
      description: 'What to send as `Authorization: Bearer <secret>`. Not stored: keep it.',
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});
const ApiKeyPayload = builder.objectRef<KeyAnswer>('ApiKeyPayload').implement({
  description: 'A key after a change.',
  fields: (t) => ({
    apiKey: t.field({
      type: ApiKey,
      nullable: true,
      description: 'The key; null where the change was refused.',
      resolve: ({ apiKey }) => apiKey,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

type KeyInput = {
  name: string;
  role: RoleName;
  user?: string | null;
  leads?: readonly string[] | null;
  scopes?: readonly ScopeName[] | null;
  expiresAt?: Micros | null;
};
const refused = (...userErrors: UserErrorRow[]): SecretAnswer => ({ apiKey: null, secret: null, userErrors });

const CreateApiKeyInput = builder.inputRef<KeyInput>('CreateApiKeyInput').implement({
  description: 'What the key is for.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Shown wherever the key acts, e.g. "billing service". 1 to 1,024 characters.' }),
    role: t.field({ type: Role, required: true, description: 'What it may do and see.' }),
    user: t.string({ description: 'External id of the monitored user it acts for: what a MEMBER sees. 1 to 256 characters.' }),
    leads: t.stringList({ description: 'Teams whose users it sees; at most 50 of at most 256 characters.' }),
    scopes: t.field({ type: [Scope], description: 'What it may do, where that is less than its role may. Default: all of it.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'From when on it is void. Default: never.' }),
  }),
});

function wrongKey({ name, user, leads, scopes, role, expiresAt }: KeyInput, viewer: Viewer, now: Micros): UserErrorRow[] {
  const errors = [
    wrongName('name', name, charactersMax.short),
    wrongName('user', user, charactersMax.identifier),
    wrongNames('leads', leads),
  ].filter((error) => error !== null);
  const outOfRange = (field: string, message: string, hint: string) =>
    errors.push({ code: 'OUT_OF_RANGE', field: ['input', field], message, hint });
  const foreign = scopes?.find((scope) => !roles[role].scopes.some((one) => one === scope));
  if (foreign) outOfRange('scopes', `the role ${role} has no scope ${foreign}`, `it has ${roles[role].scopes.join(', ')}`);
  if (scopes?.length === 0) outOfRange('scopes', 'a key without scopes may do nothing', 'leave scopes out for all of its role');
  const more = beyond(viewer.scopes, new Set<ScopeName>(scopes ?? roles[role].scopes));
  if (more) {
    const message = `the key would have the scope ${more}, which you have not`;
    errors.push({ code: 'BEYOND_SCOPE', field: ['input', 'scopes'], message, hint: 'give it fewer scopes' });
  }
  if (expiresAt != null && expiresAt <= now) outOfRange('expiresAt', 'expiresAt is in the past', 'leave it out for a key without end');
  const { principal, expiresAt: end } = viewer;
  if (principal.kind === 'KEY' && end !== null && (expiresAt == null || expiresAt > end))
    outOfRange('expiresAt', 'the key would outlive the one that makes it', 'give it an end that is no later than your own');
  return errors;
}

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeyPayload,
    nullable: true,
    description: 'Makes a key.',
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: 'For what.' }) },
    resolve: (_root, { input }, context) => createKey(context, input),
  }),
  rotateApiKey: t.field({
    type: CreateApiKeyPayload,
    nullable: true,
    description: 'Gives a key another secret. The one before serves on for the overlap, so that services can change over.',
    args: {
      input: t.arg({
        required: true,
        description: 'Which.',
        type: builder.inputType('RotateApiKeyInput', {
          description: 'Which key, and for how long its present secret serves on.',
          fields: (t) => ({
            id: t.id({ required: true, description: 'Global id of the key.' }),
            overlapHours: t.int({
              required: true,
              defaultValue: overlapHoursDefault,
              description: `Hours that the present secret serves on: 0 to ${overlapHoursMax}.`,
            }),
          }),
        }),
      }),
    },
    resolve: (_root, { input }, context) => rotateKey(context, input),
  }),
  revokeApiKey: t.field({
    type: ApiKeyPayload,
    nullable: true,
    description: 'Makes a key void at once; what is open with it is closed within a second.',
    args: {
      input: t.arg({
        required: true,
        description: 'Which.',
        type: builder.inputType('RevokeApiKeyInput', {
          description: 'Which key to make void.',
          fields: (t) => ({ id: t.id({ required: true, description: 'Global id of the key.' }) }),
        }),
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { changed, userErrors } = await changeOf(context, 'ApiKey', input.id, null, (id, actor) => ({ do: 'revokeApiKey', id, actor }));
      return { apiKey: changed?.apiKey ?? null, userErrors };
    },
  }),
}));

async function createKey({ recorder, organisation, viewer, now }: Context, input: KeyInput): Promise<SecretAnswer> {
  const wrong = wrongKey(input, viewer, now);
  if (wrong.length > 0) return refused(...wrong);
  const { row, token } = newKey({
    organisationId: organisation.id,
    name: input.name,
    role: input.role,
    userExternalId: input.user ?? null,
    leads: input.leads ?? [],
    scopes: input.scopes ?? null,
    expiresAt: input.expiresAt ?? null,
    createdBy: viewer.principal.name,
    createdAt: now,
  });
  const { apiKey } = await recorder.change(organisation, { do: 'createApiKey', key: row, actor: viewer.principal });
  return { apiKey, secret: token, userErrors: [] };
}

async function rotateKey(context: Context, { id, overlapHours }: { id: string; overlapHours: number }): Promise<SecretAnswer> {
  if (overlapHours < 0 || overlapHours > overlapHoursMax) {
    const message = `overlapHours is ${overlapHours}; it must be between 0 and ${overlapHoursMax}`;
    return refused({ code: 'OUT_OF_RANGE', field: ['input', 'overlapHours'], message, hint: null });
  }
  const overlapUntil = context.now + overlapHours * microsPerHour;
  let secret: string | null = null;
  const { changed, userErrors } = await changeOf(context, 'ApiKey', id, null, (uuid, actor) => {
    secret = newToken(uuid);
    return { do: 'rotateApiKey', id: uuid, secretHash: hashOf(secret), overlapUntil, actor, actorScopes: context.viewer.scopes };
  });
  return { apiKey: changed?.apiKey ?? null, secret: changed ? secret : null, userErrors };
}
