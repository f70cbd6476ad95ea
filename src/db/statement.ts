import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

/** What statements run on: any connection of a pool, or the one connection of a transaction. */
export type Runner = { run(sql: string, params: readonly unknown[]): Promise<object[]> };

/** What MikroORM runs statements on. `em.execute` would write the values into the text, where the server's log could show them. */
export const runnerOf = (em: EntityManager): Runner => ({
  run: async (sql, params) => (await em.getKysely().executeQuery<object>(CompiledQuery.raw(sql, [...params]))).rows,
});

/** Runs one SQL text with bound parameters ($1, $2, …). */
export const statement = async <Row>(runner: Runner, sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
  (await runner.run(sql, params)) as Row[];

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
