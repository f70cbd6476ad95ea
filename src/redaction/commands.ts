import type { Finding } from './finding.ts';

/** Secrets at the places where command-line tools take them: `mysql -p…`, `curl -u user:…`, `sshpass -p …`. */
export function findInCommand(_text: string, _found: Finding[]): void {}

/** The same in a text that is no command line but may quote one: only where a tool and its flag leave no doubt. */
export function findInQuotedCommands(_text: string, _found: Finding[]): void {}
