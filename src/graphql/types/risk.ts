import type { RiskFactor as Factor } from '../../domain/risk.ts';
import { levelOf } from '../../domain/risk.ts';
import { builder } from '../builder.ts';
import { RiskLevel } from '../enums.ts';

const RiskFactor = builder.objectRef<Factor>('RiskFactor').implement({
  description: 'One reason for a risk score.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable name, e.g. SUSPICIOUS_COMMAND.' }),
    points: t.exposeInt('points', { description: 'Points it adds to the score, 0–100.' }),
    reason: t.exposeString('reason', { description: 'For a human.' }),
  }),
});

export const Risk = builder.objectRef<{ riskScore: number; riskFactors: Factor[]; policyVersion: number }>('Risk').implement({
  description: 'How dangerous an activity is in itself.',
  fields: (t) => ({
    score: t.exposeInt('riskScore', { description: "0–100: the sum of the factors' points, capped at 100." }),
    level: t.field({ type: RiskLevel, description: 'The score in four steps.', resolve: ({ riskScore }) => levelOf(riskScore) }),
    factors: t.field({
      type: [RiskFactor],
      description: 'Why. Their points add up to the score.',
      resolve: ({ riskFactors }) => riskFactors,
    }),
    policyVersion: t.exposeInt('policyVersion', { description: 'Version of the risk policy that gave the score.' }),
  }),
});
