import type { AnomalyRow } from '../../db/entities/anomaly.ts';
import { levelOf } from '../../domain/risk.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { builder } from '../builder.ts';
import { changeOf } from '../changes.ts';
import { AnomalyType, Resolution, RiskLevel } from '../enums.ts';
import { booleanField, choiceField, defineFilter, instantField, numberField, textField } from '../filters.ts';
import { writeGlobalId } from '../global-id.ts';
import { connect, connectNested, pageCost } from '../lists.ts';
import { loadNodes } from '../loaders.ts';
import { defineOrder } from '../orders.ts';
import type { StreamEvent } from '../streams.ts';
import { cursorDescription, deliver, followLog, streamItem, userOf } from '../streams.ts';
import { Activity, ActivityConnection } from './activity.ts';
import { Alert } from './alert.ts';
import { Session } from './session.ts';
import { UserError } from './user-error.ts';
import { User } from './user.ts';

export const Anomaly = builder.objectRef<AnomalyRow>('Anomaly');
export const AnomalyConnection = builder.connectionObject({ type: Anomaly, name: 'AnomalyConnection' });

builder.node(Anomaly, {
  description: "One detector's claim about activities.",
  id: { resolve: ({ id }) => id },
  loadMany: (ids, { loaders }) => loadNodes(Anomaly, loaders.anomaly, ids),
  fields: (t) => ({
    reference: t.exposeString('reference', { description: 'For people to name it: ANO-<YYYYMMDDhhmmss>-<6 hex>.' }),
    type: t.field({ type: AnomalyType, description: 'What kind.', resolve: ({ type }) => type }),
    detector: t.exposeString('detector', { description: 'Id of the detector that claims it.' }),
    subject: t.exposeString('subject', {
      description: 'Whom it is about: `user:<id>`, `address:<ip>`, `organisation:`.',
    }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The user it is about; null where it is about an address or everybody.',
      resolve: ({ userId }, _args, { loaders }) => (userId === null ? null : loaders.user.load(userId)),
    }),
    session: t.field({
      type: Session,
      nullable: true,
      description: 'The session in which it was found.',
      resolve: ({ sessionId }, _args, { loaders }) => (sessionId === null ? null : loaders.session.load(sessionId)),
    }),
    detectedAt: t.field({
      type: 'DateTime',
      description: 'When the activity happened that made it one.',
      resolve: ({ detectedAt }) => detectedAt,
    }),
    firstAt: t.field({
      type: 'DateTime',
      description: 'When the earliest activity behind it happened.',
      resolve: ({ firstAt }) => firstAt,
    }),
    lastAt: t.field({ type: 'DateTime', description: 'When the latest activity behind it happened.', resolve: ({ lastAt }) => lastAt }),
    late: t.exposeBoolean('late', { description: 'Whether an activity made it one that came more than five minutes after later ones.' }),
    score: t.exposeInt('score', { description: '0–100; from 70 on it opens an alert.' }),
    level: t.field({ type: RiskLevel, description: 'The score in four steps.', resolve: ({ score }) => levelOf(score) }),
    learning: t.boolean({
      description: 'Whether it rests on a baseline that is still learning: then its score stays LOW and it opens no alert.',
      resolve: ({ details }) => details.learning === true,
    }),
    summary: t.exposeString('summary', { description: 'One sentence for a human.' }),
    count: t.exposeInt('count', { description: 'Activities behind it, exactly.' }),
    details: t.field({
      type: 'JSONObject',
      description: 'What the detector found; the keys are its own. A failed-login burst has by, key, failures, users, addresses.',
      resolve: ({ details }) => details,
    }),
    evidence: t.connection(
      {
        type: Activity,
        complexity: pageCost,
        description: 'The activities behind it, newest first.',
        resolve: ({ id }, args, context) => connectNested(context, 'activitiesOfAnomaly', id, args),
      },
      ActivityConnection,
    ),
    alert: t.field({
      type: Alert,
      nullable: true,
      description: 'The alert it belongs to; null below 70.',
      resolve: ({ alertId }, _args, { loaders }) => (alertId === null ? null : loaders.alert.load(alertId)),
    }),
    alertId: t.id({
      nullable: true,
      description: 'Global id of that alert, also for those who may not read it.',
      resolve: ({ alertId }) => (alertId === null ? null : writeGlobalId('Alert', alertId)),
    }),
    resolved: t.boolean({ description: 'Whether somebody settled it.', resolve: ({ resolvedAt }) => resolvedAt !== null }),
    resolvedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it was settled.', resolve: ({ resolvedAt }) => resolvedAt }),
    resolvedBy: t.exposeString('resolvedBy', { nullable: true, description: 'Name of the key or person that settled it.' }),
    resolution: t.field({ type: Resolution, nullable: true, description: 'How it was settled.', resolve: ({ resolution }) => resolution }),
  }),
});

