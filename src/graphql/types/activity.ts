import type { ActivityRow } from '../../db/entities/activity.ts';
import { countActivities } from '../../db/queries/summaries.ts';
import { activityKinds, details, shapeNameOf, typedFields } from '../../domain/activity.ts';
import type { ActivityKind, Field } from '../../domain/activity.ts';
import { levelOf, lowestScore } from '../../domain/risk.ts';
import type { RiskLevel as Level } from '../../domain/risk.ts';
import type { LogItem } from '../../recorder/batch.ts';
import { secretUsagesOf } from '../../recorder/secret-usages.ts';
import { shapeIn } from '../../recorder/typed-texts.ts';
import { builder } from '../builder.ts';
import { encodeCursor } from '../cursor.ts';
import { ActivityType, detailEnums, DeviceType, Outcome, RiskLevel } from '../enums.ts';
import { choiceField, defineFilter, instantField, numberField, textField } from '../filters.ts';
import { connect, pageCost } from '../lists.ts';
import { loadAll, loadOwner } from '../loaders.ts';
import { defineOrder } from '../orders.ts';
import type { StreamEvent } from '../streams.ts';
import { cursorDescription, deliver, followLog, streamItem, userOf } from '../streams.ts';
import { Anomaly } from './anomaly.ts';
import { Location } from './location.ts';
import { Risk } from './risk.ts';
import { SecretUsage } from './secret-usage.ts';
import { Session } from './session.ts';
import { TextShape } from './text-shape.ts';
import { User } from './user.ts';

export const Activity = builder.interfaceRef<ActivityRow>('Activity');
export const ActivityConnection = builder.connectionObject({ type: Activity, name: 'ActivityConnection' });

export const typeNames = {
  web: ['WebActivity', 'A page view, API call or download.'],
  terminal: ['TerminalActivity', 'A shell command.'],
  file: ['FileActivity', 'Something done to a file.'],
  browser: ['BrowserActivity', 'Something done in a tracked browser.'],
  desktop: ['DesktopActivity', 'Something done on a tracked desktop.'],
  auth: ['AuthActivity', 'A sign-in, sign-out or failure of one.'],
  access: ['AccessActivity', 'A change of accounts, roles or permissions.'],
} as const satisfies Record<ActivityKind, readonly [string, string]>;

Activity.implement({
  description: 'What happened: the fields that every kind of activity has.',
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: ({ kind }) => typeNames[kind][0],
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'The id without its type: UUIDv7 of the moment it was recorded.' }),
    cursor: t.field({
      type: 'Cursor',
      description: "Position in the organisation's log.",
      resolve: ({ organisationId, seq }) => encodeCursor(organisationId, seq),
    }),
    type: t.field({ type: ActivityType, description: 'What happened, as one flat name.', resolve: ({ type }) => type }),
    user: t.field({
      type: User,
      description: 'Who did it.',
      resolve: ({ userId }, _args, { loaders }) => loadOwner(loaders, userId),
    }),
    session: t.field({
      type: Session,
      nullable: true,
      description: 'The session it belongs to.',
      resolve: ({ sessionId }, _args, { loaders }) => (sessionId === null ? null : loaders.session.load(sessionId)),
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened, as the caller says.',
      resolve: ({ occurredAt }) => occurredAt,
    }),
    recordedAt: t.field({ type: 'DateTime', description: 'When Lapwing recorded it.', resolve: ({ recordedAt }) => recordedAt }),
    late: t.boolean({
      description:
        'Whether it came more than five minutes after activities of its user that happened later. It is judged all the same, by what was known then.',
      resolve: ({ lateBy }) => lateBy !== null,
    }),
    lateByMs: t.float({
      nullable: true,
      description: "Milliseconds it happened before the user's newest activity recorded until then; null where it was not late.",
      resolve: ({ lateBy }) => (lateBy === null ? null : lateBy / 1000),
    }),
    sourceIp: t.exposeString('sourceIp', { nullable: true, description: 'Address it came from, in canonical form.' }),
    location: t.field({
      type: Location,
      nullable: true,
      description: 'Where that address is; null where nobody knows.',
      resolve: ({ place }) => place,
    }),
    userAgent: t.exposeString('userAgent', { nullable: true, description: 'The User-Agent header or the like.' }),
    deviceType: t.field({
      type: DeviceType,
      nullable: true,
      description: 'Read from the user agent.',
      resolve: ({ deviceType }) => deviceType,
    }),
    outcome: t.field({ type: Outcome, description: 'How it ended.', resolve: ({ outcome }) => outcome }),
    onBehalfOf: t.exposeString('onBehalfOf', { nullable: true, description: 'The human an agent or service acted for.' }),
    risk: t.field({ type: Risk, description: 'How dangerous it is in itself.', resolve: (row) => row }),
    anomalies: t.field({
      type: [Anomaly],
      description: 'The anomalies it stands behind; at most 100.',

      resolve: ({ id }, _args, { loaders }) => loaders.anomaliesOfActivity.load(id),
    }),
    secrets: t.field({
      type: [SecretUsage],
      description: 'The secrets that were used with it: those that the caller reported, then those that were found in its texts.',
      resolve: (row) => secretUsagesOf(row),
    }),
    metadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'What else the caller sent.',
      resolve: ({ metadata }) => metadata,
    }),
  }),
});

