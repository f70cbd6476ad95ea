import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../../src/domain/access.ts';
import { makeKey } from '../harness/client.ts';
import type { TestIdentityProvider } from '../harness/identity-provider.ts';
import type { Service } from '../harness/service.ts';

/** Who asks in the tests of access, and what each of them may: said once more, by hand, so that it can disagree with the service. */

/** The monitored users of both organisations, with their teams. */
export const teamsOf: Record<string, readonly string[]> = { ada: ['ops'], amy: ['ops'], bob: ['sales'], eve: [], mia: ['ops', 'sales'] };
export const users = Object.keys(teamsOf);

const scopesOf = {
  ADMIN: ['TRACK', 'CHECK_SESSIONS', 'READ', 'TRIAGE', 'TERMINATE', 'AUDIT', 'ADMINISTER', 'INTROSPECT'],
  ANALYST: ['READ', 'TRIAGE', 'INTROSPECT'],
  AUDITOR: ['READ', 'AUDIT', 'INTROSPECT'],
  MEMBER: ['READ'],
  SERVICE: ['TRACK', 'CHECK_SESSIONS'],
} as const;
type Role = keyof typeof scopesOf;

export type Side = 'own' | 'other';
export type Principal = {
  name: string;
  key: string;
  /** Its organisation: that of most principals, or the one beside it with the same external ids. */
  side: Side;
  scopes: readonly string[];
  /** External ids of the users it sees; ALL: all, and what belongs to no user. */
  sees: 'ALL' | readonly string[];
};

export type RuleOf = (coordinate: string) => Rule;

export function mayUse({ scopes, sees }: Principal, rule: Rule): boolean {
  if (rule === 'ANYONE') return true;
  if (rule === 'RECEIPT') return scopes.includes('READ') || scopes.includes('TRACK');
  if (rule === 'STAFF') return scopes.includes('READ') && sees === 'ALL';
  return scopes.includes(rule);
}

/** Whether a principal sees what belongs to this user, or to nobody (null), of an organisation. */
export const seesRow = ({ side, sees }: Principal, row: { side: Side; owner: string | null }): boolean =>
  row.side === side && (sees === 'ALL' || (row.owner !== null && sees.includes(row.owner)));

/** The same by a global id, which takes READ: whoever does not read finds nothing. */
export const findsNode = (principal: Principal, row: { side: Side; owner: string | null }): boolean =>
  principal.scopes.includes('READ') && seesRow(principal, row);

/** A user whose rows the principal sees, for documents that need some. */
export const sampleOf = ({ sees }: Principal): string => (sees === 'ALL' ? 'ada' : (sees[0] ?? 'ada'));

/** Users that a key of `user` with `leads` sees. */
export const seenBy = (user: string | null, leads: readonly string[]): string[] => [
  ...(user === null ? [] : [user]),
  ...users.filter((one) => one !== user && teamsOf[one]!.some((team) => leads.includes(team))),
];

type Wanted = { name: string; role: Role; side?: Side; user?: string; leads?: string[]; scopes?: string[] };
const wanted: Wanted[] = [
  { name: 'ADMIN', role: 'ADMIN' },
  { name: 'ANALYST', role: 'ANALYST' },
  { name: 'AUDITOR', role: 'AUDITOR' },
  { name: 'MEMBER', role: 'MEMBER', user: 'ada' },
  { name: 'MEMBER leading its own team', role: 'MEMBER', user: 'ada', leads: ['ops'] },
  { name: 'MEMBER leading another team', role: 'MEMBER', user: 'ada', leads: ['sales'] },
  { name: 'MEMBER that is no user and leads a team', role: 'MEMBER', leads: ['sales'] },
  { name: 'MEMBER that is no user', role: 'MEMBER' },
  { name: 'SERVICE', role: 'SERVICE' },
  { name: 'SERVICE of a user that leads a team', role: 'SERVICE', user: 'ada', leads: ['ops'] },
  ...scopesOf.ADMIN.map((scope) => ({ name: `ADMIN narrowed to ${scope}`, role: 'ADMIN' as const, scopes: [scope] })),
  { name: 'ADMIN of the other organisation', role: 'ADMIN', side: 'other' },
  { name: 'MEMBER of the other organisation', role: 'MEMBER', side: 'other', user: 'ada' },
  { name: 'lead in the other organisation', role: 'MEMBER', side: 'other', user: 'ada', leads: ['ops'] },
];

/** One of each: the roles, narrowed keys, the key of the command line, somebody with a token, and those of the other organisation. */
export async function makePrincipals(service: Service, admins: Record<Side, string>, provider: TestIdentityProvider): Promise<Principal[]> {
  const keys = await Promise.all(
    wanted.map(async ({ name, role, side = 'own', user, leads = [], scopes }): Promise<Principal> => {
      const { secret } = await makeKey(service, { name, role, user, leads, scopes }, admins[side]);
      const seesAll = role !== 'MEMBER' && role !== 'SERVICE';
      return {
        name,
        key: secret,
        side,
        scopes: scopes ?? scopesOf[role],
        sees: seesAll ? 'ALL' : role === 'MEMBER' ? seenBy(user ?? null, leads) : [],
      };
    }),
  );
  const { key: local } = JSON.parse(readFileSync(join(service.dataDir, 'cli-key'), 'utf8')) as { key: string };
  const token = await provider.sign({ sub: 'bob', roles: ['member'], teams: ['sales'], leads: ['ops'], organisation: 'default' });
  return [
    ...keys,
    { name: 'the command line', key: local, side: 'own', scopes: [...scopesOf.ADMIN, 'OPERATE'], sees: 'ALL' },
    { name: 'a person who is bob and leads ops', key: token, side: 'own', scopes: scopesOf.MEMBER, sees: seenBy('bob', ['ops']) },
  ];
}
