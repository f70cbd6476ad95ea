import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/redaction/finding.ts';
import { noKnownSecrets } from '../../src/redaction/known.ts';
import { redactText } from '../../src/redaction/redact.ts';
import { findTokens } from '../../src/redaction/tokens.ts';
import type { TokenFormat } from '../../src/redaction/tokens/format.ts';
import { findConventional } from '../../src/redaction/tokens/conventional.ts';
import { formats } from '../../src/redaction/tokens/formats.ts';
import { middleFormats } from '../../src/redaction/tokens/by-middle.ts';
import { namedFormats } from '../../src/redaction/tokens/named.ts';
import { drawFrom, sample } from './sampler.ts';

const seed = 20261122;
const triesMax = 50;

const found = (text: string): string[] => {
  const findings: Finding[] = [];
  findTokens(text, findings);
  return findings.toSorted((a, b) => a.start - b.start || b.end - a.end).map(({ start, end }) => text.slice(start, end));
};
const finds = (text: string, secret: string) => found(text).some((one) => one.includes(secret));

/** Where tokens stand: in program texts, addresses, JSON within JSON, prose. */
const surroundings: readonly ((token: string) => string)[] = [
  (token) => token,
  (token) => `"${token}"`,
  (token) => `curl 'https://api.example.org/v1/items?key=${token}&page=2'`,
  (token) => `It was ${token}.`,
  (token) => JSON.stringify({ nested: { line: `first\n${token}\tlast` } }),
  (token) => `NAME=${token} other words`,
];

/** A token as its row describes it; drawn again where it came out as what the table leaves out on purpose, an example. */
function tokenOf(format: TokenFormat, start: string): { token: string; secret: string } {
  const draw = drawFrom(seed);
  const flagged = new RegExp(`^(?:${format.rest.source})$`, format.rest.flags);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const rest = sample(format.rest, draw).trimEnd();
    const whole = flagged.test(rest) && /[\w=]$/.test(rest) && format.accepts?.(rest) !== false;
    if (whole && finds(`"${start}${rest}"`, rest)) return { token: start + rest, secret: rest };
  }
  throw new Error(`seed ${seed}: no token of ${format.of} with ${start} was found`);
}

