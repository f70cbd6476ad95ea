import type { EntityManager } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import { CompiledQuery } from 'kysely';
import type { Pool } from 'pg';
import { escapeLiteral } from 'pg';
import type { Audience } from '../domain/access.ts';
import type { Reader, Transact, Transaction } from './statement.ts';

type Connection = Kysely<unknown>;

/** Most statements that stay prepared on a connection. Past it they run unprepared: what a batch writes has many shapes, most of them rare. */
const preparedMax = 100;

/** What a connection says whose prepared statements are of tables that have changed since, or are gone. */
const isStale = (cause: unknown) => cause instanceof Error && 'code' in cause && ['0A000', '26000'].includes(String(cause.code));

/**
 * Writes see all of their organisation: which alert an activity belongs to does not depend on who reads it. They run on pg's
 * own client, since Kysely neither prepares statements nor sends one while another is under way (`pipeline` of the pool).
 * The connection goes back whatever happens; one that was cut, where not even ROLLBACK gets through, is dropped.
 */
export function transactBy(pool: Pool): Transact {
  const names = new Map<string, string>();
  const nameOf = (sql: string) => {
    if (!names.has(sql) && names.size < preparedMax) names.set(sql, `lapwing_${names.size}`);
    return names.get(sql);
  };
  return async (organisationId, work) => {
    const client = await pool.connect();
    const sent: Promise<unknown>[] = [];
    const prepared = <Row extends object>(text: string, values: readonly unknown[]) => {
      const name = nameOf(text);
      return client.query<Row>({ ...(name === undefined ? {} : { name }), text, values: [...values] });
    };
    const send = (answer: Promise<unknown>) => {
      answer.catch(() => undefined); // told when it is waited for, at the end
      sent.push(answer);
    };
    const executeQuery = async ({ sql, parameters }: CompiledQuery) => ({
      rows: (await client.query(sql, [...parameters])).rows,
    });
    const transaction: Transaction = {
      getKysely: () => ({ executeQuery }) as ReturnType<Transaction['getKysely']>,
      ask: async <Row extends object>(sql: string, params: readonly unknown[]) => (await prepared<Row>(sql, params)).rows,
      send: (sql, params) => send(prepared(sql, params)),
    };
    send(client.query(`begin; ${settings(organisationId, 'ALL')}`));
    let isOpen = true;
    const committed = work(transaction).then(async (outcome) => {
      const end = client.query('commit');
      const answers = await Promise.allSettled([...sent, end]);
      isOpen = answers.at(-1)?.status !== 'fulfilled';
      const failed = answers.find((answer) => answer.status === 'rejected');
      if (failed) throw failed.reason;
      if ((await end).command !== 'COMMIT') throw new Error('a statement of this transaction failed unheard, and it was rolled back');
      return outcome;
    });
    const isUsable = await committed.then(
      () => true,
      (cause: unknown) => {
        const over = isOpen ? client.query('rollback') : Promise.resolve();
        return over.then(
          () => !isStale(cause),
          () => false,
        );
      },
    );
    client.release(!isUsable);
    return committed;
  };
}

export function readerBy(kysely: Connection, fork: () => EntityManager, organisationId: string, audience: Audience): Reader {
  const read = <Outcome>(work: (connection: Connection) => Promise<Outcome>) =>
    inTransaction(kysely, 'begin read only', organisationId, audience, work);
  return {
    getKysely: () => ({ executeQuery: (query, options) => read((connection) => connection.executeQuery(query, options)) }),
    entities: (work) =>
      read((connection) => {
        const em = fork();
        em.setTransactionContext(connection);
        return work(em);
      }),
  };
}

/**
 * Transactions on a connection by Kysely. MikroORM's `em.transactional` (7.2.1) takes its connection by hand and does not
 * give it back when BEGIN, COMMIT or ROLLBACK fails on a connection that was cut: twenty cuts, and the pool is empty for ever.
 * `connection()` gives it back whatever happens, and the pool drops one that is cut, so that ROLLBACK may fail there unheard.
 */
function inTransaction<Outcome>(
  kysely: Connection,
  begin: string,
  organisationId: string,
  audience: Audience,
  work: (connection: Connection) => Promise<Outcome>,
): Promise<Outcome> {
  return kysely.connection().execute(async (connection) => {
    const run = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql));
    const working = run(`${begin}; ${settings(organisationId, audience)}`).then(() => work(connection));
    const outcome = await working.catch(async (cause: unknown) => {
      await run('rollback').catch(() => undefined);
      throw cause;
    });
    await run('commit');
    return outcome;
  });
}

/** For this transaction only, so that nothing is left for the next user of the connection. In one round trip with BEGIN. */
function settings(organisationId: string, audience: Audience): string {
  const values = {
    organisation: organisationId,
    audience: audience === 'ALL' ? 'ALL' : 'SOME',
    self: audience === 'ALL' ? '' : (audience.self ?? ''),
    leads: audience === 'ALL' ? '' : JSON.stringify(audience.leads),
  };
  const set = Object.entries(values).map(([name, value]) => `set_config('lapwing.${name}', ${escapeLiteral(value)}, true)`);
  return `select ${set.join(', ')}`;
}
