import type { Random } from './random.ts';

/**
 * Everything that could happen next waits here as a step, and the seed picks which does. At most one runs at a time, and the
 * next is picked only when nothing moves any more, so that the order of everything follows from the seed.
 */
export type Scheduler = ReturnType<typeof createScheduler>;

export const stepKinds = ['statement', 'read', 'wake', 'client', 'subscriber', 'weather'] as const;
export type StepKind = (typeof stepKinds)[number];

type Step = {
  kind: StepKind;
  /** Whose step it is: those of a process that dies are dropped. */
  owner: object;
  name: string;
  /** Whether it would run through: a statement that waits for a lock would hold up all others. */
  mayRun(): Promise<boolean> | boolean;
  /** Says how it went, for the trace. */
  run(): Promise<string>;
};

const always = () => true;
/** Far longer than any takes: one that takes it waits for what only another step would bring. */
const stepMsMax = 40_000;

export function createScheduler(random: Random, weights: Record<StepKind, number>, tick: () => number) {
  const waiting: Step[] = [];
  const trace: string[] = [];

  const pick = (steps: readonly Step[]): Step => {
    let left = random.fraction() * steps.reduce((sum, { kind }) => sum + weights[kind], 0);
    return steps.find(({ kind }) => (left -= weights[kind]) < 0) ?? steps.at(-1)!;
  };
  const eligible = async () => {
    const steps: Step[] = [];
    for (const step of waiting) if (await step.mayRun()) steps.push(step);
    return steps;
  };

  return {
    trace,
    /** Resolves as `work` does, once the seed lets it run; never where its owner dies before. */
    park<T>(step: Pick<Step, 'kind' | 'owner' | 'name'> & { mayRun?: Step['mayRun'] }, work: () => Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        const run = () =>
          work().then(
            (value) => {
              resolve(value);
              return typeof value === 'string' ? value : 'ok';
            },
            (error: unknown) => {
              reject(error);
              return `failed: ${nameOf(error)}`;
            },
          );
        waiting.push({ mayRun: always, ...step, run });
      });
    },
    drop(owner: object) {
      waiting.splice(0, Infinity, ...waiting.filter((step) => step.owner !== owner));
    },
    note: (line: string) => void trace.push(`      ${line}`),
    /** Until nothing waits. `look` runs after each step and throws where something is wrong. */
    async run(look: () => void): Promise<void> {
      await settle();
      while (waiting.length > 0) {
        const steps = await eligible();
        if (steps.length === 0) throw new Error(`nothing can go on: ${waiting.map(({ name }) => name).join('; ')}`);
        const step = pick(steps);
        waiting.splice(waiting.indexOf(step), 1);
        const place = trace.push('') - 1;
        const at = tick();
        const outcome = await inTime(step);
        trace[place] = `${String(place).padStart(5)} ${at} ${step.name}: ${outcome}`;
        await settle();
        look();
      }
    },
  };
}

/** Whatever the last step set going has come to its next step: only a step waits for anything outside of the process. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

async function inTime(step: Step): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`this step does not end: ${step.name}`)), stepMsMax);
  return Promise.race([step.run(), promise]).finally(() => clearTimeout(timer));
}

/** The same for the same cause: what a cut connection says depends on who notices first. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return /^(22|23|40|42|55)|^[A-Z]+_?[A-Z]+$/.test(code) ? code : 'connection';
}
