import type { Activity, Samples } from '../sample.ts';
import { after, benignTwin, command, file, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const claimed = (count = 1) => ({ type: 'LOG_TAMPERING' as const, count, details: { times: count }, alert: true });
const line = (text: string) =>
  positive(`${text}`, (cast) => ({ activities: [command({ user: cast.user() }, noon, text)], expected: claimed() }));
const done = (operation: string, path: string, more: { sizeBytes?: number; newPath?: string } = {}) =>
  positive(`${operation} of ${path}`, (cast) => ({
    activities: [file({ user: cast.user() }, noon, operation, path, more)],
    expected: claimed(),
  }));
const harmless = (title: string, act: (user: string) => Activity) => benignTwin(title, (cast) => [act(cast.user())]);

export const samples: Samples = {
  positives: [
    line('history -c'),
    line('unset HISTFILE'),
    line('sudo rm -f /var/log/auth.log'),
    line('systemctl stop auditd'),
    done('DELETE', '/var/log/secure'),
    done('DELETE', '/home/ann/.bash_history'),
    done('UPDATE', '/home/ann/.zsh_history', { sizeBytes: 0 }),
    done('UPDATE', '/var/log/auth.log', { sizeBytes: 81_920 }),
    done('MOVE', '/var/log/audit/audit.log', { newPath: '/dev/shm/x' }),
    done('DELETE', 'C:\\Windows\\System32\\winevt\\Logs\\Security.evtx'),
    positive('A command and two files within the hour are one.', (cast) => ({
      activities: [
        command({ user: cast.user() }, noon, 'history -c'),
        file({ user: cast.user() }, after(noon, { minutes: 1 }), 'DELETE', '/var/log/wtmp'),
        file({ user: cast.user() }, after(noon, { minutes: 61 }), 'DELETE', '/var/log/btmp'),
      ],
      expected: claimed(3),
    })),
  ],
  nearMisses: [
    nearMiss('A log that somebody was not let at.', 'score', (cast) => [
      { ...file({ user: cast.user() }, noon, 'DELETE', '/var/log/secure'), outcome: 'DENIED' },
    ]),
  ],
  benignTwins: [
    harmless('Reading a log.', (user) => file({ user }, noon, 'READ', '/var/log/auth.log')),
    harmless('Searching the history.', (user) => command({ user }, noon, 'history | grep ssh')),
    harmless('A shell adds to its history.', (user) => file({ user }, noon, 'UPDATE', '/home/ann/.bash_history', { sizeBytes: 4_096 })),
    harmless('Rotation renames a log.', (user) => file({ user }, noon, 'RENAME', '/var/log/syslog', { newPath: '/var/log/syslog.1' })),
    harmless('An old log makes room.', (user) => file({ user }, noon, 'DELETE', '/var/log/syslog.4.gz')),
    harmless('A program writes its own log.', (user) => file({ user }, noon, 'UPDATE', '/var/log/app.log', { sizeBytes: 10 })),
    harmless('The log of a project is removed.', (user) => file({ user }, noon, 'DELETE', '/home/ann/app/npm-debug.log')),
    benignTwin('The account of the logs renews one.', () => [
      file({ user: 'logrotate' }, noon, 'CREATE', '/var/log/messages', { sizeBytes: 0 }),
    ]),
    harmless('The log service is started again.', (user) => command({ user }, noon, 'systemctl restart rsyslog')),
  ],
};
