import type { TokenFormat } from './format.ts';
import { looksRandom } from './placeholders.ts';

const twoDigits = Array.from({ length: 90 }, (_, index) => String(index + 10));

/** The first two characters of a decimal number in base64. */
const numberInBase64 = ['MD', 'MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT'];

/** The first bytes of private keys of the usual sorts and lengths, in base64: PKCS #1, PKCS #8, SEC 1 and Ed25519. */
const privateKeys = [
  'MIICWwIBAAKBgQ',
  'MIICXAIBAAKBgQ',
  'MIICXQIBAAKBgQ',
  'MIIEogIBAAKCAQEA',
  'MIIEowIBAAKCAQEA',
  'MIIEpAIBAAKCAQEA',
  'MIIEpQIBAAKCAQEA',
  'MIIG4wIBAAKCAYEA',
  'MIIG5AIBAAKCAYEA',
  'MIIJJwIBAAKCAgEA',
  'MIIJKAIBAAKCAgEA',
  'MIIJKQIBAAKCAgEA',
  'MIICdQIBADANBgkqhkiG9w0BAQEFAASC',
  'MIICdgIBADANBgkqhkiG9w0BAQEFAASC',
  'MIICdwIBADANBgkqhkiG9w0BAQEFAASC',
  'MIIEvAIBADANBgkqhkiG9w0BAQEFAASC',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  'MIIEvgIBADANBgkqhkiG9w0BAQEFAASC',
  'MIIEvwIBADANBgkqhkiG9w0BAQEFAASC',
  'MIIJQQIBADANBgkqhkiG9w0BAQEFAASC',
  'MIIJQgIBADANBgkqhkiG9w0BAQEFAASC',
  'MIIJQwIBADANBgkqhkiG9w0BAQEFAASC',
  'MHcCAQEEI',
  'MIGHAgEAMBMGByqGSM49',
  'MIG2AgEAMBAGByqGSM49',
  'MC4CAQAwBQYDK2VwBCIEI',
];

/** What stands for whoever has it, and begins with a number or a name that many things begin with. */
export const bearers: readonly TokenFormat[] = [
  { of: 'Telegram bot', starts: twoDigits, rest: /\d{3,14}:A[\w-]{34}/, random: true, accepts: isRandomAfterColon },
  { of: 'Facebook app', starts: twoDigits, rest: /\d{13,14}(?:\||%7[Cc])[\w-]{27,40}/, kind: 'TOKEN' },
  { of: 'X user', starts: twoDigits, rest: /\d{13,18}-[A-Za-z0-9]{40}/, kind: 'TOKEN', random: true },
  { of: 'Discord bot', starts: numberInBase64, rest: /[A-Za-z0-9]{22,28}\.[\w-]{6}\.[\w-]{27,40}/ },
  {
    of: 'Basic authentication',
    starts: ['Basic ', 'basic '],
    rest: /[A-Za-z0-9+/]{8,400}={0,2}/,
    kind: 'PASSWORD',
    keepsStart: true,
    accepts: holdsPassword,
  },
  {
    of: 'WireGuard',
    starts: ['PrivateKey = ', 'PrivateKey=', 'PresharedKey = ', 'PresharedKey='],
    rest: /[A-Za-z0-9+/]{43}=/,
    kind: 'PRIVATE_KEY',
    keepsStart: true,
  },
  { of: 'Private key without its armour', starts: privateKeys, rest: /(?:[A-Za-z0-9+/]|\\n|\r?\n){30,8000}={0,2}/, kind: 'PRIVATE_KEY' },
];

/** `user:password` in base64, both printable. */
function holdsPassword(encoded: string): boolean {
  const decoded = Buffer.from(encoded, 'base64').toString('latin1');
  return /^[\x20-\x7e]{0,200}:[\x20-\x7e]{1,200}$/.test(decoded);
}

function isRandomAfterColon(rest: string): boolean {
  return looksRandom(rest.slice(rest.indexOf(':') + 1));
}
