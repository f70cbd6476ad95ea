import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

/**
 * Runs one SQL text with bound parameters ($1, $2, …) in the transaction of `em`. `em.execute` would write the values
 * into the text, where the server's log could show them.
 */
export async function statement<Row>(em: EntityManager, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
  const { rows } = await em.getKysely().executeQuery<Row>(CompiledQuery.raw(sql, [...params]));
  return rows;
}
