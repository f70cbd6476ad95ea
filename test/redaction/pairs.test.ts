import { describe, expect, it } from 'vitest';
import { noKnownSecrets } from '../../src/redaction/known.ts';
import { findPairs } from '../../src/redaction/pairs.ts';
import { redactText } from '../../src/redaction/redact.ts';
import type { Finding } from '../../src/redaction/finding.ts';

const hidden = (text: string) => redactText(text, 'TEXT', noKnownSecrets).text;

/** Only what pairs find, each in brackets, so that a test sees exactly which stretch was taken. */
function marked(text: string): string {
  const found: Finding[] = [];
  findPairs(text, found);
  let result = text;
  for (const { start, end } of found.sort((a, b) => b.start - a.start)) result = `${result.slice(0, start)}⟦⟧${result.slice(end)}`;
  return result;
}

/** A generator of equal numbers for equal seeds: Park and Miller's. */
function createRandom(seed: number) {
  let state = seed;
  const below = (limit: number) => (state = (state * 48_271) % 2_147_483_647) % limit;
  return { below, pick: <T>(from: ArrayLike<T>): T => from[below(from.length)]! };
}

const lower = 'abcdefghijkmnopqrstuvwxyz';
const base62 = `${lower}ABCDEFGHJKLMNPQRSTUVWXYZ0123456789`;
const seed = 20_261_122;

describe('a value that its name makes a secret', () => {
  const random = createRandom(seed);
  const text = (alphabet: string, length: number) => Array.from({ length }, () => random.pick(alphabet)).join('');
  const values = {
    password: () =>
      `${text(lower, 4)}${text('ABCDEFGHJKLMN', 2)}${random.below(90) + 10}${random.pick(['!', '_', '%', '+', '-', ''])}${text(lower, 3)}`,
    token: () => text(base62, 32),
    hex: () => text('0123456789abcdef', 40),
  };
  const passwords = [
    'password',
    'db_password',
    'dbPassword2',
    'DB_PASSWORD',
    'passwd',
    'pwd',
    'userPassword',
    'spring.datasource.password',
    'passphrase',
    'clientSecret',
    'secret',
    'passwort',
    'mot_de_passe',
    'contraseña',
    'MYSQL_ROOT_PASSWORD',
    'ftp-passwd',
    'admin_pass',
    'ssh_passphrase',
  ];
  const tokens = [
    'token',
    'api_key',
    'apiKey',
    'API-KEY',
    'accessToken',
    'AUTH_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'x-api-key',
    'refresh_token',
    'private_token',
    'encryptionKey',
    'signing_key',
    'githubToken',
    'acme_key',
    'sessionToken',
    'bot_token',
    'csrf_token',
    'secret_key_base',
    'APIToken',
    '1acmeToken',
  ];
  const spellings: readonly ((name: string, value: string) => string)[] = [
    (name, value) => `${name}=${value}`,
    (name, value) => `${name}: ${value}`,
    (name, value) => `${name} = ${value}`,
    (name, value) => `${name}="${value}"`,
    (name, value) => `${name} = '${value}'`,
    (name, value) => `{"a": 1, "${name}": "${value}", "b": true}`,
    (name, value) => `{"${name}":"${value}"}`,
    (name, value) => `{\n  "${name}":\n    "${value}"\n}`,
    (name, value) => JSON.stringify({ body: JSON.stringify({ [name]: value }) }),
    (name, value) => `{'${name}' => '${value}'}`,
    (name, value) => `:${name} => "${value}"`,
    (name, value) => `${name} := "${value}"`,
    (name, value) => `${name} ::= "${value}"`,
    (name, value) => `${name} ?= "${value}"`,
    (name, value) => `export ${name}=${value}`,
    (name, value) => `export ${name}='${value}'; make deploy`,
    (name, value) => `set ${name}=${value}`,
    (name, value) => `setx ${name} ${value}`,
    (name, value) => `$env:${name} = "${value}"`,
    (name, value) => `FROM node:24\nENV ${name} ${value}\nRUN npm ci`,
    (name, value) => `ARG ${name}=${value}`,
    (name, value) => `docker run -e ${name}=${value} -d postgres`,
    (name, value) => `System.setProperty("${name}", "${value}");`,
    (name, value) => `define( '${name}', '${value}' );`,
    (name, value) => `os.environ["${name}"] = "${value}"`,
    (name, value) => `$config['${name}'] = '${value}';`,
    (name, value) => `String ${name} = "${value}";`,
    (name, value) => `var ${name} string = "${value}"`,
    (name, value) => `const ${name} = \`${value}\``,
    (name, value) => `let ${name}: string = "${value}";`,
    (name, value) => `$${name} .= "${value}"`,
    (name, value) => `<${name}>${value}</${name}>`,
    (name, value) => `<${name} encoding="plain">\n  ${value}\n</${name}>`,
    (name, value) => `<${name}><![CDATA[${value}]]></${name}>`,
    (name, value) => `<add key="${name}" value="${value}"/>`,
    (name, value) => `<entry><key>${name}</key><value>${value}</value></entry>`,
    (name, value) => `env:\n  - name: ${name}\n    value: ${value}\n`,
    (name, value) => `{"name": "${name}", "value": "${value}"}`,
    (name, value) => `---\napp:\n  ${name}: ${value} # of the app\n`,
    (name, value) => `${name}: |\n  ${value}\nnext: 1`,
    (name, value) => `[server]\nhost = db\n${name} = ${value}\n`,
    (name, value) => `Server=db;Database=shop;${name}=${value};Timeout=30`,
    (name, value) => `jdbc:postgresql://db/shop?user=bob&${name}=${value}&ssl=true`,
    (name, value) => `https://api.example.com/v1?page=2&${name}=${value}#top`,
    (name, value) => `user=bob&${name}=${value}&remember=1`,
    (name, value) => `if (${name} == "${value}") {`,
    (name, value) => `os.getenv("${name}", "${value}")`,
    (name, value) => `${name}: process.env.SHOP ?? '${value}'`,
  ];

  it.each(spellings.map((spell) => [spell('NAME', 'VALUE').replaceAll('\n', '⏎'), spell] as const))('is taken out of %s', (_, spell) => {
    const left = [
      ...passwords.map((name) => [name, values.password()] as const),
      ...tokens.map((name) => [name, values.token()] as const),
      ...tokens.map((name) => [name, values.hex()] as const),
    ].filter(([name, value]) => hidden(spell(name, value)).includes(value));
    expect(left).toEqual([]);
  });
});

