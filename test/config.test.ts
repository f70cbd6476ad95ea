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

const oidc = {
  LAPWING_OIDC_ISSUER: 'https://id.example/realms/main',
  LAPWING_OIDC_AUDIENCE: 'lapwing',
  LAPWING_OIDC_JWKS_URL: 'https://id.example/jwks',
};

const wrong = {
  roles: ['a', 'a=', '=ADMIN', ' =ADMIN', 'a=admin', 'a=ROOT', 'a=constructor', 'a=ADMIN;b', 'a=ADMIN,a=MEMBER', 'a=ADMIN,b'],
  urls: [
    ['http://id.example/jwks', 'http://127.0.0.1.example/', 'http://localhost.example/', 'http://10.0.0.1/', 'http://[::2]/'],
    ['https://u:p@id.example/', 'https://u@id.example/', 'file:///etc/passwd', 'data:,x', 'id.example/jwks', 'https://'],
  ].flat(),
  origins: [
    ['*', 'null', 'a.example', 'https://a.example/', 'https://a.example/x', 'https://A.example', 'https://a.example:443'],
    ['https://u@a.example', 'https://*.example', 'ws://a.example', 'file:///x', 'https://a.example;https://b.example'],
    ['https://a.example,b.example', 'https://a.example?', 'https://a.example#'],
  ].flat(),
  proxies: [
    ['10', '10.1', '0x7f000001', '256.0.0.1', '10.0.0.0/33', '::/129', '10.0.0.0/', '1.2.3/8', '1.2.3.999/8'],
    ['localhost', '10.0.0.1:80', '10.0.0.1 10.0.0.2', '[::1]', '10.0.0.1,x', '10.0.0.0/8/8'],
  ].flat(),
};

