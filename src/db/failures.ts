import { RequestError } from '../errors.ts';

/** What the errors of the database driver mean. SQLSTATE classes are those of PostgreSQL's manual, appendix A. */

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Classes 22 (data exception) and 23 (constraint violation): the rows are wrong, not the connection. */
export const isDataError = (error: unknown): boolean => /^2[23]\w{3}$/.test(codeOf(error));

/** Why the database did not take or give something that it may take or give later. */
export type Outage = 'STORAGE_FULL' | 'UNAVAILABLE';

const diskFull = '53100';
/** Where a failover has left us at a standby, or a provider has closed a full database for writing. */
const readOnly = '25006';

/**
 * Classes 08 (connection), 53 (resources) and 57 (operator intervention, among it what took too long); of others what is
 * over in a moment: a session ended because it idled in a transaction, a lock not got in time, and those that a transaction
 * loses to another.
 */
const passing = /^(08|53|57)\w{3}$|^(25006|25P03|55P03|40001|40P01)$/;
/** What a socket says, and pg's own words for a cut line, for they have no code. */
const socketCode = /^E[A-Z]+$/;
const cutLine =
  /connection (terminated|ended|error)|timeout exceeded when trying to connect|client was closed|after calling end on the pool/i;

export function outageOf(error: unknown): Outage | null {
  const code = codeOf(error);
  if (error instanceof RequestError) return error.code === 'UNAVAILABLE' || error.code === 'STORAGE_FULL' ? error.code : null;
  if (code === diskFull) return 'STORAGE_FULL';
  if (passing.test(code) || socketCode.test(code)) return 'UNAVAILABLE';
  return error instanceof Error && cutLine.test(error.message) ? 'UNAVAILABLE' : null;
}

export const isReadOnly = (error: unknown): boolean => codeOf(error) === readOnly;
