import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostUnlike } from '../../src/detection/detectors/masquerade.ts';
import { leadProgram } from '../../src/detection/lead-program.ts';
import { programNames, readCommand } from '../../src/detection/shell.ts';
import type { CommandHabits } from '../../src/domain/command-habits.ts';
import { blockPrograms, emptyHabits, learnBlock, programName, programsMax, surpriseOf } from '../../src/domain/command-habits.ts';
import type { CommonPrograms } from '../../src/domain/common-programs.ts';
import { colleaguesOf, commonProgramsMax, noneCommon, withHabits } from '../../src/domain/common-programs.ts';
import { chosenSeed } from '../flow/traffic.ts';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import { createRandom } from '../simulation/random.ts';
import { judgeBy } from './judging.ts';
import type { Activity } from './sample.ts';
import { after, command, every } from './sample.ts';

const seed = chosenSeed();

/** Two trades: what somebody runs next follows from what they ran last, mostly. */
const trades = {
  developer: ['git', 'vim', 'npm', 'node', 'cd', 'ls', 'grep', 'cat', 'docker', 'make', 'curl', 'rg'],
  accountant: ['libreoffice', 'psql', 'less', 'sort', 'cd', 'ls', 'awk', 'lp', 'gpg', 'mutt', 'scp', 'bc'],
};
type Trade = keyof typeof trades;

function blockOf(trade: Trade, n: number): string[] {
  const random = createRandom(seed + n + trade.length * 10_007);
  const tools = trades[trade];
  let last = random.below(tools.length);
  return Array.from({ length: blockPrograms }, () => {
    last = random.chance(0.7) ? (last + 1) % tools.length : Math.floor(random.fraction() ** 2 * tools.length);
    return tools[last]!;
  });
}

const firstDay = '2026-10-05T09:00:00Z';
/** A block as somebody types it: one sitting, two a day. */
const sitting = (user: string, n: number, programs: readonly string[]): Activity[] =>
  every({ seconds: 5 }, programs.length, after(firstDay, { days: n >> 1, hours: 3 * (n % 2) })).map((at, place) =>
    command({ user }, at, `${programs[place]} file-${place}`),
  );
const sittings = (user: string, trade: Trade, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => sitting(user, from + n, blockOf(trade, from + n))).flat();

