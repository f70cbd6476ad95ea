import type { AlertHistoryRow, AlertRow } from '../../db/entities/alert.ts';
import type { AlertAction, AlertChange as Change } from '../../domain/alert.ts';
import { alertChanges } from '../../domain/alert.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import type { LogItem } from '../../recorder/batch.ts';
import { builder } from '../builder.ts';
import { changeOf } from '../changes.ts';
import type { Context } from '../context.ts';
import { AlertChange, AlertStatus, AlertType, Resolution, RiskLevel } from '../enums.ts';
import { choiceField, defineFilter, instantField, numberField, textField } from '../filters.ts';
import { connect, connectNested, pageCost } from '../lists.ts';
import { loadNodes } from '../loaders.ts';
import { defineOrder } from '../orders.ts';
import type { StreamEvent } from '../streams.ts';
import { cursorDescription, deliver, followLog, streamItem, userOf } from '../streams.ts';
import { Activity, ActivityConnection } from './activity.ts';
import { Anomaly } from './anomaly.ts';
import { UserError } from './user-error.ts';
import { User } from './user.ts';

export const Alert = builder.objectRef<AlertRow>('Alert');
export const AlertConnection = builder.connectionObject({ type: Alert, name: 'AlertConnection' });

const AlertHistoryEntry = builder.objectRef<AlertHistoryRow>('AlertHistoryEntry').implement({
  description: 'One thing that happened to an alert. That it grew is in `count`, not here.',
  fields: (t) => ({
    change: t.field({ type: AlertChange, description: 'What happened.', resolve: ({ change }) => change }),
    changedAt: t.field({ type: 'DateTime', description: 'When.', resolve: ({ changedAt }) => changedAt }),
    actor: t.exposeString('actor', { nullable: true, description: 'Name of the key or person that did it; null: Lapwing itself.' }),
    note: t.exposeString('note', { nullable: true, description: 'What was said with it.' }),
  }),
});

builder.node(Alert, {
  description: 'What a human handles: anomalies at or over 70 and activities of CRITICAL risk, grouped by subject and type.',
  id: { resolve: ({ id }) => id },
  loadMany: (ids, { loaders }) => loadNodes(Alert, loaders.alert, ids),
  fields: (t) => ({
    type: t.field({ type: AlertType, description: 'What it is about.', resolve: ({ type }) => type }),
    status: t.field({ type: AlertStatus, description: 'Where it stands.', resolve: ({ status }) => status }),
    severity: t.field({ type: RiskLevel, description: 'Level of the highest score behind it.', resolve: ({ severity }) => severity }),
    title: t.exposeString('title', { description: 'For a list.' }),
    subject: t.exposeString('subject', { description: 'Whom it is about: `user:<external id>` or `address:<ip>`.' }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The user it is about; null where it is about an address.',
      resolve: ({ userId }, _args, { loaders }) => (userId === null ? null : loaders.user.load(userId)),
    }),
    count: t.exposeInt('count', { description: 'Activities behind it, exactly: 500 failed sign-ins are 500.' }),
    anomalies: t.field({
      type: [Anomaly],
      complexity: { multiplier: 3 },
      description: 'Its anomalies, newest first; at most 100.',
      resolve: ({ id }, _args, { loaders }) => loaders.anomaliesOfAlert.load(id),
    }),
    criticalActivities: t.connection(
      {
        type: Activity,
        complexity: pageCost,
        description: 'Activities that are behind it by their own risk, newest first.',
        resolve: ({ id }, args, context) => connectNested(context, 'activitiesOfAlert', id, args),
      },
      ActivityConnection,
    ),
    openedAt: t.field({ type: 'DateTime', description: 'When it was opened.', resolve: ({ openedAt }) => openedAt }),
    firstSeenAt: t.field({
      type: 'DateTime',
      description: 'When the earliest activity behind it happened.',
      resolve: ({ firstSeenAt }) => firstSeenAt,
    }),
    lastSeenAt: t.field({
      type: 'DateTime',
      description: 'When the latest activity behind it happened.',
      resolve: ({ lastSeenAt }) => lastSeenAt,
    }),
    acknowledgedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When somebody took it.',
      resolve: ({ acknowledgedAt }) => acknowledgedAt,
    }),
    acknowledgedBy: t.exposeString('acknowledgedBy', { nullable: true, description: 'Name of the key or person that took it.' }),
    resolvedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it was closed.', resolve: ({ resolvedAt }) => resolvedAt }),
    resolvedBy: t.exposeString('resolvedBy', { nullable: true, description: 'Name of the key or person that closed it.' }),
    resolution: t.field({ type: Resolution, nullable: true, description: 'How it was settled.', resolve: ({ resolution }) => resolution }),
    history: t.field({
      type: [AlertHistoryEntry],
      description: 'What happened to it, newest first; at most 100.',
      resolve: ({ id }, _args, { loaders }) => loaders.historyOfAlert.load(id),
    }),
  }),
});

type Filtered = { alert: AlertRow; user: string | null };

const filter = defineFilter<Filtered>('Alert', {
  status: choiceField(
    'AlertStatus',
    AlertStatus,
    ({ alert }) => alert.status,
    (status) => ({ status }),
    'Where it stands.',
  ),
  severity: choiceField(
    'RiskLevel',
    RiskLevel,
    ({ alert }) => alert.severity,
    (severity) => ({ severity }),
    'How severe.',
  ),
  type: choiceField(
    'AlertType',
    AlertType,
    ({ alert }) => alert.type,
    (type) => ({ type }),
    'What it is about.',
  ),
  subject: textField(['subject'], ({ alert }) => alert.subject, '`user:<external id>` or `address:<ip>`.'),
  user: textField(['userId', 'externalId'], ({ user }) => user, 'External id of the user.'),
  count: numberField('count', ({ alert }) => alert.count, 'Activities behind it.'),
  openedAt: instantField('openedAt', ({ alert }) => alert.openedAt, 'When it was opened.'),
  lastSeenAt: instantField('lastSeenAt', ({ alert }) => alert.lastSeenAt, 'When the latest activity behind it happened.'),
});

