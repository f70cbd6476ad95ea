import { describe, expect, it } from 'vitest';
import { createCallerAddress, networkOf } from '../../src/server/caller-address.ts';

/** The address of a caller whose request came from `remoteAddress`, with these proxies trusted. */
function callerOf(trusted: string[], remoteAddress: string | undefined, forwardedFor?: string): string {
  return createCallerAddress(trusted)({ headers: { 'x-forwarded-for': forwardedFor }, socket: { remoteAddress } });
}

describe('the address of a caller', () => {
  it('is that of the socket, whatever the request says of others', () => {
    expect(callerOf([], '203.0.113.7')).toBe('203.0.113.7');
    expect(callerOf([], '203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
    expect(callerOf(['10.0.0.0/8'], '203.0.113.7', '198.51.100.1, 10.0.0.1')).toBe('203.0.113.7');
  });

  it('is the last one before the trusted proxies, not the one a client wrote in front of it', () => {
    expect(callerOf(['10.0.0.1'], '10.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(callerOf(['10.0.0.1'], '10.0.0.2', '198.51.100.1')).toBe('10.0.0.2');
    expect(callerOf(['10.0.0.0/8'], '10.0.0.1', '1.1.1.1, 198.51.100.1, 10.9.9.9,10.8.8.8')).toBe('198.51.100.1');
    expect(callerOf(['10.0.0.0/8'], '10.0.0.1', '10.0.0.7, 198.51.100.1')).toBe('198.51.100.1');
  });

  it('is that of the farthest proxy where nobody is named before it', () => {
    expect(callerOf(['10.0.0.0/8'], '10.0.0.1')).toBe('10.0.0.1');
    expect(callerOf(['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  });

  it.each(['', 'unknown', '198.51.100.1, nonsense', '198.51.100.1,', '198.51.100', '0x7f000001', '1.2.3.4.5', "'; drop table", '[', '%'])(
    'is that of the proxy which says %j',
    (garbage) => {
      expect(callerOf(['10.0.0.1'], '10.0.0.1', garbage)).toBe('10.0.0.1');
    },
  );

  it('is one and the same in each spelling', () => {
    expect(callerOf([], '::ffff:203.0.113.7')).toBe('203.0.113.7');
    expect(callerOf(['10.0.0.0/8'], '::ffff:10.0.0.1', '::ffff:198.51.100.1')).toBe('198.51.100.1');
    expect(callerOf(['::ffff:10.0.0.0/104'], '10.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(callerOf(['10.0.0.1'], '10.0.0.1', '198.51.100.1:4711')).toBe('198.51.100.1');
    expect(callerOf(['2001:db8::/32'], '2001:db8::1', '[2001:0DB9:0::0001]:4711')).toBe('2001:db9::1');
    expect(callerOf(['fe80::1'], 'fe80::1%eth0', '2001:db9::1')).toBe('2001:db9::1');
  });

  it('is unknown where the client has already left', () => {
    expect(callerOf(['10.0.0.1'], undefined, '198.51.100.1')).toBe('unknown');
  });
});

describe('the network of a caller', () => {
  it('is the address itself for IPv4 and the first 64 bits for IPv6', () => {
    expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
    expect(networkOf('2001:db8:0:1::1')).toBe(networkOf('2001:db8:0:1:ffff:ffff:ffff:ffff'));
    expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8:0:2::1'));
    expect(networkOf('unknown')).toBe('unknown');
  });
});
