/** What is suspicious about a command line, judged by what the shell would run and not by its spelling (B14, B18). */
import type { ShellReading } from './shell.ts';
import { codeRules } from './suspicions/code.ts';
import { concealment } from './suspicions/concealment.ts';
import { credentials } from './suspicions/credentials.ts';
import { destruction } from './suspicions/destruction.ts';
import { execution } from './suspicions/execution.ts';
import { handedPrograms } from './suspicions/handed-programs.ts';
import { libraries } from './suspicions/libraries.ts';
import { sideWays } from './suspicions/side-ways.ts';
import { permissions } from './suspicions/permissions.ts';
import { persistence } from './suspicions/persistence.ts';
import { remote } from './suspicions/remote.ts';
import type { Rule, Suspicion } from './suspicions/rule.ts';
import { shellEscapes } from './suspicions/shell-escape.ts';
import { startupChanges } from './suspicions/startup.ts';

export type { Suspicion } from './suspicions/rule.ts';

export const suspicionRules: readonly Rule[] = [
  ...destruction,
  ...permissions,
  ...execution,
  ...remote,
  ...shellEscapes,
  ...codeRules,
  ...libraries,
  ...handedPrograms,
  ...sideWays,
  ...credentials,
  ...concealment,
  ...startupChanges,
  ...persistence,
];

/** Every rule that finds something, once, with the reason for the first program it found. Empty for an ordinary line. */
export function suspicionsOf(reading: ShellReading): Suspicion[] {
  return suspicionRules.flatMap(({ code, tactic, points, find }) => {
    for (const program of reading.programs) {
      const reason = find(program, reading);
      if (reason !== null) return [{ code, tactic, points, reason }];
    }
    return [];
  });
}
