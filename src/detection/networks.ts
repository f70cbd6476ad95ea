import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/** What addresses tell of where somebody is. Reading one takes 3 µs, and they come again and again. */

type Address = ipaddr.IPv4 | ipaddr.IPv6;
const addresses = new LRUCache<string, Address>({ max: 10_000 });
const ranges = new LRUCache<string, { range: [Address, number] | null }>({ max: 1_000 });

/** The ranges in which an address is nobody's in particular: it tells no place, whoever says so. */
const unplaced = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified']);

function read(address: string): Address {
  const known = addresses.get(address) ?? ipaddr.process(address);
  addresses.set(address, known);
  return known;
}

/** Whether an address, as it is stored, is private, of this machine or of this link. */
export const isUnplaced = (address: string): boolean => unplaced.has(read(address).range());

/** Whether an address, as it is stored, lies in one of these networks in CIDR. A single address is a network of one; what is neither holds none. */
export function isIn(address: string, networks: readonly string[]): boolean {
  return networks.some((network) => {
    const range = rangeOf(network);
    const [of] = range ?? [];
    const one = read(address);
    return range !== null && of?.kind() === one.kind() && one.match(range);
  });
}

function rangeOf(network: string): [Address, number] | null {
  const known = ranges.get(network);
  if (known) return known.range;
  const range = ipaddr.isValidCIDR(network) ? ipaddr.parseCIDR(network) : ipaddr.isValid(network) ? whole(ipaddr.parse(network)) : null;
  ranges.set(network, { range });
  return range;
}

const whole = (address: Address): [Address, number] => [address, address.toByteArray().length * 8];
