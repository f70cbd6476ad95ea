import { expect, test } from 'vitest';
import { readCommand } from '../../src/detection/shell.ts';
import { suspicionRules, suspicionsOf } from '../../src/detection/suspicions.ts';
import { tamperingCodes } from '../../src/detection/suspicions/log-tampering.ts';

const tampers = (command: string): boolean => suspicionsOf(readCommand(command)).some(({ code }) => tamperingCodes.has(code));

test('every code of tampering is the code of a rule', () => {
  const codes = new Set(suspicionRules.map(({ code }) => code));
  expect([...tamperingCodes].filter((code) => !codes.has(code))).toEqual([]);
});

test.each([
  'history -c',
  'unset HISTFILE; id',
  'systemctl stop auditd',
  'rm -rf /var/log/messages',
  'aws cloudtrail stop-logging --name x',
])('a record of what people did is switched off or destroyed by %s', (command) => {
  expect(tampers(command)).toBe(true);
});

test.each(['history', 'systemctl restart rsyslog', 'ufw disable', 'touch -r /bin/ls x', 'rm app.log'])(
  'no record is touched by %s',
  (command) => {
    expect(tampers(command)).toBe(false);
  },
);