describe('the configuration', () => {
  it('has a default for everything', () => {
    const defaults = {
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: null,
      dataDir: resolve('.lapwing'),
      adminKey: null,
      fingerprintKey: null,
      logLevel: 'info',
      timeZone: 'UTC',
      allowedOrigins: [],
      geoipFile: null,
      trustedProxies: [],
      oidc: null,
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
      LAPWING_FINGERPRINT_KEY: 'f'.repeat(32),
      LOG_LEVEL: 'warn',
      LAPWING_TIME_ZONE: 'Europe/Berlin',
      LAPWING_ALLOWED_ORIGINS: 'https://dashboard.example, http://localhost:5173',
      GEOIP_FILE: '/data/cities.mmdb',
      LAPWING_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,2001:db8::/32',
      ...oidc,
      LAPWING_OIDC_ORGANISATION_CLAIM: 'org',
      LAPWING_OIDC_ROLES_CLAIM: 'realm_access.roles',
      LAPWING_OIDC_ROLES: 'soc-lead=ANALYST, a=b = ADMIN',
      LAPWING_OIDC_TEAMS_CLAIM: 'https://lapwing.example/teams',
      LAPWING_OIDC_LEADS_CLAIM: 'manages',
      LAPWING_OIDC_USER_CLAIM: 'email',
    };
    expect(readConfig(env, true)).toEqual({
      host: '::1',
      port: 0,
      databaseUrl: 'postgres://u:p@db/lapwing',
      dataDir: '/data',
      adminKey: 'k'.repeat(32),
      fingerprintKey: 'f'.repeat(32),
      logLevel: 'warn',
      timeZone: 'Europe/Berlin',
      allowedOrigins: ['https://dashboard.example', 'http://localhost:5173'],
      geoipFile: '/data/cities.mmdb',
      trustedProxies: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'],
      oidc: {
        issuer: 'https://id.example/realms/main',
        audience: 'lapwing',
        jwksUrl: 'https://id.example/jwks',
        organisationClaim: 'org',
        rolesClaim: 'realm_access.roles',
        roles: new Map([
          ['soc-lead', 'ANALYST'],
          ['a=b', 'ADMIN'],
        ]),
        teamsClaim: 'https://lapwing.example/teams',
        leadsClaim: 'manages',
        userClaim: 'email',
      },
    });
  });

  it.each([
    ['PORT', ['0', '65535'], ['-1', '65536', '4000.5', 'http', '0x10']],
    [
      'LAPWING_FINGERPRINT_KEY',
      ['k'.repeat(32), 'k'.repeat(256)],
      ['k'.repeat(31), 'k'.repeat(257), 'with a space in it, but long enough'],
    ],
    ['LAPWING_ADMIN_KEY', ['k'.repeat(32), 'k'.repeat(256)], ['k'.repeat(31), 'k'.repeat(257), 'with a space in it, but long enough']],
    ['DATABASE_URL', ['postgres://h/d', 'postgresql://u:p@h:5432/d?sslmode=require'], ['mysql://h/d', 'localhost:5432', 'https://h']],
    ['LOG_LEVEL', ['trace', 'silent'], ['INFO', 'verbose']],
    ['LAPWING_TIME_ZONE', ['UTC', 'America/New_York'], ['Mars/Olympus', 'UTC+25']],
    ['HOST', ['0.0.0.0', '::', 'localhost'], ['a host', 'http://host']],
    ['LAPWING_OIDC_ISSUER', ['accounts.example', 'x'.repeat(256)], ['a b', 'é', 'x'.repeat(257)]],
    ['LAPWING_OIDC_AUDIENCE', ['a', 'https://api.example/'], ['a b', 'x'.repeat(257)]],
    ['LAPWING_OIDC_USER_CLAIM', ['sub', 'cognito:groups', 'a.b', 'x'.repeat(256)], ['a b', 'x'.repeat(257)]],
    ['LAPWING_OIDC_ORGANISATION_CLAIM', ['org'], ['a b']],
    ['LAPWING_OIDC_ROLES', ['a=ADMIN,b=ADMIN', '__proto__=MEMBER', 'soc lead=ANALYST', ','], wrong.roles],
    [
      'LAPWING_OIDC_JWKS_URL',
      ['https://id.example/jwks?x=1', 'http://localhost:8080/jwks', 'http://127.0.0.2/', 'http://[::1]:1/'],
      wrong.urls,
    ],
    [
      'LAPWING_ALLOWED_ORIGINS',
      ['https://a.example', 'https://a.example:8443,http://127.0.0.1:1', 'http://[::1]:4000', ','],
      wrong.origins,
    ],
    ['LAPWING_TRUSTED_PROXIES', ['10.0.0.1', '::1', '10.0.0.0/8,fd00::/8', '0.0.0.0/0', '::ffff:10.0.0.1'], wrong.proxies],
  ])('knows what %s may be', (name, allowed, refused) => {
    for (const value of allowed) expect([value, messageOf({ ...oidc, [name]: value })]).toEqual([value, null]);
    for (const value of refused) expect(messageOf({ ...oidc, [name]: value })).toMatch(new RegExp(`^${name} is .*: it must be .+$`));
  });

  it('takes an identity provider as a whole or not at all, and says what is missing', () => {
    const required = Object.entries(oidc);
    const names = Object.keys(oidc).join(', ');
    for (let chosen = 0; chosen < 8; chosen += 1) {
      const given = required.filter((_, index) => chosen & (1 << index));
      const missing = required.filter((_, index) => (chosen & (1 << index)) === 0);
      const lines = missing.map(([name]) => `${name} is missing: it must be set too, since people sign in with all of ${names}`);
      expect(messageOf(Object.fromEntries(given))).toBe(given.length === 0 || missing.length === 0 ? null : lines.join('\n'));
    }
    expect(readConfig({ ...oidc, LAPWING_OIDC_ISSUER: ' ', LAPWING_OIDC_AUDIENCE: '', LAPWING_OIDC_JWKS_URL: '' }, false).oidc).toBeNull();
    expect(messageOf({ LAPWING_OIDC_ISSUER: 'a b', LAPWING_OIDC_AUDIENCE: 'a', LAPWING_OIDC_JWKS_URL: 'https://id.example/' })).toMatch(
      /^LAPWING_OIDC_ISSUER is "a b": it must be .+$/,
    );
  });

  it('has claims of its own choice where an identity provider leaves them open', () => {
    expect(readConfig(oidc, false).oidc).toEqual({
      issuer: 'https://id.example/realms/main',
      audience: 'lapwing',
      jwksUrl: 'https://id.example/jwks',
      organisationClaim: null,
      rolesClaim: 'roles',
      roles: new Map(),
      teamsClaim: 'teams',
      leadsClaim: 'leads',
      userClaim: 'sub',
    });
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
      'LAPWING_FINGERPRINT_KEY',
      'LOG_LEVEL',
      'LAPWING_TIME_ZONE',
      'LAPWING_ALLOWED_ORIGINS',
      'GEOIP_FILE',
      'LAPWING_TRUSTED_PROXIES',
      'LAPWING_OIDC_ISSUER',
      'LAPWING_OIDC_AUDIENCE',
      'LAPWING_OIDC_JWKS_URL',
      'LAPWING_OIDC_ORGANISATION_CLAIM',
      'LAPWING_OIDC_ROLES_CLAIM',
      'LAPWING_OIDC_ROLES',
      'LAPWING_OIDC_TEAMS_CLAIM',
      'LAPWING_OIDC_LEADS_CLAIM',
      'LAPWING_OIDC_USER_CLAIM',
    ]);
    for (const { description, allowed } of settings)
      expect([description, allowed]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\w/)]);
  });
});
