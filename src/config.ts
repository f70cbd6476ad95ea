import { resolve } from 'node:path';
import { z } from 'zod';
import { OperatorError } from './errors.ts';

/**
 * Every setting: its variable, its default as text, what is allowed and what it is for. The README's table and
 * `.env.example` are derived from it. An empty value counts as not set; `secret` values are never shown.
 */
type Setting = { name: string; default: string | null; secret?: true; allowed: string; description: string; schema: z.ZodType };

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
} as const satisfies Record<string, Setting>;

type Table = typeof table;
type Value<S extends Setting> = S['default'] extends null ? z.output<S['schema']> | null : z.output<S['schema']>;

export type Config = { readonly [Key in keyof Table]: Value<Table[Key]> };

export const settings: readonly Omit<Setting, 'schema'>[] = Object.values<Setting>(table).map(
  ({ name, default: fallback, secret, allowed, description }) => ({ name, default: fallback, secret, allowed, description }),
);

type Environment = Record<string, string | undefined>;

/** Throws an OperatorError with one line per bad setting. The database folder's default depends on who runs this. */
export function readConfig(env: Environment = process.env, isRoot = process.getuid?.() === 0): Config {
  const problems: string[] = [];

  function read<Key extends keyof Table>(key: Key): Value<Table[Key]> {
    const setting: Setting = table[key];
    const fallback = key === 'dataDir' ? (isRoot ? '/var/lib/lapwing' : './.lapwing') : setting.default;
    const given = env[setting.name]?.trim() || fallback;
    if (given === null) return null as Value<Table[Key]>;
    const parsed = setting.schema.safeParse(given);
    if (!parsed.success)
      problems.push(`${setting.name} is ${setting.secret ? 'set but wrong' : JSON.stringify(given)}: it must be ${setting.allowed}`);
    return parsed.data as Value<Table[Key]>;
  }

  const config: Config = {
    host: read('host'),
    port: read('port'),
    databaseUrl: read('databaseUrl'),
    dataDir: read('dataDir'),
    adminKey: read('adminKey'),
    logLevel: read('logLevel'),
    timeZone: read('timeZone'),
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