const order = defineOrder('Alert', 'alerts', {
  OPENED_AT: { by: 'openedAt', description: 'When opened.' },
  LAST_SEEN_AT: { by: 'lastSeenAt', description: 'When last seen.' },
  COUNT: { by: 'count', description: 'Activities behind it.' },
});

builder.queryField('alerts', (t) =>
  t.connection(
    {
      type: Alert,
      nullable: true,
      complexity: pageCost,
      description: 'Alerts.',
      args: {
        filter: t.arg({ type: filter.input, description: 'Which.' }),
        orderBy: t.arg({ type: order.input, description: 'In which order. Default: newest first.' }),
      },
      resolve: (_root, args, context) =>
        connect(context, 'alert', { where: filter.where(args.filter ?? {}, context), ...order.listing(args.orderBy, context) }, args),
    },
    AlertConnection,
  ),
);

const AlertEvent = builder.objectRef<StreamEvent<{ alert: AlertRow; change: Change }>>('AlertEvent').implement({
  description: 'Something happened to an alert.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: cursorDescription, resolve: ({ cursor }) => cursor }),
    change: t.field({ type: AlertChange, description: 'What happened.', resolve: ({ change }) => change }),
    alert: t.field({
      type: Alert,
      description: 'The alert: as it was then when live, as it is now when replayed.',
      resolve: ({ alert }) => alert,
    }),
  }),
});

function changeIn(item: LogItem, wanted: (item: Filtered) => boolean): { alert: AlertRow; change: Change } | null {
  const change = Object.keys(alertChanges).find((change): change is Change => `ALERT_${change}` === item.kind);
  return change && 'alert' in item && wanted(item) ? { alert: item.alert, change } : null;
}

builder.subscriptionField('alertChanged', (t) =>
  t.field({
    type: streamItem('Alert', AlertEvent),
    description: 'Everything that happens to alerts that pass the filter, as soon as it is committed.',
    args: {
      filter: t.arg({ type: filter.input, description: 'Which.' }),
      after: t.arg({ type: 'Cursor', description: 'Replay from here first.' }),
    },
    subscribe: (_root, args, context) => {
      const wanted = filter.tester(args.filter, context);
      return followLog(context, args.after, { pick: (item) => changeIn(item, wanted), owner: userOf });
    },
    resolve: deliver,
  }),
);

const AlertPayload = builder.objectRef<{ alert: AlertRow | null; userErrors: UserErrorRow[] }>('AlertPayload').implement({
  description: 'An alert after a change.',
  fields: (t) => ({
    alert: t.field({
      type: Alert,
      nullable: true,
      description: 'The alert; null where the change was refused.',
      resolve: ({ alert }) => alert,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

type ActionInput = { id: string; note?: string | null; resolution?: AlertRow['resolution'] };

async function act(context: Context, action: AlertAction, { id, note = null, resolution = null }: ActionInput) {
  const { changed, userErrors } = await changeOf(context, 'Alert', id, { field: 'note', text: note }, (uuid, actor) => ({
    do: 'actOnAlert',
    id: uuid,
    action,
    actor,
    note,
    resolution,
  }));
  return { alert: changed?.alert ?? null, userErrors };
}

const idDescription = 'Global id of the alert.';
const noteDescription = 'What there is to say, kept in the history. At most 1,024 characters.';
const actionInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({ id: t.id({ required: true, description: idDescription }), note: t.string({ description: noteDescription }) }),
  });

builder.mutationFields((t) => ({
  acknowledgeAlert: t.field({
    type: AlertPayload,
    nullable: true,
    description: 'Takes an open alert.',
    args: { input: t.arg({ required: true, description: 'Which.', type: actionInput('AcknowledgeAlertInput', 'Which alert to take.') }) },
    resolve: (_root, { input }, context) => act(context, 'acknowledge', input),
  }),
  resolveAlert: t.field({
    type: AlertPayload,
    nullable: true,
    description: 'Closes an alert as handled.',
    args: {
      input: t.arg({
        required: true,
        description: 'Which and how.',
        type: builder.inputType('ResolveAlertInput', {
          description: 'Which alert was handled, and how.',
          fields: (t) => ({
            id: t.id({ required: true, description: idDescription }),
            resolution: t.field({ type: Resolution, required: true, defaultValue: 'TRUE_POSITIVE', description: 'How it was settled.' }),
            note: t.string({ description: noteDescription }),
          }),
        }),
      }),
    },
    resolve: (_root, { input }, context) => act(context, 'resolve', input),
  }),
  dismissAlert: t.field({
    type: AlertPayload,
    nullable: true,
    description: 'Closes an alert as not worth handling.',
    args: { input: t.arg({ required: true, description: 'Which.', type: actionInput('DismissAlertInput', 'Which alert to set aside.') }) },
    resolve: (_root, { input }, context) => act(context, 'dismiss', input),
  }),
  reopenAlert: t.field({
    type: AlertPayload,
    nullable: true,
    description: 'Opens a closed alert again.',
    args: { input: t.arg({ required: true, description: 'Which.', type: actionInput('ReopenAlertInput', 'Which alert to open again.') }) },
    resolve: (_root, { input }, context) => act(context, 'reopen', input),
  }),
}));
