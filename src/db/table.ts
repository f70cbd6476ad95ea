import type { EntityMetadata, EntityName, EntityProperty, InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { Runner } from './statement.ts';
import { statement } from './statement.ts';

/**
 * Rows in and out of one table as plain objects, many at a time. MikroORM's unit of work is for reads and small writes;
 * the rows of a batch go in as one JSON parameter for each table, five times faster (PERFORMANCE.md).
 */
export type Table<Row> = {
  /** A row as JSON under the names of the entity, instants as microseconds; an activity's is canonical, as the log hashes it. */
  encode(row: object): string;
  /** The statement that inserts the rows in a parameter: a JSON array of what `encode` gives. */
  insert(param: string): string;
  /** The same, but it overwrites the row with the same key. */
  upsert(param: string): string;
  /** The same, but a row with the same key stays as it is. */
  insertNew(param: string): string;
  /** The columns of `t`, as `select` lists them, and a row of them as the entity has it: for what is asked along with them. */
  columns: string;
  read(stored: Stored): Row;
  /** `clause` follows `select … from <table> t`, e.g. `where t.id = any($1)`. */
  select(em: Runner, clause: string, params: unknown[]): Promise<Row[]>;
  /** For each key the rows that `each` finds for it (a query over this table, with `key.key` in it), under their key. */
  selectEach(em: Runner, keys: readonly string[], each: string, params: unknown[]): Promise<Map<string, Row[]>>;
};

type Column = { property: string; name: string; type: string; read(stored: unknown): unknown };
type Stored = Record<string, unknown>;

export function createTable<E extends EntityName>(em: EntityManager, entity: E): Table<InferEntity<E>> {
  const meta = em.getMetadata().get(entity);
  const columns = columnsOf(meta, em);
  const name = quote(meta.tableName);
  const selected = columns.map((column) => `t.${quote(column.name)}`).join(', ');
  const read = (stored: Stored) => {
    const row: Stored = {};
    for (const column of columns) row[column.property] = column.read(stored[column.name]);
    return row as InferEntity<E>;
  };
  const insert = insertInto(name, columns);
  const overwriting = overwrite(meta, columns);
  return {
    encode: encoder(columns, meta.className === hashedEntity),
    columns: selected,
    read,
    insert,
    upsert: (param) => `${insert(param)} ${overwriting}`,
    insertNew: (param) => `${insert(param)} on conflict do nothing`,
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
    return {
      property: prop.name,
      name: prop.fieldNames[0]!,
      type: prop.columnTypes[0]!,
      read: (stored) => (type ? type.convertToJSValue(stored, platform) : stored),
    };
  });
}

/** What has nothing in it to escape: ids are our own, and numbers are finite. */
const plain = new Map<string, (value: unknown) => string>([
  ['uuid', (value) => `"${String(value)}"`],
  ...['timestamptz', 'smallint', 'integer', 'int', 'bigint'].map((type) => [type, String] as const),
]);

/** What is hashed as it is written; elsewhere the order of keys is nobody's matter, and the runtime writes JSON five times faster. */
const hashedEntity = 'Activity';

/** Columns that an activity did not have from the start: a row without them is hashed as it was then. */
const laterColumns: ReadonlySet<string> = new Set(['lateBy', 'place', 'secretsUsed', 'familiar']);

/** The names are sorted and spelled once: of a row only its values are left to write. */
function encoder(columns: Column[], isHashed: boolean): (row: object) => string {
  const members = columns
    .toSorted((a, b) => (a.property < b.property ? -1 : 1))
    .map(({ property, type }, place) => ({
      property,
      prefix: `${place === 0 ? '{' : ','}${JSON.stringify(property)}:`,
      later: laterColumns.has(property),
      write: type === 'jsonb' && isHashed ? canonicalJson : (plain.get(type) ?? JSON.stringify),
    }));
  return (row) => {
    let text = '';
    for (const { property, prefix, later, write } of members) {
      const value: unknown = Reflect.get(row, property);
      if (later && value === null) continue;
      text += prefix + (value === null ? 'null' : write(value));
    }
    return `${text}}`;
  };
}

function insertInto(name: string, columns: Column[]): (param: string) => string {
  const names = columns.map((column) => quote(column.name)).join(', ');
  const values = columns.map(({ property, type }) =>
    type === 'timestamptz' ? `timestamptz 'epoch' + t.${quote(property)} * interval '1 microsecond'` : `t.${quote(property)}`,
  );
  const types = columns.map(({ property, type }) => `${quote(property)} ${type === 'timestamptz' ? 'bigint' : type}`);
  return (param) =>
    `insert into ${name} (${names}) select ${values.join(', ')} from json_to_recordset(${param}::json) as t(${types.join(', ')})`;
}

function overwrite(meta: EntityMetadata, columns: Column[]): string {
  const keys = new Set(meta.primaryKeys.map(String));
  const key = columns.filter((column) => keys.has(column.property)).map((column) => quote(column.name));
  const others = columns.filter((column) => !keys.has(column.property)).map((column) => quote(column.name));
  const change = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return `on conflict (${key.join(', ')}) do update set ${change}`;
}

const quote = (name: string) => `"${name}"`;
