import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessRisk, levelOf, type RiskFacts } from '../src/domain/risk.ts';
import { integrityPoints, type IntegrityChange, type IntegrityChangeKind } from '../src/domain/session-integrity.ts';
import { noon } from './risk-facts.ts';

const changed = (change: IntegrityChangeKind): IntegrityChange => ({ change, from: 'a', to: 'b', points: integrityPoints[change], at: 0 });
const kinds = ['ADDRESS', 'NETWORK', 'USER_AGENT', 'DEVICE', 'USER'] as const;
const suspicion = { tactic: 'EXECUTION', points: 30, reason: 'does x' };
const pointsOf = (facts: Partial<RiskFacts>) => assessRisk({ ...noon, ...facts }).factors.map(({ code, points }) => [code, points]);

describe('risk policy 2', () => {
  it.each([
    [{}, []],
    [{ elevated: true }, [['SUDO', 20]]],
    [{ permissionChange: true }, [['PERMISSION_CHANGE', 30]]],
    [{ authFailure: true }, [['AUTH_FAILURE', 40]]],
    [{ suspicions: [suspicion] }, [['SUSPICIOUS_COMMAND', 30]]],
    [{ suspicions: [suspicion, { ...suspicion, reason: 'does y' }] }, [['SUSPICIOUS_COMMAND', 30]]],
    [
      { suspicions: [{ ...suspicion, points: 50 }] },
      [
        ['SUSPICIOUS_COMMAND', 30],
        ['COMMAND_EXECUTION', 20],
      ],
    ],
    [{ suspicions: [{ ...suspicion, points: 15 }] }, [['COMMAND_EXECUTION', 15]]],
    [
      { suspicions: [suspicion, { ...suspicion, tactic: 'PERSISTENCE', points: 15 }] },
      [
        ['SUSPICIOUS_COMMAND', 30],
        ['COMMAND_PERSISTENCE', 15],
      ],
    ],
    [
      {
        webAttacks: [
          { points: 50, reason: 'tries x' },
          { points: 30, reason: 'asks for y' },
        ],
      },
      [['WEB_ATTACK', 50]],
    ],
    [{ webAttacks: [{ points: 15, reason: 'asks for y' }] }, []],
    [{ sessionTerminated: true }, [['TERMINATED_SESSION', 50]]],
    [{ sessionChanges: [changed('ADDRESS')] }, [['SESSION_NEW_ADDRESS', 5]]],
    [{ sessionChanges: [changed('DEVICE')] }, [['SESSION_NEW_DEVICE', 25]]],
    [
      { sessionChanges: [changed('NETWORK'), changed('USER_AGENT'), changed('USER')] },
      [
        ['SESSION_NEW_NETWORK', 20],
        ['SESSION_NEW_USER_AGENT', 25],
        ['SESSION_OTHER_USER', 40],
      ],
    ],
  ] satisfies [Partial<RiskFacts>, [string, number][]][])('gives %j the factors %j', (facts, factors) => {
    expect(pointsOf(facts)).toEqual(factors);
  });

  it('names what changed in a session, from what to what', () => {
    const network: IntegrityChange = { change: 'NETWORK', from: '192.0.2.0/24', to: '198.51.100.0/24', points: 20, at: 0 };
    const [factor] = assessRisk({ ...noon, sessionChanges: [network] }).factors;
    expect(factor?.reason).toBe('came in its session with another network');
  });

  it.each([
    ['05:59', 359, 20],
    ['06:00', 360, 0],
    ['21:59', 1_319, 0],
    ['22:00', 1_320, 20],
  ])('gives %s its points for the hour', (_time, minute, points) => {
    expect(assessRisk({ ...noon, minute }).score).toBe(points);
  });

  it('has factors that add up to the score, which is at most 100, and a reason for each', () => {
    const facts = fc.record({
      elevated: fc.boolean(),
      permissionChange: fc.boolean(),
      authFailure: fc.boolean(),
      minute: fc.integer({ min: 0, max: 1_439 }),
      suspicions: fc.array(fc.constant(suspicion), { maxLength: 3 }),
      webAttacks: fc.array(fc.constant({ points: 30, reason: 'asks for x' }), { maxLength: 2 }),
      sessionTerminated: fc.boolean(),
      sessionChanges: fc.array(fc.constantFrom(...kinds).map(changed), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const { score, factors, policyVersion } = assessRisk(given);
        expect(factors.reduce((sum, { points }) => sum + points, 0)).toBe(score);
        expect(score).toBeLessThanOrEqual(100);
        expect(factors.every(({ reason }) => reason.length > 0)).toBe(true);
        expect(policyVersion).toBe(3);
      }),
    );
  });

  it('has four levels', () => {
    expect([0, 29, 30, 49, 50, 69, 70, 100].map(levelOf)).toEqual([
      'LOW',
      'LOW',
      'MEDIUM',
      'MEDIUM',
      'HIGH',
      'HIGH',
      'CRITICAL',
      'CRITICAL',
    ]);
  });
});