describe(`two users of different habits (seed ${seed})`, () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let service: Service;
  const start = () => startService({ databaseUrl: database.url, clock: testClock('2026-12-01T00:00:00Z') });
  beforeAll(async () => {
    database = await freshDatabase();
    service = await start();
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const masquerades = (activities: readonly Activity[]) => judgeBy(service, 'masquerade', activities);
  async function baselineOf(user: string): Promise<{ commandBlocks: number; commandSurprise: number | null }> {
    const query = 'query($user: String!) { user(externalId: $user) { baseline { commandBlocks commandSurprise } } }';
    return (await data(service, query, { user })).user.baseline;
  }

  it('are not judged while they are learned, and raise nothing by what they always do', async () => {
    expect(await masquerades(sittings('dev', 'developer', 0, 20))).toEqual([]);
    expect(await baselineOf('dev')).toEqual({ commandBlocks: 20, commandSurprise: null });
    expect(await masquerades(sittings('acc', 'accountant', 0, 20))).toEqual([]);
    expect(await masquerades([...sittings('dev', 'developer', 20, 24), ...sittings('acc', 'accountant', 20, 24)])).toEqual([]);
    expect(await baselineOf('dev')).toEqual({ commandBlocks: 24, commandSurprise: expect.closeTo(-4, -1) });
  });

  it('are told apart when one sits at the account of the other, after a restart too, and that teaches nothing', async () => {
    await service.close();
    service = await start();
    const [found, ...more] = await masquerades(sitting('dev', 24, blockOf('accountant', 24)));
    expect(more).toEqual([]);
    expect(found?.alert).not.toBeNull();
    expect(found).toMatchObject({ type: 'MASQUERADE', details: { blocksLearned: 24 } });
    expect(trades.accountant).toEqual(expect.arrayContaining(found!.details.mostSurprising as string[]));
    const { commandBlocks, commandSurprise } = await baselineOf('dev');
    expect(commandBlocks).toBe(24);
    expect(commandSurprise).toBeGreaterThan(2.5);
  });

  it('are one anomaly a day, and the own work that follows raises none and teaches again', async () => {
    await masquerades(sitting('dev', 25, blockOf('developer', 25))); // its first programs share a stretch with the last strange ones
    expect(await masquerades(sitting('dev', 26, blockOf('developer', 26)))).toEqual([]);
    expect(await baselineOf('dev')).toMatchObject({ commandBlocks: 26 });
    const { user } = await data(service, 'query { user(externalId: "dev") { anomalies(first: 50) { nodes { type } } } }');
    expect(user.anomalies.nodes.filter(({ type }: { type: string }) => type === 'MASQUERADE')).toHaveLength(1);
  });

  it('are recorded whatever their programs are called', async () => {
    const lines = [`${'a'.repeat(19)}\u{1f600}`, String.raw`$'a\x00b'`, '"a\tb"', '__proto__', '\\"\\"'];
    const typed = sitting(
      'odd',
      0,
      Array.from({ length: blockPrograms }, (_, n) => lines[n % lines.length]!),
    );
    expect(await masquerades(typed)).toEqual([]);
    expect(await baselineOf('odd')).toMatchObject({ commandBlocks: 1 });
  });

  it('learn from what a person has called a mistake', async () => {
    const [found] = await masquerades(sitting('acc', 24, blockOf('developer', 24)));
    expect(await baselineOf('acc')).toMatchObject({ commandBlocks: 24 });
    await data(service, 'mutation($id: ID!) { resolveAnomaly(input: { id: $id, resolution: FALSE_POSITIVE }) { userErrors { code } } }', {
      id: found!.id,
    });
    await masquerades(sitting('acc', 25, blockOf('developer', 25)));
    expect(await baselineOf('acc')).toMatchObject({ commandBlocks: 25 });
  });
});

describe('what is learned', () => {
  const learnedFrom = (blocks: readonly (readonly string[])[], common: CommonPrograms = noneCommon()): CommandHabits =>
    blocks.reduce((habits, block) => learnBlock(habits, block.map(programName), colleaguesOf(common, habits)), emptyHabits());

  it(`stays bounded, whatever programs are called (seed ${seed})`, () => {
    const names = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('__proto__', 'constructor', '', 'ls'));
    const blocks = fc.array(fc.array(names, { minLength: blockPrograms, maxLength: blockPrograms }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(blocks, fc.array(names, { minLength: 1, maxLength: 300 }), (learned, judged) => {
        const habits = learnedFrom(learned);
        expect(habits.programs.length).toBeLessThanOrEqual(programsMax);
        expect(Number.isFinite(surpriseOf(habits, judged.map(programName)))).toBe(true);
        expect(JSON.parse(JSON.stringify(habits))).toEqual(habits);
      }),
      { seed, numRuns: 30 },
    );
    const different = Array.from({ length: 60 }, (_, n) => Array.from({ length: blockPrograms }, (_, m) => `${n}-${m}-a-rather-long-name`));
    expect(JSON.stringify(learnedFrom(different)).length).toBeLessThanOrEqual(8_192);
  });

  it('counts each user once among what is common, whose habits change and whose numbers fade', () => {
    let common = noneCommon();
    let habits = emptyHabits();
    for (let n = 0; n < 90; n += 1) {
      const after = learnBlock(habits, blockOf(n < 45 ? 'developer' : 'accountant', n), colleaguesOf(common, habits));
      common = withHabits(common, habits, after);
      habits = after;
    }
    expect(common.users).toBe(1);
    expect(common.programs.length).toBeLessThanOrEqual(commonProgramsMax);
    const total = common.programs.reduce((sum, [, shareOfRuns]) => sum + shareOfRuns, 0);
    expect(total / 1_000_000).toBeCloseTo(1, 2);
    expect(colleaguesOf(common, habits)).toMatchObject({ users: 0 });
  });

  it('is claimed from the threshold on, not a trifle under it', () => {
    const habits = learnedFrom(Array.from({ length: 20 }, (_, n) => blockOf('developer', n)));
    const stranger = blockOf('accountant', 1);
    const surprise = surpriseOf(habits, stranger);
    const recent = stranger.slice(0, -1).map((program, n) => ({ id: `id-${n}`, at: n, program }));
    const last = { id: 'last', at: recent.length, program: stranger.at(-1)! };
    const claims = (limit: number) => mostUnlike(last, { habits, recent }, { surprise: limit, learningBlocks: 20 }) !== null;
    expect([surprise - 1e-9, surprise, surprise + 1e-9].map(claims)).toEqual([true, true, false]);
  });
});

describe('the program of a line', () => {
  it.each([
    ['ls -l /tmp', 'ls'],
    ['sudo -u bob ls', 'ls'],
    ['/usr/bin/ls', 'ls'],
    ['while', 'while'],
    ['!', '!'],
    ['(', '('],
    ['a=1', 'a=1'],
    ['$EDITOR notes', '$EDITOR'],
    ['find . -name x', 'find'],
    ['  make  -j4', 'make'],
  ])('%j runs %j first', (line, program) => {
    expect(leadProgram(line)).toBe(program);
  });

  it(`is the same whether it was read at intake or again after a restart (seed ${seed})`, () => {
    const words = fc.constantFrom(
      'ls',
      'sudo',
      'env',
      'A=1',
      '-u',
      'x',
      './y',
      'sh',
      '-c',
      'find',
      'xargs',
      '|',
      ';',
      '&&',
      'time',
      'while',
      '"q r"',
      '$z',
      '50',
    );
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), (line) => {
        const text = line.join(' ');
        expect(leadProgram(text)).toBe(leadProgram(text, programNames(readCommand(text))));
      }),
      { seed, numRuns: 500 },
    );
  });
});