for (const kind of activityKinds) {
  const [name, description] = typeNames[kind];
  builder.node(builder.objectRef<ActivityRow>(name), {
    description,
    interfaces: [Activity],
    id: { resolve: ({ id }) => id },
    isTypeOf: (value) => value instanceof Object && 'kind' in value && value.kind === kind,
    loadMany: async (ids, { loaders }) => (await loadAll(loaders.activity, ids)).map((row) => (row?.kind === kind ? row : null)),
    fields: (t) => ({
      ...Object.fromEntries(
        Object.entries<Field>(details[kind]).map(([field, spec]) => {
          const whereStored =
            'typed' in spec && spec.typed ? ` Null also where ${spec.typed} is none of the stored texts: see \`settings\`.` : '';
          const options = { nullable: true, description: spec.description + whereStored } as const;
          const read = ({ detail }: ActivityRow) => detail[field] ?? null;
          switch (spec.type) {
            case 'text':
              return [field, t.string({ ...options, resolve: (row) => read(row) as string | null })];
            case 'integer':
              return [field, t.int({ ...options, resolve: (row) => read(row) as number | null })];
            case 'number':
              return [field, t.float({ ...options, resolve: (row) => read(row) as number | null })];
            case 'boolean':
              return [field, t.boolean({ ...options, resolve: (row) => read(row) as boolean | null })];
            case 'choice':
              return [field, t.field({ ...options, type: detailEnums.get(spec.name)!, resolve: (row) => read(row) as string | null })];
          }
        }),
      ),
      ...Object.fromEntries(
        typedFields[kind].map(([field]) => {
          const description = `What \`${field}\` is like, also where it is not stored; null where it was not sent.`;
          const options = { type: TextShape, nullable: true, description } as const;
          return [shapeNameOf(field), t.field({ ...options, resolve: ({ detail }) => shapeIn(detail, field) })];
        }),
      ),
    }),
  });
}

/** An activity with the names a filter tests. */
type Filtered = { activity: ActivityRow; user: string | null; session: string | null };

const scoresOf = (level: Level) => {
  const next = { LOW: 'MEDIUM', MEDIUM: 'HIGH', HIGH: 'CRITICAL', CRITICAL: null }[level] as Level | null;
  return { riskScore: { $gte: lowestScore[level], ...(next ? { $lt: lowestScore[next] } : {}) } };
};

