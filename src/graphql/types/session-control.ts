import { listRows } from '../../db/queries/list-page.ts';
import type { SessionRow } from '../../db/entities/session.ts';
import type { Micros } from '../../domain/time.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { builder } from '../builder.ts';
import { changeOf, wrongRemark } from '../changes.ts';
import type { Context } from '../context.ts';
import type { FilterInput, Where } from '../filters.ts';
import { findUser, storedAs } from '../loaders.ts';
import type { StreamEvent } from '../streams.ts';
import { cursorDescription, deliver, followLog, streamItem } from '../streams.ts';
import { Session, sessionFilter } from './session.ts';
import { UserError } from './user-error.ts';

/** Terminating sessions, and how the systems they are signed in to hear of it. */

/** Sessions of one call at most: they share one transaction, which must not hold the log head for long. */
export const sessionsTerminatedMax = 1_000;

const SessionPayload = builder.objectRef<{ session: SessionRow | null; userErrors: UserErrorRow[] }>('SessionPayload').implement({
  description: 'A session after a change.',
  fields: (t) => ({
    session: t.field({
      type: Session,
      nullable: true,
      description: 'The session; null where the change was refused.',
      resolve: ({ session }) => session,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

type Terminated = { sessions: SessionRow[]; more: boolean; userErrors: UserErrorRow[] };
const SessionsPayload = builder.objectRef<Terminated>('SessionsPayload').implement({
  description: 'Sessions after a change.',
  fields: (t) => ({
    sessions: t.field({
      type: [Session],
      complexity: { multiplier: 100 },
      description: 'Those that were terminated now; none where the change was refused.',
      resolve: ({ sessions }) => sessions,
    }),
    more: t.exposeBoolean('more', { description: 'Whether open sessions that match are left: call again.' }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

const reasonDescription = 'Why; shown on the session. At most 1,024 characters.';
builder.mutationFields((t) => ({
  terminateSession: t.field({
    type: SessionPayload,
    nullable: true,
    description: 'Terminates a session. It stays so: activities that still come in it are recorded, flagged, and answered TERMINATED.',
    args: {
      input: t.arg({
        required: true,
        description: 'Which and why.',
        type: builder.inputType('TerminateSessionInput', {
          description: 'Which session to terminate, and why.',
          fields: (t) => ({
            id: t.id({ required: true, description: 'Global id of the session.' }),
            reason: t.string({ description: reasonDescription }),
          }),
        }),
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { changed, userErrors } = await changeOf(
        context,
        'Session',
        input.id,
        { text: input.reason ?? null, field: 'reason' },
        (id, actor) => ({ do: 'terminateSession', id, actor, reason: input.reason ?? null }),
      );
      return { session: changed?.session ?? null, userErrors };
    },
  }),
  terminateSessions: t.field({
    type: SessionsPayload,
    nullable: true,
    description: `Terminates the open sessions of a user, or those that pass a filter: at most ${sessionsTerminatedMax}, the most recently active first. Sessions that are ENDED or TERMINATED are left as they are.`,
    args: {
      input: t.arg({
        required: true,
        description: 'Which and why.',
        type: builder.inputType('TerminateSessionsInput', {
          description: 'Which sessions to terminate, by exactly one of `user` and `filter`, and why.',
          fields: (t) => ({
            user: t.string({ description: 'External id of the user whose sessions they are.' }),
            filter: t.field({
              type: sessionFilter.input,
              description: 'Which. An empty filter terminates every open session of the organisation.',
            }),
            reason: t.string({ description: reasonDescription }),
          }),
        }),
      }),
    },
    resolve: (_root, { input }, context) => terminateSessions(context, input),
  }),
}));

type TerminateSessionsInput = { user?: string | null; filter?: FilterInput | null; reason?: string | null };

async function terminateSessions(context: Context, { user, filter, reason = null }: TerminateSessionsInput): Promise<Terminated> {
  const wrong = wrongRemark({ field: 'reason', text: reason });
  if (wrong) return refusedWith(wrong);
  if ((user == null) === (filter == null))
    return refusedWith({
      code: 'NOT_EXACTLY_ONE',
      field: ['input'],
      message: user == null ? 'neither `user` nor `filter` is given' : 'both `user` and `filter` are given',
      hint: 'give one of them; the filter has a field `user` too',
    });
  const where = filter == null ? await whereUser(context, user!) : sessionFilter.where(filter, context);
  if (where === null)
    return refusedWith({
      code: 'NOT_FOUND',
      field: ['input', 'user'],
      message: 'there is no such user',
      hint: 'take `externalId` of a user',
    });
  const found = await listRows(context.database, context.reader, {
    name: 'session',
    organisationId: context.organisation.id,
    where: { $and: [{ terminatedAt: null, endedAt: null }, where] },
    property: 'lastActivityAt',
    direction: 'DESC',
    items: sessionsTerminatedMax,
    backward: false,
    after: null,
    before: null,
  });
  const ids = found.slice(0, sessionsTerminatedMax).map(({ id }) => id);
  const actor = context.viewer.principal;
  const { sessions } = await context.recorder.change(context.organisation, { do: 'terminateSessions', ids, actor, reason });
  return { sessions, more: found.length > sessionsTerminatedMax, userErrors: [] };
}

const refusedWith = (error: UserErrorRow): Terminated => ({ sessions: [], more: false, userErrors: [error] });

async function whereUser(context: Context, externalId: string): Promise<Where | null> {
  const user = await findUser(context, externalId);
  return user && { userId: user.id };
}

builder.queryField('sessionAllowed', (t) =>
  t.boolean({
    nullable: true,
    description:
      'Whether a session may go on, to be asked before each action in it: false once an administrator has terminated it, else true, also where it was never seen. Answered from memory.',
    args: { externalId: t.arg.string({ required: true, description: "The calling system's session id." }) },
    resolve: async (_root, { externalId }, context) => {
      for (const id of await storedAs(context, externalId)) {
        if (await context.terminatedSessions.isTerminated(context.organisation.id, id)) return false;
      }
      return true;
    },
  }),
);

type Termination = { externalId: string; terminatedAt: Micros };
const SessionTerminatedEvent = builder.objectRef<StreamEvent<Termination>>('SessionTerminatedEvent').implement({
  description: 'An administrator terminated a session.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: cursorDescription, resolve: ({ cursor }) => cursor }),
    externalId: t.exposeString('externalId', { description: "The calling system's session id." }),
    terminatedAt: t.field({ type: 'DateTime', description: 'When.', resolve: ({ terminatedAt }) => terminatedAt }),
  }),
});

builder.subscriptionField('sessionTerminated', (t) =>
  t.field({
    type: streamItem('SessionTerminated', SessionTerminatedEvent),
    description: "Every termination of a session of the organisation, whoever's it is, for the systems they are signed in to.",
    args: { after: t.arg({ type: 'Cursor', description: 'Replay from here first.' }) },
    subscribe: (_root, { after }, context) =>
      followLog(context, after, {
        pick(item) {
          if (item.kind !== 'SESSION_TERMINATED') return null;
          const { externalId, terminatedAt } = item.sessionRow;
          return terminatedAt === null ? null : { externalId, terminatedAt };
        },
        owner: 'ANYBODY',
      }),
    resolve: deliver,
  }),
);