/** The rest have tests of their own below. */
const rows = formats.filter(({ accepts, rest }) => accepts === undefined && !/\\n|\(\?=/.test(rest.source));

/** Whether the text holds what a row describes, apart from what stands around it. */
const fits = ({ starts, rest }: TokenFormat, text: string) =>
  starts.some((start) => {
    const at = text.indexOf(start);
    return at !== -1 && new RegExp(`^(?:${rest.source})`, rest.flags).test(text.slice(at + start.length));
  });

describe('tokens of the table', () => {
  it.each(rows.map((row) => [row.of, row] as const))('of %s are found wherever they stand', (_, row) => {
    for (const start of row.starts) {
      const { token, secret } = tokenOf(row, start);
      for (const surround of surroundings) expect(finds(surround(token), secret), surround(token)).toBe(true);
    }
  });

  it('are gone after redaction, and redaction finds nothing more in what it made', () => {
    const tokens = rows.map((row) => tokenOf(row, row.starts[0]!));
    const { text, secrets } = redactText(tokens.map(({ token }) => `"${token}"`).join('\n'), 'TEXT', noKnownSecrets);
    expect(tokens.filter(({ secret }) => text.includes(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThanOrEqual(rows.length);
    expect(redactText(text, 'TEXT', noKnownSecrets)).toEqual({ text, secrets: [] });
  });

  it('are not seen in what is one character too short', () => {
    const draw = drawFrom(seed);
    const short = rows.map(({ starts, rest }) => starts[0]! + sample(rest, draw, true).slice(0, -1));
    const byCustom = (text: string) => {
      const some: Finding[] = [];
      findConventional(text, some);
      return some.length > 0;
    };
    const alone = short.filter((text) => !formats.some((format) => fits(format, text)) && !byCustom(text));
    expect(alone.length).toBeGreaterThan(rows.length / 2);
    expect(alone.filter((text) => found(`"${text}"`).length > 0)).toEqual([]);
  });

  it('are not seen where the beginning is the end of a word', () => {
    for (const row of rows.filter(({ starts }) => /^\w/.test(starts[0]!))) {
      const start = row.starts[0]!;
      const { token } = tokenOf(row, start);
      expect(
        found(`"x${token}"`).filter((one) => one.startsWith(start)),
        `x${token}`,
      ).toEqual([]);
    }
  });

  it('are found by what stands in their midst', () => {
    const draw = drawFrom(seed);
    for (const { of, whole } of middleFormats) {
      const token = sample(whole, draw);
      const text = of.startsWith('LM') ? `admin:500:${token}:::` : `key ${token} end`;
      expect(finds(text, token), `${of}: ${token}`).toBe(true);
    }
  });

  it('without a beginning of their own are found after the name of the vendor, and only there', () => {
    const draw = drawFrom(seed);
    for (const { name, value } of namedFormats) {
      const key = Array.from({ length: triesMax }, () => sample(value, draw)).find((one) => found(`${name}=${one}`).length > 0)!;
      expect(found(`${name.toUpperCase()}_CLIENT="${key}"`), name).toContain(key);
      expect(found(`${name}: '${key}'`), name).toContain(key);
    }
    expect(found(`adobe_reader_md5=${sample(/[a-f0-9]{32}/, draw)}`)).toEqual([]);
    expect(found(`reader=${sample(/[a-f0-9]{32}/, draw)}`)).toEqual([]);
  });
});

const letters = (count: number, from = /[A-Za-z0-9]/) => Array.from({ length: count }, () => sample(from, draws)).join('');
const draws = drawFrom(seed);
const base64Lines = (count: number) => Array.from({ length: count }, () => letters(64, /[A-Za-z0-9+/]/));

describe('tokens by convention', () => {
  it.each(['acme_live_', 'acme_sk_prod_', 'acme-pat-', 'xyz_secret_key_', 'ABC_TOKEN_', 'svc_api_key_'])(
    'are found with the beginning %s, whoever the vendor is',
    (start) => {
      const token = start + letters(36);
      for (const surround of surroundings) expect(finds(surround(token), token), surround(token)).toBe(true);
    },
  );

  it('have at least twenty characters drawn by lot', () => {
    const body = `a1B2${letters(16)}`;
    expect(finds(`acme_live_${body}`, body)).toBe(true);
    expect(found(`acme_live_${body.slice(1)}`)).toEqual([]);
  });
});

describe('web tokens', () => {
  const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const header = part({ alg: 'HS256', typ: 'JWT' });
  const payload = part({ sub: 'someone', iat: 1_700_000_000 });
  const signed = `${header}.${payload}.${letters(43)}`;

  it.each([
    ['signed', signed],
    ['of two parts', `${header}.${payload}`],
    ['with white space in the header', `${part('{ "alg": "ES256" }')}.${part('{\n "sub": 1, "name": 2 }')}.${letters(86)}`],
    ['encrypted', `${part({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${letters(60)}.${letters(16)}.${letters(40)}.${letters(22)}`],
    ['encrypted directly', `${part({ alg: 'dir', enc: 'A256GCM' })}..${letters(16)}.${letters(40)}.${letters(22)}`],
    ['of a session cookie', `${part({ user: 'someone', role: 'admin' })}.${letters(6)}.${letters(27)}`],
  ])('%s are found whole', (_, token) => {
    expect(found(`Authorization: Bearer ${token} and more`)).toEqual([token]);
    expect(found(JSON.stringify({ line: `x\n${token}` }))).toEqual([token]);
  });

  it('leave the full stop of the sentence', () => {
    expect(found(`It was ${signed}.`)).toEqual([signed]);
    expect(found(`It was ${header}.${payload}. Then`)).toEqual([`${header}.${payload}`]);
  });

  it('without a signature are found, with what stands before the last full stop', () => {
    expect(found(`{"token":"${header}.${payload}."}`)).toEqual([`${header}.${payload}.`]);
  });

  it('are no words with a full stop between', () => {
    for (const text of ['eyes.eyebrows.eyelashes', 'eyewitness-reports.ewallet.example', `${header}`, 'ew.ey.eyJ'])
      expect(found(text)).toEqual([]);
  });
});

describe('private keys', () => {
  const armour = (label: string, lines: readonly string[], newline: string) =>
    [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join(newline);

  it.each([
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'DSA PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'PGP PRIVATE KEY BLOCK',
  ])('in the armour of %s go as a whole, on lines or in one', (label) => {
    const lines = [...base64Lines(5), `${letters(31)}=`];
    for (const newline of ['\n', '\r\n', '\\n', '\\\\n', ' ', '" +\n"', '\\r\\n', '%0A']) {
      const key = armour(label, lines, newline);
      expect(found(`before ${key} after`), newline).toEqual([key]);
    }
  });

  it('go with the headers of their armour', () => {
    const key = armour(
      'RSA PRIVATE KEY',
      ['Proc-Type: 4,ENCRYPTED', `DEK-Info: AES-128-CBC,${letters(32, /[0-9A-F]/)}`, '', ...base64Lines(3)],
      '\n',
    );
    expect(found(key)).toEqual([key]);
    const pgp = armour('PGP PRIVATE KEY BLOCK', ['Version: GnuPG v2', '', ...base64Lines(3), `=${letters(4)}`], '\n');
    expect(found(pgp)).toEqual([pgp]);
  });

  it('that were cut off go as far as they go', () => {
    const [first, second] = base64Lines(2);
    const key = `-----BEGIN PRIVATE KEY-----\n${first}\n${second!.slice(0, 40)}`;
    expect(found(key)).toEqual([key]);
    expect(found(`${key}\nmake: *** [all] Error 1`)).toEqual([key]);
  });

  it('of PuTTY lose their private lines only', () => {
    const lines = base64Lines(2);
    const text = `PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\n${letters(64)}\nPrivate-Lines: 2\n${lines.join('\n')}\n`;
    expect(found(text)).toEqual([lines.join('\n')]);
  });

  it('are none where the armour is empty, or is that of what is public', () => {
    expect(found('-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----')).toEqual([]);
    expect(found('grep -r "BEGIN RSA PRIVATE KEY" .')).toEqual([]);
    for (const label of ['CERTIFICATE', 'PUBLIC KEY', 'PGP PUBLIC KEY BLOCK', 'CERTIFICATE REQUEST']) {
      expect(found(armour(label, base64Lines(6), '\n'))).toEqual([]);
    }
  });
});

describe('secrets by what stands near them', () => {
  const hex = letters(64, /[0-9a-f]/);

  it('of a wallet are found where the text speaks of keys, and not where it speaks of hashes', () => {
    expect(found(`my wallet: 0x${hex}`)).toEqual([`0x${hex}`]);
    expect(found(`deployer private key 0x${hex} of the testnet`)).toEqual([`0x${hex}`]);
    expect(found(`the wallet sent it, tx 0x${hex}`)).toEqual([]);
    expect(found(`root of block 12: 0x${hex}`)).toEqual([]);
  });

  it('of AWS are found after their id', () => {
    const id = `AKIA${letters(16, /[A-Z2-7]/)}`;
    const secret = letters(40, /[A-Za-z0-9+/]/);
    for (const between of [',', ':', '\n', '","', ' | ']) expect(found(`${id}${between}${secret}\n`)).toEqual([id, secret]);
  });

  it('of a header are found where they hold a user and a password', () => {
    const encode = (text: string) => Buffer.from(text).toString('base64');
    expect(found(`Authorization: Basic ${encode('someone:opensesame')}`)).toEqual([encode('someone:opensesame')]);
    expect(found(`Basic ${encode('without a colon in it')}`)).toEqual([]);
    expect(found('Basic authentication of users')).toEqual([]);
  });
});

/** Made of what program texts, logs and listings are full of; the random parts by the generator, as no real ones are copied. */
const clean: readonly (readonly [what: string, text: string])[] = [
  ['a commit', `git show ${letters(40, /[0-9a-f]/)}`],
  [
    'a UUID',
    `id=${letters(8, /[0-9a-f]/)}-${letters(4, /[0-9a-f]/)}-4${letters(3, /[0-9a-f]/)}-a${letters(3, /[0-9a-f]/)}-${letters(12, /[0-9a-f]/)}`,
  ],
  ['an integrity hash', `"integrity": "sha512-${letters(86, /[A-Za-z0-9+/]/)}=="`],
  ['a digest', `docker pull registry.example.org/app@sha256:${letters(64, /[0-9a-f]/)}`],
  ['an image', `<img src="data:image/png;base64,iVBORw0KGgo${letters(4000, /[A-Za-z0-9+/]/)}=">`],
  ['class names', '<div class="sk-fading-circle sk-circle-container-with-large-margin api-key-input-wrapper-small">'],
  ['generated class names', `<p class="css-${letters(7, /[a-z0-9]/)} sc-${letters(6)} token-keyword test_${letters(6)}">`],
  ['names of functions', 'test_get_user_by_id live_reload_handler secret_key_base_from_environment api_key_access_token_auth_provider'],
  ['names of types', 'getSecretTokenFromEnvironmentVariable2 pat_AbstractSingletonProxyFactoryBean1 NSURLAuthenticationMethodHTTPBasic'],
  ['files of a build', `main-key-${letters(20, /[a-z0-9]/)}.js chunk_token_${letters(24, /[a-f0-9]/)}.css.map`],
  ['DNA', Array.from({ length: 40 }, () => letters(12, /[ACGT]/)).join('-')],
  ['a public key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${letters(43)} someone@host`],
  ['a long public key', `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ${letters(330, /[A-Za-z0-9+/]/)} someone@host`],
  ['placeholders', 'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ghp_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX AKIA0000000000000000'],
  ['the example of the manual', `aws_access_key_id = AKIA${'IOSFODNN7'}EXAMPLE`],
  ['what is to be filled in', `SLACK=xoxb-your-token-here STRIPE=sk_live_yourSecretKeyGoesHere API=acme_live_replaceThisByYourKey0`],
  ['an ULID', `test_id_01HZX${letters(21, /[0-9A-HJKMNP-TV-Z]/)} request-${letters(32, /[0-9a-f]/)}`],
  ['a trace', `traceparent: 00-${letters(32, /[0-9a-f]/)}-${letters(16, /[0-9a-f]/)}-01 session_id_${letters(26, /[a-z0-9]/)}`],
  ['messages', 'msgid "live_region_announcements_for_screen_readers"\nmsgstr "API-VIRHEKAPSELOINTIMERKKIJONOTYYPPI"'],
  ['a sentence', 'The basic idea: keys begin with sk- or AKIA, tokens with ghp_, passwords with $6$ and private keys with -----BEGIN.'],
  ['what is redacted already', 'export KEY=‹redacted:api-key› token_‹redacted:jwt› Basic ‹redacted:password›'],
  ['a number and a name', '20260101120000-createUsersTableAndIndexesForOrganisations1 12345:AgencyIdentificationCodeContentTypes'],
];

describe('clean texts', () => {
  it.each(clean)('with %s stay as they are', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('hostile texts', () => {
  const bytes = 65_536;
  const full = (piece: string) => piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);
  const starts = formats.flatMap((format) => format.starts);

  /** The processor's time and not the clock's, the best of some: others work on the machine as well. */
  const costMs = (text: string) =>
    Math.min(
      ...Array.from({ length: 3 }, () => {
        const before = process.cpuUsage().user;
        found(text);
        return (process.cpuUsage().user - before) / 1_000;
      }),
    );

  it.each([
    ['all beginnings, repeated', full(starts.join('-'))],
    ['one beginning that many share', full('sk_-')],
    ['one endless run', full('aB3dE5gH7jK9mN1pQ')],
    ['beginnings of web tokens', full('eyJ-')],
    ['headers of web tokens', full('eyJhbGciOiJIUzI1NiJ9.')],
    ['beginnings of keys', full('-----BEGIN RSA PRIVATE KEY-----')],
    ['keys without an end', full(`-----BEGIN RSA PRIVATE KEY-----\n${letters(64)}\n`)],
    ['names without values', full('adobe_token=')],
    ['values without names', full(`=${letters(32)} `)],
    ['parts of names', full('acme_live_')],
    ['escapes', full('\\n%3D')],
  ])('of %s cost no more than in proportion to their length', (_, text) => {
    const cost = costMs(text);
    expect(cost).toBeLessThan(50);
    expect(cost).toBeLessThan(8 * costMs(text.slice(0, bytes / 4)) + 20);
  });
});
