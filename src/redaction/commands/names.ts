import type { SecretKind } from '../../domain/secret-use.ts';
import type { Take } from './places.ts';

const words = (text: string) => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Flags that begin with these do something to a secret, or say that there is none. */
const verbs = words(`
  no not without ask prompt show hide use with save store remember keep generate gen random require force allow disable enable verify
  check skip reset expire empty get list delete remove revoke rotate print dump export insecure is has need needs cached clear forget
  validate renew min max minimum maximum read send`);

const passwords = words('password passwd passphrase passcode passwort pwd pswd passwrd psk pass pw');
/** Spelt as one word: `-storepass`, `--userpass`. Others that end in `pass` are no secrets, such as `--bypass` and `--two-pass`. */
const joined = words(`
  storepass keypass srcstorepass deststorepass srckeypass destkeypass userpass dbpass rootpass adminpass httppass proxypass smtppass
  loginpass authpass rpcpass ldappass sshpass becomepass certpass keystorepass truststorepass mypass bindpass rootpw userpw newpw adminpw
  bindpw requirepass masterauth ftppass mailpass passkey ftpspass wifipass webpass bindpasswd`);
const passEnding = words(
  'bypass compass multipass encompass trespass surpass singlepass onepass twopass firstpass lastpass fdpass nopass askpass getpass',
);
const passNot = words('one two three first second single multi by render low high bit compiler fd max color');

/** What a token is when it is no secret: a place in a list, a name for a try, a sign of a language model. */
const tokenNot = words(`
  next start starting page continuation pagination request change lock sync client idempotency eos bos pad unk special stop type mask
  continue resume marker cursor delim delimiter separator`);
const keysOf = words(`
  api secret access auth account master encryption signing shared license licence registration ingest ingestion write admin subscription
  storage service session app application authentication preshared bot deploy activation product install installation integration
  routing instrumentation consumer telemetry rpc decryption encrypt decrypt crypto cipher wep wpa network wireguard`);
const secretsOf = words('client app application consumer api shared oauth webhook access jwt bot cookie signing auth token user session');
const codes = words(
  'otp totp hotp 2fa mfa twofactor tfa otp-code totp-code mfa-code 2fa-code auth-code verification-code token-code one-time-password',
);
const pairs = words(
  'credentials credential creds cred userpass user-pass basic-auth http-auth proxy-auth basicauth httpauth proxyauth authentication auth login-pass',
);

/** Typed twice, so that both are the secret: `--password-again`. */
const repeats = words('again confirm confirmation repeat verify retype');
const phrasesOf = words('seed recovery mnemonic backup secret');
const joinedKeysOf =
  /^(?:app|user|service|storage|subscription|admin|server|write|ingest|crypto|cipher|enc|aes|wep|wpa|psk|shared|client)key$/;
const joinedNot = /^(?:next|start|page|continuation|continue|sync|skip|client|eos|bos|pad|unk|de|no|re|un|multi|sub)token$/;

/** Letters that a name of a secret has: a cheap look before the name is taken apart. */
const hint = /pass|pw|tok|sec|key|pin|puk|otp|fa|psk|cred|auth|jwt|cookie|code|bearer|mnemonic|phrase|^pat$/i;
const nameUnitsMax = 48;

const strong = (kind: SecretKind): Take => ({ shape: 'X', kind, certainty: 'STRONG' });
const password = strong('PASSWORD');
const weakPassword: Take = { shape: 'X', kind: 'PASSWORD', certainty: 'WEAK' };
const token = strong('TOKEN');
const key = strong('API_KEY');
const weakKey: Take = { shape: 'X', kind: 'API_KEY', certainty: 'WEAK' };
const weakSecret: Take = { shape: 'X', kind: 'TOKEN', certainty: 'WEAK' };
const longKey: Take = { shape: 'X', kind: 'API_KEY', certainty: 'LONG' };
const privateKey: Take = { shape: 'X', kind: 'PRIVATE_KEY', certainty: 'WEAK' };
const phrase = strong('PRIVATE_KEY');
const pin: Take = { shape: 'PIN', kind: 'PASSWORD', certainty: 'STRONG' };
const code: Take = { shape: 'X', kind: 'TOKEN', certainty: 'STRONG' };
const userPassword: Take = { shape: 'user:X', kind: 'PASSWORD', certainty: 'STRONG' };
const cookie: Take = { shape: 'COOKIE', kind: 'TOKEN', certainty: 'WEAK' };

