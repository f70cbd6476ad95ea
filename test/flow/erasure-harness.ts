import { data } from '../harness/client.ts';
import { adminKey } from '../harness/service.ts';
import { rows } from './harness.ts';

/** What the tests of erasing share: the mutations, the export, and a look at every row there is. */

type Address = { url: string };

const userErrors = 'userErrors { code field message }';
const eraseUser = `mutation($input: EraseUserInput!) { eraseUser(input: $input) {
  user { id externalId displayName teams timeZone erasedAt } erased { what rows } more people apiKeys ${userErrors} } }`;

export async function erase(service: Address, user: string, more: object = {}, key = adminKey) {
  const { eraseUser: erased } = await data(service, eraseUser, { input: { user, reason: 'asked to', ...more } }, key);
  const counts = Object.fromEntries(erased.erased.map(({ what, rows }: { what: string; rows: number }) => [what, rows]));
  return { ...erased, counts: counts as Record<string, number> };
}

export async function setHold(service: Address, input: object) {
  const mutation = `mutation($input: SetLegalHoldInput!) { setLegalHold(input: $input) {
    user { legalHold { reason since until by active } } ${userErrors} } }`;
  return (await data(service, mutation, { input: { reason: 'a court asked', ...input } })).setLegalHold;
}

export async function liftHold(service: Address, user: string) {
  const mutation = `mutation($input: LiftLegalHoldInput!) { liftLegalHold(input: $input) { user { legalHold { reason } } ${userErrors} } }`;
  return (await data(service, mutation, { input: { user } })).liftLegalHold;
}

export type Exported = { kind: string; at: string; data: Record<string, unknown> };

export async function exportOf(
  service: Address,
  user: string,
  { first = 50, from }: { first?: number; from?: string } = {},
  key = adminKey,
) {
  const query = `query($user: String!, $first: Int, $from: DateTimeOrDuration, $after: String) {
    userExport(user: $user, first: $first, from: $from, after: $after) { records { kind at data } next } }`;
  const records: Exported[] = [];
  let after: string | null = null;
  do {
    const { userExport: page } = await data(service, query, { user, first, from, after }, key);
    records.push(...page.records);
    after = page.next;
  } while (after !== null);
  return records;
}

/** Every row of every table but those of the migrator, as text, partitions once by the table they belong to. */
export async function dump(databaseUrl: string): Promise<string> {
  const tables = await rows<{ name: string }>(
    databaseUrl,
    `select oid::regclass::text as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and not relispartition`,
  );
  const texts = [];
  for (const { name } of tables) {
    const found = await rows<{ row: string }>(databaseUrl, `select t::text as row from ${name} t`);
    texts.push(...found.map(({ row }) => `${name} ${row}`));
  }
  return texts.join('\n');
}
