import type { UserRow } from '../../db/entities/user.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { charactersMax } from '../../domain/activity.ts';
import { builder } from '../builder.ts';
import { answerOf, wrongName, wrongNames } from '../changes.ts';
import { defineFilter, instantField, textField } from '../filters.ts';
import { connect, connectNested, pageCost } from '../lists.ts';
import { findUser, loadNodes } from '../loaders.ts';
import { defineOrder } from '../orders.ts';
import { Activity, ActivityConnection } from './activity.ts';
import { Alert, AlertConnection } from './alert.ts';
import { Anomaly, AnomalyConnection } from './anomaly.ts';
import { Baseline } from './baseline.ts';
import { LegalHold } from './legal-hold.ts';
import { Session, SessionConnection } from './session.ts';
import { UserError } from './user-error.ts';

export const User = builder.objectRef<UserRow>('User');
export const UserConnection = builder.connectionObject({ type: User, name: 'UserConnection' });

builder.node(User, {
  description: "A monitored person, known by the calling system's id.",
  id: { resolve: ({ id }) => id },
  loadMany: (ids, { loaders }) => loadNodes(User, loaders.user, ids),
  fields: (t) => ({
    externalId: t.exposeString('externalId', { description: 'The id the calling system uses.' }),
    displayName: t.string({
      nullable: true,
      description: 'A name for people to read.',
      resolve: ({ externalId, displayName }, _args, { mask }) => (mask && displayName !== null ? externalId : displayName),
    }),
    teams: t.stringList({ description: 'Teams: whoever leads one of them sees this user.', resolve: ({ teams }) => [...teams] }),
    timeZone: t.exposeString('timeZone', { nullable: true, description: "IANA time zone; null: the organisation's." }),
    firstSeenAt: t.field({
      type: 'DateTime',
      description: 'When the first recorded activity happened.',
      resolve: ({ firstSeenAt }) => firstSeenAt,
    }),
    erasedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When all that was known of the user was erased: this is what is left. Null: it was not.',
      resolve: ({ erasedAt }) => erasedAt,
    }),
    legalHold: t.field({
      type: LegalHold,
      nullable: true,
      description: 'What keeps the user from being erased; null where nothing was set. For administrators.',
      resolve: ({ legalHold }) => legalHold,
    }),
    baseline: t.field({ type: Baseline, description: 'What is usual for this user.', resolve: (user, _args, { now }) => ({ user, now }) }),
    activities: t.connection(
      {
        type: Activity,
        complexity: pageCost,
        description: 'What the user did, newest first.',
        resolve: ({ id }, args, context) => connectNested(context, 'activitiesOfUser', id, args),
      },
      ActivityConnection,
    ),
    sessions: t.connection(
      {
        type: Session,
        complexity: pageCost,
        description: 'Sessions of the user, most recently active first.',
        resolve: ({ id }, args, context) => connectNested(context, 'sessionsOfUser', id, args),
      },
      SessionConnection,
    ),
    anomalies: t.connection(
      {
        type: Anomaly,
        complexity: pageCost,
        description: 'Anomalies of the user, newest first.',
        resolve: ({ id }, args, context) => connectNested(context, 'anomaliesOfUser', id, args),
      },
      AnomalyConnection,
    ),
    alerts: t.connection(
      {
        type: Alert,
        complexity: pageCost,
        description: 'Alerts about the user, newest first.',
        resolve: ({ id }, args, context) => connectNested(context, 'alertsOfUser', id, args),
      },
      AlertConnection,
    ),
  }),
});

const filter = defineFilter<UserRow>('User', {
  externalId: textField(['externalId'], ({ externalId }) => externalId, "The calling system's id.", 'USER'),
  timeZone: textField(['timeZone'], ({ timeZone }) => timeZone, 'IANA time zone.', 'AS_IS'),
  firstSeenAt: instantField('firstSeenAt', ({ firstSeenAt }) => firstSeenAt, 'When the first recorded activity happened.'),
});

const order = defineOrder(
  'User',
  'users',
  {
    EXTERNAL_ID: { by: 'externalId', tells: 'NAMES', description: "The calling system's id, by code point. Not for who sees pseudonyms." },
    FIRST_SEEN_AT: { by: 'firstSeenAt', description: 'When first seen.' },
  },
  'ASC',
);

builder.queryFields((t) => ({
  users: t.connection(
    {
      type: User,
      nullable: true,
      complexity: pageCost,
      description: 'Monitored users.',
      args: {
        filter: t.arg({ type: filter.input, description: 'Which.' }),
        orderBy: t.arg({
          type: order.input,
          description: 'In which order. Default: by external id; for who sees pseudonyms by when first seen.',
        }),
      },
      resolve: (_root, args, context) =>
        connect(context, 'user', { where: filter.where(args.filter ?? {}, context), ...order.listing(args.orderBy, context) }, args),
    },
    UserConnection,
  ),
  user: t.field({
    type: User,
    nullable: true,
    description: 'The user with this id in the calling system; null where there is none.',
    args: { externalId: t.arg.string({ required: true, description: 'The id the calling system uses; for who sees pseudonyms theirs.' }) },
    resolve: (_root, { externalId }, context) => findUser(context, externalId),
  }),
}));

export const UserPayload = builder.objectRef<{ user: UserRow | null; userErrors: UserErrorRow[] }>('UserPayload').implement({
  description: 'A user after a change.',
  fields: (t) => ({
    user: t.field({ type: User, nullable: true, description: 'The user; null where the change was refused.', resolve: ({ user }) => user }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

builder.mutationField('updateUser', (t) =>
  t.field({
    type: UserPayload,
    nullable: true,
    description: 'Sets the name or the teams of a monitored user. Whoever leads a team sees its users from the next activity on.',
    args: {
      input: t.arg({
        required: true,
        description: 'Who, and what.',
        type: builder.inputType('UpdateUserInput', {
          description: 'Name and teams of a monitored user.',
          fields: (t) => ({
            externalId: t.string({ required: true, description: 'The id the calling system uses.' }),
            displayName: t.string({ description: 'A name for people to read, 1 to 256 characters. Null: none. Left out: as it is.' }),
            teams: t.stringList({ description: 'All teams of the user: at most 50 of at most 256 characters. Left out: as they are.' }),
          }),
        }),
      }),
    },
    resolve: async (_root, { input: { externalId, displayName, teams } }, { recorder, organisation, viewer }) => {
      const wrong = [
        wrongName('externalId', externalId, charactersMax.identifier),
        wrongName('displayName', displayName, charactersMax.identifier),
        wrongNames('teams', teams),
      ].find((error) => error !== null);
      if (wrong) return { user: null, userErrors: [wrong] };
      const change = { do: 'updateUser' as const, externalId, actor: viewer.principal, displayName, teams: teams ?? null };
      const { changed, userErrors } = answerOf<'updateUser'>(await recorder.change(organisation, change), ['input', 'externalId']);
      return { user: changed?.user ?? null, userErrors };
    },
  }),
);
