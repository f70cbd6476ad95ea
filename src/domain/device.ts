import Bowser from 'bowser';
import { LRUCache } from 'lru-cache';
import type { RobotKind } from './robot.ts';
import { robotKindOf } from './robot.ts';

export const deviceTypes = {
  DESKTOP: 'A desktop or laptop computer.',
  MOBILE: 'A phone.',
  TABLET: 'A tablet.',
  BOT: 'A program that says so.',
  UNKNOWN: 'The user agent does not tell.',
} as const;
export type DeviceType = keyof typeof deviceTypes;

type Device = { type: DeviceType; client: string | null; robot: RobotKind | null };

const byPlatform: Record<string, DeviceType> = { desktop: 'DESKTOP', mobile: 'MOBILE', tablet: 'TABLET', bot: 'BOT' };
const clientCharactersMax = 100;

/** Reading one takes 50 µs and a site sees few different ones. */
const known = new LRUCache<string, Device>({ max: 2_000 });

export const deviceTypeOf = (userAgent: string): DeviceType => read(userAgent).type;

/** Browser and operating system without their versions, which updates change: "Chrome on Windows", "curl". Null where it names none. */
export const clientOf = (userAgent: string): string | null => read(userAgent).client;

/** What kind of robot the client says it is; null where a person may sit before it. */
export const robotOf = (userAgent: string): RobotKind | null => read(userAgent).robot;

function read(userAgent: string): Device {
  const before = known.get(userAgent);
  if (before) return before;
  const { browser, os, platform } = Bowser.parse(userAgent);
  const robot = robotKindOf(userAgent);
  const type = robot ? 'BOT' : (byPlatform[platform.type ?? ''] ?? 'UNKNOWN');
  const program = browser.name || /^[^\s/;()]+/.exec(userAgent)?.[0];
  const client = program ? `${program}${os.name ? ` on ${os.name}` : ''}`.slice(0, clientCharactersMax) : null;
  const device = { type, client, robot };
  known.set(userAgent, device);
  return device;
}
