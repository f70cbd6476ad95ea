import type { InputRef } from '@pothos/core';
import { activityKinds, details } from '../../domain/activity.ts';
import type { ActivityKind, Field } from '../../domain/activity.ts';
import { formatInstant } from '../../domain/time.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import type { Checked, DetailInput, TrackInput } from '../../recorder/intake.ts';
import { checkActivity } from '../../recorder/intake.ts';
import type { Gone, KeyConflict } from '../../recorder/idempotency.ts';
import type { Receipt } from '../../recorder/judge.ts';
import type { SecretUseInput as SecretUse } from '../../recorder/secrets-used.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { detailEnums, Outcome, SessionStatus } from '../enums.ts';
import { limits } from '../limits.ts';
import { Activity, typeNames } from './activity.ts';
import { Anomaly } from './anomaly.ts';
import { LocationInput } from './location.ts';
import { Risk } from './risk.ts';
import { UserError } from './user-error.ts';

const kindInputs = activityKinds.map(
  (kind) =>
    [
      kind,
      builder.inputRef<DetailInput>(`${typeNames[kind][0]}Input`).implement({
        description: `${typeNames[kind][1]} What is not known is left out.`,
        fields: (t) =>
          Object.fromEntries(
            Object.entries<Field>(details[kind]).map(([name, spec]) => {
              const limit = spec.type === 'text' ? ` At most ${spec.charactersMax.toLocaleString('en')} characters.` : '';
              const stored =
                spec.type === 'text' && spec.typed ? ` Stored where ${spec.typed} is one of \`settings { storedTexts }\`.` : '';
              const options = { required: spec.required === true, description: spec.description + limit + stored };
              switch (spec.type) {
                case 'text':
                  return [name, t.string(options)];
                case 'integer':
                  return [name, t.int(options)];
                case 'number':
                  return [name, t.float(options)];
                case 'boolean':
                  return [name, t.boolean(options)];
                case 'choice':
                  return [name, t.field({ ...options, type: detailEnums.get(spec.name)! })];
              }
            }),
          ),
      }),
    ] as const satisfies readonly [ActivityKind, InputRef<unknown>],
);

const ActivityDetailInput = builder.inputRef<TrackInput['detail']>('ActivityDetailInput').implement({
  description: 'What happened: exactly one kind.',
  isOneOf: true,
  fields: (t) => Object.fromEntries(kindInputs.map(([kind, type]) => [kind, t.field({ type, description: typeNames[kind][1] })])),
});

const SecretUseInput = builder.inputRef<SecretUse>('SecretUseInput').implement({
  description: 'A secret that was asked for. Never send the secret itself.',
  fields: (t) => ({
    secret: t.string({ required: true, description: 'The id its keeper knows it by. At most 256 characters.' }),
    granted: t.boolean({ defaultValue: true, description: 'Whether it was given.' }),
    reason: t.string({ description: 'Why it was denied. At most 1,024 characters.' }),
  }),
});

const TrackActivityInput = builder.inputRef<TrackInput>('TrackActivityInput').implement({
  description: 'An activity to record.',
  fields: (t) => ({
    user: t.string({ required: true, description: "The monitored person's id in the calling system. At most 256 characters." }),
    userTimeZone: t.string({ description: 'IANA time zone of the user, e.g. "Europe/Berlin"; remembered. Default: the organisation\'s.' }),
    session: t.string({ description: "The calling system's session id; first sight of it opens the session. At most 256 characters." }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened. Default: now. More than 5 minutes ahead is refused; any past time is taken.',
    }),
    idempotencyKey: t.string({
      description:
        'The same activity again under the same key answers the first receipt with `duplicate: true` and records nothing; another activity under it is refused, and so is the same where what was recorded is not kept any more. At most 256 characters.',
    }),
    sourceIp: t.string({ description: 'IPv4 or IPv6 address it came from.' }),
    location: t.field({
      type: LocationInput,
      description: "Where that address is, where the caller knows better than the operator's file.",
    }),
    userAgent: t.string({ description: 'The User-Agent header or the like. At most 2,048 characters.' }),
    outcome: t.field({ type: Outcome, defaultValue: 'SUCCESS', description: 'How it ended. A failed sign-in is always FAILURE.' }),
    onBehalfOf: t.string({ description: 'The human an agent or service acts for. At most 256 characters.' }),
    secretsUsed: t.field({
      type: [SecretUseInput],
      description: 'Secrets that were asked for with it, by the ids their keeper knows them by; at most 20.',
    }),
    metadata: t.field({ type: 'JSONObject', description: 'Anything else; at most 16,384 characters as JSON and 8 levels deep.' }),
    detail: t.field({ type: ActivityDetailInput, required: true, description: 'What happened.' }),
  }),
});

