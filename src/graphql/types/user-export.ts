import type { UserRow } from '../../db/entities/user.ts';
import { readLogHead } from '../../db/queries/read-log.ts';
import type { ExportPlace, ExportRow } from '../../db/queries/user-export.ts';
import { auditAbout, profileOf, rowsAbout } from '../../db/queries/user-export.ts';
import { anomaliesThatWeigh } from '../../db/queries/user-risk.ts';
import { charactersMax } from '../../domain/activity.ts';
import { describeBaseline } from '../../domain/baseline-summary.ts';
import { isUuid } from '../../domain/ids.ts';
import { levelOf } from '../../domain/risk.ts';
import type { Micros } from '../../domain/time.ts';
import { parseInstant } from '../../domain/time.ts';
import type { ExportedKind as Kind } from '../../domain/user-export.ts';
import { exportedKinds } from '../../domain/user-export.ts';
import { userRiskOf } from '../../domain/user-risk.ts';
import { RequestError } from '../../errors.ts';
import { builder } from '../builder.ts';
import { wrongName } from '../changes.ts';
import type { Context } from '../context.ts';
import { ExportedKind as ExportedKindEnum } from '../enums.ts';
import { limits } from '../limits.ts';
import { pageItems } from '../pages.ts';
import { instantOf } from '../scalars.ts';

/** Everything about one user, for whoever asks what is known of them (articles 15 and 20 of the GDPR). */

const kinds = Object.keys(exportedKinds) as Kind[];

type Exported = { kind: Kind; at: Micros; data: Record<string, unknown> };
type Page = { records: Exported[]; next: string | null };

/**
 * How far an export has come: after what in which kind. `from` is that of its first page, and up to `logTo` the log is told: each page
 * adds a line to it, and an export that told of them would never end.
 */
type Position = { kind: Kind; place: ExportPlace | null; logTo: number; from: Micros | null };

const UserExportRecord = builder.objectRef<Exported>('UserExportRecord').implement({
  description: 'One thing that is known of a user.',
  fields: (t) => ({
    kind: t.field({ type: ExportedKindEnum, description: 'What it is.', resolve: ({ kind }) => kind }),
    at: t.field({ type: 'DateTime', description: 'The time by which it stands in its place.', resolve: ({ at }) => at }),
    data: t.field({ type: 'JSONObject', description: 'All that is stored of it. Instants are RFC 3339.', resolve: ({ data }) => data }),
  }),
});

const UserExport = builder.objectRef<Page>('UserExport').implement({
  description: 'A part of what is known of a user.',
  fields: (t) => ({
    records: t.field({
      type: [UserExportRecord],
      description: 'Kind by kind, and in each the oldest first.',
      resolve: ({ records }) => records,
    }),
    next: t.exposeString('next', { nullable: true, description: 'Give it as `after` for what follows; null: that was all.' }),
  }),
});

builder.queryField('userExport', (t) =>
  t.field({
    type: UserExport,
    nullable: true,
    description:
      'All that is known of a user: their row with what is usual for them and their risk, sessions, activities, uses of secrets, anomalies, alerts with what was noted on them, and what the audit log tells of them. Null where there is no such user. A page at a time: records of many tables, so there is no count of them, and no way back. What does not change meanwhile comes once, in the same order each time; what changes may come twice. Each page is an entry USER_EXPORTED of the audit log.',
    complexity: ({ first }) => ({ field: 2, multiplier: first ?? limits.pageItemsDefault }),
    args: {
      user: t.arg.string({ required: true, description: 'The id the calling system uses.' }),
      from: t.arg({
        type: 'DateTimeOrDuration',
        description: 'Only what happened from then on, besides the row of the user. Default: all.',
      }),
      first: t.arg.int({ description: `Records, at most ${limits.pageItemsMax}. Default ${limits.pageItemsDefault}.` }),
      after: t.arg.string({ description: '`next` of the page before; `from` is then that of the first.' }),
      reason: t.arg.string({ description: 'Why, for the audit log. At most 1,024 characters.' }),
    },
    resolve: async (_root, { user, from, first, after, reason = null }, context) => {
      const items = pageItems({ first });
      const position = after == null ? null : readPosition(after);
      if (reason !== null && wrongName('reason', reason, charactersMax.short))
        throw new RequestError('BAD_REQUEST', 'the reason is no text to keep');
      const wrong = wrongName('user', user, charactersMax.identifier);
      const row = wrong ? null : await userNamed(context, user);
      if (row === null) return null;
      const page = await pageOf(context, row, {
        from: position ? position.from : from ? instantOf(from, context.now) : null,
        position,
        items,
      });
      const exported = { action: 'USER_EXPORTED', target: `User:${row.id}`, rows: page.records.length, reason } as const;
      await context.recorder.audit(context.organisation, { actor: context.viewer.principal, ...exported });
      return page;
    },
  }),
);

