import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];
type Asked = { headers: IncomingMessage['headers']; socket: { remoteAddress?: string } };

/**
 * The address a request comes from. Each proxy adds to the right of X-Forwarded-For whom it was called by, so the list is
 * believed from the right, for as long as those who speak are trusted: what stands left of that anybody can have written.
 */
export function createCallerAddress(trustedProxies: readonly string[]): (request: Asked) => string {
  const trusted = trustedProxies.map(rangeOf);
  const isTrusted = (address: Address) => trusted.some((range) => address.kind() === range[0].kind() && address.match(range));
  return ({ headers, socket }) => {
    let caller = parse(socket.remoteAddress ?? '');
    // A client that has already left has no address.
    if (!caller) return 'unknown';
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isTrusted(caller)) {
      const before = parse(forwarded.pop() ?? '');
      if (!before) break;
      caller = before;
    }
    return caller.toString();
  };
}

/** The part of an address that one caller has: whoever has an IPv6 address has the 2⁶⁴ beside it. */
export function networkOf(address: string): string {
  const parsed = parse(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : address;
}

function rangeOf(text: string): Range {
  const [network, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), null];
  const address = ipaddr.process(network.toString());
  const bitsMax = address.kind() === 'ipv4' ? 32 : 128;
  return [address, bits === null ? bitsMax : bits - (address.kind() === network.kind() ? 0 : 96)];
}

/** Some proxies add the port: 203.0.113.7:4711, [2001:db8::1]:4711. Shorthand like 10.1 or 0x7f000001 is no address here. */
function parse(text: string): Address | null {
  const bare = text.trim().replace(/^(\d+\.\d+\.\d+\.\d+):\d+$|^\[([^\]]*)\](?::\d+)?$/, '$1$2');
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.process(bare);
  if (address instanceof ipaddr.IPv6) delete address.zoneId;
  return address;
}
