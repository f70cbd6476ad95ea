import { formatInstant } from '../domain/time.ts';
import type { Collected, LineMeaning } from './line-reader.ts';
import { skipReasons } from './sshd-known-lines.ts';
import type { SyslogEntry } from './syslog.ts';

const pamFailure = /^pam_\w+\(sudo(?:-i)?:auth\): authentication failure;/;
const pamLine = /^(?:pam_\w+\(sudo(?:-i)?:\w+\)|PAM \d+ more)/;
const againstPolicy = /^(?:command not allowed|user NOT in sudoers|user NOT authorized on host)/;
const wrongPasswords = /^\d+ incorrect password attempts?/;

/** What sudo wrote: commands run with more rights, refused ones, and wrong passwords. */
export function readSudo(entry: SyslogEntry): LineMeaning {
  const message = entry.message.trim();
  if (pamFailure.test(message)) {
    const user = /\suser=(\S+)$/.exec(message)?.[1] ?? /\sruser=(\S+)/.exec(message)?.[1] ?? '(empty)';
    return { activities: [failedSudo(entry, user)] };
  }
  if (pamLine.test(message)) return { skipped: skipReasons.toldBySudo };
  if (/^\S+ : \(command continued\)/.test(message)) return { skipped: 'rest of a long sudo command' };
  const line = splitSudoLine(message);
  if (!line) return { skipped: skipReasons.unknown };
  const { user, reason, directory, runAs, command } = line;
  const common = { user, occurredAt: formatInstant(entry.at), metadata: { host: entry.host, ...(runAs && { runAs }) } };
  if (reason === null) {
    return {
      activities: [
        {
          ...common,
          outcome: 'SUCCESS',
          detail: { terminal: { command, ...(directory && { workingDirectory: directory }), elevated: true } },
        },
      ],
    };
  }
  if (wrongPasswords.test(reason)) return { skipped: 'told again by its authentication failure line' };
  if (!againstPolicy.test(reason)) return { activities: [failedSudo(entry, user, reason)] };
  return {
    activities: [
      {
        ...common,
        outcome: 'DENIED',
        metadata: { ...common.metadata, reason },
        detail: { access: { change: 'SUDO_POLICY_VIOLATION', target: command } },
      },
    ],
  };
}

type SudoLine = { user: string; reason: string | null; directory: string | null; runAs: string | null; command: string };

/**
 * `alice : [reason ; ]TTY=… ; PWD=… ; USER=… ; COMMAND=…`. Directory and command are the user's own text and may imitate
 * fields: the command starts at the first COMMAND=, so that nothing in it is hidden, and a doubtful USER= is left out.
 * Cut by hand because one pattern for the whole line takes minutes on a hostile one.
 */
function splitSudoLine(message: string): SudoLine | null {
  const userEnd = message.indexOf(' : ');
  const commandMark = ' ; COMMAND=';
  const commandAt = message.indexOf(commandMark, userEnd);
  if (userEnd <= 0 || commandAt < 0) return null;
  const fields = message.slice(userEnd + 3, commandAt);
  const parts = fields.split(' ; ');
  const [first = ''] = parts;
  const users = parts.filter((part) => part.startsWith('USER='));
  const directoryAt = fields.indexOf('PWD=');
  const directoryEnd = fields.lastIndexOf(' ; USER=');
  return {
    user: message.slice(0, userEnd),
    reason: /^[A-Z]+=/.test(first) ? null : first,
    directory: directoryAt < 0 ? null : fields.slice(directoryAt + 'PWD='.length, directoryEnd < directoryAt ? undefined : directoryEnd),
    runAs: users.length === 1 ? (users[0] ?? '').slice('USER='.length) : null,
    command: message.slice(commandAt + commandMark.length),
  };
}

function failedSudo(entry: SyslogEntry, user: string, reason?: string): Collected {
  return {
    user,
    occurredAt: formatInstant(entry.at),
    outcome: 'FAILURE',
    detail: { auth: { event: 'FAILURE', method: 'sudo', ...(reason && { reason }), host: entry.host } },
  };
}
