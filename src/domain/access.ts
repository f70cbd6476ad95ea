/** Who may do what: the roles, the scopes they are made of, and whose records somebody sees. */

/** What a request may do. A key may be given fewer of them than its role has. */
export const scopes = {
  TRACK: 'Sends activities and reads the receipts.',
  CHECK_SESSIONS: 'Asks whether a session is still allowed, and follows terminations.',
  READ: 'Reads users, sessions, activities, anomalies, alerts and summaries of everybody it may see.',
  TRIAGE: 'Handles alerts and anomalies.',
  TERMINATE: 'Terminates sessions.',
  AUDIT: 'Reads the audit log.',
  ADMINISTER: 'Manages keys, people, the teams of users, settings and detectors.',
  INTROSPECT: 'Asks for the schema, and is told the names it may have meant.',
  OPERATE: 'Makes organisations. Only the key that the service leaves for its own command line.',
} as const;
export type Scope = keyof typeof scopes;

type RoleSpec = { description: string; seesAll: boolean; scopes: readonly Scope[] };

export const roles = {
  ADMIN: {
    description: 'Reads and handles everything of its organisation, and manages keys, people, teams, settings and detectors.',
    seesAll: true,
    scopes: ['TRACK', 'CHECK_SESSIONS', 'READ', 'TRIAGE', 'TERMINATE', 'AUDIT', 'ADMINISTER', 'INTROSPECT'],
  },
  ANALYST: {
    description: 'Reads everything of its organisation but the audit log, and handles alerts and anomalies.',
    seesAll: true,
    scopes: ['READ', 'TRIAGE', 'INTROSPECT'],
  },
  AUDITOR: {
    description: 'Reads everything of its organisation and the audit log; changes nothing.',
    seesAll: true,
    scopes: ['READ', 'AUDIT', 'INTROSPECT'],
  },
  MEMBER: {
    description: 'Reads what concerns itself and, leading teams, the users of these teams.',
    seesAll: false,
    scopes: ['READ'],
  },
  SERVICE: {
    description: 'Sends activities, reads its receipts, and asks whether sessions are still allowed.',
    seesAll: false,
    scopes: ['TRACK', 'CHECK_SESSIONS'],
  },
} as const satisfies Record<string, RoleSpec>;
export type Role = keyof typeof roles;

/** Whose records somebody sees: everybody's, or one's own (`self`, an external id) and those of the users in the teams one leads. */
export type Audience = 'ALL' | { self: string | null; leads: readonly string[] };

/** What an identity provider, a key or an administrator says of somebody. `user` is the monitored user they are, by external id. */
export type Grant = { roles: readonly Role[]; user: string | null; teams: readonly string[]; leads: readonly string[] };

/** The scopes of a grant, narrowed to `only` where that is given. OPERATE belongs to no role: it has to be in `only`. */
export function scopesOf(grant: Grant, only: readonly Scope[] | null): ReadonlySet<Scope> {
  const all = new Set<Scope>(grant.roles.flatMap((role) => roles[role].scopes));
  return only === null ? all : new Set(only.filter((scope) => all.has(scope) || scope === 'OPERATE'));
}

/** The first scope of a grant that somebody with these scopes does not have: nobody may give more than they have. */
export function beyond(own: ReadonlySet<Scope>, given: ReadonlySet<Scope>): Scope | undefined {
  return [...given].find((scope) => !own.has(scope));
}

export function audienceOf(grant: Grant): Audience {
  return grant.roles.some((role) => roles[role].seesAll) ? 'ALL' : { self: grant.user, leads: grant.leads };
}

/** Whether an audience sees this user; row-level security says the same in SQL. */
export function sees(audience: Audience, { externalId, teams }: { externalId: string; teams: readonly string[] }): boolean {
  return audience === 'ALL' || externalId === audience.self || teams.some((team) => audience.leads.includes(team));
}

/**
 * Whether somebody is told who a user is in an organisation that pseudonymises. Administrators are, whose work is about people
 * by name, and those who read the audit log, which says who had whom revealed: an auditor changes nothing, so could not reveal
 * anybody, and a log that hid whom it is about could not be checked. Whoever reads only themselves, or not at all, reads nobody
 * else; receipts tell a service what it has sent. All others who read see pseudonyms: analysts, leads of teams, narrowed keys.
 */
export function seesNames({ scopes, audience }: { scopes: ReadonlySet<Scope>; audience: Audience }): boolean {
  if (scopes.has('ADMINISTER') || scopes.has('AUDIT') || !scopes.has('READ')) return true;
  return audience !== 'ALL' && audience.leads.length === 0;
}

/**
 * What a field of the API may ask of its viewer. The table in `src/graphql/rules.ts` gives every field one of these.
 * `STAFF` is for what the handling of others is about: it takes READ over everybody.
 */
export type Rule = 'ANYONE' | 'RECEIPT' | 'STAFF' | Scope;

export function allows(viewer: { scopes: ReadonlySet<Scope>; audience: Audience }, rule: Rule): boolean {
  switch (rule) {
    case 'ANYONE':
      return true;
    case 'RECEIPT':
      return viewer.scopes.has('READ') || viewer.scopes.has('TRACK');
    case 'STAFF':
      return viewer.scopes.has('READ') && viewer.audience === 'ALL';
    default:
      return viewer.scopes.has(rule);
  }
}
