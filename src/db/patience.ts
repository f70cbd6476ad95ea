/** How long connections wait, in milliseconds, so that a database which does not answer keeps nobody waiting for ever. */
export type Patience = {
  /** For a row or table that another transaction holds. */
  lockMs: number;
  /** For one statement, at the server. */
  statementMs: number;
  /** For our next statement within a transaction: then the server ends it, and what it held is free for others. */
  idleInTransactionMs: number;
  /** For a word of the server on a line that has something asked: past it the line counts as dead. More than `statementMs`. */
  silenceMs: number;
};

/**
 * Together less than `operationMsMax`, so that a caller hears UNAVAILABLE and no timeout; far more than the largest batch
 * takes. A log head held for eight seconds is held by a process that stands still.
 */
export const recorderPatience: Patience = { lockMs: 8_000, statementMs: 15_000, idleInTransactionMs: 10_000, silenceMs: 18_000 };

/** A statement that outlives the operation it is for has nobody left to answer. */
export const readerPatience: Patience = { lockMs: 8_000, statementMs: 30_000, idleInTransactionMs: 60_000, silenceMs: 35_000 };

/** As options of a connection. The keepalives end, at the server, the session of a machine that has vanished. */
export function patienceSettings({ lockMs, statementMs, idleInTransactionMs }: Patience): string {
  const settings = {
    lock_timeout: lockMs,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 2,
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
