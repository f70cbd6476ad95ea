import { brandWithType } from '@pothos/core';
import DataLoader from 'dataloader';
import type { Database } from '../db/database.ts';
import type { ActivityRow } from '../db/entities/activity.ts';
import type { AlertHistoryRow, AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { CommandHabitsRow } from '../db/entities/command-habits.ts';
import type { PersonRow } from '../db/entities/person.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { UserRow } from '../db/entities/user.ts';
import { anomaliesOfActivities, relatedMax } from '../db/queries/related-anomalies.ts';
import { usesByFingerprint } from '../db/queries/known-secrets.ts';
import { anomaliesThatWeigh } from '../db/queries/user-risk.ts';
import type { Runner } from '../db/statement.ts';
import { isUuid } from '../domain/ids.ts';
import { isStorable } from '../domain/text.ts';
import type { Micros } from '../domain/time.ts';
import { RequestError } from '../errors.ts';
import { storedIdentifier } from '../recorder/redacted.ts';
import type { Context } from './context.ts';
import { createNestedPages } from './nested-pages.ts';

/** Activities of a session that are looked at for where it is: an import may tell no place of any. */
export const placesLookedAt = 20;

export type Loaders = ReturnType<typeof createLoaders>;

/** Batches what many rows of one answer ask for into one statement each. Bound to what one viewer sees and to one operation. */
export function createLoaders({ tables }: Database, em: Runner, organisationId: string, noteRows: (count: number) => void, now: Micros) {
  const byId = <Row extends { id: string }>(table: { select(em: Runner, clause: string, params: unknown[]): Promise<Row[]> }) =>
    new DataLoader<string, Row | null>(async (ids) => {
      const rows = await table.select(em, 'where t.organisation_id = $1 and t.id = any($2)', [organisationId, ids]);
      noteRows(rows.length);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    });
  const each = <Row>(read: (ids: readonly string[]) => Promise<Map<string, Row[]>>) =>
    new DataLoader<string, Row[]>(async (ids) => {
      const found = await read(ids);
      noteRows([...found.values()].reduce((sum, rows) => sum + rows.length, 0));
      return ids.map((id) => found.get(id) ?? []);
    });

  return {
    activity: byId<ActivityRow>(tables.activity),
    alert: byId<AlertRow>(tables.alert),
    anomaly: byId<AnomalyRow>(tables.anomaly),
    session: byId<SessionRow>(tables.session),
    person: byId<PersonRow>(tables.person),
    user: byId<UserRow>(tables.user),
    commandHabits: byId<CommandHabitsRow>(tables.commandHabits),
    anomaliesOfActivity: each<AnomalyRow>((ids) => anomaliesOfActivities(tables, em, organisationId, ids)),
    anomaliesOfAlert: each<AnomalyRow>((ids) =>
      tables.anomaly.selectEach(
        em,
        ids,
        `
      select n.* from alert_anomaly l join anomaly n on n.id = l.anomaly_id
      where l.alert_id = key.key and n.organisation_id = $2 order by n.seq desc limit ${relatedMax}`,
        [organisationId],
      ),
    ),
    placesOfSession: each<ActivityRow>((ids) =>
      tables.activity.selectEach(
        em,
        ids,
        `
      select * from (
        select * from activity where session_id = key.key and organisation_id = $2 order by occurred_at limit ${placesLookedAt}
      ) earliest where place is not null order by occurred_at limit 1`,
        [organisationId],
      ),
    ),
    anomaliesThatWeigh: each<AnomalyRow>((ids) => anomaliesThatWeigh(tables, em, organisationId, ids, now)),
    historyOfAlert: each<AlertHistoryRow>((ids) =>
      tables.alertHistory.selectEach(
        em,
        ids,
        `
      select h.* from alert_history h where h.alert_id = key.key and h.organisation_id = $2
      order by h.seq desc limit ${relatedMax}`,
        [organisationId],
      ),
    ),
    usesOfSecret: new DataLoader(async (fingerprints: readonly string[]) => {
      const found = await usesByFingerprint(em, organisationId, fingerprints);
      return fingerprints.map((fingerprint) => found.get(fingerprint) ?? null);
    }),
    nested: createNestedPages(em, tables, organisationId, noteRows),
  };
}

type NamedTable<Row> = { select(em: Runner, clause: string, params: unknown[]): Promise<Row[]> };

/** What an id of the calling system is stored as: itself, and where it is a secret, as some session ids are, what stands for it. */
export async function storedAs({ organisation, intakePolicies }: Pick<Context, 'organisation' | 'intakePolicies'>, externalId: string) {
  const stored = storedIdentifier(externalId, await intakePolicies.of(organisation.id));
  return stored === externalId ? [externalId] : [stored, externalId];
}

/** The row that the calling system knows under this id; null where there is none. */
export async function findByExternalId<Row>(table: NamedTable<Row>, context: Context, externalId: string): Promise<Row | null> {
  const { reader, organisation, reads } = context;
  if (!isStorable(externalId)) return null; // PostgreSQL refuses to compare with what it cannot hold
  const ids = await storedAs(context, externalId);
  const [row] = await table.select(reader, 'where t.organisation_id = $1 and t.external_id = any($2)', [organisation.id, ids]);
  reads.rows(row ? 1 : 0);
  return row ?? null;
}

/** The user whom the viewer means by this id: their own, or a pseudonym where they see those. Null where there is none. */
export async function findUser(context: Context, given: string): Promise<UserRow | null> {
  const externalId = context.mask ? context.mask.meant(given) : given;
  return externalId === null ? null : findByExternalId(context.database.tables.user, context, externalId);
}

/** Whose it is, which is always somebody; NOT_FOUND where that one went out of sight since the row was read. */
export async function loadOwner(loaders: Loaders, userId: string): Promise<UserRow> {
  const owner = await loaders.user.load(userId);
  if (!owner) throw new RequestError('NOT_FOUND', 'This belongs to somebody whom you do not see any more.');
  return owner;
}

/** The rows of ids as a client gives them: whatever is no id finds nothing. */
export function loadAll<Row>(loader: DataLoader<string, Row | null>, ids: readonly string[]): Promise<(Row | null)[]> {
  return Promise.all(ids.map((id) => (isUuid(id) ? loader.load(id) : null)));
}

/** The same, marked with their type at once: the relay plugin does so too late for a row that is asked for twice. */
export async function loadNodes<Row>(
  type: Parameters<typeof brandWithType>[1],
  loader: DataLoader<string, Row | null>,
  ids: readonly string[],
): Promise<(Row | null)[]> {
  const rows = await loadAll(loader, ids);
  for (const row of rows) if (row) brandWithType(row, type);
  return rows;
}
