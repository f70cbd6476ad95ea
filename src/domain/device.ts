import Bowser from 'bowser';
import { LRUCache } from 'lru-cache';

export const deviceTypes = {
  DESKTOP: 'A desktop or laptop computer.',
  MOBILE: 'A phone.',
  TABLET: 'A tablet.',
  BOT: 'A program that says so.',
  UNKNOWN: 'The user agent does not tell.',
} as const;
export type DeviceType = keyof typeof deviceTypes;

const byPlatform: Record<string, DeviceType> = { desktop: 'DESKTOP', mobile: 'MOBILE', tablet: 'TABLET', bot: 'BOT' };
const sayingSo = /bot\b|crawler|spider|\b(?:curl|wget|python|go-http-client|java|libwww)\b/i;

/** Reading one takes 50 µs and a site sees few different ones. */
const known = new LRUCache<string, DeviceType>({ max: 2_000 });

export function deviceTypeOf(userAgent: string): DeviceType {
  const before = known.get(userAgent);
  if (before) return before;
  const type = sayingSo.test(userAgent) ? 'BOT' : (byPlatform[Bowser.parse(userAgent).platform.type ?? ''] ?? 'UNKNOWN');
  known.set(userAgent, type);
  return type;
}
