import { z } from 'zod';
import { roles, type Role } from '../domain/access.ts';
import { partsOf, type Read, type Setting, type Values } from './setting.ts';

const exactText = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const claimName = z.string().regex(/^\S{1,256}$/);
const claimAllowed = 'the name of a claim or a path to it, like realm_access.roles: 1 to 256 characters without spaces';

export const oidcTable = {
  issuer: {
    name: 'LAPWING_OIDC_ISSUER',
    default: null,
    allowed: '1 to 256 visible ASCII characters without spaces',
    description: 'Lets people sign in with tokens of your identity provider: their `iss`, to the letter. Takes the next two as well.',
    schema: exactText,
  },
  audience: {
    name: 'LAPWING_OIDC_AUDIENCE',
    default: null,
    allowed: '1 to 256 visible ASCII characters without spaces',
    description: 'What the `aud` of these tokens has to be or hold.',
    schema: exactText,
  },
  jwksUrl: {
    name: 'LAPWING_OIDC_JWKS_URL',
    default: null,
    allowed: 'a URL with https, or with http for a loopback host, without a user and a password',
    description: 'Where the identity provider publishes its keys. Redirects are not followed.',
    schema: z.string().refine(isKeysUrl),
  },
  organisationClaim: {
    name: 'LAPWING_OIDC_ORGANISATION_CLAIM',
    default: null,
    allowed: claimAllowed,
    description: "The claim that names a person's organisation. Without it everybody belongs to the organisation `default`.",
    schema: claimName,
  },
  rolesClaim: {
    name: 'LAPWING_OIDC_ROLES_CLAIM',
    default: 'roles',
    allowed: claimAllowed,
    description: "The claim that lists a person's roles. What is no role and not in the next setting is passed over.",
    schema: claimName,
  },
  roles: {
    name: 'LAPWING_OIDC_ROLES',
    default: '',
    allowed: `pairs like soc-lead=ANALYST, separated by commas, each value once, with the roles ${Object.keys(roles).join(', ')}`,
    description: 'Which values of that claim stand for which roles, besides the names of the roles themselves.',
    schema: z
      .string()
      .transform(partsOf)
      .pipe(z.array(z.string().transform(pairOf)).transform(mapOf)),
  },
  teamsClaim: {
    name: 'LAPWING_OIDC_TEAMS_CLAIM',
    default: 'teams',
    allowed: claimAllowed,
    description: 'The claim that lists the teams a person belongs to.',
    schema: claimName,
  },
  leadsClaim: {
    name: 'LAPWING_OIDC_LEADS_CLAIM',
    default: 'leads',
    allowed: claimAllowed,
    description: 'The claim that lists the teams a person leads.',
    schema: claimName,
  },
  userClaim: {
    name: 'LAPWING_OIDC_USER_CLAIM',
    default: 'sub',
    allowed: claimAllowed,
    description: 'The claim with the external id of the monitored user that a person is.',
    schema: claimName,
  },
} as const satisfies Record<string, Setting>;

const required = ['issuer', 'audience', 'jwksUrl'] as const;

type Given = Values<typeof oidcTable>;
export type Oidc = { readonly [Key in keyof Given]: Key extends (typeof required)[number] ? NonNullable<Given[Key]> : Given[Key] };

/** Null without an identity provider. What makes one up is given together or not at all. */
export function readOidc(read: Read, problems: string[]): Oidc | null {
  const given: Given = {
    issuer: read(oidcTable.issuer),
    audience: read(oidcTable.audience),
    jwksUrl: read(oidcTable.jwksUrl),
    organisationClaim: read(oidcTable.organisationClaim),
    rolesClaim: read(oidcTable.rolesClaim),
    roles: read(oidcTable.roles),
    teamsClaim: read(oidcTable.teamsClaim),
    leadsClaim: read(oidcTable.leadsClaim),
    userClaim: read(oidcTable.userClaim),
  };
  const missing = required.filter((key) => given[key] === null).map((key) => oidcTable[key].name);
  if (missing.length === required.length) return null;
  const names = required.map((key) => oidcTable[key].name).join(', ');
  problems.push(...missing.map((name) => `${name} is missing: it must be set too, since people sign in with all of ${names}`));
  const { issuer, audience, jwksUrl } = given;
  return issuer !== null && audience !== null && jwksUrl !== null ? { ...given, issuer, audience, jwksUrl } : null;
}

function isKeysUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback)) && username === '' && password === '';
}

function pairOf(pair: string, context: z.RefinementCtx): readonly [string, Role] {
  const [, value = '', role = ''] = /^(.*\S)\s*=\s*(\w+)$/.exec(pair) ?? [];
  if (isRole(role)) return [value, role];
  context.addIssue('not a value and a role');
  return z.NEVER;
}

function mapOf(pairs: (readonly [string, Role])[], context: z.RefinementCtx): ReadonlyMap<string, Role> {
  const map = new Map(pairs);
  if (map.size < pairs.length) context.addIssue('a value stands there twice');
  return map;
}

function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name);
}
