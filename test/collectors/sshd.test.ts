import { describe, expect, test } from 'vitest';
import { createSshdReader, type SshdOptions } from '../../src/collectors/sshd.ts';
import { firstYearOf } from '../../src/collectors/syslog-clock.ts';
import { parseInstant } from '../../src/domain/time.ts';
import type { Reading, TrackActivityInput } from '../../src/collectors/track-input.ts';

const instant = (text: string) => parseInstant(text) ?? Number.NaN;
const now = instant('2026-03-01T12:00:00Z');

function readAll(lines: string[], options: Partial<SshdOptions> = {}): Reading[] {
  const reader = createSshdReader({ timeZone: 'UTC', year: 2026, now, host: null, ...options });
  return lines.map((line, index) => reader(line, index + 1));
}
const activitiesOf = (readings: Reading[]): TrackActivityInput[] =>
  readings.flatMap((reading) => ('activities' in reading ? reading.activities : []));
const read = (lines: string[], options?: Partial<SshdOptions>) => activitiesOf(readAll(lines, options));
const skipOf = (line: string) => readAll([line])[0];
const sshd = (message: string, pid = 100) => `Feb  3 04:05:06 web1 sshd[${pid}]: ${message}`;
const sudo = (message: string) => `Feb  3 04:05:06 web1 sudo: ${message}`;

