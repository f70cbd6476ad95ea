import type { Grant, Scope } from '../domain/access.ts';
import { audienceOf, scopesOf } from '../domain/access.ts';
import type { Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';

/** What a viewer is made of; `only` narrows the scopes of the grant where it is given. */
type Made = Pick<Viewer, 'organisationId' | 'timeZone' | 'principal' | 'credential' | 'expiresAt'> & {
  grant: Grant;
  only: readonly Scope[] | null;
};

export function viewerOf({ grant, only, ...signed }: Made): Viewer {
  const { roles, user, teams, leads } = grant;
  return { ...signed, roles, user, teams, leads, scopes: scopesOf(grant, only), audience: audienceOf(grant) };
}

export const isValid = (viewer: Viewer, now: Micros): boolean => viewer.expiresAt === null || now < viewer.expiresAt;

/** What became of a viewer's access, given the same viewer as it is now, if anything is left of it. */
export function accessSince(viewer: Viewer, current: Viewer | undefined, now: Micros): 'HOLDS' | 'CHANGED' | 'ENDED' {
  if (!current) return 'ENDED';
  const access = ({ roles, scopes, audience, teams }: Viewer) => JSON.stringify([roles, [...scopes], audience, teams]);
  return access(viewer) === access(current) && isValid(current, now) ? 'HOLDS' : 'CHANGED';
}
