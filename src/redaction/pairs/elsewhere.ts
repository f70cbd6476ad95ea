import { bareEnd } from './bare.ts';
import type { Named } from './names.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import { isSecret } from './values.ts';

/** The one-time code of OAuth in the address it is sent to; of other codes in an address nothing is known. */
const code = /=([\w%.~/-]{10,512})/y;
const callback = /[?&#](?:state|session_state|scope|iss|redirect_uri)=|callback|oauth|signin-oidc/i;
const addressMax = 200;

/** `?code=X&state=…` */
export function callbackCode(text: string, start: number, end: number): Stretch | null {
  code.lastIndex = end;
  const match = code.exec(text);
  if (match === null || !/\d/.test(match[1]!) || !/[A-Za-z]/.test(match[1]!)) return null;
  const address =
    text
      .slice(Math.max(0, start - addressMax), start)
      .split(/\s/)
      .at(-1)! + text.slice(code.lastIndex, code.lastIndex + addressMax).split(/\s/, 1)[0]!;
  return callback.test(address) ? { start: end + 1, end: code.lastIndex } : null;
}

/** `"X" == password`: the value before its name. */
const comparedMax = 256;
export function compared(text: string, start: number, named: Named): Stretch | null {
  const joint = /(["'])\s?[!=]==?\s?$/.exec(text.slice(Math.max(0, start - 8), start));
  if (joint === null) return null;
  const close = start - joint[0].length;
  const open = text.slice(Math.max(0, close - comparedMax), close).lastIndexOf(text[close]!);
  if (open === -1) return null;
  const from = Math.max(0, close - comparedMax) + open + 1;
  return isSecret(text.slice(from, close), named, 'QUOTED') ? { start: from, end: close } : null;
}

/** `login("user", "X")`, `new NetworkCredential("user", "X")`: calls that take a name and its password. */
const authenticating =
  /^(?:.*\.)?(?:login|log_in|signIn|sign_in|authenticate|auth|basicAuth|basic_auth|BasicAuth|HTTPBasicAuth|setBasicAuth|SetBasicAuth|NetworkCredential|UsernamePasswordCredentials?|PasswordAuthentication|PlainAuth|setCredentials|credentials)$/;
const twoArguments = /\([ \t]{0,4}(["'])[^"'\n]{1,100}\1[ \t]{0,4},[ \t]{0,4}(?=["'])/y;
const credentials: Named = { kind: 'PASSWORD', demand: 'ANY' };

export function secondArgument(text: string, name: string, end: number): Stretch | null {
  twoArguments.lastIndex = end;
  if (text[end] !== '(' || !authenticating.test(name) || !twoArguments.test(text)) return null;
  const quoted = quotedAt(text, twoArguments.lastIndex);
  return quoted !== null && isSecret(text.slice(quoted.start, quoted.end), credentials, 'QUOTED') ? quoted : null;
}

const identified = /identified[ \t]{1,4}(?:with[ \t]{1,4}\S{1,40}[ \t]{1,4})?(?:by|as)[ \t]{1,4}(?:password[ \t]{1,4})?/iy;
const statement = /\b(?:create|alter|grant|user|role|login|set|link)\b/i;

/** `CREATE USER bob IDENTIFIED BY 'X'` */
export function identifiedBy(text: string, start: number): Stretch | null {
  identified.lastIndex = start;
  if (!identified.test(text) || !statement.test(text.slice(Math.max(0, start - 160), start))) return null;
  const at = identified.lastIndex;
  const quoted = quotedAt(text, at);
  const value = quoted ?? { start: at, end: bareEnd(text, at, false) };
  if (quoted === null && text[start] !== 'I' && text[value.end] !== ';') return null;
  return isSecret(text.slice(value.start, value.end), credentials, 'QUOTED') ? value : null;
}
