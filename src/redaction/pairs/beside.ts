import type { Page } from './assigned.ts';
import { isVivid } from './assigned.ts';
import { bareEnd, endsThere } from './bare.ts';
import type { Named } from './names.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import { looksRandom } from './random.ts';
import { isSecret } from './values.ts';

/** Before a name: words that set it to what follows, as in a Dockerfile, on Windows, in csh and fish, in configuring commands. */
const setter =
  /(?:^|[\s;&|(])(?:ENV|ARG|[Ss][Ee][Tt][Xx]|setenv|set -g?U?x|set|config set|configure set|config --(?:global|local|system|add)|secrets? set|variables? set|env set|SetEnv|proxy_set_header|add_header|RequestHeader set|putenv)\s+["']?(?:[\w.@/:-]{0,60}[.:])?$/;
/** Before a name: who the password is for, as in .netrc. */
const account = /(?:^|\s)(?:machine|login|account|default|user(?:name)?|host)\s+\S{1,100}\s+$/;
/** Between a name and its value in a sentence. */
const copula = /["']?[ \t]{1,3}(?:is|was|are|ist|lautet|war|est|es|sera|=|to|(?:has been |was |is )?(?:set|changed|reset) to|will be)[ \t:]{1,4}/y;
const gap = /["']?[ \t]{1,40}/y;
const identified = /identified[ \t]{1,4}(?:with[ \t]{1,4}\S{1,40}[ \t]{1,4})?(?:by|as)[ \t]{1,4}(?:password[ \t]{1,4})?/iy;

const stretchAt = (text: string, at: number) => quotedAt(text, at) ?? { start: at, end: bareEnd(text, at, false) };

/** `IDENTIFIED BY 'X'` */
export function identifiedBy(text: string, start: number): Stretch | null {
  identified.lastIndex = start;
  if (!identified.test(text)) return null;
  const value = stretchAt(text, identified.lastIndex);
  return isSecret(text.slice(value.start, value.end), { kind: 'PASSWORD', demand: 'ANY' }, 'QUOTED') ? value : null;
}

/** A secret that stands beside its name without any sign between: `password X`, `ENV TOKEN X`, `the password is X`. */
export function secretBeside({ text }: Page, named: Named, name: string, start: number, end: number): Stretch | null {
  gap.lastIndex = end;
  if (!gap.test(text)) return null;
  const at = gap.lastIndex;
  const before = text.slice(Math.max(0, start - 120), start);
  if (setter.test(before) || (named.demand === 'ANY' && account.test(before))) return judged(text, named, at, () => true);
  copula.lastIndex = end;
  if (copula.test(text)) return judged(text, named, copula.lastIndex, (value, stop) => isVivid(value) && (endsThere(text, stop) || /\d/.test(value)), true);
  const quoted = quotedAt(text, at);
  const bare = wordsBefore(before);
  if (quoted !== null) return bare && /^\s{0,4}(?:$|[;,)\n]|[A-Z]{2}|WITH|\w+ =)/.test(text.slice(quoted.after, quoted.after + 12)) ? judged(text, named, at, () => true) : null;
  if (/^(?:requirepass|masterauth)$/i.test(name)) return judged(text, named, at, () => true);
  if (named.demand !== 'ANY' && !/^bearer$/i.test(name)) return null;
  return judged(text, named, at, (value, stop) => {
    if (looksRandom(value)) return true;
    return bare && isVivid(value) && /^(?:pw|password|passwort|kennwort|passphrase|psk|secret)$/i.test(name) && (/[a-z]/.test(value) && /[A-Z!@#$%^&*+=~?]/.test(value) && /\d/.test(value)) && endsThere(text, stop);
  });
}

/** The name stands by itself, not as part of a flag or a path. */
const wordsBefore = (before: string) => !/[\w$@/\\.<>-]$/.test(before);

function judged(text: string, named: Named, at: number, accepts: (value: string, stop: number) => boolean, inProse = false): Stretch | null {
  const quoted = quotedAt(text, at);
  const value: Stretch = quoted ?? { start: at, end: bareEnd(text, at, false) };
  if (quoted === null && inProse) while (value.end > at && /[.,;:!?)]/.test(text[value.end - 1]!) && /^.?(?:\s|$)/.test(text.slice(value.end - 1, value.end + 1).slice(1))) value.end -= 1;
  const secret = text.slice(value.start, value.end);
  return isSecret(secret, named, quoted === null ? 'LOOSE' : 'QUOTED') && (quoted !== null || accepts(secret, value.end)) ? value : null;
}