/** What a flag or key of this name takes, whatever the tool, without its dashes and in any spelling: `db_password`, `accessToken`. */
export function takeOfName(name: string): Take | null {
  if (name.length < 2 || name.length > nameUnitsMax || !hint.test(name)) return null;
  const spelt = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[_.]/g, '-');
  if (codes.has(spelt)) return code;
  if (pairs.has(spelt)) return userPassword;
  const parts = spelt.split('-');
  if (parts.length > 1 && verbs.has(parts[0]!)) return null;
  if (parts.length > 1 && repeats.has(parts.at(-1)!) && passwords.has(parts.at(-2)!)) return password;
  const [last, before] = [parts.at(-1)!, parts.at(-2) ?? ''];
  return (
    takeOfParts(last, before, parts) ??
    takeOfRare(last, before) ??
    (/[a-z]\d$/.test(last) ? takeOfParts(last.slice(0, -1), before, parts) : null)
  );
}

/** What fewer tools call it; taken where it looks random. */
function takeOfRare(last: string, before: string): Take | null {
  if (last === 'mnemonic' || last === 'seedphrase' || (last === 'phrase' && phrasesOf.has(before))) return phrase;
  if (last === 'bearer' || last === 'pat') return weakSecret;
  if (last === 'puk') return pin;
  if (/^[a-z]{2,10}(?:pw|pwd|pswd)$/.test(last)) return /^(?:no|ask|read|gen)/.test(last) ? null : weakPassword;
  if (before === 'key' && (last === 'data' || last === 'string' || last === 'material')) return longKey;
  if (
    last === 'code' &&
    /^(?:authorization|access|unlock|pairing|activation|recovery|backup|security|setup|registration|invite)$/.test(before)
  )
    return weakSecret;
  if (/^[a-z]{2,12}token$/.test(last)) return joinedNot.test(last) ? null : weakSecret;
  if (/^[a-z]{2,12}secret$/.test(last)) return weakSecret;
  return joinedKeysOf.test(last) ? weakKey : null;
}

function takeOfParts(last: string, before: string, parts: readonly string[]): Take | null {
  if (passwords.has(last)) return last === 'pass' && passNot.has(before) ? null : password;
  if (joined.has(last) || /(?:password|passwd|passphrase|passcode)\d?$/.test(last)) return password;
  if (/^\w{2,8}pass$/.test(last) && !passEnding.has(last)) return weakPassword;
  if (last === 'token' || last === 'jwt') return parts.some((part) => tokenNot.has(part)) ? null : token;
  if (/^(?:access|auth|api|bearer|refresh|session|user|bot|id|jwt|login|registration|deploy|github|gitlab)token$/.test(last)) return token;
  if (last === 'secret') return secretsOf.has(before) ? token : weakSecret;
  if (/^(?:client|app|consumer|api|shared|oauth|access)secret$/.test(last)) return token;
  if (last === 'key') {
    if (before === 'private') return privateKey;
    if (before === 'api' || before === 'secret' || (before === 'access' && parts.includes('secret'))) return key;
    return keysOf.has(before) ? weakKey : longKey;
  }
  if (/^(?:api|secret|secretaccess)key$/.test(last)) return key;
  if (/^(?:access|auth|master|encryption|session|account|license)key$/.test(last)) return weakKey;
  if (last === 'pin' || last === 'pincode' || (last === 'code' && before === 'pin')) return pin;
  if (codes.has(last)) return code;
  return last === 'cookie' || last === 'cookies' ? cookie : null;
}
