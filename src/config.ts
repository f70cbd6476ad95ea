import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { oidcTable, readOidc, type Oidc } from './config/oidc.ts';
import { partsOf, type Setting, type Value, type Values } from './config/setting.ts';
import { OperatorError } from './errors.ts';

/** Every setting. The README's table and `.env.example` are derived from this. */

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const table = {
  host: {
    name: 'HOST',
    default: '127.0.0.1',
    allowed: 'an IP address or a host name',
    description: 'The address to listen on. `0.0.0.0` opens the service to the network: put TLS in front of it.',
    schema: z.string().regex(/^[\w.:-]{1,253}$/),
  },
  port: {
    name: 'PORT',
    default: '4000',
    allowed: 'a whole number from 0 to 65535; 0 takes any free port',
    description: 'The port of the API, the playground, the health checks and the metrics.',
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.number().max(65_535)),
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    default: null,
    secret: true,
    allowed: 'a URL like postgres://user:password@host:5432/database',
    description: 'A PostgreSQL of yours, 15 or newer. Without it the service runs its own in the data folder.',
    schema: z.url({ protocol: /^postgres(ql)?$/ }),
  },
  dataDir: {
    name: 'LAPWING_DATA_DIR',
    default: './.lapwing (as root: /var/lib/lapwing)',
    allowed: 'a folder the service may write to',
    description: 'Where the service keeps its own PostgreSQL (without `DATABASE_URL`) and the key of the local command line.',
    schema: z.string().transform((path) => resolve(path)),
  },
  adminKey: {
    name: 'LAPWING_ADMIN_KEY',
    default: null,
    secret: true,
    allowed: '32 to 256 visible ASCII characters without spaces',
    description: 'The first admin key. Without it one is made at the first start and printed once.',
    schema: z.string().regex(/^[\x21-\x7e]{32,256}$/),
  },
  fingerprintKey: {
    name: 'LAPWING_FINGERPRINT_KEY',
    default: null,
    secret: true,
    allowed: '32 to 256 visible ASCII characters without spaces',
    description:
      'The key of the hashes by which secrets and pseudonyms are recognised; the same for all processes of one database, for good. Without it one is made in LAPWING_DATA_DIR at the first start.',
    schema: z.string().regex(/^[\x21-\x7e]{32,256}$/),
  },
  logLevel: {
    name: 'LOG_LEVEL',
    default: 'info',
    allowed: logLevels.join(', '),
    description: 'The least important lines to log. `info` has one line per request.',
    schema: z.enum(logLevels),
  },
  timeZone: {
    name: 'LAPWING_TIME_ZONE',
    default: 'UTC',
    allowed: 'an IANA time zone like Europe/Berlin',
    description: 'The time zone in which the first organisation keeps its hours, days and weeks.',
    schema: z.string().refine(isTimeZone),
  },
  allowedOrigins: {
    name: 'LAPWING_ALLOWED_ORIGINS',
    default: '',
    allowed: 'origins like https://dashboard.example, separated by commas, with nothing behind host and port',
    description: 'The web pages of other origins that may call the API from a browser.',
    schema: z
      .string()
      .transform(partsOf)
      .pipe(z.array(z.string().refine(isOrigin))),
  },
  geoipFile: {
    name: 'GEOIP_FILE',
    default: null,
    allowed: "a file in MaxMind's format (.mmdb) with cities or countries, such as GeoLite2-City.mmdb",
    description:
      'Tells where addresses are of which the caller does not. Without it only callers tell, and nothing leaves this machine in any case.',
    schema: z.string().transform((path) => resolve(path)),
  },
  trustedProxies: {
    name: 'LAPWING_TRUSTED_PROXIES',
    default: '',
    allowed: 'IP addresses and CIDR ranges like 10.0.0.0/8, separated by commas',
    description: 'The proxies whose word on the address of a client is taken.',
    schema: z
      .string()
      .transform(partsOf)
      .pipe(z.array(z.string().refine(isAddressOrRange))),
  },
} as const satisfies Record<string, Setting>;

/** `oidc` is null where people do not sign in with an identity provider. */
export type Config = Values<typeof table> & { readonly oidc: Oidc | null };

export const settings: readonly Omit<Setting, 'schema'>[] = [...Object.values<Setting>(table), ...Object.values<Setting>(oidcTable)].map(
  ({ name, default: fallback, secret, allowed, description }) => ({ name, default: fallback || null, secret, allowed, description }),
);

type Environment = Record<string, string | undefined>;

/** Throws an OperatorError with one line per bad setting. The database folder's default depends on who runs this. */
export function readConfig(env: Environment = process.env, isRoot = process.getuid?.() === 0): Config {
  const problems: string[] = [];

  function read<S extends Setting>(setting: S, fallback = setting.default): Value<S> {
    const given = env[setting.name]?.trim() || fallback;
    if (given === null) return null as Value<S>;
    const parsed = setting.schema.safeParse(given);
    if (!parsed.success)
      problems.push(`${setting.name} is ${setting.secret ? 'set but wrong' : JSON.stringify(given)}: it must be ${setting.allowed}`);
    return parsed.data as Value<S>;
  }

  const config: Config = {
    host: read(table.host),
    port: read(table.port),
    databaseUrl: read(table.databaseUrl),
    dataDir: read(table.dataDir, isRoot ? '/var/lib/lapwing' : './.lapwing'),
    adminKey: read(table.adminKey),
    fingerprintKey: read(table.fingerprintKey),
    logLevel: read(table.logLevel),
    timeZone: read(table.timeZone),
    allowedOrigins: read(table.allowedOrigins),
    geoipFile: read(table.geoipFile),
    trustedProxies: read(table.trustedProxies),
    oidc: readOidc(read, problems),
  };
  if (problems.length > 0) throw new OperatorError(problems.join('\n'));
  return config;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** By its characters too, since URL takes https://*.example for an origin, which no page has. */
function isOrigin(text: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Only dotted IPv4 addresses of four parts: ipaddr.js also reads 10.1 and 0x7f000001. */
function isAddressOrRange(text: string): boolean {
  if (text.includes(':')) return ipaddr.IPv6.isValid(text) || ipaddr.IPv6.isValidCIDR(text);
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv4.isValidCIDRFourPartDecimal(text);
}
