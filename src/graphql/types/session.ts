import type { SessionRow } from '../../db/entities/session.ts';
import { sessionThresholds, statusAt } from '../../domain/session.ts';
import type { IntegrityChange, SessionIntegrity as Integrity } from '../../domain/session-integrity.ts';
import type { Micros } from '../../domain/time.ts';
import { builder } from '../builder.ts';
import { DeviceType, SessionIntegrityChangeKind, SessionKind, SessionStatus } from '../enums.ts';
import type { Where } from '../filters.ts';
import { choiceField, defineFilter, instantField, numberField, textField } from '../filters.ts';
import { connect, connectNested, pageCost } from '../lists.ts';
import { findByExternalId, loadNodes, loadOwner, placesLookedAt } from '../loaders.ts';
import { defineOrder } from '../orders.ts';
import { Activity, ActivityConnection } from './activity.ts';
import { Location } from './location.ts';
import { Risk } from './risk.ts';
import { User } from './user.ts';

const SessionIntegrityChange = builder.objectRef<IntegrityChange>('SessionIntegrityChange').implement({
  description: 'Something that was new inside a session. The first activity that tells a value sets it and changes nothing.',
  fields: (t) => ({
    change: t.field({ type: SessionIntegrityChangeKind, description: 'What was new.', resolve: ({ change }) => change }),
    from: t.exposeString('from', { description: 'What the session was seen with before.' }),
    to: t.exposeString('to', { description: 'What it was seen with then.' }),
    points: t.exposeInt('points', { description: 'Points it takes from the integrity score and adds to the risk of its activity, 5–40.' }),
    at: t.field({ type: 'DateTime', description: 'When the activity happened that brought it.', resolve: ({ at }) => at }),
  }),
});
const SessionIntegrity = builder.objectRef<Integrity>('SessionIntegrity').implement({
  description: 'Whether a session stayed with the same user, device, client and network.',
  fields: (t) => ({
    score: t.exposeInt('integrityScore', { description: '0–100: 100 less the points of all its changes; 100 where nothing changed.' }),
    changes: t.field({
      type: [SessionIntegrityChange],
      description: 'What changed, newest first; the newest 20.',
      resolve: ({ integrityChanges }) => integrityChanges,
    }),
  }),
});

export const Session = builder.objectRef<SessionRow>('Session');
export const SessionConnection = builder.connectionObject({ type: Session, name: 'SessionConnection' });

builder.node(Session, {
  description: 'A sign-in and what happened in it.',
  id: { resolve: ({ id }) => id },
  loadMany: (ids, { loaders }) => loadNodes(Session, loaders.session, ids),
  fields: (t) => ({
    externalId: t.exposeString('externalId', { description: "The calling system's session id." }),
    kind: t.field({ type: SessionKind, description: 'What kind of sign-in.', resolve: ({ kind }) => kind }),
    user: t.field({
      type: User,
      description: 'Whose session: the user of its first activity.',
      resolve: ({ userId }, _args, { loaders }) => loadOwner(loaders, userId),
    }),
    status: t.field({
      type: SessionStatus,
      description: 'Where it stands now.',
      resolve: (session, _args, { now }) => statusAt(session, now),
    }),
    startedAt: t.field({ type: 'DateTime', description: 'When its first activity happened.', resolve: ({ startedAt }) => startedAt }),
    lastActivityAt: t.field({
      type: 'DateTime',
      description: 'When its latest activity happened.',
      resolve: ({ lastActivityAt }) => lastActivityAt,
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the user signed out, or an administrator terminated it; null while it goes on.',
      resolve: ({ endedAt, terminatedAt }) => terminatedAt ?? endedAt,
    }),
    durationMs: t.float({
      description: 'From its first to its latest activity, in milliseconds.',
      resolve: ({ startedAt, lastActivityAt }) => Math.round((lastActivityAt - startedAt) / 1000),
    }),
    lastPage: t.exposeString('lastPage', { nullable: true, description: 'Page seen last.' }),
    lastEndpoint: t.exposeString('lastEndpoint', { nullable: true, description: 'API endpoint called last.' }),
    activityCount: t.exposeInt('activityCount', { description: 'Activities in it, exactly.' }),
    commandCount: t.exposeInt('commandCount', { description: 'Shell commands in it, exactly.' }),
    deviceType: t.field({
      type: DeviceType,
      nullable: true,
      description: 'Device of its first activity that told one.',
      resolve: ({ deviceType }) => deviceType,
    }),
    sourceIp: t.exposeString('sourceIp', { nullable: true, description: 'Address of its first activity that told one.' }),
    location: t.field({
      type: Location,
      nullable: true,
      description: `Where the address of its first activity that told is; among its first ${placesLookedAt} activities.`,
      resolve: async ({ id }, _args, { loaders }) => (await loaders.placesOfSession.load(id))[0]?.place ?? null,
    }),
    userAgent: t.exposeString('userAgent', { nullable: true, description: 'User agent of its first activity that told one.' }),
    risk: t.field({ type: Risk, description: 'Risk of its most dangerous activity.', resolve: (row) => row }),
    integrity: t.field({ type: SessionIntegrity, description: 'Whether it stayed in the same hands.', resolve: (row) => row }),
    terminatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When an administrator terminated it.',
      resolve: ({ terminatedAt }) => terminatedAt,
    }),
    terminatedBy: t.exposeString('terminatedBy', { nullable: true, description: 'Name of the key or person that terminated it.' }),
    terminationReason: t.exposeString('terminationReason', { nullable: true, description: 'Why it was terminated.' }),
    activities: t.connection(
      {
        type: Activity,
        complexity: pageCost,
        description: 'What happened in it, newest first.',
        resolve: ({ id }, args, context) => connectNested(context, 'activitiesOfSession', id, args),
      },
      ActivityConnection,
    ),
  }),
});