const TrackReceipt = builder.objectRef<Receipt>('TrackReceipt').implement({
  description: 'Proof that an activity is committed.',
  fields: (t) => ({
    activity: t.field({ type: Activity, description: 'The activity as recorded.', resolve: ({ activity }) => activity }),
    cursor: t.field({
      type: 'Cursor',
      description: 'Its position in the log.',
      resolve: ({ activity }) => encodeCursor(activity.organisationId, activity.seq),
    }),
    duplicate: t.exposeBoolean('duplicate', { description: 'Whether it had been recorded before under the same idempotency key.' }),
    risk: t.field({ type: Risk, description: 'How dangerous it is in itself.', resolve: ({ activity }) => activity }),
    anomalies: t.field({
      type: [Anomaly],
      description: 'The anomalies it stands behind.',
      resolve: ({ anomalies }) => anomalies,
    }),
    sessionStatus: t.field({
      type: SessionStatus,
      nullable: true,
      description: 'Where its session stands now; TERMINATED: stop letting it act. Null without a session.',
      resolve: ({ sessionStatus }) => sessionStatus,
    }),
  }),
});

type OnePayload = { receipt: Receipt | null; excluded: boolean; userErrors: UserErrorRow[] };
type ManyPayload = { receipts: (Receipt | null)[]; excluded: number[]; userErrors: UserErrorRow[] };

const userErrorsField = 'What was refused and why. Empty: everything that is not excluded was recorded.';
const excludedSays = 'nothing of it is recorded or judged, and there is nothing to send again.';
const TrackActivityPayload = builder.objectRef<OnePayload>('TrackActivityPayload').implement({
  description: 'Answered only after commit.',
  fields: (t) => ({
    receipt: t.field({
      type: TrackReceipt,
      nullable: true,
      description: 'Null where the activity was refused or is excluded.',
      resolve: ({ receipt }) => receipt,
    }),
    excluded: t.exposeBoolean('excluded', { description: `Whether the organisation excludes it: ${excludedSays}` }),
    userErrors: t.field({ type: [UserError], description: userErrorsField, resolve: ({ userErrors }) => userErrors }),
  }),
});
const TrackActivitiesPayload = builder.objectRef<ManyPayload>('TrackActivitiesPayload').implement({
  description: 'Answered only after commit.',
  fields: (t) => ({
    receipts: t.field({
      type: [TrackReceipt],
      nullable: { list: false, items: true },
      description: 'One per activity, in order; null where it was refused or is excluded.',
      resolve: ({ receipts }) => receipts,
    }),
    excluded: t.exposeIntList('excluded', {
      description: `The places, from 0, of the activities that the organisation excludes: ${excludedSays}`,
    }),
    userErrors: t.field({ type: [UserError], description: userErrorsField, resolve: ({ userErrors }) => userErrors }),
  }),
});

