import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import type { DeviceType } from './device.ts';
import { clientOf } from './device.ts';
import type { Micros } from './time.ts';

/** Session integrity: what a session has been seen with, and what it costs when that changes. Graded: nothing is refused. */

export const integrityChangeKinds = {
  ADDRESS: 'An address that was new in this session, in a network that was not.',
  NETWORK: 'A network that was new in this session: the first 24 bits of an IPv4 address, 48 of an IPv6 address.',
  USER_AGENT: 'A browser or operating system that was new in this session. Versions do not count.',
  DEVICE: 'A type of device that was new in this session.',
  USER: 'A user who was new in this session.',
} as const;
export type IntegrityChangeKind = keyof typeof integrityChangeKinds;
export type IntegrityChange = { change: IntegrityChangeKind; from: string; to: string; points: number; at: Micros };

/** What each change costs. These are judgements: no standard gives numbers. */
export const integrityPoints = {
  ADDRESS: 5, // within a network it changes by itself: leases, IPv6 privacy addresses, the exits of one provider
  NETWORK: 20, // a phone that goes from wifi to mobile data changes its network and nothing else
  USER_AGENT: 25, // a stolen cookie changes network and client: 45 together, where neither alone is MEDIUM (30)
  DEVICE: 25, // told by the same header as the client, so it weighs the same
  USER: 40, // a session is one person's sign-in: MEDIUM by itself, more than anything one's own device does to it
} as const satisfies Record<IntegrityChangeKind, number>;

/** What is told by the same fact as another change is no second change: the address by the network, the client by the device. */
const impliedBy: Partial<Record<IntegrityChangeKind, IntegrityChangeKind>> = { ADDRESS: 'NETWORK', USER_AGENT: 'DEVICE' };

const networkBits = { ipv4: 24, ipv6: 48 } as const; // what a site is given at most; PostgreSQL computes it alike in the migration
const seenOfEachMax = 20; // values of each kind kept per session; the one not seen for longest leaves
const changesKeptMax = 20;
export const integrityScoreMax = 100;

const kindsOf = { ADDRESS: 'addresses', NETWORK: 'networks', USER_AGENT: 'clients', DEVICE: 'deviceTypes', USER: 'users' } as const;
const kinds = Object.keys(kindsOf) as IntegrityChangeKind[];

/** What a session has been seen with; in each list what was seen last stands last. */
export type SessionClients = Record<(typeof kindsOf)[IntegrityChangeKind], readonly string[]>;
export type SessionIntegrity = { clients: SessionClients; integrityScore: number; integrityChanges: readonly IntegrityChange[] };

export const unseen: SessionIntegrity = {
  clients: { addresses: [], networks: [], clients: [], deviceTypes: [], users: [] },
  integrityScore: integrityScoreMax,
  integrityChanges: [],
};

/** What an activity tells of who uses its session, and from where. */
export type Signs = {
  at: Micros;
  sourceIp: string | null;
  userAgent: string | null;
  deviceType: DeviceType | null;
  user: string;
  onBehalfOf: string | null;
  authFailure: boolean;
};

/**
 * The session after an activity, and what the activity changed in it. The first activity that tells a value sets it; one
 * that was seen before costs nothing, so that two clients taking turns are counted once.
 */
export function follow(before: SessionIntegrity, signs: Signs): { after: SessionIntegrity; changes: IntegrityChange[] } {
  const told = toldBy(signs);
  if (listsOf(before.clients).every(([name, seen]) => told[name].every((value) => value === seen.at(-1)))) {
    return { after: before, changes: [] };
  }
  const steps = kinds.flatMap((change) => {
    const [seen, values] = [before.clients[kindsOf[change]], told[kindsOf[change]]];
    const [from, to] = [seen.at(-1), values.at(-1)];
    if (from === undefined || to === undefined || values.some((value) => seen.includes(value))) return [];
    return [{ change, from, to, points: integrityPoints[change], at: signs.at }];
  });
  const changes = steps.filter((step) => !steps.some((other) => other.change === impliedBy[step.change]));
  const clients = Object.fromEntries(
    listsOf(before.clients).map(([name, seen]) => [name, remembering(seen, told[name])]),
  ) as SessionClients;
  return {
    after: {
      clients,
      integrityScore: Math.max(0, before.integrityScore - pointsOf(changes)),
      integrityChanges: [...changes, ...before.integrityChanges].slice(0, changesKeptMax),
    },
    changes,
  };
}

const names = {
  ADDRESS: 'another address',
  NETWORK: 'another network',
  USER_AGENT: 'another client',
  DEVICE: 'another type of device',
  USER: 'another user',
} as const satisfies Record<IntegrityChangeKind, string>;

/** For a human: "another network (192.0.2.0/24 → 198.51.100.0/24)". */
export const describeChange = ({ change }: IntegrityChange): string => names[change];

export const pointsOf = (changes: readonly IntegrityChange[]): number => changes.reduce((sum, { points }) => sum + points, 0);

function toldBy({ sourceIp, userAgent, deviceType, user, onBehalfOf, authFailure }: Signs): SessionClients {
  const client = userAgent ? clientOf(userAgent) : null;
  return {
    addresses: sourceIp === null ? [] : [sourceIp],
    networks: sourceIp === null ? [] : [networkOf(sourceIp)],
    clients: client === null ? [] : [client],
    deviceTypes: deviceType === null || deviceType === 'UNKNOWN' ? [] : [deviceType],
    // Who fails to sign in is whom somebody tried to be: a mistyped name before one's own is no other user.
    // An agent may act for several people in its session, and in a session of theirs: one of the two known is enough.
    users: authFailure ? [] : onBehalfOf === null ? [user] : [onBehalfOf, user],
  };
}

const listsOf = (clients: SessionClients) => Object.entries(clients) as [keyof SessionClients, readonly string[]][];

function remembering(seen: readonly string[], told: readonly string[]): readonly string[] {
  return [...seen.filter((value) => !told.includes(value)), ...new Set(told)].slice(-seenOfEachMax);
}

/** Reading an address takes 3 µs, and they come again and again. */
const networks = new LRUCache<string, string>({ max: 10_000 });

/** The network of an address in its canonical spelling: "198.51.100.0/24", "2001:db8:1::/48". */
export function networkOf(address: string): string {
  const known = networks.get(address);
  if (known !== undefined) return known;
  const network = readNetwork(address);
  networks.set(address, network);
  return network;
}

function readNetwork(address: string): string {
  const kind = ipaddr.parse(address).kind();
  const family = kind === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const bits = networkBits[kind];
  return `${family.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`;
}