/** A session with the names a filter tests, from a row or from a log item. */
type Filtered = { session: SessionRow; user: string | null };

/** The condition for a status at a moment: the session clock in SQL. */
function whereStatus(status: string, now: Micros): Where {
  const open = { terminatedAt: null, endedAt: null };
  const quietFor = (from: Micros, to: Micros) => ({ ...open, lastActivityAt: { $gt: now - to, $lte: now - from } });
  const { idleAfter, warningAfter, expiredAfter } = sessionThresholds;
  switch (status) {
    case 'TERMINATED':
      return { terminatedAt: { $ne: null } };
    case 'ENDED':
      return { terminatedAt: null, endedAt: { $ne: null } };
    case 'ACTIVE':
      return { ...open, lastActivityAt: { $gt: now - idleAfter } };
    case 'IDLE':
      return quietFor(idleAfter, warningAfter);
    case 'WARNING':
      return quietFor(warningAfter, expiredAfter);
    default:
      return { ...open, lastActivityAt: { $lte: now - expiredAfter } };
  }
}

export const sessionFilter = defineFilter<Filtered>('Session', {
  externalId: textField(['externalId'], ({ session }) => session.externalId, "The calling system's session id."),
  user: textField(['userId', 'externalId'], ({ user }) => user, 'External id of the user.'),
  status: choiceField('SessionStatus', SessionStatus, ({ session }, now) => statusAt(session, now), whereStatus, 'Where it stands now.'),
  kind: choiceField(
    'SessionKind',
    SessionKind,
    ({ session }) => session.kind,
    (kind) => ({ kind }),
    'What kind of sign-in.',
  ),
  deviceType: choiceField(
    'DeviceType',
    DeviceType,
    ({ session }) => session.deviceType,
    (deviceType) => ({ deviceType }),
    'Device.',
  ),
  sourceIp: textField(['sourceIp'], ({ session }) => session.sourceIp, 'Address.', 'AS_IS'),
  startedAt: instantField('startedAt', ({ session }) => session.startedAt, 'When it started.'),
  lastActivityAt: instantField('lastActivityAt', ({ session }) => session.lastActivityAt, 'When it was last active.'),
  activityCount: numberField('activityCount', ({ session }) => session.activityCount, 'Activities in it.'),
  riskScore: numberField('riskScore', ({ session }) => session.riskScore, 'Highest risk score, 0–100.'),
  integrityScore: numberField('integrityScore', ({ session }) => session.integrityScore, 'Integrity score, 0–100.'),
});

const order = defineOrder('Session', 'sessions', {
  LAST_ACTIVITY_AT: { by: 'lastActivityAt', description: 'When last active.' },
  STARTED_AT: { by: 'startedAt', description: 'When started.' },
  ACTIVITY_COUNT: { by: 'activityCount', description: 'Number of activities.' },
  RISK_SCORE: { by: 'riskScore', description: 'Highest risk score.' },
  INTEGRITY_SCORE: { by: 'integrityScore', description: 'Integrity score.' },
});

builder.queryFields((t) => ({
  sessions: t.connection(
    {
      type: Session,
      nullable: true,
      complexity: pageCost,
      description: 'Sessions.',
      args: {
        filter: t.arg({ type: sessionFilter.input, description: 'Which.' }),
        orderBy: t.arg({ type: order.input, description: 'In which order. Default: most recently active first.' }),
      },
      resolve: (_root, args, context) =>
        connect(
          context,
          'session',
          { where: sessionFilter.where(args.filter ?? {}, context), ...order.listing(args.orderBy, context) },
          args,
        ),
    },
    SessionConnection,
  ),
  session: t.field({
    type: Session,
    nullable: true,
    description: 'The session with this id in the calling system; null where there is none.',
    args: { externalId: t.arg.string({ required: true, description: "The calling system's session id." }) },
    resolve: (_root, { externalId }, context) => {
      const original = context.mask ? context.mask.original(externalId) : externalId;
      return original === null ? null : findByExternalId(context.database.tables.session, context, original);
    },
  }),
}));
