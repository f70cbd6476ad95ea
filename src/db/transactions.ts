import type { EntityManager } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import { CompiledQuery } from 'kysely';
import { escapeLiteral } from 'pg';
import type { Audience } from '../domain/access.ts';
import { RequestError } from '../errors.ts';
import { isReadOnly, outageOf } from './failures.ts';
import type { Reader, Transact } from './statement.ts';

type Connection = Kysely<unknown>;

/**
 * Writes see all of their organisation: which alert an activity belongs to does not depend on who reads it. `readOnly` hears
 * that the server takes no writes: after a failover it would go on to refuse them for as long as we stay connected to it.
 */
export const transactBy =
  (kysely: Connection, readOnly: () => void): Transact =>
  (organisationId, work) =>
    inTransaction(kysely, 'begin', organisationId, 'ALL', (connection) => work({ getKysely: () => connection })).catch((cause: unknown) => {
      if (isReadOnly(cause)) readOnly();
      throw cause;
    });

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
    await run('commit').catch((cause: unknown) => {
      throw begin === 'begin' && outageOf(cause) === 'UNAVAILABLE' ? commitUnanswered(cause) : cause;
    });
    return outcome;
  });
}

/** The server may have committed before the line was lost: only sending it again can tell. */
function commitUnanswered(cause: unknown): RequestError {
  const message =
    'The database was lost while it committed this, so whether it did is not known. Send it again: under the same idempotency keys nothing is recorded twice.';
  return new RequestError('UNAVAILABLE', message, { cause });
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