const filter = defineFilter<Filtered>('Activity', {
  type: choiceField(
    'ActivityType',
    ActivityType,
    ({ activity }) => activity.type,
    (type) => ({ type }),
    'What happened.',
  ),
  user: textField(['userId', 'externalId'], ({ user }) => user, 'External id of the user.'),
  session: textField(['sessionId', 'externalId'], ({ session }) => session, 'External id of the session.'),
  sourceIp: textField(['sourceIp'], ({ activity }) => activity.sourceIp, 'Address, in canonical form.', 'AS_IS'),
  outcome: choiceField(
    'Outcome',
    Outcome,
    ({ activity }) => activity.outcome,
    (outcome) => ({ outcome }),
    'How it ended.',
  ),
  riskScore: numberField('riskScore', ({ activity }) => activity.riskScore, 'Risk score, 0–100.'),
  riskLevel: choiceField(
    'RiskLevel',
    RiskLevel,
    ({ activity }) => levelOf(activity.riskScore),
    (level) => scoresOf(level as Level),
    'Risk in four steps.',
  ),
  occurredAt: instantField('occurredAt', ({ activity }) => activity.occurredAt, 'When it happened.'),
  recordedAt: instantField('recordedAt', ({ activity }) => activity.recordedAt, 'When it was recorded.'),
  text: textField(['text'], ({ activity }) => activity.text, 'Command, page, path or address.', 'SEEN'),
});

const textOf = ({ activity }: Filtered) => activity.text;

const order = defineOrder('Activity', 'activities', {
  OCCURRED_AT: { by: 'occurredAt', description: 'When it happened.' },
  RECORDED_AT: { by: 'recordedAt', description: 'When it was recorded.' },
  RISK_SCORE: { by: 'riskScore', description: 'Risk score.' },
});

builder.queryField('activities', (t) =>
  t.connection(
    {
      type: Activity,
      nullable: true,
      complexity: pageCost,
      description: 'Activities.',
      args: {
        filter: t.arg({ type: filter.input, description: 'Which.' }),
        orderBy: t.arg({ type: order.input, description: 'In which order. Default: latest first.' }),
      },
      resolve: (_root, args, context) => {
        const { reader, viewer, organisation } = context;
        const listing = { where: filter.where(args.filter ?? {}, context), ...order.listing(args.orderBy, context) };
        const isWhole = args.filter == null && viewer.audience === 'ALL';
        const seen = filter.seen(args.filter, context, textOf);
        const keeps = seen && ((activity: ActivityRow) => seen({ activity, user: null, session: null }));
        return connect(context, 'activity', listing, args, isWhole ? () => countActivities(reader, organisation.id) : null, keeps);
      },
    },
    ActivityConnection,
  ),
);

const ActivityEvent = builder.objectRef<StreamEvent<{ activity: ActivityRow }>>('ActivityEvent').implement({
  description: 'An activity was recorded.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: cursorDescription, resolve: ({ cursor }) => cursor }),
    activity: t.field({ type: Activity, description: 'The activity.', resolve: ({ activity }) => activity }),
  }),
});
const ActivityStreamItem = streamItem('Activity', ActivityEvent);

const activityOf = (item: LogItem, wanted: (item: Filtered) => boolean) =>
  item.kind === 'ACTIVITY' && wanted(item) ? { activity: item.activity } : null;

builder.subscriptionFields((t) => ({
  activityRecorded: t.field({
    type: ActivityStreamItem,
    description: 'Every activity that passes the filter, as soon as it is committed.',
    args: {
      filter: t.arg({ type: filter.input, description: 'Which.' }),
      after: t.arg({ type: 'Cursor', description: 'Replay from here first.' }),
    },
    subscribe: (_root, args, context) => {
      const wanted = filter.tester(args.filter, context);
      const seen = filter.seen(args.filter, context, textOf);
      const refine =
        seen && (async (event: { activity: ActivityRow }) => ((await seen({ ...event, user: null, session: null })) ? event : null));
      return followLog(context, args.after, { pick: (item) => activityOf(item, wanted), owner: userOf, ...(refine ? { refine } : {}) });
    },
    resolve: deliver,
  }),
  highRiskActivity: t.field({
    type: ActivityStreamItem,
    description: 'Every activity at or over a risk level, as soon as it is committed.',
    args: {
      minLevel: t.arg({ type: RiskLevel, defaultValue: 'HIGH', description: 'Lowest level to deliver. Null: HIGH.' }),
      after: t.arg({ type: 'Cursor', description: 'Replay from here first.' }),
    },
    subscribe: (_root, args, context) =>
      followLog(context, args.after, {
        pick: (item) => activityOf(item, ({ activity }) => activity.riskScore >= lowestScore[args.minLevel ?? 'HIGH']),
        owner: userOf,
      }),
    resolve: deliver,
  }),
}));
