import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType } from 'graphql';
import { getNamedType, isCompositeType, isInterfaceType, isNonNullType, isObjectType, isUnionType } from 'graphql';
import { Client } from 'pg';
import { inject } from 'vitest';
import { printed } from '../access/walk.ts';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';

/** Everywhere that something the service was sent may have got to, as bytes. */
export type Place = { name: string; bytes: Buffer };

const place = (name: string, content: unknown): Place => ({
  name,
  bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
});

/** Everything a superuser sees in the tables, a place each, and the files of the database and of PostgreSQL's log and write-ahead log. */
export async function inTheDatabase(service: Service): Promise<Place[]> {
  const { socketDir, port, superuser, logFile } = inject('postgres');
  const client = new Client({ host: socketDir, port, user: superuser, database: new URL(service.databaseUrl).pathname.slice(1) });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  const places: Place[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    places.push(place(`table ${name}`, rows.map(({ row }) => row).join('\n')));
  }
  await client.query('checkpoint');
  const [folder] = (await client.query<{ oid: number }>('select oid from pg_database where datname = current_database()')).rows;
  await client.end();
  const cluster = join(dirname(logFile), 'postgres');
  return [...places, ...filesIn(join(cluster, 'base', String(folder!.oid))), ...filesIn(join(cluster, 'pg_wal')), file(logFile)];
}

const file = (path: string): Place => ({ name: path, bytes: readFileSync(path) });
const filesIn = (folder: string): Place[] =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map(file);

/** All plain fields of a type, and those of what is directly in it: texts may be anywhere. */
function selectionOf(type: GraphQLObjectType | GraphQLInterfaceType, depth = 2): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const of = getNamedType(field.type);
    if (field.args.some((arg) => isNonNullType(arg.type)) || of.name.endsWith('Connection')) return [];
    if (!isCompositeType(of)) return [field.name];
    return depth > 1 && !isUnionType(of) ? [`${field.name} { ${selectionOf(of, depth - 1)} }`] : [];
  });
  const own = isInterfaceType(type) ? printed.getPossibleTypes(type).map((one) => `... on ${one.name} { ${ownFieldsOf(one, type)} }`) : [];
  return ['__typename', ...fields, ...own].join(' ');
}

const ownFieldsOf = (type: GraphQLObjectType, shared: GraphQLInterfaceType) =>
  Object.values(type.getFields())
    .filter(({ name, type: of }) => !(name in shared.getFields()) && !isCompositeType(getNamedType(of)))
    .map(({ name }) => `${type.name}_${name}: ${name}`)
    .join(' ') || '__typename';

const pageItems = 50;

/** What the queries tell of it, page by page. */
export async function inTheAnswers(service: Service): Promise<Place[]> {
  const places: Place[] = [];
  for (const { name, type } of Object.values(printed.getQueryType()!.getFields())) {
    const connection = getNamedType(type);
    if (!isObjectType(connection) || !connection.name.endsWith('Connection')) continue;
    const node = getNamedType(connection.getFields().nodes!.type) as GraphQLObjectType | GraphQLInterfaceType;
    const query = `query($after: String) { list: ${name}(first: ${pageItems}, after: $after) {
      nodes { ${selectionOf(node)} } pageInfo { hasNextPage endCursor } } }`;
    for (let after: string | null = null, more = true; more;) {
      const answer = await data(service, query, { after });
      places.push(place(`answer of ${name}`, answer));
      ({ hasNextPage: more, endCursor: after } = answer.list.pageInfo);
    }
  }
  const exported = await data(service, `{ userExport(user: "user-0", first: ${pageItems}) { records { kind data } } }`);
  places.push(place('export', exported));
  const others = await data(service, '{ summaries(period: DAY) { topPages { page } } system { version } }');
  places.push(place('other answers', others), place('metrics', await (await fetch(new URL('/metrics', service.url))).text()));
  return [...places, place('log of the service', service.logLines.join('\n'))];
}

/** Which of the secrets are where: one look at each byte, however many secrets there are. */
export function findAll(secrets: Iterable<string>, places: readonly Place[]): string[] {
  const byStart = Map.groupBy(
    [...secrets].map((secret) => ({ secret, bytes: Buffer.from(secret) })),
    ({ bytes }) => bytes.readUInt32LE(0),
  );
  const low = new Uint8Array(65_536);
  for (const start of byStart.keys()) low[start & 0xffff] = 1;
  return places.flatMap(({ name, bytes }) => {
    const found = new Set<string>();
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      if (low[bytes[at]! | (bytes[at + 1]! << 8)] === 0) continue;
      for (const one of byStart.get(bytes.readUInt32LE(at)) ?? []) {
        if (bytes.subarray(at, at + one.bytes.length).equals(one.bytes)) found.add(one.secret);
      }
    }
    return [...found].map((secret) => `${secret} in ${name}`);
  });
}

export const streamed = (items: readonly unknown[]): Place => place('streams', items);
export const answered = (answer: unknown): Place => place('answers to what was sent', answer);

/** A document for every subscription. */
export const subscriptions: readonly string[] = Object.values(printed.getSubscriptionType()!.getFields()).map(({ name, type }) => {
  const [event] = printed.getPossibleTypes(getNamedType(type) as GraphQLUnionType).filter((one) => one.name !== 'Lagged');
  return `subscription { ${name} { ... on ${event!.name} { ${selectionOf(event!, 3)} } } }`;
});
