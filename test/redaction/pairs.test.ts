import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noKnownSecrets } from '../../src/redaction/known.ts';
import { findPairs, kindOfNamed } from '../../src/redaction/pairs.ts';
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
    ['of a shell default', `\${DB_PASSWORD:-${value}}`, '${DB_PASSWORD:-⟦⟧}'],
  ])('%s', (_, text, expected) => {
    expect(marked(text)).toBe(expected);
  });

  it('and hashes of passwords are told from passwords', () => {
    const hash = `$6$${'saltsalt'}$${'a1B2'.repeat(20)}`;
    expect(hidden(`bob:${hash}:19000:0:99999:7:::`)).toBe('bob:‹redacted:password-hash›:19000:0:99999:7:::');
  });
});

describe('what only speaks of secrets stays', () => {
  it.each([
    'password = getpass()',
    'password = getpass.getpass("Password: ")',
    'if (password == null) return;',
    'if password != confirm_password:',
    'password: string',
    'function login(user: string, password: string): Promise<Token> {',
    'validatePassword(password)',
    'const token = request.headers.token;',
    'token = next(tokens)',
    'token = self.token',
    'this.apiKey = config.apiKey;',
    'return { secret: secret, token: token };',
    'items.map((key) => key.value)',
    'login(password=password, token=token)',
    'password: your-password-here',
    'password=<password>',
    'PASSWORD=$DB_PASSWORD',
    'PASSWORD="${DB_PASSWORD}"',
    'password: {{ vault_password }}',
    'password: ${{ secrets.DB_PASSWORD }}',
    'set PASSWORD=%DB_PASSWORD%',
    'api_key: "YOUR_API_KEY"',
    'password=changeme',
    'password: ********',
    'token: xxxxxxxxxxxxxxxx',
    'password: [REDACTED]',
    'db_password: null',
    'password: ""',
    'Password:',
    'Password:\nLogin incorrect',
    'Enter password:\nagain',
    'Forgot password?',
    '"password": "Passwort"',
    '"password": "Password"',
    'password=Mot de passe oublié',
    '"password": "Enter your password"',
    '"token": "パスワード"',
    'error.password=Your password is too short.',
    'password_file: /run/secrets/db',
    'password_file=/run/secrets/db_password',
    'token_url=https://login.example.com/token',
    'max_tokens: 4096',
    'max_tokens=4096',
    'tokenizer: wordpiece_2048_abcdef',
    'key_id: 3f2a9c',
    'public_key: MIIBIjANBgkqhkiG9w0BAQEFAAOC1234',
    'primary_key=a8f5f167f44f4964e6c998dee827110c',
    'keyboard: us-intl',
    'secret_name: db-main-7f9c2a1b4d6e8f0a',
    'token_type=Bearer',
    'password_policy: strong',
    'passwordLength: 12',
    'api_key_enabled: true',
    'keyword: a8f5f167f44f4964e6c998dee827110c',
    'monkey: 12345678',
    'integrity: sha512-a8f5f167f44f4964e6c998dee827110c==',
    'commit: da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'id: 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    'PWD=/home/bob',
    'OLDPWD=/home/bob/src',
    '--password-stdin',
    'docker login --password-stdin registry.example.com',
    'psql --host db --password shop',
    '(password optional, 8 to 64 characters)',
    'https://${user}:${password}@db.example.com/',
    'https://user:password@example.com',
    'postgres://postgres:postgres@localhost:5432/shop',
    'https://example.com:8080/path@2.1.0',
    'http://localhost:3000/@vite/client',
    'at 12:30@place',
    'git@github.com:bob/app.git',
    'ssh://git@host:22/app.git',
    'https://bob@git.example.com/app.git',
    '/reset-password?next=/home',
    'type Query { login(secret: String!): Token }',
    'listener: (session: ClientHttp2Session) => void',
    '"js-tokens": "^4.0.0"',
    'secret: /run/secrets/app',
    "t.pass('drain emitted')",
    'const { credentials = "same-origin" } = options',
    'SELECT password FROM users WHERE name = ?',
    'url = "https://x/?token=" + token + "&a=1"',
    '  password VARCHAR(60) NOT NULL,',
    'a ‹redacted:password› and password=‹redacted:password›',
  ])('%s', (text) => {
    expect(marked(text)).toBe(text);
  });
});

