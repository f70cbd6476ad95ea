import type { Random } from '../simulation/random.ts';
import { createRandom } from '../simulation/random.ts';

/** Secrets of the forms that people and programs use. All are made here: none was ever anybody's. */

export type Hidden = {
  secret: string;
  /** With what tells that it is one around it. */
  text: string;
  isCommand: boolean;
  /** Whether the text is nothing but the secret. */
  alone: boolean;
  isLatin: boolean;
  /** How it stands in metadata where its key tells what it is. */
  json?: { [key: string]: string | string[] | { [key: string]: string }[] };
};
export type Form = { name: string; make(random: Random): Hidden };

const small = 'abcdefghijklmnopqrstuvwxyz';
const alphanumeric = `${small}${small.toUpperCase()}0123456789`;
export const characters = (count: number, from: string, random: Random) =>
  Array.from({ length: count }, () => from[random.below(from.length)]!).join('');

/** At least one letter of each size and a digit, as rules for passwords ask for. */
const password = (random: Random, special: string) =>
  characters(random.between(2, 6), small, random) +
  characters(1, 'XYZ', random) +
  characters(random.between(2, 6), alphanumeric + special, random) +
  characters(2, '0123456789', random) +
  characters(2, small, random);

const isLatin = true;
const hidden = (secret: string, text: string, more: Partial<Hidden> = {}): Hidden => ({
  secret,
  text,
  isCommand: false,
  alone: text === secret,
  isLatin,
  ...more,
});

const registered = createRandom(20_261_122);
const special = ` !#$%&*+,-./:;=?@^_~"'\\<>|`;
/** What the organisation has registered. */
export const known: readonly string[] = Array.from({ length: 40 }, (_, place) =>
  place % 4 === 0
    ? `${characters(8, small, registered)} ${characters(6, 'äöüßéñ', registered)} ${characters(5, small, registered)}`
    : characters(1, alphanumeric, registered) +
      characters(registered.between(6, 30), alphanumeric + special, registered) +
      characters(1, alphanumeric, registered),
);

const knownSecret: Form = {
  name: 'a known secret',
  make: (random) => {
    const secret = random.pick(known);
    return hidden(secret, secret, { isLatin: !/[^ -~]/.test(secret) });
  },
};

const namedPassword: Form = {
  name: 'a password under its name',
  make: (random) => {
    const secret = password(random, '!#%*.-_+~');
    const name = random.pick(['password', 'passwd', 'DB_PASSWORD', 'adminPassword', 'client_secret']);
    const text = random.pick([`${name}=${secret}`, `${name}: "${secret}"`, JSON.stringify({ user: 'jo', [name]: secret })]);
    const json = random.pick<Hidden['json']>([{ [name]: secret }, { fields: [{ name, value: secret }] }, { [name]: [secret] }]);
    return hidden(secret, text, { json });
  },
};

const vendorToken: Form = {
  name: 'a token of a vendor',
  make: (random) => {
    const secret = random.pick([
      () => `gh${'p'}_${characters(36, alphanumeric, random)}`,
      () => `gl${'pat'}-${characters(20, alphanumeric, random)}`,
      () => `AK${'IA'}${characters(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', random)}`,
      () => `sk${'_live'}_${characters(24, alphanumeric, random)}`,
    ])();
    return hidden(secret, secret);
  },
};

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const webToken: Form = {
  name: 'a JSON Web Token',
  make: (random) => {
    const secret = [
      base64url({ alg: 'HS256', typ: 'JWT' }),
      base64url({ sub: characters(8, alphanumeric, random), iat: random.below(2 ** 31) }),
      characters(43, `${alphanumeric}-_`, random),
    ].join('.');
    return hidden(secret, secret);
  },
};

const privateKey: Form = {
  name: 'a private key in PEM',
  make: (random) => {
    const body = characters(random.pick([240, 620]), `${alphanumeric}+/`, random).replaceAll(/.{64}(?=.)/g, '$&\n');
    const label = `${random.pick(['', 'RSA ', 'EC '])}PRIVATE KEY`;
    return hidden(body.split('\n')[1]!, `-----${'BEGIN'} ${label}-----\n${body}\n-----END ${label}-----`);
  },
};

const userinfo: Form = {
  name: 'a password in a URL',
  make: (random) => {
    const secret = password(random, '!*._~-');
    return hidden(
      secret,
      `${random.pick(['https', 'postgres', 'amqp', 'mongodb+srv'])}://app:${encodeURIComponent(secret)}@db.example.com/main`,
    );
  },
};

const commandLine: Form = {
  name: 'a password in a command line',
  make: (random) => {
    const secret = password(random, '!#%+.');
    const words = random.pick([
      ['mysql', '-u', 'root', `-p${secret}`, 'shop'],
      ['mysqldump', '--host', 'db', `--password=${secret}`, 'shop'],
      ['curl', '-s', '-u', `jo:${secret}`, 'https://example.com/'],
      ['sshpass', '-p', secret, 'ssh', 'jo@example.com'],
      ['docker', 'login', '-u', 'jo', '-p', secret, 'registry.example.com'],
      ['curl', '-H', `Authorization: Bearer ${secret}${secret}`, 'https://example.com/'],
    ]);
    const quoted = words.map((word) => (/^[\w@:/.=-]+$/.test(word) ? word : `'${word}'`));
    return hidden(secret, quoted.join(' '), {
      isCommand: true,
      json: random.pick<Hidden['json']>([{ argv: words }, { command: quoted.join(' ') }]),
    });
  },
};

export const forms: readonly Form[] = [knownSecret, namedPassword, vendorToken, webToken, privateKey, userinfo, commandLine];
