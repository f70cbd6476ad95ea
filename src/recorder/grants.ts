import type { ApiKeyRow } from '../db/entities/api-key.ts';
import type { PersonRow } from '../db/entities/person.ts';
import type { Grant } from '../domain/access.ts';

/** What keys and people may, from what is stored of them. The recorder tells by it whether a change is one of access. */

export const grantOfKey = (key: ApiKeyRow): Grant => ({ roles: [key.role], user: key.userExternalId, teams: [], leads: key.leads });

/** Nothing while suspended. What an administrator has assigned stands in place of what the token claims. */
export function grantOfPerson({ claimed, assigned, suspendedAt }: PersonRow): Grant {
  const grant = { ...claimed, ...assigned };
  return suspendedAt === null ? grant : { ...grant, roles: [] };
}
