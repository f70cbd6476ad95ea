import { readFileSync, readdirSync } from 'node:fs';

/** Arithmetic on what was measured, and who spent the processor's time. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value that `share` of them do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Seconds of processor time since each began. */
export type Spent = { driver: number; server: number; postgres: number };

/** Linux counts in hundredths of a second. Elsewhere there is no /proc, and the figures are NaN. */
export function spent(servers: readonly number[], postmaster: number): Spent {
  const { user, system } = process.cpuUsage();
  const backends = childrenOf(postmaster);
  return {
    driver: (user + system) / 1e6,
    server: sum(servers.map((pid) => secondsOf(pid))),
    // Backends that have ended are in what their parent has waited for.
    postgres: sum(backends.map((pid) => secondsOf(pid))) + secondsOf(postmaster, true),
  };
}

export function difference(after: Spent, before: Spent): Spent {
  return { driver: after.driver - before.driver, server: after.server - before.server, postgres: after.postgres - before.postgres };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function secondsOf(pid: number, withChildren = false): number {
  const fields = statOf(pid);
  if (fields === null) return NaN;
  const ticks = withChildren ? fields.slice(11, 15) : fields.slice(11, 13);
  return sum(ticks.map(Number)) / 100;
}

function childrenOf(parent: number): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => statOf(pid)?.[1] === String(parent));
}

/** The fields of /proc/PID/stat behind the name of the program; null where there is no such process. */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
