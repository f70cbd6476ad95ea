import type { Audience, Role, Scope } from './access.ts';
import type { Micros } from './time.ts';

export const principalKinds = {
  KEY: 'An API key.',
  PERSON: "Somebody signed in at the organisation's identity provider.",
  SYSTEM: 'Lapwing itself.',
} as const;
export type PrincipalKind = keyof typeof principalKinds;

/** Who acts. `id` is that of the key or person; null for Lapwing itself. */
export type Actor = { kind: PrincipalKind; id: string | null; name: string };

export const lapwing: Actor = { kind: 'SYSTEM', id: null, name: 'Lapwing' };

/** Who asks the API, and what they may: built anew whenever their access changes, and never changed. */
export type Viewer = {
  organisationId: string;
  timeZone: string;
  principal: Actor & { kind: 'KEY' | 'PERSON'; id: string };
  roles: readonly Role[];
  scopes: ReadonlySet<Scope>;
  audience: Audience;
  /** External id of the monitored user that the viewer is; null for services. */
  user: string | null;
  teams: readonly string[];
  leads: readonly string[];
  /** SHA-256 of the token it signed with, in hex: tells which of the secrets of a key that was, and one token from another. */
  credential: string;
  /** From when on the token or key is void; null: never. */
  expiresAt: Micros | null;
};
