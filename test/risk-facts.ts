import type { RiskFacts } from '../src/domain/risk.ts';

/** At noon, and nothing about it. */
export const noon: RiskFacts = {
  elevated: false,
  permissionChange: false,
  authFailure: false,
  minute: 720,
  suspicions: [],
  webAttacks: [],
  sessionTerminated: false,
  sessionChanges: [],
};
