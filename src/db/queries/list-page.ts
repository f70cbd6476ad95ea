import type { EntityMetadata, EntityName, FilterQuery, InferEntity } from '@mikro-orm/core';
import { raw } from '@mikro-orm/core';
import type { Database, Tables } from '../database.ts';
import { Activity } from '../entities/activity.ts';
import { Alert } from '../entities/alert.ts';
import { Anomaly } from '../entities/anomaly.ts';
import { AuditEntry } from '../entities/audit-entry.ts';
import { Person } from '../entities/person.ts';
import { SecretUsage } from '../entities/secret-usage.ts';
import { Session } from '../entities/session.ts';
import { User } from '../entities/user.ts';
import type { Reader } from '../statement.ts';
import { statement } from '../statement.ts';

const listed = {
  activity: Activity,
  alert: Alert,
  anomaly: Anomaly,
  auditEntry: AuditEntry,
  person: Person,
  secretUsage: SecretUsage,
  session: Session,
  user: User,
} as const satisfies Partial<Record<keyof Tables, EntityName>>;

export type Listed = keyof typeof listed;
export type ListedRow<Name extends Listed> = InferEntity<(typeof listed)[Name]>;
export type Direction = 'ASC' | 'DESC';

/** Where a row stands in the order of a list: the value of the order's property, and the id that parts equals. */
export type ListPlace = { value: string | number; id: string };
export type ListOf<Name extends Listed> = { name: Name; organisationId: string; where: Record<string, unknown> };

/** A page of a list in any order: keyset paging by the order's property and then the id, both ways. */
export type ListRequest<Name extends Listed> = ListOf<Name> & {
  property: string;
  direction: Direction;
  items: number;
  backward: boolean;
  after: ListPlace | null;
  before: ListPlace | null;
};

/**
 * The rows of a page and, where there is one, the row after it. MikroORM builds the condition and nothing else: its own pages
 * write values into the text of the SQL, and ask for what comes after a place with OR, which PostgreSQL does not look up in an
 * index. Compared as a row, a page costs the same wherever it is.
 */
export async function listRows<Name extends Listed>(
  { orm, tables }: Database,
  reader: Reader,
  request: ListRequest<Name>,
): Promise<ListedRow<Name>[]> {
  const { name, property, backward, items, after, before } = request;
  const meta = metadataOf(orm, name);
  const first = opposite(request.direction, backward);
  const query = queryOf(orm, request)
    .orderBy([{ [property]: first }, { id: first }])
    .limit(items + 1);
  for (const [place, comparison] of [
    [after, request.direction === 'ASC' ? '>' : '<'],
    [before, request.direction === 'ASC' ? '<' : '>'],
  ] as const) {
    if (place === null) continue;
    const column = meta.properties[property]!;
    const type = column.customType;
    const value = type ? type.convertToDatabaseValue(place.value, orm.em.getPlatform()) : place.value;
    query.andWhere(`(t.${column.fieldNames[0]}, t.id) ${comparison} (?, ?)`, [value, place.id]);
  }
  const { clause, params } = compiled(query.select('*').toQuery(), meta);
  return (await tables[name].select(reader, clause, params)) as ListedRow<Name>[];
}

/** What follows `from <table> t` for the first rows of a list in an order, and the parameters it numbers. */
export function firstRows(orm: Database['orm'], list: ListOf<Listed>, property: string, direction: Direction, items: number) {
  const query = queryOf(orm, list)
    .orderBy([{ [property]: direction }, { id: direction }])
    .limit(items);
  return compiled(query.select('*').toQuery(), metadataOf(orm, list.name));
}

export async function countList<Name extends Listed>({ orm }: Database, reader: Reader, list: ListOf<Name>): Promise<number> {
  const meta = metadataOf(orm, list.name);
  const { clause, params } = compiled(queryOf(orm, list).select('*').toQuery(), meta);
  const [row] = await statement<{ count: string }>(reader, `select count(*) as count from "${meta.tableName}" t ${clause}`, params);
  return Number(row!.count);
}

const opposite = (direction: Direction, turn: boolean): Direction => (turn ? (direction === 'ASC' ? 'DESC' : 'ASC') : direction);

const entityOf = (name: Listed): EntityName => listed[name];
const metadataOf = (orm: Database['orm'], name: Listed): EntityMetadata => orm.getMetadata().get(entityOf(name));

function queryOf(orm: Database['orm'], { name, organisationId, where }: ListOf<Listed>) {
  const condition: FilterQuery<InferEntity<EntityName>> = { organisationId, $and: [byName(where, organisationId)] };
  return orm.em.fork().createQueryBuilder(entityOf(name), 't').where(condition);
}

/**
 * What follows the table's name and alias, with PostgreSQL's numbered parameters in place of question marks. Numbers are said
 * to be wide: compared with a smallint, PostgreSQL would take them for one and refuse what does not fit.
 */
function compiled({ sql, params }: { sql: string; params: readonly unknown[] }, { tableName }: EntityMetadata) {
  const from = ` from "${tableName}" as "t" `;
  let place = 0;
  const parameter = () => (typeof params[place++] === 'number' ? `$${place}::bigint` : `$${place}`);
  const clause = sql.slice(sql.indexOf(from) + from.length).replaceAll('?', parameter);
  return { clause, params: [...params] };
}

/**
 * A user or a session of one name is looked up first and then compared by id: joined, the whole list would be read in its
 * order until enough of that user's rows are found.
 */
function byName(where: unknown, organisationId: string): unknown {
  if (Array.isArray(where)) return where.map((part) => byName(part, organisationId));
  if (typeof where !== 'object' || where === null || Object.getPrototypeOf(where) !== Object.prototype) return where;
  return Object.fromEntries(
    Object.entries(where).map(([key, test]) => {
      const name = equalName(test);
      const table = key === 'userId' ? '"user"' : key === 'sessionId' ? 'session' : null;
      if (name === null || table === null) return [key, byName(test, organisationId)];
      const ids = `(select named.id from ${table} named where named.organisation_id = ? and named.external_id = ?)`;
      return [key, { $eq: raw(ids, [organisationId, name]) }];
    }),
  );
}

/** The name in `{ externalId: { $eq: name } }`; null for any other test. */
function equalName(test: unknown): string | null {
  const inner = test !== null && typeof test === 'object' && 'externalId' in test ? test.externalId : null;
  if (inner === null || typeof inner !== 'object' || !('$eq' in inner) || Object.keys(inner).length !== 1) return null;
  return typeof inner.$eq === 'string' ? inner.$eq : null;
}