describe('sign-ins', () => {
  test('an accepted key opens a session that is named after host, process and time', () => {
    expect(read([sshd('Accepted publickey for alice from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:abc')])).toEqual([
      {
        user: 'alice',
        sourceIp: '192.0.2.7',
        occurredAt: '2026-02-03T04:05:06.000000Z',
        outcome: 'SUCCESS',
        session: 'ssh:web1:100:2026-02-03T04:05:06.000000Z',
        idempotencyKey: expect.stringMatching(/^log:[0-9a-f]{64}$/),
        detail: { auth: { event: 'SSH_LOGIN', method: 'publickey', host: 'web1' } },
      },
    ]);
  });

  test('a failed password of an unknown user says so', () => {
    const [failure] = read([sshd('Failed password for invalid user admin from 192.0.2.7 port 50022 ssh2')]);
    expect(failure).toMatchObject({ user: 'admin', outcome: 'FAILURE', sourceIp: '192.0.2.7' });
    expect(failure?.detail).toEqual({ auth: { event: 'FAILURE', method: 'password', reason: 'invalid user', host: 'web1' } });
  });

  test('"Failed none" is a failure, as sshd wrote it', () => {
    expect(read([sshd('Failed none for invalid user 0 from 192.0.2.7 port 1 ssh2')])).toMatchObject([{ user: '0' }]);
  });

  test('a line repeated five times is five failures with five keys', () => {
    const failures = read([sshd('message repeated 5 times: [ Failed password for root from 192.0.2.7 port 4 ssh2]')]);
    expect(failures.map(({ user }) => user)).toEqual(['root', 'root', 'root', 'root', 'root']);
    expect(new Set(failures.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(5);
  });

  test.each([
    [10_000, 10_000],
    [10_001, 0],
  ])('of a line repeated %i times, %i failures are believed', (times, believed) => {
    expect(read([sshd(`message repeated ${times} times: [ Failed password for root from 192.0.2.7 port 4 ssh2]`)])).toHaveLength(believed);
  });

  test.each(['sshd-session', 'sshd-auth'])('%s speaks for sshd', (program) => {
    expect(read([`Feb  3 04:05:06 web1 ${program}[7]: Failed password for root from 192.0.2.7 port 4 ssh2`])).toHaveLength(1);
  });

  test('IPv6 addresses are read, without the zone of a link', () => {
    const failures = read(['2001:db8::7', 'fe80::1%eth0'].map((ip) => sshd(`Failed password for root from ${ip} port 4 ssh2`)));
    expect(failures.map(({ sourceIp }) => sourceIp)).toEqual(['2001:db8::7', 'fe80::1']);
  });

  test('a host name is no source address', () => {
    const [failure] = read([sshd('Failed password for root from mallory.example port 4 ssh2')]);
    expect(failure).toMatchObject({ metadata: { sourceHost: 'mallory.example' } });
    expect(failure).not.toHaveProperty('sourceIp');
  });

  test('--host overrides the host in the line', () => {
    expect(read([sshd('Failed password for root from 192.0.2.7 port 4 ssh2')], { host: 'db9' })[0]?.detail).toMatchObject({
      auth: { host: 'db9' },
    });
  });
});

describe("user names are the attacker's text", () => {
  test.each([
    ['a name that imitates the end of a line', 'x from 198.51.100.1 port 22 ssh2'],
    ["a name that imitates a key's line", 'x from 198.51.100.1 port 22 ssh2: RSA SHA256:abc'],
    ['a name with a leading space', ' 0101'],
    ['a name with a line separator', 'a\u2028b'],
    ['a name that imitates another outcome', 'Accepted password for root'],
  ])('%s is kept, and the address is the real one', (_, name) => {
    expect(read([sshd(`Failed password for invalid user ${name} from 192.0.2.7 port 4 ssh2`)])).toMatchObject([
      { user: name, sourceIp: '192.0.2.7', outcome: 'FAILURE' },
    ]);
  });

  test('an empty name is shown as (empty)', () => {
    expect(read([sshd('Failed password for invalid user  from 192.0.2.7 port 4 ssh2')])).toMatchObject([{ user: '(empty)' }]);
  });
});

describe('nothing is counted twice', () => {
  test('all lines of one failed attempt make one activity', () => {
    const readings = readAll([
      sshd('Invalid user admin from 192.0.2.7'),
      sshd('input_userauth_request: invalid user admin [preauth]'),
      sshd('pam_unix(sshd:auth): check pass; user unknown'),
      sshd('pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7 '),
      sshd('Failed password for invalid user admin from 192.0.2.7 port 4 ssh2'),
      sshd('PAM 1 more authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7 '),
      sshd('Connection closed by 192.0.2.7 [preauth]'),
    ]);
    expect(activitiesOf(readings)).toHaveLength(1);
    expect(readings[0]).toEqual({ skipped: 'told again by its Failed line' });
    expect(readings[6]).toEqual({ skipped: 'connection ended before signing in' });
  });

  test('a refused user without any Failed line counts once, when the connection ends', () => {
    expect(
      read([
        sshd('Invalid user oracle from 192.0.2.7 port 4'),
        'Feb  3 04:05:09 web1 sshd[100]: Connection closed by invalid user oracle 192.0.2.7 port 4 [preauth]',
        sshd('Disconnected from invalid user oracle 192.0.2.7 port 4 [preauth]'),
      ]),
    ).toMatchObject([
      {
        user: 'oracle',
        occurredAt: '2026-02-03T04:05:06.000000Z',
        detail: { auth: { method: 'none', reason: 'invalid user' } },
      },
    ]);
  });
});

describe('the end of a session', () => {
  const login = sshd('Accepted password for alice from 192.0.2.7 port 50022 ssh2');
  const session = 'ssh:web1:100:2026-02-03T04:05:06.000000Z';
  const closed = sshd('pam_unix(sshd:session): session closed for user alice');

  test.each([
    ['the old disconnect line of the child process', sshd('Received disconnect from 192.0.2.7: 11: disconnected by user', 222)],
    ['the disconnect line of the child process', sshd('Received disconnect from 192.0.2.7 port 50022:11: disconnected by user', 222)],
    ['a disconnect line that names the user', sshd('Disconnected from user alice 192.0.2.7 port 50022', 222)],
    ['a lost connection', sshd('Connection closed by 192.0.2.7 port 50022')],
    ['the line of PAM', closed],
  ])('is told by %s, and only once', (_, line) => {
    const [, ...ends] = read([login, line, line, closed]);
    expect(ends).toMatchObject([{ user: 'alice', session, sourceIp: '192.0.2.7', detail: { auth: { event: 'SSH_LOGOUT' } } }]);
  });

  test('another connection from the same address leaves it open', () => {
    expect(
      read([login, sshd('Received disconnect from 192.0.2.7: 11: Bye Bye', 333), sshd('Connection closed by 192.0.2.7 port 50023', 333)]),
    ).toHaveLength(1);
  });

  test('two sessions from one address are not confused by a line without a port', () => {
    const second = sshd('Accepted password for bob from 192.0.2.7 port 50044 ssh2', 101);
    expect(read([login, second, sshd('Received disconnect from 192.0.2.7: 11: disconnected by user', 222)])).toHaveLength(2);
  });

  test('a session that began before the log has no logout', () => {
    expect(skipOf(closed)).toEqual({ skipped: 'session already ended, or begun before this log' });
  });
});

describe('sudo', () => {
  test('a command that ran is elevated', () => {
    expect(read([sudo('  alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls -l ; id')])).toMatchObject([
      {
        user: 'alice',
        outcome: 'SUCCESS',
        metadata: { host: 'web1', runAs: 'root' },
        detail: { terminal: { command: '/bin/ls -l ; id', workingDirectory: '/home/alice', elevated: true } },
      },
    ]);
  });

  test('a folder that imitates a command hides nothing', () => {
    const [ran] = read([sudo('eve : TTY=pts/0 ; PWD=/tmp/x ; USER=root ; COMMAND=/bin/true ; USER=root ; COMMAND=/bin/sh')]);
    expect(ran?.detail).toMatchObject({ terminal: { command: '/bin/true ; USER=root ; COMMAND=/bin/sh' } });
  });

  test('a line made to be hard to read is read at once', () => {
    expect(skipOf(sudo(`eve : TTY=x ; PWD=${' ; USER= ; ENV='.repeat(4_000)}`))).toEqual({ skipped: 'unknown line' });
  });

  test('two users to run as leave doubt, so none is named', () => {
    expect(read([sudo('eve : TTY=x ; PWD=/tmp ; USER=nobody ; USER=root ; COMMAND=/bin/sh')])).toMatchObject([
      { metadata: { host: 'web1' }, detail: { terminal: { command: '/bin/sh', workingDirectory: '/tmp ; USER=nobody' } } },
    ]);
  });

  test('a wrong password is a failure, its summary none', () => {
    expect(
      read([
        sudo('pam_unix(sudo:auth): authentication failure; logname=alice uid=1000 euid=0 tty=/dev/pts/0 ruser=alice rhost=  user=alice'),
        sudo('alice : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls'),
      ]),
    ).toMatchObject([{ user: 'alice', outcome: 'FAILURE', detail: { auth: { event: 'FAILURE', method: 'sudo' } } }]);
  });

  test.each(['command not allowed', 'user NOT in sudoers'])('"%s" violates the policy, and nothing ran', (reason) => {
    expect(read([sudo(`bob : ${reason} ; TTY=pts/1 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/bash`)])).toMatchObject([
      {
        user: 'bob',
        outcome: 'DENIED',
        detail: { access: { change: 'SUDO_POLICY_VIOLATION', target: '/bin/bash' } },
      },
    ]);
  });
});

describe('time stamps', () => {
  const failed = (stamp: string) => `${stamp} web1 sshd[1]: Failed password for root from 192.0.2.7 port 4 ssh2`;
  const times = (stamps: string[], options?: Partial<SshdOptions>) =>
    read(stamps.map(failed), options).map(({ occurredAt }) => occurredAt.slice(0, 19));

  test('New Year is noticed, also when a straggler follows it', () => {
    expect(times(['Dec 31 23:59:59', 'Jan  1 00:00:01', 'Dec 31 23:59:59', 'Jan  1 00:00:02'], { year: 2024 })).toEqual([
      '2024-12-31T23:59:59',
      '2025-01-01T00:00:01',
      '2024-12-31T23:59:59',
      '2025-01-01T00:00:02',
    ]);
  });

  test('without a year it is the latest in which the stamp is not in the future', () => {
    expect(times(['Mar  1 12:05:00'], { year: null })).toEqual(['2026-03-01T12:05:00']);
    expect(times(['Mar  1 12:05:01'], { year: null })).toEqual(['2025-03-01T12:05:01']);
    expect(times(['Feb 29 10:00:00'], { year: null })).toEqual(['2024-02-29T10:00:00']);
  });

  test('a whole file is dated so that its last line is not in the future', async () => {
    const yearOf = (stamps: string[]) =>
      firstYearOf(
        (async function* () {
          yield* stamps;
        })(),
        { timeZone: 'UTC', year: null, now },
      );
    expect(await yearOf(['Feb 10 00:00:00', 'Mar  1 12:05:00'])).toBe(2026);
    expect(await yearOf(['Feb 10 00:00:00', 'Mar  1 12:05:01'])).toBe(2025);
    expect(await yearOf(['Dec 10 00:00:00', 'Jan  1 00:00:00'])).toBe(2025);
    expect(await yearOf(['Feb 29 00:00:00', 'Mar  1 00:00:00'])).toBe(2024);
    expect(await yearOf(['2026-01-01T00:00:00Z'])).toBeNull();
  });

  test('stamps without a zone are read in the zone of the log, on both sides of a clock change', () => {
    expect(times(['Mar 29 01:59:59', 'Mar 29 03:00:00', '2026-07-01T12:00:00'], { timeZone: 'Europe/Berlin' })).toEqual([
      '2026-03-29T00:59:59',
      '2026-03-29T01:00:00',
      '2026-07-01T10:00:00',
    ]);
  });

  test('RFC 3339 stamps keep their own offset and microseconds', () => {
    expect(read([failed('2026-02-03T04:05:06.123456+02:00')], { timeZone: 'Asia/Tokyo' })[0]?.occurredAt).toBe(
      '2026-02-03T02:05:06.123456Z',
    );
  });
});

describe('lines', () => {
  test.each([
    ['', 'empty line'],
    ['\r', 'empty line'],
    ['no syslog at all', 'unknown line'],
    ['Feb 30 04:05:06 web1 sshd[1]: Failed password for root from 192.0.2.7 port 4 ssh2', 'unknown line'],
    [sshd('something never seen'), 'unknown line'],
    ['Feb  3 04:05:06 web1 CRON[1]: pam_unix(cron:session): session opened for user root', 'another program'],
    [sshd('pam_unix(sshd:session): session opened for user alice by (uid=0)'), 'told again by its Accepted line'],
    [sshd('Server listening on 0.0.0.0 port 22.'), 'about the connection, not a user'],
  ])('%j is skipped: %s', (line, skipped) => {
    expect(skipOf(line)).toEqual({ skipped });
  });

  test.each([
    [65_536, 1],
    [65_537, 0],
  ])('a line of %i bytes gives %i activities', (bytes, count) => {
    const [start, end] = [sshd('Failed password for invalid user '), ' from 192.0.2.7 port 4 ssh2'];
    expect(read([`${start}${'x'.repeat(bytes - start.length - end.length)}${end}`])).toHaveLength(count);
  });

  test('a key depends on line and position, not on line ends', () => {
    const line = sshd('Failed password for root from 192.0.2.7 port 4 ssh2');
    const [first, second] = read([line, line]);
    expect(read([`${line}\r`])[0]?.idempotencyKey).toBe(first?.idempotencyKey);
    expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
  });
});
