import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type { Armed, Plan } from '../../src/detection/catalogue.ts';
import { planOf } from '../../src/detection/catalogue.ts';
import { score } from '../../src/detection/detector.ts';
import { readCommand } from '../../src/detection/shell.ts';
import { suspicionsOf } from '../../src/detection/suspicions.ts';
import { defaultSettings } from '../../src/domain/organisation-settings.ts';
import { microsPerSecond, parseInstant } from '../../src/domain/time.ts';
import { openBatch } from '../../src/recorder/batch.ts';
import { policyOf } from '../../src/recorder/intake-policies.ts';
import type { TrackInput } from '../../src/recorder/intake.ts';
import { checkActivity } from '../../src/recorder/intake.ts';
import { judgeActivity } from '../../src/recorder/judge.ts';
import { emptyReplica } from '../../src/recorder/state.ts';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';
import type { Bench } from '../bench.ts';
import { quantile } from '../figures.ts';
import type { Row } from '../rows.ts';
import { limitRow } from '../rows.ts';
import type { Input } from '../traffic.ts';
import { createTraffic } from '../traffic.ts';

const warmUp = 20_000;
const measured = 60_000;
/** Times each activity is judged; the least counts, so that the collector and other processes do not. */
const rounds = 3;
const now = parseInstant('2100-01-01T00:00:00Z')!;

/** What judging costs on one core: all detectors together for each activity, and the reading of hostile commands. */
export async function detection(bench: Bench): Promise<Row[]> {
  const office = leastMicros(createTraffic(7).take(warmUp + measured))
    .slice(warmUp)
    .sort(ascending);
  const floods = leastMicros(flood()).sort(ascending);
  const hostile = hostileCommands
    .map(([what, command]) => ({ what, ms: Math.min(...Array.from({ length: rounds }, () => readingMs(command))) }))
    .toSorted((a, b) => b.ms - a.ms);
  bench.details.detection = { office: summary(office), floods: summary(floods), hostile };
  const percentiles = (all: readonly number[]) => `p99 ${quantile(all, 0.99).toFixed(1)} µs, p99.9 ${quantile(all, 0.999).toFixed(1)} µs`;
  return [
    limitRow({ what: 'detectors, of an activity, median', ours: quantile(office, 0.5), unit: ' µs', mark: 30, note: percentiles(office) }),
    limitRow({ what: 'detectors, of an activity, worst', ours: office.at(-1)!, unit: ' µs', mark: 1_000 }),
    limitRow({
      what: 'detectors, of an activity in a flood, worst',
      ours: floods.at(-1)!,
      unit: ' µs',
      mark: 1_000,
      note: percentiles(floods),
    }),
    limitRow({ what: 'a hostile command of 1 MB, worst', ours: hostile[0]!.ms, unit: ' ms', mark: 50, note: hostile[0]!.what }),
  ];
}

const ascending = (a: number, b: number) => a - b;
const summary = (all: readonly number[]) => ({ p50: quantile(all, 0.5), p99: quantile(all, 0.99), worst: all.at(-1) });

function leastMicros(inputs: readonly Input[]): number[] {
  const all = Array.from({ length: rounds }, () => detectorMicros(inputs));
  return inputs.map((_, place) => Math.min(...all.map((taken) => taken[place]!)));
}

const policy = policyOf('', { settings: defaultSettings, revision: 0, hasPlainKeys: false }, createKeyedHashes(randomBytes(32)));

/** Judges activities as the recorder does, without a database, and answers with what all detectors took for each. */
function detectorMicros(inputs: readonly Input[]): number[] {
  const { plan, taken } = timed(planOf(defaultSettings));
  const replica = { ...emptyReplica(randomUUIDv7(), 'UTC'), plan };
  for (const input of inputs) {
    const checked = checkActivity({ ...input, occurredAt: parseInstant(input.occurredAt) } as TrackInput, {
      now,
      placeOf: () => null,
      policy,
    });
    if (!('draft' in checked)) throw new Error(JSON.stringify(checked));
    judgeActivity(openBatch(replica.organisationId, 0, now, randomUUIDv7), replica, checked.draft, (_detector, error) => {
      throw error;
    });
  }
  return taken;
}

/** A plan that notes when the first detector begins and the last one ends. */
function timed(plan: Plan): { plan: Plan; taken: number[] } {
  const taken: number[] = [];
  let begin = 0;
  const marking = (mark: () => void): Armed => ({
    limits: {},
    detector: {
      id: 'clock',
      type: 'UNUSUAL_TIME',
      types: 'ANY',
      looksFor: '',
      thresholds: { score: score(0, '') },
      judge() {
        mark();
        return null;
      },
    },
  });
  const first = marking(() => (begin = performance.now()));
  const last = marking(() => taken.push((performance.now() - begin) * 1_000));
  return { plan: new Map([...plan].map(([type, armed]) => [type, [first, ...armed, last]])), taken };
}

/** One address and one user do everything at once: windows are full, and every detector that counts has much to count. */
function flood(): Input[] {
  const start = parseInstant('2026-10-05T12:00:00Z')!;
  const kinds: readonly ((n: number) => Input['detail'])[] = [
    () => ({ auth: { event: 'FAILURE' } }),
    (n) => ({ web: { page: `/page/${n}` } }),
    (n) => ({ file: { operation: n % 2 ? 'DELETE' : 'READ', path: `/srv/${n}`, sizeBytes: 1e6 } }),
    () => ({ auth: { event: 'MFA_CHALLENGE' } }),
    (n) => ({ access: { change: 'ROLE', target: `user-${n}`, after: 'admin' } }),
    (n) => ({ terminal: { command: `program-${n} --all` } }),
  ];
  return Array.from({ length: 12_000 }, (_, n) => ({
    user: n % 4 === 0 ? `flood-${n % 600}` : 'flood',
    session: `flood-${n % 300}`,
    occurredAt: new Date((start + n * (microsPerSecond / 20)) / 1_000).toISOString(),
    idempotencyKey: null,
    sourceIp: '203.0.113.9',
    userAgent: 'flood/1.0',
    outcome: 'SUCCESS' as const,
    metadata: null,
    detail: kinds[n % kinds.length]!(n),
  }));
}

const size = 1_048_576;
const filled = (part: string) => part.repeat(Math.ceil(size / part.length)).slice(0, size);
const hostileCommands: readonly (readonly [string, string])[] = [
  ['one word', filled('x')],
  ['spaces', filled(' ')],
  ['many commands', filled('ls; ')],
  ['pipes', filled('a|')],
  ['quotes', filled(`'"`)],
  ['nested substitutions', filled('$(')],
  ['backquotes', filled('`')],
  ['here-documents', filled('<<E ')],
  ['braces', filled('{a,')],
  ['parameter expansions', filled('${a:-')],
  ['backslashes', filled('\\')],
  ['base64', `echo ${filled('QUJD')} | base64 -d | sh`],
  ['hex escapes', `printf '${filled('\\x41')}' | sh`],
  ['wrappers', filled('sudo env nice ')],
  ['slashes', `cat ${filled('/')}`],
  ['dashes', `rm ${filled('-r ')}`],
  ['assignments', filled('a=$a$a ')],
];

function readingMs(command: string): number {
  const begin = performance.now();
  suspicionsOf(readCommand(command));
  return performance.now() - begin;
}