describe('kindOfNamed', () => {
  it.each([
    ['password', 'hunter2', 'PASSWORD'],
    ['password', '12', 'PASSWORD'],
    ['Passwort', 'x', 'PASSWORD'],
    ['user[password]', 'abc', 'PASSWORD'],
    ['input[type=password]', 'correct horse', 'PASSWORD'],
    ['#password', 'abc', 'PASSWORD'],
    ['form > input#new-password-field', 'abc', 'PASSWORD'],
    ['pin', '1234', 'PASSWORD'],
    ['apiKey', 'abc123', 'API_KEY'],
    ['x-api-key', 'abc123', 'API_KEY'],
    ['authorization', 'Bearer abc', 'TOKEN'],
    ['Proxy-Authorization', 'Basic YTpi', 'TOKEN'],
    ['cookie', 'a=b', 'TOKEN'],
    ['set-cookie', 'a=b; Path=/', 'TOKEN'],
    ['client_secret', 'abc', 'TOKEN'],
    ['privateKey', 'MIIE', 'PRIVATE_KEY'],
    ['password', '', null],
    ['password', '***', null],
    ['password', '‹redacted:password›', null],
    ['password', 'true', null],
    ['passwordLength', '12', null],
    ['max_tokens', '4096', null],
    ['tokens', '1500', null],
    ['key', 'Enter', null],
    ['key', 'a', null],
    ['keyId', 'abc123', null],
    ['publicKey', 'abc123', null],
    ['author', 'bob', null],
    ['pinned', '1234', null],
    ['session', 'afternoon', null],
  ] as const)('says of %s: %s that it is %s', (name, value, kind) => {
    expect(kindOfNamed(name, value)).toBe(kind);
  });
});

describe('for any text', () => {
  const word = fc.constantFrom(
    'password',
    'token',
    'api_key',
    'secret',
    'key',
    'Authorization',
    'Cookie',
    'login',
    'IDENTIFIED BY',
    'code',
    'https://',
    '//',
    'user',
    'pass',
    'is',
    'Bearer',
    'machine',
    '<password>',
    '</password>',
    'value',
    'name',
    '$1$',
    'if',
    'return',
  );
  const sign = fc.constantFrom(
    '=',
    ':',
    ': ',
    ' = ',
    '"',
    "'",
    '`',
    ' ',
    '\n',
    ';',
    '&',
    '?',
    '@',
    '/',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ',',
    '\\',
    '<',
    '>',
    '|',
    '-',
    '$',
    '‹redacted:token›',
  );
  const value = fc.stringMatching(/^[A-Za-z0-9!@#$%^&*_+-]{1,24}$/);
  const text = fc.array(fc.oneof(word, sign, value), { maxLength: 24 }).map((parts) => parts.join(''));

  it('redaction of what is redacted changes nothing', () => {
    fc.assert(
      fc.property(text, (before) => {
        const once = hidden(before);
        expect(hidden(once)).toBe(once);
      }),
      { numRuns: 3_000, seed },
    );
  });

  it('findings lie inside it and hold something', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const found: Finding[] = [];
        findPairs(whole, found);
        expect(found.filter(({ start, end }) => start < 0 || end > whole.length || start >= end)).toEqual([]);
      }),
      { numRuns: 1_000, seed },
    );
  });
});

describe('time grows with the text only', () => {
  const parts = [
    'password=',
    'password = ',
    'password="',
    `password="password='`,
    '=',
    'a=b;',
    `"'\``,
    '://',
    '//u:p/w',
    '@',
    '//u:p@',
    'a',
    'passwordtoken',
    'key ',
    'token: ',
    '<password>',
    'cookie: a=b; ',
    'authorization: Digest ',
    '"key": "password", "value": ',
    'identified by ',
    'localhost:5432:',
    '$6$a',
    'setPassword(',
    'password is ',
    '"x" == password ',
    'password=%',
    'password=((((',
    'passwords: [',
    'пароль: ',
    'login("a","',
  ];
  const seconds = (text: string) => {
    const before = process.cpuUsage();
    findPairs(text, []);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };

  /** 256 KB in less than a second: what is quadratic takes many. */
  it.each(parts)('of %j over and over', (part) => {
    expect(seconds(part.repeat(Math.ceil(262_144 / part.length)))).toBeLessThan(1);
  });
});