/** Not by a loader: what those read is an entry of its own in the audit log. */
async function userNamed({ database, reader, organisation }: Context, user: string): Promise<UserRow | null> {
  const [row] = await database.tables.user.select(reader, 'where t.organisation_id = $1 and t.external_id = $2', [organisation.id, user]);
  return row ?? null;
}

type Asked = { from: Micros | null; position: Position | null; items: number };

async function pageOf(context: Context, user: UserRow, { from, position, items }: Asked): Promise<Page> {
  const { organisation, database } = context;
  const logTo = position?.logTo ?? (await readLogHead(database.reader(organisation.id, 'ALL'), organisation.id));
  const of = { organisationId: organisation.id, userId: user.id, user: user.externalId, from };
  const records: Exported[] = [];
  for (const kind of kinds.slice(position ? kinds.indexOf(position.kind) : 0)) {
    const after = position?.kind === kind ? position.place : null;
    const wanted = items - records.length;
    if (wanted === 0) return { records, next: writePosition({ kind, place: null, logTo, from }) };
    const { rows, left } = await rowsOf(context, user, kind, { of, after, logTo, items: wanted });
    records.push(...rows.map(({ place, data }) => ({ kind, at: place.at, data })));
    if (left) return { records, next: writePosition({ kind, place: left, logTo, from }) };
  }
  return { records, next: null };
}

type Wanted = { of: Parameters<typeof auditAbout>[1]; after: ExportPlace | null; logTo: number; items: number };

/** The next rows of a kind, and where to go on where there is more of it than was asked for. */
async function rowsOf(context: Context, user: UserRow, kind: Kind, { of, after, logTo, items }: Wanted) {
  const { reader } = context;
  if (kind === 'USER') return { rows: after ? [] : await profile(context, user), left: null };
  if (kind === 'AUDIT_ENTRY') {
    const { rows, left } = await auditAbout(reader, of, { afterSeq: Number(after?.tie ?? 0), upToSeq: logTo }, items);
    return { rows, left: left === null ? null : { at: context.now, tie: String(left) } };
  }
  const read = await rowsAbout(reader, kind, of, after, items + 1);
  const rows = read.slice(0, items);
  return { rows, left: read.length > items ? rows.at(-1)!.place : null };
}

/** The row as it is stored, and what it says in words. */
async function profile({ database: { tables }, reader, organisation, now }: Context, user: UserRow): Promise<ExportRow[]> {
  const [found, anomalies] = await Promise.all([
    profileOf(reader, organisation.id, user.id),
    anomaliesThatWeigh(tables, reader, organisation.id, [user.id], now),
  ]);
  if (!found) return [];
  const { score, contributions } = userRiskOf(anomalies.get(user.id) ?? [], now);
  const factors = contributions.map(({ points, claimed }) => ({ points, type: claimed.type, reason: claimed.summary }));
  const words = { baselineInWords: describeBaseline(user.baseline, now), risk: { score, level: levelOf(score), factors } };
  return [{ place: { at: user.firstSeenAt, tie: user.id }, data: { ...found.data, ...words, commandHabits: found.habits } }];
}

const writePosition = ({ kind, place, logTo, from }: Position): string =>
  Buffer.from(`${kind} ${place?.at ?? ''} ${place?.tie ?? ''} ${logTo} ${from ?? ''}`).toString('base64url');

function readPosition(cursor: string): Position {
  const [, name, at, tie, logTo, from] =
    /^([A-Z_]+) (-?\d{0,17}) ([0-9a-f-]{0,36}) (\d{1,15}) (-?\d{0,17})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  const kind = kinds.find((one) => one === name);
  if (kind === undefined || at === undefined || tie === undefined) throw badPosition();
  const place = at === '' ? null : { at: Number(at), tie };
  const isTie = kind === 'ALERT_HISTORY' || kind === 'AUDIT_ENTRY' ? /^\d{1,15}$/.test(tie) : isUuid(tie);
  if (place !== null && (!isTie || !isInstant(at))) throw badPosition();
  if (from !== '' && !isInstant(from)) throw badPosition();
  return { kind, place, logTo: Number(logTo), from: from === '' ? null : Number(from) };
}

/** No instant of an activity is before it, nor can PostgreSQL's be read back. */
const earliest = parseInstant('1000-01-01T00:00:00Z')!;
const isInstant = (micros: string | undefined) => Number(micros) >= earliest;
const badPosition = () => new RequestError('BAD_REQUEST', 'this is no place of an export: take `next` of the page before');
