import type { Pool, PoolClient } from 'pg';
import { escapeLiteral } from 'pg';
import type { Audience } from '../domain/access.ts';
import { RequestError } from '../errors.ts';
import { isReadOnly, outageOf } from './failures.ts';
import type { Reader, Transact, Transaction } from './statement.ts';

/** Most statements that stay prepared on a connection. Past it they run unprepared: what a batch writes has many shapes, most of them rare. */
const preparedMax = 100;

/** What a connection says whose prepared statements are of tables that have changed since, or are gone. */
const isStale = (cause: unknown) => cause instanceof Error && 'code' in cause && ['0A000', '26000'].includes(String(cause.code));

/**
 * Writes see all of their organisation: which alert an activity belongs to does not depend on who reads it. They run on pg's
 * own client, since Kysely neither prepares statements nor sends one while another is under way (`pipeline` of the pool).
 * The connection goes back whatever happens; one that was cut, where not even ROLLBACK gets through, is dropped. `readOnly`
 * hears that the server takes no writes: after a failover it would go on to refuse them for as long as we stay connected to it.
 */
export function transactBy(pool: Pool, readOnly: () => void): Transact {
  const names = new Map<string, string>();
  const nameOf = (sql: string) => {
    if (!names.has(sql) && names.size < preparedMax) names.set(sql, `lapwing_${names.size}`);
    return names.get(sql);
  };
  return async (organisationId, work) => {
    const client = await pool.connect();
    const sent: Promise<unknown>[] = [];
    const prepared = (text: string, values: readonly unknown[]) => {
      const name = nameOf(text);
      gather(client);
      return client.query<object>({ ...(name === undefined ? {} : { name }), text, values: [...values] });
    };
    const send = (answer: Promise<unknown>) => {
      answer.catch(() => undefined); // told when it is waited for, at the end
      sent.push(answer);
    };
    const transaction: Transaction = {
      run: async (sql, params) => (await prepared(sql, params)).rows,
      send: (sql, params) => send(prepared(sql, params)),
    };
    gather(client);
    send(client.query(`begin; ${settings(organisationId, 'ALL')}`));
    let isOpen = true;
    const committed = work(transaction).then(async (outcome) => {
      gather(client);
      const end = client.query('commit');
      const answers = await Promise.allSettled([...sent, end]);
      isOpen = answers.at(-1)?.status !== 'fulfilled';
      const failed = answers.find((answer) => answer.status === 'rejected');
      if (failed) throw isOpen && outageOf(failed.reason) === 'UNAVAILABLE' ? commitUnanswered(failed.reason) : failed.reason;
      if ((await end).command !== 'COMMIT') throw new Error('a statement of this transaction failed unheard, and it was rolled back');
      return outcome;
    });
    const isUsable = await committed.then(
      () => true,
      (cause: unknown) => {
        if (isReadOnly(cause)) readOnly();
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

/**
 * Reads, each in a transaction of its own that travels along with it: one round trip. The answer does not wait for the end,
 * from which a read has nothing to fear, the connection does.
 */
export function readerBy(pool: Pool, organisationId: string, audience: Audience): Reader {
  const begin = `begin read only; ${settings(organisationId, audience)}`;
  const run: Reader['run'] = async (text, values) => {
    const client = await pool.connect();
    gather(client);
    const steps = [client.query(begin), client.query({ text, values: [...values] }), client.query('commit')] as const;
    void Promise.allSettled(steps).then(([, , end]) => client.release(end.status === 'rejected'));
    const [, answer] = await Promise.all(steps.slice(0, 2));
    return answer!.rows;
  };
  return { run };
}

/** What is asked in one turn goes out in one write: each wakes the server, which on a busy machine costs more than the asking. */
function gather({ connection: { stream } }: PoolClient): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
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
