import type { ApiKeyRow } from '../../db/entities/api-key.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { newKey } from '../../recorder/api-keys.ts';
import { builder } from '../builder.ts';
import { changeOf, wrongRemark } from '../changes.ts';
import { writeGlobalId } from '../global-id.ts';
import { KeyRole } from '../enums.ts';
import { UserError } from './user-error.ts';

const ApiKey = builder.objectRef<ApiKeyRow>('ApiKey').implement({
  description: 'A key of a service or an administrator, without its secret.',
  authScopes: { admin: true },
  fields: (t) => ({
    id: t.id({ description: 'Global id, for `revokeApiKey`.', resolve: ({ id }) => writeGlobalId('ApiKey', id) }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    role: t.field({ type: KeyRole, description: 'What it may do.', resolve: ({ role }) => role }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: ({ createdAt }) => createdAt }),
    createdBy: t.exposeString('createdBy', { nullable: true, description: 'Name of the key that made it; null: Lapwing itself.' }),
    revokedAt: t.field({ type: 'DateTime', nullable: true, description: 'Since when it is void.', resolve: ({ revokedAt }) => revokedAt }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKey],
    nullable: true,
    description: 'Keys of the organisation, newest first, revoked ones included; at most 1,000.',
    resolve: (_root, _args, { database, em, organisation }) =>
      database.tables.apiKey.select(em, 'where t.organisation_id = $1 order by t.created_at desc, t.id desc limit 1000', [organisation.id]),
  }),
);

const CreateApiKeyPayload = builder
  .objectRef<{ apiKey: ApiKeyRow | null; secret: string | null; userErrors: UserErrorRow[] }>('CreateApiKeyPayload')
  .implement({
    description: 'A new key. This is the only time its secret is shown.',
    fields: (t) => ({
      apiKey: t.field({
        type: ApiKey,
        nullable: true,
        description: 'The key; null where it was refused.',
        resolve: ({ apiKey }) => apiKey,
      }),
      secret: t.exposeString('secret', {
        nullable: true,
        description: 'What to send as `Authorization: Bearer <secret>`. Not stored: keep it.',
      }),
      userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
    }),
  });
const ApiKeyPayload = builder.objectRef<{ apiKey: ApiKeyRow | null; userErrors: UserErrorRow[] }>('ApiKeyPayload').implement({
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

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeyPayload,
    nullable: true,
    authScopes: { admin: true },
    description: 'Makes a key. ADMIN.',
    args: {
      input: t.arg({
        required: true,
        description: 'For what.',
        type: builder.inputType('CreateApiKeyInput', {
          description: 'What the key is for.',
          fields: (t) => ({
            name: t.string({ required: true, description: 'Shown wherever the key acts, e.g. "billing service". 1 to 1,024 characters.' }),
            role: t.field({ type: KeyRole, required: true, description: 'What it may do.' }),
          }),
        }),
      }),
    },
    resolve: async (_root, { input }, { recorder, organisation, viewer, now }) => {
      const wrong =
        input.name.trim() === ''
          ? { code: 'BLANK' as const, field: ['input', 'name'], message: 'name is empty', hint: 'say what the key is for' }
          : wrongRemark({ field: 'name', text: input.name });
      if (wrong) return { apiKey: null, secret: null, userErrors: [wrong] };
      const { row, token } = newKey(organisation.id, input.name, input.role, viewer.name, now);
      await recorder.change(organisation, { do: 'createApiKey', key: row });
      return { apiKey: row, secret: token, userErrors: [] };
    },
  }),
  revokeApiKey: t.field({
    type: ApiKeyPayload,
    nullable: true,
    authScopes: { admin: true },
    description: 'Makes a key void at once. ADMIN.',
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
      const { changed, userErrors } = await changeOf(context, 'ApiKey', input.id, null, (id) => ({ do: 'revokeApiKey', id }));
      return { apiKey: changed && 'apiKey' in changed ? changed.apiKey : null, userErrors };
    },
  }),
}));