builder.mutationFields((t) => ({
  trackActivity: t.field({
    type: TrackActivityPayload,
    nullable: true,
    description: 'Records one activity.',
    args: { input: t.arg({ type: TrackActivityInput, required: true, description: 'The activity.' }) },
    resolve: async (_root, { input }, context) => {
      const { receipts, excluded, userErrors } = await track(context, [input], () => ['input']);
      return { receipt: receipts[0] ?? null, excluded: excluded.length > 0, userErrors };
    },
  }),
  trackActivities: t.field({
    type: TrackActivitiesPayload,
    nullable: true,
    description: `Records up to ${limits.batchItemsMax} activities, in order. A refused one does not hold up the others.`,
    args: {
      input: t.arg({
        required: true,
        description: 'The activities.',
        type: builder.inputType('TrackActivitiesInput', {
          description: 'Activities to record.',
          fields: (t) => ({
            activities: t.field({ type: [TrackActivityInput], required: true, description: `At most ${limits.batchItemsMax}.` }),
          }),
        }),
      }),
    },
    resolve: async (_root, { input: { activities } }, context) => {
      if (activities.length > limits.batchItemsMax) {
        const message = `${activities.length} activities; a batch has at most batchItemsMax = ${limits.batchItemsMax}`;
        return {
          receipts: activities.map(() => null),
          excluded: [],
          userErrors: [{ code: 'TOO_MANY' as const, field: ['input', 'activities'], message, hint: 'send several batches' }],
        };
      }
      return track(context, activities, (place) => ['input', 'activities', String(place)]);
    },
  }),
}));

/** Records what passes the checks and says of the rest what is wrong with it. */
async function track(context: Context, inputs: readonly TrackInput[], pathOf: (place: number) => string[]): Promise<ManyPayload> {
  const answers = await settle(context, inputs);
  context.failures.count(context.organisation.id, 'DUPLICATE', answers.filter((one) => 'duplicate' in one && one.duplicate).length);
  const userErrors = answers.flatMap((answer, place) =>
    errorsOf(answer).map((error) => ({ ...error, field: [...pathOf(place), ...error.field] })),
  );
  for (const answer of answers) if ('excluded' in answer) context.excludedCounts.count(context.organisation.id, answer.excluded);
  return {
    receipts: answers.map((answer) => ('activity' in answer ? answer : null)),
    excluded: answers.flatMap((answer, place) => ('excluded' in answer ? [place] : [])),
    userErrors,
  };
}

type Answer = Receipt | KeyConflict | Gone | Exclude<Checked, { draft: unknown }>;

/**
 * What was checked by settings that another process has changed meanwhile is checked and sent once more. The recorder finds out
 * for what it is given; what is excluded does not get there, so that it costs a look at the database.
 */
async function settle(context: Context, inputs: readonly TrackInput[]): Promise<Answer[]> {
  const { recorder, organisation, now, placeOf, intakePolicies } = context;
  const policy = await intakePolicies.of(organisation.id);
  const checked = inputs.map((input) => checkActivity(input, { now, placeOf, policy }));
  const isExcluding = checked.some((one) => 'excluded' in one);
  if (isExcluding && !(await intakePolicies.isCurrent(organisation.id, policy))) {
    intakePolicies.forget(organisation.id);
    return settle(context, inputs);
  }
  const tracked = await recorder.track(
    organisation,
    checked.flatMap((one) => ('draft' in one ? [one.draft] : [])),
  );
  let given = 0;
  const answers = checked.map((one) => ('draft' in one ? tracked[given++]! : one));
  const outdated = answers.flatMap((answer, place) => ('outdated' in answer ? [inputs[place]!] : []));
  if (outdated.length > 0) intakePolicies.forget(organisation.id);
  const again = outdated.length === 0 ? [] : await settle(context, outdated);
  return answers.map((answer) => ('outdated' in answer ? again.shift()! : answer));
}

function errorsOf(answer: Answer): UserErrorRow[] {
  if ('activity' in answer || 'excluded' in answer) return [];
  if ('errors' in answer) return answer.errors;
  if ('gone' in answer) {
    const message = 'what was recorded under this key is not kept any more: it was erased, or is too old';
    return [{ code: 'GONE', field: ['idempotencyKey'], message, hint: 'do not send it again; another activity has a key of its own' }];
  }
  const { activityId, recordedAt } = answer.conflictsWith;
  const message = `this key stands for another activity, ${activityId}, recorded at ${formatInstant(recordedAt)}`;
  const hint = 'send another activity under a key of its own, and the same one again exactly as it was sent';
  return [{ code: 'IDEMPOTENCY_CONFLICT', field: ['idempotencyKey'], message, hint }];
}
