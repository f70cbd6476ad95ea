import type { EntityMetadata, EntityName, EntityProperty, InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Runner } from './statement.ts';
import { statement } from './statement.ts';

/**
 * Rows in and out of one table as plain objects, many at a time. MikroORM's unit of work is for reads and small writes;
 * a batch of activities goes in as one statement over one JSON parameter, five times faster (PERFORMANCE.md).
 */
export type Table<Row> = {
  insert(em: Runner, rows: readonly Row[]): Promise<void>;
  /** Inserts, or overwrites the row with the same key. */
  upsert(em: Runner, rows: readonly Row[]): Promise<void>;
  /** `clause` follows `select … from <table> t`, e.g. `where t.id = any($1)`. */
  select(em: Runner, clause: string, params: unknown[]): Promise<Row[]>;
  /** For each key the rows that `each` finds for it (a query over this table, with `key.key` in it), under their key. */
  selectEach(em: Runner, keys: readonly string[], each: string, params: unknown[]): Promise<Map<string, Row[]>>;
};

type Column = { property: string; name: string; type: string; read(stored: unknown): unknown; write(value: unknown): unknown };
type Stored = Record<string, unknown>;

export function createTable<E extends EntityName>(em: EntityManager, entity: E): Table<InferEntity<E>> {
  const meta = em.getMetadata().get(entity);
  const columns = columnsOf(meta, em);
  const name = quote(meta.tableName);
  const names = columns.map((column) => quote(column.name)).join(', ');
  const recordset = `jsonb_to_recordset($1::jsonb) as t(${columns.map((column) => `${quote(column.name)} ${column.type}`).join(', ')})`;
  const insertSql = `insert into ${name} (${names}) select ${names} from ${recordset}`;
  const upsertSql = `${insertSql} ${overwrite(meta, columns)}`;
  const selected = columns.map((column) => `t.${quote(column.name)}`).join(', ');
  const read = (stored: Stored) =>
    Object.fromEntries(columns.map((column) => [column.property, column.read(stored[column.name])])) as InferEntity<E>;

  const write = async (em: Runner, sql: string, rows: readonly InferEntity<E>[]) => {
    if (rows.length === 0) return;
    const stored = rows.map((row) =>
      Object.fromEntries(columns.map((column) => [column.name, column.write(Reflect.get(row, column.property))])),
    );
    await statement(em, sql, [JSON.stringify(stored)]);
  };
  return {
    insert: (em, rows) => write(em, insertSql, rows),
    upsert: (em, rows) => write(em, upsertSql, rows),
    async select(em, clause, params) {
      return (await statement<Stored>(em, `select ${selected} from ${name} t ${clause}`, params)).map(read);
    },
    async selectEach(em, keys, each, params) {
      const found = await statement<Stored & { parent_of_row: string }>(
        em,
        `select key.key::text as parent_of_row, ${selected} from unnest($1::uuid[]) as key(key) cross join lateral (${each}) t`,
        [keys, ...params],
      );
      return new Map([...Map.groupBy(found, (row) => row.parent_of_row)].map(([key, rows]) => [key, rows.map(read)]));
    },
  };
}

function columnsOf(meta: EntityMetadata, em: EntityManager): Column[] {
  const platform = em.getPlatform();
  return meta.props.map((prop: EntityProperty) => {
    const type = prop.customType;
    const isJson = prop.columnTypes[0] === 'jsonb';
    return {
      property: prop.name,
      name: prop.fieldNames[0]!,
      type: prop.columnTypes[0]!,
      read: (stored) => (type ? type.convertToJSValue(stored, platform) : stored),
      write: (value) => (type && !isJson ? type.convertToDatabaseValue(value, platform) : value),
    };
  });
}

function overwrite(meta: EntityMetadata, columns: Column[]): string {
  const keys = new Set(meta.primaryKeys.map(String));
  const key = columns.filter((column) => keys.has(column.property)).map((column) => quote(column.name));
  const others = columns.filter((column) => !keys.has(column.property)).map((column) => quote(column.name));
  const change = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return `on conflict (${key.join(', ')}) do update set ${change}`;
}

const quote = (name: string) => `"${name}"`;
