/** What is suspicious about a command line, judged by what the shell would run and not by its spelling (B14, B18). */
import type { ShellReading } from './shell.ts';
import { accounts } from './suspicions/accounts.ts';
import { capture } from './suspicions/capture.ts';
import { cloud } from './suspicions/cloud.ts';
import { codeRules } from './suspicions/code.ts';
import { collection } from './suspicions/collection.ts';
import { concealment } from './suspicions/concealment.ts';
import { credentialSearch } from './suspicions/credential-search.ts';
import { credentials } from './suspicions/credentials.ts';
import { defences } from './suspicions/defences.ts';
import { destruction } from './suspicions/destruction.ts';
import { discovery } from './suspicions/discovery.ts';
import { disguisedReaders } from './suspicions/disguised-readers.ts';
import { execution } from './suspicions/execution.ts';
import { exfiltration } from './suspicions/exfiltration.ts';
import { handedPrograms } from './suspicions/handed-programs.ts';
import { libraries } from './suspicions/libraries.ts';
import { logTampering } from './suspicions/log-tampering.ts';
import { permissions } from './suspicions/permissions.ts';
import { persistence } from './suspicions/persistence.ts';
import { remote } from './suspicions/remote.ts';
import { shellEscapes } from './suspicions/shell-escape.ts';
import { sideWays } from './suspicions/side-ways.ts';
import { startupChanges } from './suspicions/startup.ts';
import { tools } from './suspicions/tools.ts';
import type { Rule, Suspicion } from './suspicions/rule.ts';

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
  ...credentialSearch,
  ...capture,
  ...logTampering,
  ...defences,
  ...concealment,
  ...accounts,
  ...cloud,
  ...discovery,
  ...collection,
  ...exfiltration,
  ...disguisedReaders,
  ...tools,
  ...startupChanges,
  ...persistence,
];

/** Every rule that finds something, once, with the reason for the first program it found. Empty for an ordinary line. */
export function suspicionsOf(reading: ShellReading): Suspicion[] {
  const found: (Suspicion | undefined)[] = [];
  for (const program of reading.programs) {
    for (const [at, { code, tactic, points, find }] of suspicionRules.entries()) {
      const reason = found[at] === undefined ? find(program, reading) : null;
      if (reason !== null) found[at] = { code, tactic, points, reason };
    }
  }
  return found.filter((suspicion) => suspicion !== undefined);
}
