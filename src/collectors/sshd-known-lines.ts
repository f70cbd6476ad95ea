/** Why a line of an auth log is no activity of its own. Shown to people and counted, so the texts are few. */
export const skipReasons = {
  toldByFailed: 'told again by its Failed line',
  toldByAccepted: 'told again by its Accepted line',
  toldBySudo: 'told again by its sudo line',
  endedBeforeSignIn: 'connection ended before signing in',
  noOpenSession: 'session already ended, or begun before this log',
  unfinished: 'sign-in not finished yet',
  connectionOnly: 'about the connection, not a user',
  otherProgram: 'another program',
  unknown: 'unknown line',
} as const;

const knownLines: [RegExp, string][] = [
  [/^input_userauth_request: /, skipReasons.toldByFailed],
  [/^pam_\w+\(sshd[\w-]*:(?:auth|account)\): /, skipReasons.toldByFailed],
  [/^PAM \d+ more authentication failures?;/, skipReasons.toldByFailed],
  [/^PAM service\(sshd[\w-]*\) ignoring max retries/, skipReasons.toldByFailed],
  [/^PAM: .* for .* from /s, skipReasons.toldByFailed],
  [/^maximum authentication attempts exceeded for /, skipReasons.toldByFailed],
  [/^pam_\w+\(sshd[\w-]*:(?:session|setcred)\): /, skipReasons.toldByAccepted],
  [/^(?:User child is on pid|Starting session|Close session|subsystem request) ?/, skipReasons.toldByAccepted],
  [/^(?:Postponed|Partial) /, skipReasons.unfinished],
  [/\[preauth\]$/, skipReasons.endedBeforeSignIn],
  [/^(?:Connection (?:from|closed by|reset by)|Disconnected from|Received disconnect from) /, skipReasons.connectionOnly],
  [/^(?:reverse mapping checking|Did not receive identification string|Address .* maps to) ?/s, skipReasons.connectionOnly],
  [/^(?:Bad protocol version|banner exchange:|kex_exchange_identification:|ssh_dispatch_run_fatal:) ?/, skipReasons.connectionOnly],
  [/^(?:Unable to negotiate|drop connection|beginning MaxStartups|exited MaxStartups|refused connect) ?/, skipReasons.connectionOnly],
  [/^(?:Server listening|Received SIG|Received signal|Exiting on signal|Write failed|Read error|Timeout) ?/, skipReasons.connectionOnly],
];

/** The reason for skipping what sshd wrote besides sign-ins and sign-outs. */
export function knownSshdLine(message: string): string {
  return knownLines.find(([pattern]) => pattern.test(message))?.[1] ?? skipReasons.unknown;
}
