import { alertActions } from '../../src/domain/alert.ts';
import type { AlertAction } from '../../src/domain/alert.ts';
import { microsPerMinute, microsPerSecond } from '../../src/domain/time.ts';
import type { Actor } from '../../src/domain/viewer.ts';
import { answerOf, isRetryable, reach } from './clients.ts';
import { restartLater } from './process.ts';
import type { World } from './world.ts';

/** People who handle alerts and end sessions, the job of the session clock, and what befalls the processes. */

export const actor: Actor = { kind: 'SYSTEM', id: null, name: 'operator' };

/** Audit entries by what they are about: whether their writer was told that they are committed. */
export type Audits = Map<string, boolean>;

export function startOperators(world: World): { audits: Audits; done: Promise<unknown> } {
  const audits: Audits = new Map();
  const operators = Array.from({ length: 2 }, async (_, number) => {
    const name = `operator ${number}`;
    for (let left = world.random.between(1, 4); left > 0; left -= 1) await operate(world, name, audits);
  });
  return { audits, done: Promise.all(operators) };
}

async function operate(world: World, name: string, audits: Audits): Promise<void> {
  const { random, organisation } = world;
  const what = random.pick(['alert', 'alert', 'anomaly', 'session', 'clock', 'audit'] as const);
  const { id } = what === 'alert' || what === 'anomaly' || what === 'session' ? await anyOf(world, what) : { id: null };
  const life = await reach(world, `${name} turns to ${what}`);
  const { recorder } = life;
  const asked = (): Promise<unknown> => {
    if (what === 'audit') {
      const target = `Test:${audits.size}`;
      audits.set(target, false);
      return recorder.audit(organisation, { actor, action: 'READ', target }).then(() => void audits.set(target, true));
    }
    if (what === 'clock') return recorder.change(organisation, { do: 'advanceSessions' });
    if (id === null) return Promise.resolve();
    if (what === 'anomaly') return recorder.change(organisation, { do: 'resolveAnomaly', id, actor, resolution: 'TRUE_POSITIVE' });
    if (what === 'session') return recorder.change(organisation, { do: 'terminateSession', id, actor, reason: null });
    const action = random.pick(Object.keys(alertActions) as AlertAction[]);
    return recorder.change(organisation, {
      do: 'actOnAlert',
      id,
      action,
      actor,
      note: null,
      resolution: action === 'resolve' ? 'TRUE_POSITIVE' : null,
    });
  };
  const outcome = await answerOf(life, asked());
  world.scheduler.note(`${name} is ${outcome === 'died' || 'refused' in outcome ? 'not answered' : 'answered'}`);
  if (outcome !== 'died' && 'refused' in outcome && !isRetryable(outcome.refused))
    world.wrong(`${name} was refused: ${String(outcome.refused)}`);
}

async function anyOf(world: World, table: 'alert' | 'anomaly' | 'session'): Promise<{ id: string | null }> {
  return world.scheduler.park({ kind: 'client', owner: world, name: `an operator looks for an ${table}` }, async () => {
    const { rows } = await world.control.query<{ id: string }>(`select id from ${table} where organisation_id = $1 order by id`, [
      world.organisation.id,
    ]);
    return { id: rows.length > 0 ? world.random.pick(rows).id : null };
  });
}

const troubles = ['dies', 'dies', 'clock', 'clock', 'deaf'] as const;

/** Processes die and start again, their clocks jump, and they hear nothing for a while. */
export async function makeTrouble(world: World): Promise<void> {
  const { random, scheduler } = world;
  for (let left = random.between(0, 8); left > 0; left -= 1) {
    const trouble = random.pick(troubles);
    const place = random.below(world.lives.length);
    await scheduler.park({ kind: 'weather', owner: world, name: `p${place} ${trouble}` }, async () => {
      const life = world.lives[place];
      if (!life) return 'is dead';
      if (trouble === 'dies') {
        await life.kill();
        restartLater(world, place);
      } else if (trouble === 'clock') {
        life.clockOff = random.chance(0.5) ? random.between(-3, 3) * microsPerSecond : random.between(-10, 30) * microsPerMinute;
      } else if (life.isListening) {
        life.isListening = false;
        scheduler.drop(life.wakes);
        void scheduler.park({ kind: 'weather', owner: life, name: `p${place} listens again` }, async () => {
          life.isListening = true;
          life.wake();
        });
      }
      return 'ok';
    });
  }
}
