/** What the errors of the database driver mean. SQLSTATE classes are those of PostgreSQL's manual, appendix A. */

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Classes 22 (data exception) and 23 (constraint violation): the rows are wrong, not the connection. */
export const isDataError = (error: unknown): boolean => /^2[23]\w{3}$/.test(codeOf(error));

const cutLine = /connection (terminated|ended|error)|timeout exceeded when trying to connect|client was closed/i;

/** Classes 08 (connection), 53 (resources) and 57 (operator intervention), what a socket says, and pg's own words for a cut line. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof Error && (/^(08|53|57)\w{3}$|^E[A-Z]+$/.test(codeOf(error)) || cutLine.test(error.message));
}
