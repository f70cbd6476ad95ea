import { readCurrentSessions, visibleUserIds } from '../../db/queries/current-sessions.ts';
import { readLogHead } from '../../db/queries/read-log.ts';
import type { SessionRow } from '../../db/entities/session.ts';
import type { SessionChange as Change } from '../../domain/session.ts';
import { RequestError } from '../../errors.ts';
import type { LogItem } from '../../recorder/batch.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { SessionChange } from '../enums.ts';
import type { FilterInput } from '../filters.ts';
import type { Snapshot, StreamEvent } from '../streams.ts';
import { cursorDescription, deliver, followLog, streamItem } from '../streams.ts';
import { Session, sessionFilter } from './session.ts';

const SessionEvent = builder.objectRef<StreamEvent<{ session: SessionRow; change: Change | 'CURRENT' }>>('SessionEvent').implement({
  description: 'Something happened to a session.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: cursorDescription, resolve: ({ cursor }) => cursor }),
    change: t.field({ type: SessionChange, description: 'What happened.', resolve: ({ change }) => change }),
    session: t.field({
      type: Session,
      description: 'The session: as it was then when live, as it is now when replayed.',
      resolve: ({ session }) => session,
    }),
  }),
});

const timedChanges = {
  SESSION_IDLE: 'IDLE',
  SESSION_WARNING: 'WARNING',
  SESSION_EXPIRED: 'EXPIRED',
  SESSION_TERMINATED: 'TERMINATED',
} as const;

type Changed = { session: SessionRow; change: Change | 'CURRENT'; owner: string | null };

/** Activities change their session too: what they did to it is on the activity. */
function changeIn(item: LogItem): Changed | null {
  if (item.kind === 'ACTIVITY') {
    const { visit, activity } = item;
    return visit && activity.sessionChange ? { ...visit, change: activity.sessionChange } : null;
  }
  return 'sessionRow' in item ? { session: item.sessionRow, change: timedChanges[item.kind], owner: item.user } : null;
}

/** Most sessions of a snapshot: each is an item of its own. */
export const snapshotSessionsMax = 1_000;

/**
 * The sessions that are not over, as they are at one place in the log. Whose they are is read at once for all, and by what the
 * viewer sees: a session of somebody else is left out there at the latest.
 */
async function currentSessions(context: Context, filter: FilterInput): Promise<Snapshot<Changed>> {
  const { reader, database, organisation, viewer, now } = context;
  const all = database.reader(organisation.id, 'ALL');
  const head = await readLogHead(all, organisation.id);
  const where = sessionFilter.where(filter, context);
  const userIds = viewer.audience === 'ALL' ? null : await visibleUserIds(reader);
  const asked = { organisationId: organisation.id, userIds, where, now, max: snapshotSessionsMax };
  const { position, sessions } = await readCurrentSessions(database, asked, all);
  const owners = await context.loaders.user.loadMany(sessions.map(({ userId }) => userId));
  const events = sessions.flatMap((session, place) => {
    const owner = owners[place];
    return owner && !(owner instanceof Error) ? [{ event: { session, change: 'CURRENT' as const, owner: owner.externalId }, owner }] : [];
  });
  return { position: position ?? head, events };
}

builder.subscriptionField('sessionChanged', (t) =>
  t.field({
    type: streamItem('Session', SessionEvent),
    description: 'Everything that happens to sessions that pass the filter, by activities, by administrators and by time alone.',
    args: {
      filter: t.arg({ type: sessionFilter.input, description: 'Which.' }),
      after: t.arg({ type: 'Cursor', description: 'Replay from here first.' }),
      snapshot: t.arg.boolean({
        defaultValue: false,
        description: `First the sessions that pass the filter and are ACTIVE, IDLE or WARNING, as change CURRENT, latest activity first: the first ${snapshotSessionsMax} of them, and of the others only what happens to them from then on. Then every change since, each once. Not together with \`after\`.`,
      }),
    },
    subscribe: async (_root, { filter, after, snapshot }, context) => {
      const wanted = sessionFilter.tester(filter, context);
      if (snapshot && after != null)
        throw new RequestError('BAD_REQUEST', '`snapshot` begins with now and `after` with a cursor: give one of them.');
      return followLog(context, snapshot ? await currentSessions(context, filter ?? {}) : after, {
        pick(item) {
          const event = changeIn(item);
          return event && wanted({ session: event.session, user: event.owner }) ? event : null;
        },
        owner: (item) => changeIn(item)?.owner ?? null,
      });
    },
    resolve: deliver,
  }),
);