type Filtered = { anomaly: AnomalyRow; user: string | null; session: string | null };

const filter = defineFilter<Filtered>('Anomaly', {
  type: choiceField(
    'AnomalyType',
    AnomalyType,
    ({ anomaly }) => anomaly.type,
    (type) => ({ type }),
    'What kind.',
  ),
  detector: textField(['detector'], ({ anomaly }) => anomaly.detector, 'Id of the detector.', 'AS_IS'),
  reference: textField(['reference'], ({ anomaly }) => anomaly.reference, 'The reference.', 'AS_IS'),
  subject: textField(['subject'], ({ anomaly }) => anomaly.subject, '`user:<external id>` or `address:<ip>`.'),
  user: textField(['userId', 'externalId'], ({ user }) => user, 'External id of the user.'),
  session: textField(['sessionId', 'externalId'], ({ session }) => session, 'External id of the session it was found in.'),
  score: numberField('score', ({ anomaly }) => anomaly.score, 'Score, 0–100.'),
  detectedAt: instantField('detectedAt', ({ anomaly }) => anomaly.detectedAt, 'When the activity happened that made it one.'),
  resolved: booleanField({ resolvedAt: { $ne: null } }, ({ anomaly }) => anomaly.resolvedAt !== null, 'Whether somebody settled it.'),
  resolvedAt: instantField('resolvedAt', ({ anomaly }) => anomaly.resolvedAt, 'When it was settled.'),
  resolution: choiceField(
    'Resolution',
    Resolution,
    ({ anomaly }) => anomaly.resolution,
    (resolution) => ({ resolution }),
    'How it was settled.',
  ),
});

const order = defineOrder('Anomaly', 'anomalies', {
  DETECTED_AT: { by: 'detectedAt', description: 'When detected.' },
  SCORE: { by: 'score', description: 'Score.' },
});

builder.queryField('anomalies', (t) =>
  t.connection(
    {
      type: Anomaly,
      nullable: true,
      complexity: pageCost,
      description: 'Anomalies.',
      args: {
        filter: t.arg({ type: filter.input, description: 'Which.' }),
        orderBy: t.arg({ type: order.input, description: 'In which order. Default: latest first.' }),
      },
      resolve: (_root, args, context) =>
        connect(context, 'anomaly', { where: filter.where(args.filter ?? {}, context), ...order.listing(args.orderBy, context) }, args),
    },
    AnomalyConnection,
  ),
);

const AnomalyEvent = builder.objectRef<StreamEvent<{ anomaly: AnomalyRow }>>('AnomalyEvent').implement({
  description: 'A detector claimed an anomaly. It is told once; that it grows is told by its alert.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: cursorDescription, resolve: ({ cursor }) => cursor }),
    anomaly: t.field({ type: Anomaly, description: 'The anomaly.', resolve: ({ anomaly }) => anomaly }),
  }),
});

builder.subscriptionField('anomalyDetected', (t) =>
  t.field({
    type: streamItem('Anomaly', AnomalyEvent),
    description: 'Every anomaly that passes the filter, as soon as it is committed.',
    args: {
      filter: t.arg({ type: filter.input, description: 'Which.' }),
      after: t.arg({ type: 'Cursor', description: 'Replay from here first.' }),
    },
    subscribe: (_root, args, context) => {
      const wanted = filter.tester(args.filter, context);
      return followLog(context, args.after, {
        pick: (item) => (item.kind === 'ANOMALY_DETECTED' && wanted(item) ? { anomaly: item.anomaly } : null),
        owner: userOf,
      });
    },
    resolve: deliver,
  }),
);

const AnomalyPayload = builder.objectRef<{ anomaly: AnomalyRow | null; userErrors: UserErrorRow[] }>('AnomalyPayload').implement({
  description: 'An anomaly after a change.',
  fields: (t) => ({
    anomaly: t.field({
      type: Anomaly,
      nullable: true,
      description: 'The anomaly; null where the change was refused.',
      resolve: ({ anomaly }) => anomaly,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

builder.mutationField('resolveAnomaly', (t) =>
  t.field({
    type: AnomalyPayload,
    nullable: true,
    description: 'Settles an anomaly.',
    args: {
      input: t.arg({
        required: true,
        description: 'Which and how.',
        type: builder.inputType('ResolveAnomalyInput', {
          description: 'Which anomaly to settle, and how.',
          fields: (t) => ({
            id: t.id({ required: true, description: 'Global id of the anomaly.' }),
            resolution: t.field({ type: Resolution, required: true, defaultValue: 'TRUE_POSITIVE', description: 'How it was settled.' }),
          }),
        }),
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { changed, userErrors } = await changeOf(context, 'Anomaly', input.id, null, (id, actor) => ({
        do: 'resolveAnomaly',
        id,
        actor,
        resolution: input.resolution,
      }));
      return { anomaly: changed?.anomaly ?? null, userErrors };
    },
  }),
);
