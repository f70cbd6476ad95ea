import type { Named } from './names.ts';
import { isLiteral, isMask, isPath, isStandIn } from './placeholders.ts';
import { isUuid, looksDense, looksRandom, looksShaped } from './random.ts';

/** How a value is written: between quotes (or tags), tight behind its `=`, or loose, where it may as well be code or prose. */
export type Form = 'QUOTED' | 'TIGHT' | 'LOOSE';

const digitsOnly = /^\d+$/;
const lettersOnly = /^[A-Za-z_$]+$/;
/** `request.body.password`, `Token::Next`, `this->token` */
const reference = /^[A-Za-z_$][\w$]{0,40}(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]{0,40}){1,8}[!?;,)]?$/;
const call = /^(?:await\s|new\s)?[A-Za-z_$][\w$.:>-]{0,60}[([]|^[([{]/;
const firstNonLatin = 0x370;
const nonLatin = /^[^\p{Script=Latin}\p{N}]+$/u;

/** `String!`, `string?`, `string[]` */
const typeMark = /[!?[\]]{1,4}$/;
/** `prefix:LocalName` of XML and RDF. */
const qualified = /^[a-z]+\w{0,10}:[A-Z][a-z]+(?:[A-Z][a-z]+)+$/;

/** Words of sentences: a value that has one between spaces is a message about a secret. */
const sentence =
  /(?:^|\s)(?:your|is|are|was|be|must|should|can(?:not)?|could|will|not|if|has|have|does|enter|invalid|required|please|forgot|reset|new|change|confirm|current|show|hide|no|wrong|incorrect|use|used|votre|oublié|ihr|nicht|bitte|neues|vergessen|su|olvidó|tua|uw)(?:\s|$|[.,:!?])/i;
/** Words that a phrase has as well: they tell only together with a word for a secret, or with a capital at the beginning. */
const joining =
  /(?:^|\s)(?:the|an?|my|to|of|for|with|without|from|in|on|at|by|and|or|this|that|le|la|les|de|du|des|un|une|das|der|die|ein|eine|und|el|los|tu|una|il|per|het|een)(?:\s|$|[.,:!?])/i;
const secretWord = /pass|secret|token|key|kennwort|contrase|senha|clave|code|login|user|account|credential/i;

/** Text as a person reads it: with spaces, in words, or in letters that passwords are not typed in. */
function isWording(value: string, named: Named): boolean {
  if (!/\s/.test(value)) return false;
  if (/[\p{L}][.!?:…]$/u.test(value) || (named.isPhrase && !/^\p{Lu}/u.test(value))) return !named.isPhrase;
  if (sentence.test(value) || (joining.test(value) && (secretWord.test(value) || /^\p{Lu}/u.test(value)))) return true;
  if (/[\p{L}][.!?:…]$/u.test(value)) return true;
  return /^\p{Lu}\p{Ll}+(?:\s+\p{L}+){1,8}$/u.test(value) || !/^\S+(?:\s\S+){0,11}$/.test(value.slice(0, 200));
}

/** `camelCase`, `snake_case` and `kebab-case` of letters: in code a name, seldom a token. */
const identifier = /^[a-z]{2,}(?:[A-Z][a-z]+)*(?:[-_. :/][a-z]+)*$|^[A-Z][a-z]+(?:[A-Z]?[a-z]+)*$|^[A-Z]+(?:_[A-Z]+)*$/;

function isOpaque(value: string, form: Form): boolean {
  if (looksDense(value)) return true;
  if (value.length < 6 || /\s/.test(value)) return false;
  if (identifier.test(value)) return value.length >= 20 && looksRandom(value);
  if (form === 'QUOTED' || form === 'TIGHT') return value.length >= 8 || /\d/.test(value);
  return value.length >= 8 && (/\d/.test(value) || looksRandom(value));
}

/** What a value is judged by: its beginning. */
const judgedMax = 256;

/** Whether a value has what its name demands of it, so that there is no doubt that it is a secret. */
export function isSecret(whole: string, named: Named, form: Form): boolean {
  const value = whole.slice(0, judgedMax);
  if (
    value === '' ||
    (value.charCodeAt(0) >= firstNonLatin && nonLatin.test(value)) ||
    (form !== 'QUOTED' && call.test(value)) ||
    isMask(value)
  )
    return false;
  if (named.demand === 'DIGITS') return /^\d{3,10}$/.test(value);
  if (named.demand === 'SHAPED' && looksShaped(value)) return !isPath(value);
  if (named.demand === 'RANDOM' || named.demand === 'SHAPED')
    return isUuid(value) ? named.kind === 'API_KEY' : (looksRandom(value) && !isPath(value)) || looksDense(value);
  if (isLiteral(value.replace(typeMark, '')) || isStandIn(value) || isPath(value) || qualified.test(value)) return false;
  if (value.startsWith('-----BEGIN') && value.includes('PRIVATE')) return true;
  if (isWording(value, named) && !(named.demand === 'OPAQUE' && looksDense(value))) return false;
  if (form !== 'QUOTED' && reference.test(value) && !(form === 'TIGHT' && /\d/.test(value)) && !looksRandom(value)) return false;
  if (form === 'LOOSE' && value.includes('`')) return false;
  if (form === 'LOOSE' && value.startsWith('/') && !looksRandom(value)) return false;
  if (named.demand === 'OPAQUE') return isOpaque(value, form) && !(digitsOnly.test(value) && value.length < 8);
  if (digitsOnly.test(value)) return value.length >= 4;
  return value.length >= 2;
}

/** Digits, signs or capitals inside: what a word of prose has not. */
const vivid = /\d|\p{Ll}\p{Lu}|[!@#$%^&*+=~?]/u;
export const isVivid = (value: string): boolean =>
  value.length >= 6 && /\p{L}/u.test(value.slice(0, judgedMax)) && vivid.test(value.slice(0, judgedMax));

/** Letters alone without quotes may as well be the name of a variable. */
export const mayBeVariable = (value: string): boolean => lettersOnly.test(value);
