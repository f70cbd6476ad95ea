import type { Micros } from '../domain/time.ts';
import type { SyslogClock } from './syslog-clock.ts';

export type SyslogEntry = { at: Micros; host: string; program: string; pid: string | null; message: string };

// dotAll: a user name may hold U+2028, which "." refuses otherwise, and the attack would be an unknown line.
const header =
  /^(?:<\d{1,3}>)?([A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}[T ]\S+) (\S+) ([^\s:[\]]+)(?:\[(\d+)\])?: ?(.*)$/s;

/** The time stamp of a syslog line as it is written, or null. */
export const stampOf = (line: string): string | null => header.exec(line)?.[1] ?? null;

/** Splits a line of a syslog file: BSD or RFC 3339 stamp, host, program, pid, message. Null when it is none. */
export function readSyslog(line: string, clock: SyslogClock): SyslogEntry | null {
  const match = header.exec(line);
  if (!match) return null;
  const [, stamp = '', host = '', program = '', pid = null, message = ''] = match;
  const at = clock(stamp);
  return at === null ? null : { at, host, program, pid, message };
}
