import type { Kysely } from 'kysely';
import { CompiledQuery } from 'kysely';

/** What statements run on: any connection of a pool, or the one connection of a transaction. */
export type Runner = { getKysely(): Pick<Kysely<unknown>, 'executeQuery'> };

/**
 * Runs one SQL text with bound parameters ($1, $2, …). `em.execute` would write the values into the text, where the
 * server's log could show them.
 */
export async function statement<Row>(runner: Runner, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
  const { rows } = await runner.getKysely().executeQuery<Row>(CompiledQuery.raw(sql, [...params]));
  return rows;
}

/**
 * A transaction that writes. What is asked of it before an answer has come travels along, in order. `send` does not wait: the
 * commit goes out right behind it, and fails with it.
 */
export type Transaction = Runner & { send(sql: string, params: readonly unknown[]): void };

/**
 * Opens a transaction on an organisation: what `work` runs on the transaction it gets is committed together, or rolled back if
 * it throws.
 */
export type Transact = <Outcome>(organisationId: string, work: (transaction: Transaction) => Promise<Outcome>) => Promise<Outcome>;

/** Reads of one organisation, as far as an audience sees: what row-level security goes by is set for every statement. */
export type Reader = Runner;
