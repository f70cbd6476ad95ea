import { isIP } from 'node:net';
import { formatInstant, type Micros } from '../domain/time.ts';
import { createLineReader, type Collected, type LineMeaning } from './line-reader.ts';
import { createSshConnections, type SshConnections } from './ssh-connections.ts';
import { knownSshdLine, skipReasons } from './sshd-known-lines.ts';
import { readSudo } from './sudo.ts';
import { createSyslogClock, type SyslogClockOptions } from './syslog-clock.ts';
import { readSyslog, type SyslogEntry } from './syslog.ts';
import type { LineReader } from './track-input.ts';

export type SshdOptions = SyslogClockOptions & {
  /** Name to report instead of the one in the lines; null: as written. */
  host: string | null;
};

/** OpenSSH 9.8 moved the per-connection part into sshd-session, 10.0 the part before sign-in into sshd-auth. */
const sshdPrograms = new Set(['sshd', 'sshd-session', 'sshd-auth']);

/** Most failures that one "message repeated N times" may stand for; sshd itself hangs up after a handful. */
const repeatedFailuresMax = 10_000;

/** Reads auth.log / secure: what sshd and sudo wrote through syslog. */
export function createSshdReader(options: SshdOptions): LineReader {
  const clock = createSyslogClock(options);
  const connections = createSshConnections();
  return createLineReader('sshd', (line) => {
    const entry = readSyslog(line, clock);
    if (!entry) return { skipped: skipReasons.unknown };
    const named = { ...entry, host: options.host ?? entry.host };
    if (sshdPrograms.has(entry.program)) return readSshd(named, connections);
    if (entry.program === 'sudo') return readSudo(named);
    return { skipped: skipReasons.otherProgram };
  });
}

// The user name is the attacker's text and may imitate a whole line, so it runs greedily to the last "from … port …".
// Only key-based methods say more after "ssh2".
const signIn = /^(Accepted|Failed) (\S+) for (invalid user |illegal user )?(.*) from (\S+) port (\d+)(?: ssh\d?)?(?: \[preauth\])?$/s;
const keySignIn = /^(Accepted|Failed) (publickey|hostbased) for (invalid user |illegal user )?(.*) from (\S+) port (\d+) ssh2: .*$/s;
const repeated = /^message repeated (\d+) times: \[ ?(.*)\]$/s;
const refusedUser = /^(?:Invalid|Illegal) user (.*) from (\S+)(?: port \d+)?$/s;
const disallowedUser = /^User (.*) from (\S+) not allowed because .*$/s;

function readSshd(entry: SyslogEntry, connections: SshConnections): LineMeaning {
  const message = entry.message.replace(/^(?:error|fatal|debug\d): /, '').trimEnd();
  const again = repeated.exec(message);
  if (again) return readRepeated(entry, Number(again[1]), again[2] ?? '', connections);
  return (
    readSignIn(entry, message, connections) ??
    readRefusal(entry, message, connections) ??
    readBeforeSignIn(entry, message, connections) ??
    readLogout(entry, message, connections) ?? { skipped: knownSshdLine(message) }
  );
}

function readRepeated(entry: SyslogEntry, times: number, message: string, connections: SshConnections): LineMeaning {
  const once = readSshd({ ...entry, message }, connections);
  if ('skipped' in once || !message.startsWith('Failed ')) return once;
  if (times > repeatedFailuresMax) return { skipped: 'repeated too often to be true' };
  return { activities: Array.from({ length: times }, () => once.activities).flat() };
}

function readSignIn(entry: SyslogEntry, message: string, connections: SshConnections): LineMeaning | null {
  const match = signIn.exec(message) ?? keySignIn.exec(message);
  if (!match) return null;
  const [, verb, method = '', invalid, user = '', address = '', port = ''] = match;
  if (verb === 'Failed') {
    connections.failureTold(entry);
    return { activities: [failure(entry, { user, address, method, reason: invalid && 'invalid user', at: entry.at })] };
  }
  const session = `ssh:${entry.host}:${entry.pid ?? '-'}:${formatInstant(entry.at)}`;
  connections.opened(entry, { id: session, user, address, port });
  return {
    activities: [
      {
        ...commonOf(entry.at, user, address),
        session,
        outcome: 'SUCCESS',
        detail: { auth: { event: 'SSH_LOGIN', method, host: entry.host } },
      },
    ],
  };
}

type Failure = { user: string; address: string; method: string; reason: string | undefined; at: Micros };

function failure(entry: SyslogEntry, { user, address, method, reason, at }: Failure): Collected {
  return {
    ...commonOf(at, user, address),
    outcome: 'FAILURE',
    detail: { auth: { event: 'FAILURE', method, ...(reason && { reason }), host: entry.host } },
  };
}

function commonOf(at: Micros, user: string, address: string) {
  const ip = address.replace(/%.*$/s, ''); // fe80::1%eth0: the zone is the host's own affair
  return {
    user: user.trim() === '' ? '(empty)' : user,
    occurredAt: formatInstant(at),
    ...(isIP(ip) ? { sourceIp: ip } : { metadata: { sourceHost: address } }), // a name, where sshd runs with UseDNS
  };
}

function readRefusal(entry: SyslogEntry, message: string, connections: SshConnections): LineMeaning | null {
  const unknown = refusedUser.exec(message);
  const match = unknown ?? disallowedUser.exec(message);
  if (!match) return null;
  const reason = unknown ? 'invalid user' : 'user not allowed';
  connections.userRefused(entry, { user: match[1] ?? '', address: match[2] ?? '', reason, at: entry.at });
  return { skipped: skipReasons.toldByFailed };
}

const connectionEnd = /^(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting|Received disconnect from) /;

/** A server that takes keys only never writes Failed lines, so there the end of a refused user's connection counts. */
function readBeforeSignIn(entry: SyslogEntry, message: string, connections: SshConnections): LineMeaning | null {
  if (!message.endsWith('[preauth]') || !connectionEnd.test(message)) return null;
  const refusal = connections.untoldRefusal(entry);
  if (!refusal) return { skipped: skipReasons.endedBeforeSignIn };
  return { activities: [failure(entry, { ...refusal, method: 'none' })] };
}

const sessionClosed = /^pam_unix\(sshd(?:-session)?:session\): session closed for user .*$/s;
// Before 6.9 there is neither a port nor a [preauth] mark; there only the words of a signed-in client tell.
const peerLeft = [
  /^Received disconnect from (\S+) port (\d+): ?\d+:.*$/s,
  /^Received disconnect from (\S+): \d+: disconnected by user$/s,
  /^(?:Disconnected from|Connection (?:closed|reset) by|Timeout, client not responding from) (?:user .* )?(\S+) port (\d+)$/s,
];

function readLogout(entry: SyslogEntry, message: string, connections: SshConnections): LineMeaning | null {
  const left = peerLeft.map((pattern) => pattern.exec(message)).find((match) => match !== null);
  if (!left && !sessionClosed.test(message)) return null;
  const session = left ? connections.closedByPeer(entry, left[1] ?? '', left[2] ?? null) : connections.closedByPid(entry);
  if (!session) return { skipped: skipReasons.noOpenSession };
  return {
    activities: [
      {
        ...commonOf(entry.at, session.user, session.address),
        session: session.id,
        outcome: 'SUCCESS',
        detail: { auth: { event: 'SSH_LOGOUT', host: entry.host } },
      },
    ],
  };
}
