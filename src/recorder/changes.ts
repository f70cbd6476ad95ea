import type { Tables } from '../db/database.ts';
import type { Runner } from '../db/statement.ts';
import type { Batch } from './batch.ts';
import type { AlertChanges } from './changes/alerts.ts';
import { actOnAlert, resolveAnomaly } from './changes/alerts.ts';
import type { ErasureChanges } from './changes/erasure.ts';
import { eraseSome, eraseUser } from './changes/erasure.ts';
import type { KeyChanges } from './changes/keys.ts';
import { createApiKey, ensureAdminKey, noteKeyUse, revokeApiKey, rotateApiKey } from './changes/keys.ts';
import type { LegalHoldChanges } from './changes/legal-hold.ts';
import { liftLegalHold, setLegalHold } from './changes/legal-hold.ts';
import type { PeopleChanges } from './changes/people.ts';
import { seePerson, updatePerson, updateUser } from './changes/people.ts';
import type { SecretChanges } from './changes/secrets.ts';
import { forgetSecret, registerSecret } from './changes/secrets.ts';
import type { RevealChanges } from './changes/reveal.ts';
import { revealUser } from './changes/reveal.ts';
import type { SessionChanges } from './changes/sessions.ts';
import { advanceSessions, terminateSession, terminateSessions } from './changes/sessions.ts';
import type { SettingsChanges } from './changes/settings.ts';
import { updateDetector, updateSettings } from './changes/settings.ts';
import type { Replica } from './state.ts';

/** Everything besides activities that goes into the log: what each change asks for, and what it gives. */
export type Changes = AlertChanges &
  SessionChanges &
  KeyChanges &
  PeopleChanges &
  SettingsChanges &
  SecretChanges &
  RevealChanges &
  ErasureChanges &
  LegalHoldChanges;
export type Change<Do extends keyof Changes = keyof Changes> = { do: Do } & Changes[Do]['asks'];
export type Changed<Do extends keyof Changes = keyof Changes> = Changes[Do]['gives'];

/** Why a change was not made. `NOT_FOUND` is also the answer for what belongs to another organisation. */
export type Refused = { refused: 'NOT_FOUND' | 'CONFLICT' | 'BEYOND_SCOPE' | 'TOO_MANY'; message: string };

export type Changing = { em: Runner; tables: Tables; replica: Replica; batch: Batch };

const makers: { [Do in keyof Changes]: (changing: Changing, asked: Changes[Do]['asks']) => Promise<Changes[Do]['gives']> } = {
  actOnAlert,
  resolveAnomaly,
  terminateSession,
  terminateSessions,
  advanceSessions,
  createApiKey,
  ensureAdminKey,
  rotateApiKey,
  revokeApiKey,
  noteKeyUse,
  seePerson,
  updatePerson,
  updateUser,
  updateSettings,
  updateDetector,
  registerSecret,
  forgetSecret,
  revealUser,
  eraseSome,
  eraseUser,
  setLegalHold,
  liftLegalHold,
};

export function applyChange<Do extends keyof Changes>(changing: Changing, change: Change<Do>): Promise<Changed<Do>> {
  return makers[change.do](changing, change);
}
