import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig, settings } from '../src/config.ts';
import { OperatorError } from '../src/errors.ts';

const messageOf = (env: Record<string, string>) => {
  try {
    readConfig(env, false);
  } catch (error) {
    return error instanceof OperatorError ? error.message : String(error);
  }
  return null;
};

describe('the configuration', () => {
  it('has a default for everything', () => {
    const defaults = {
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: null,
      dataDir: resolve('.lapwing'),
      adminKey: null,
      logLevel: 'info',
      timeZone: 'UTC',
    };
    expect(readConfig({}, false)).toEqual(defaults);
    expect(readConfig({ PORT: '', HOST: ' ', DATABASE_URL: '' }, false)).toEqual(defaults);
    expect(readConfig({}, true).dataDir).toBe('/var/lib/lapwing');
  });

  it('takes what is given', () => {
    const env = {
      HOST: '::1',
      PORT: '0',
      DATABASE_URL: 'postgres://u:p@db/lapwing',
      LAPWING_DATA_DIR: '/data',
      LAPWING_ADMIN_KEY: 'k'.repeat(32),
      LOG_LEVEL: 'warn',
      LAPWING_TIME_ZONE: 'Europe/Berlin',
    };
    expect(readConfig(env, true)).toEqual({
      host: '::1',
      port: 0,
      databaseUrl: 'postgres://u:p@db/lapwing',
      dataDir: '/data',
      adminKey: 'k'.repeat(32),
      logLevel: 'warn',
      timeZone: 'Europe/Berlin',
    });
  });

  it.each([
    ['PORT', ['0', '65535'], ['-1', '65536', '4000.5', 'http', '0x10']],
    ['LAPWING_ADMIN_KEY', ['k'.repeat(32), 'k'.repeat(256)], ['k'.repeat(31), 'k'.repeat(257), 'with a space in it, but long enough']],
    ['DATABASE_URL', ['postgres://h/d', 'postgresql://u:p@h:5432/d?sslmode=require'], ['mysql://h/d', 'localhost:5432', 'https://h']],
    ['LOG_LEVEL', ['trace', 'silent'], ['INFO', 'verbose']],
    ['LAPWING_TIME_ZONE', ['UTC', 'America/New_York'], ['Mars/Olympus', 'UTC+25']],
    ['HOST', ['0.0.0.0', '::', 'localhost'], ['a host', 'http://host']],
  ])('knows what %s may be', (name, allowed, refused) => {
    for (const value of allowed) expect(messageOf({ [name]: value })).toBeNull();
    for (const value of refused) expect(messageOf({ [name]: value })).toMatch(new RegExp(`^${name} is .*: it must be .+$`));
  });

  it('names every bad setting on a line of its own, and no secret', () => {
    const message = messageOf({ PORT: 'eighty', DATABASE_URL: 'mysql://root:hunter2@db', LAPWING_ADMIN_KEY: 'hunter2', LOG_LEVEL: 'loud' });
    expect(message?.split('\n')).toEqual([
      'PORT is "eighty": it must be a whole number from 0 to 65535; 0 takes any free port',
      'DATABASE_URL is set but wrong: it must be a URL like postgres://user:password@host:5432/database',
      'LAPWING_ADMIN_KEY is set but wrong: it must be 32 to 256 visible ASCII characters without spaces',
      'LOG_LEVEL is "loud": it must be trace, debug, info, warn, error, fatal, silent',
    ]);
  });

  it('describes each setting for the table in the README', () => {
    expect(settings.map(({ name }) => name)).toEqual([
      'HOST',
      'PORT',
      'DATABASE_URL',
      'LAPWING_DATA_DIR',
      'LAPWING_ADMIN_KEY',
      'LOG_LEVEL',
      'LAPWING_TIME_ZONE',
    ]);
    for (const { description, allowed } of settings)
      expect([description, allowed]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\w/)]);
  });
});
