import type { Judged } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { tamperingCodes } from '../suspicions/log-tampering.ts';
import { microsPerHour } from '../../domain/time.ts';

const history = /(^|[/\\])(\.\w*_?history|\.zhistory|\.lesshst|consolehost_history\.txt)$/i;
const systemLog =
  /^\/var\/log\/(audit\/|journal\/)?[^/]*$|^\/var\/(run\/utmp|adm\/(wtmpx?|utmpx?|sulog|messages))$|^\/run\/(utmp|log\/journal\/.*)$|^\/var\/log\/(audit|journal)\/|^\/private\/var\/(log|audit)\/|(^|[/\\])winevt[/\\]logs[/\\][^/\\]*\.evtx$|(^|[/\\])audit(\.log|\.jsonl?|\.db)$/i;
/** Logs of who signed in and did what, which only their keepers write. */
const securityLog = /[/\\](auth\.log|secure|wtmp|btmp|utmp|lastlog|faillog|sudo\.log|audit\.(log|jsonl?|db)|[^/\\]*\.evtx)$/i;
/** What rotation leaves behind and makes room with. */
const rotated = /\.(gz|xz|bz2|zst|old|\d+)$|-\d{8}(\.\w+)?$|\.\d{4}-\d{2}-\d{2}(\.\w+)?$/i;
/** Programs that keep the logs; the system runs them with accounts of their own. */
const keepers =
  /^(logrotate|syslog|rsyslogd?|syslog-ng|systemd-journald?|journald|auditd|newsyslog|_newsyslog|td-agent|fluent-?(d|bit)|filebeat|nxlog|SYSTEM|NT AUTHORITY\\.*|LOCAL SERVICE)$/i;
const shownMax = 200; // characters of a command or path in the details

export const logTampering = defineDetector({
  id: 'log-tampering',
  type: 'LOG_TAMPERING',
  types: ['COMMAND', 'SUDO_COMMAND', 'FILE_DELETE', 'FILE_UPDATE', 'FILE_RENAME', 'FILE_MOVE', 'FILE_CREATE'],
  looksFor: 'History, audit or logging switched off or destroyed: by a command, or by what is done to the files that hold it.',
  thresholds: { score: score(80, 'as a suspicious command (FEATURES B18): who does it means not to be seen') },
  judge(judged, view, limits) {
    const means = judged.outcome === 'DENIED' || judged.outcome === 'FAILURE' ? null : meansOf(judged);
    if (means === null || isKeeper(judged.user, view.settings.serviceAccounts)) return null;
    return {
      key: judged.user,
      quiet: microsPerHour,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Logs tampered with by ${judged.user}`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} ${means.did}${count > 1 ? ` (${count} times)` : ''}.`,
        details: { with: means.by.slice(0, shownMax), times: count },
      }),
    };
  },
});

const isKeeper = (user: string, accounts: readonly string[]) => keepers.test(user) || accounts.includes(user);

function meansOf(judged: Judged): { did: string; by: string } | null {
  if (judged.kind === 'terminal') {
    const found = judged.suspicions.filter(({ code }) => tamperingCodes.has(code));
    return found.length === 0
      ? null
      : { did: `ran a command that ${found.map(({ reason }) => reason).join('; ')}`, by: judged.detail.command };
  }
  if (judged.kind !== 'file') return null;
  const { operation, path, newPath } = judged.detail;
  const emptied = (operation === 'UPDATE' || operation === 'CREATE') && judged.detail.sizeBytes === 0;
  // Shells add to their history and programs to their logs; in a security log nobody but its keepers writes, who often are root.
  const written = operation === 'UPDATE' && securityLog.test(path) && judged.user !== 'root';
  const gone = operation === 'DELETE' || ((operation === 'RENAME' || operation === 'MOVE') && !rotated.test(newPath ?? ''));
  if (!(emptied || gone || written) || rotated.test(path) || !(history.test(path) || systemLog.test(path))) return null;
  const did = emptied ? 'emptied' : written ? 'changed' : operation === 'DELETE' ? 'deleted' : 'moved away';
  return { did: `${did} ${path.slice(0, shownMax)}`, by: path };
}
