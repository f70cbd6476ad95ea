import type { SecretUsage as Usage } from '../../recorder/secret-usages.ts';
import { builder } from '../builder.ts';
import { SecretKind } from '../enums.ts';
import { booleanField, choiceField, defineFilter, instantField, textField } from '../filters.ts';
import { connect, pageCost } from '../lists.ts';
import { loadOwner } from '../loaders.ts';
import { Activity } from './activity.ts';
import { Session } from './session.ts';
import { User } from './user.ts';

export const SecretUsage = builder.objectRef<Usage>('SecretUsage');
const SecretUsageConnection = builder.connectionObject({ type: SecretUsage, name: 'SecretUsageConnection' });

SecretUsage.implement({
  description:
    'That a secret was used: reported by the service that keeps it, or found in a text of an activity, where a marker stands in its place. Never the secret itself.',
  fields: (t) => ({
    secret: t.exposeString('secret', {
      nullable: true,
      description: 'The id its keeper knows it by, or what it was registered as when it was found; null: found, and not registered.',
    }),
    kind: t.field({ type: SecretKind, description: 'What it is; REPORTED where its keeper told of it.', resolve: ({ kind }) => kind }),
    fingerprint: t.exposeString('fingerprint', {
      nullable: true,
      description:
        'Keyed hash of one that was found, 64 hex digits: the same for the same secret in this organisation, and of no use to learn it by. Null for a reported one.',
    }),
    granted: t.exposeBoolean('granted', {
      description: 'Whether it was given; of one that was found, whether what it was used for did not end as DENIED or FAILURE.',
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was denied.' }),
    field: t.stringList({
      nullable: true,
      description: 'Path of the text it was found in, e.g. ["detail", "command"]; null for a reported one.',
      resolve: ({ field }) => (field === null ? null : [...field]),
    }),
    at: t.exposeInt('at', {
      nullable: true,
      description:
        'Where its marker begins in that text as it is stored, in UTF-16 code units from 0; null where it stood in an encoding, where the text is not stored, and for a reported one.',
    }),
    user: t.field({
      type: User,
      description: 'Who used it.',
      resolve: ({ userId }, _args, { loaders }) => loadOwner(loaders, userId),
    }),
    session: t.field({
      type: Session,
      nullable: true,
      description: 'The session it was used in.',
      resolve: ({ sessionId }, _args, { loaders }) => (sessionId === null ? null : loaders.session.load(sessionId)),
    }),
    activity: t.field({
      type: Activity,
      nullable: true,
      description: 'The activity it was used with; null where that is not kept any more.',
      resolve: ({ activityId }, _args, { loaders }) => loaders.activity.load(activityId),
    }),
    occurredAt: t.field({ type: 'DateTime', description: 'When that happened.', resolve: ({ occurredAt }) => occurredAt }),
    recordedAt: t.field({ type: 'DateTime', description: 'When Lapwing recorded it.', resolve: ({ recordedAt }) => recordedAt }),
  }),
});

type Filtered = { usage: Usage; user: string | null; session: string | null };

const filter = defineFilter<Filtered>('SecretUsage', {
  user: textField(['userId', 'externalId'], ({ user }) => user, 'External id of the user.'),
  session: textField(['sessionId', 'externalId'], ({ session }) => session, 'External id of the session.'),
  secret: textField(['secret'], ({ usage }) => usage.secret, "The keeper's id of it, or what it was registered as."),
  fingerprint: textField(['fingerprint'], ({ usage }) => usage.fingerprint, 'Fingerprint of one that was found.'),
  kind: choiceField(
    'SecretKind',
    SecretKind,
    ({ usage }) => usage.kind,
    (kind) => ({ kind }),
    'What it is.',
  ),
  granted: booleanField({ granted: true }, ({ usage }) => usage.granted, 'Whether it was given.'),
  occurredAt: instantField('occurredAt', ({ usage }) => usage.occurredAt, 'When it was used.'),
  recordedAt: instantField('recordedAt', ({ usage }) => usage.recordedAt, 'When that was recorded.'),
});

builder.queryField('secretUsages', (t) =>
  t.connection(
    {
      type: SecretUsage,
      nullable: true,
      complexity: pageCost,
      description: 'Uses of secrets, latest first: reported ones and those found in texts.',
      args: { filter: t.arg({ type: filter.input, description: 'Which.' }) },
      resolve: (_root, args, context) => {
        const where = filter.where(args.filter ?? {}, context);
        return connect(context, 'secretUsage', { where, property: 'occurredAt', direction: 'DESC' }, args);
      },
    },
    SecretUsageConnection,
  ),
);