describe('exactly the secret is taken', () => {
  const value = 'Zebra7_qLm';
  it.each([
    ['of a URL', `git clone https://bob:${value}@git.example.com/app.git`, 'git clone https://bob:⟦⟧@git.example.com/app.git'],
    ['of a URL whose password has signs of URLs in it', `amqp://bob:a@b#${value}:c@mq:5672/v`, 'amqp://bob:⟦⟧@mq:5672/v'],
    ['of a URL whose password has a slash', `redis://:ab/${value}@cache:6379/0`, 'redis://:⟦⟧@cache:6379/0'],
    ['of a URL without a scheme', `//bob:${value}@nas/share`, '//bob:⟦⟧@nas/share'],
    ['of Authorization', `Authorization: Bearer ${value}${value}`, 'Authorization: Bearer ⟦⟧'],
    ['of a quoted header', `-H "Authorization: Basic ${value}==" https://x`, '-H "Authorization: Basic ⟦⟧" https://x'],
    ['of Authorization in JSON', `{"authorization": "token ${value}9", "a": 1}`, '{"authorization": "token ⟦⟧", "a": 1}'],
    [
      'of digest authorization',
      `Authorization: Digest username="bob", response="${value}${value}", qop=auth`,
      'Authorization: Digest username="bob", response="⟦⟧", qop=auth',
    ],
    ['of Cookie', `Cookie: lang=en; session=${value}; theme=dark`, 'Cookie: lang=en; session=⟦⟧; theme=dark'],
    ['of Set-Cookie', `Set-Cookie: sid=${value}; Path=/; HttpOnly; Max-Age=3600`, 'Set-Cookie: sid=⟦⟧; Path=/; HttpOnly; Max-Age=3600'],
    ['of PRIVATE-TOKEN', `curl -H 'PRIVATE-TOKEN: ${value}'`, `curl -H 'PRIVATE-TOKEN: ⟦⟧'`],
    ['of .netrc', `machine ftp.example.com login bob password ${value}\n`, 'machine ftp.example.com login bob password ⟦⟧\n'],
    ['of .pgpass', `localhost:5432:shop:bob:${value}`, 'localhost:5432:shop:bob:⟦⟧'],
    ['of .npmrc', `//registry.npmjs.org/:_authToken=${value}Q8`, '//registry.npmjs.org/:_authToken=⟦⟧'],
    ['of npm config', `npm config set //registry.npmjs.org/:_authToken ${value}Q8`, 'npm config set //registry.npmjs.org/:_authToken ⟦⟧'],
    ['of the password of SQL', `CREATE USER bob IDENTIFIED BY '${value}';`, `CREATE USER bob IDENTIFIED BY '⟦⟧';`],
    ['of the password of PostgreSQL', `ALTER ROLE bob WITH PASSWORD '${value}';`, `ALTER ROLE bob WITH PASSWORD '⟦⟧';`],
    ['of a sentence', `The password is ${value}, please change it.`, 'The password is ⟦⟧, please change it.'],
    ['of a German sentence', `Das Passwort lautet ${value}.`, 'Das Passwort lautet ⟦⟧.'],
    ['of a note', `Passwort: ${value}`, 'Passwort: ⟦⟧'],
    [
      'of an account key',
      `AccountName=shop;AccountKey=${value}${value}==;EndpointSuffix=x`,
      'AccountName=shop;AccountKey=⟦⟧;EndpointSuffix=x',
    ],
    ['of a list', `passwords: ["${value}", "${value}2"]`, 'passwords: ["⟦⟧", "⟦⟧"]'],
    ['of a list in YAML', `passwords:\n  - ${value}\n  - "${value}2"\nusers: 2`, 'passwords:\n  - ⟦⟧\n  - "⟦⟧"\nusers: 2'],
    ['of a comparison', `if ("${value}" == password) {`, 'if ("⟦⟧" == password) {'],
    ['of a call with a user', `client.login("bob", "${value}");`, 'client.login("bob", "⟦⟧");'],
    ['of a callback', `GET /callback?code=4aX9${value}&state=xyz`, 'GET /callback?code=⟦⟧&state=xyz'],
    ['with the signs a password may have', `DB_PASSWORD=a&b;c#${value}|d\nA=1`, 'DB_PASSWORD=⟦⟧\nA=1'],
    [
      'of a row of SQL',
      `INSERT INTO users (name, password) VALUES ('bob', '${value}'), ('eve', '${value}2');`,
      `INSERT INTO users (name, password) VALUES ('bob', '⟦⟧'), ('eve', '⟦⟧');`,
    ],
    [
      'of an exported table',
      `name,url,username,password\nshop,https://shop.example.com,bob,${value}\n`,
      'name,url,username,password\nshop,https://shop.example.com,bob,⟦⟧\n',
    ],
    ['of a property', `<property name="password">${value}</property>`, '<property name="password">⟦⟧</property>'],
    ['of a form', `<input name="password" type="hidden" value="${value}">`, '<input name="password" type="hidden" value="⟦⟧">'],
    ['of a flag of any tool', `frobnicate --password ${value} --dry-run`, 'frobnicate --password ⟦⟧ --dry-run'],
    [
      'of a line below',
      `Please use the following password:\n\n${value}c3d4e5f6a7b8c9d0e1f2\n`.replaceAll('_', ''),
      'Please use the following password:\n\n⟦⟧\n',
    ],
    ['that stands right behind its name', `acme TOKEN ${value}c3d4e5f6a7b8`.replaceAll('_', ''), 'acme TOKEN ⟦⟧'],
    ['that hangs on its name', `acme-secret-key-${value}c3d4e5f6a7b8c9`.replaceAll('_', ''), 'acme-secret-key-⟦⟧'],
    ['of a setting of Redis', `requirepass ${value}`, 'requirepass ⟦⟧'],
    ['of a passphrase with spaces', 'wpa_passphrase="correct horse battery"', 'wpa_passphrase="⟦⟧"'],
    ['of a shell default', `\${DB_PASSWORD:-${value}}`, '${DB_PASSWORD:-⟦⟧}'],
  ])('%s', (_, text, expected) => {
    expect(marked(text)).toBe(expected);
  });

  it('and hashes of passwords are told from passwords', () => {
    const hash = `$6$${'saltsalt'}$${'a1B2'.repeat(20)}`;
    expect(hidden(`bob:${hash}:19000:0:99999:7:::`)).toBe('bob:‹redacted:password-hash›:19000:0:99999:7:::');
  });
});
