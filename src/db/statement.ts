import type { Kysely } from 'kysely';
import { CompiledQuery } from 'kysely';

/** What statements run on: an EntityManager (any connection of the pool), or the one connection of a transaction. */
export type Runner = { getKysely(): Pick<Kysely<unknown>, 'executeQuery'> };

/**
 * Runs one SQL text with bound parameters ($1, $2, …). `em.execute` would write the values into the text, where the
 * server's log could show them.
 */
export async function statement<Row>(runner: Runner, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
  const { rows } = await runner.getKysely().executeQuery<Row>(CompiledQuery.raw(sql, [...params]));
  return rows;
}

/** Opens a transaction: what `work` runs on the runner it gets is committed together, or rolled back if it throws. */
export type Transact = <Outcome>(work: (runner: Runner) => Promise<Outcome>) => Promise<Outcome>;

/**
 * Transactions by Kysely itself. MikroORM's `em.transactional` (7.2.1) takes its connection by hand and does not give it
 * back when BEGIN, COMMIT or ROLLBACK fails on a connection that was cut: twenty cuts, and the pool is empty for ever.
 */
export const transactBy =
  (kysely: Kysely<unknown>): Transact =>
  (work) =>
    kysely.transaction().execute((transaction) => work({ getKysely: () => transaction }));
