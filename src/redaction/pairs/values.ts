import type { Named } from './names.ts';
import { isLiteral, isMask, isPath, isStandIn } from './placeholders.ts';
import { isUuid, looksDense, looksRandom } from './random.ts';

/** How a value is written: between quotes (or tags), tight behind its `=`, or loose, where it may as well be code or prose. */
export type Form = 'QUOTED' | 'TIGHT' | 'LOOSE';

const digitsOnly = /^\d+$/;
const lettersOnly = /^[A-Za-z_$]+$/;
/** `request.body.password`, `Token::Next`, `this->token` */
const reference = /^[A-Za-z_$][\w$]{0,40}(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]{0,40}){1,8}[!?;,)]?$/;
const call = /^(?:await\s|new\s)?[A-Za-z_$][\w$.:>-]{0,60}[([]|^[([{]/;
const nonLatin = /^[^\p{Script=Latin}\p{N}]+$/u;

/** `String!`, `string?`, `string[]` */
const typeMark = /[!?[\]]{1,4}$/;
/** `prefix:LocalName` of XML and RDF. */
const qualified = /^[a-z]+\w{0,10}:[A-Z][a-z]+(?:[A-Z][a-z]+)+$/;

/** Words of sentences: a value that has one between spaces is a message about a secret. */
const sentence =
  /(?:^|\s)(?:the|an?|your|my|is|are|was|be|must|should|can(?:not)?|could|will|to|of|for|not|with|without|from|in|on|at|by|and|or|if|has|have|does|enter|invalid|required|please|forgot|reset|new|change|confirm|current|show|hide|no|this|that|wrong|incorrect|use|used|le|la|les|de|du|des|votre|un|une|oublié|ihr|das|der|die|ein|eine|nicht|und|bitte|neues|vergessen|el|los|su|tu|una|olvidó|il|per|tua|het|een|uw)(?:\s|$|[.,:!?])/i;

/** Text as a person reads it: with spaces, in words, or in letters that passwords are not typed in. */
function isWording(value: string): boolean {
  if (nonLatin.test(value)) return true;
  if (!/\s/.test(value)) return false;
  if (sentence.test(value) || /[\p{L}][.!?:…]$/u.test(value)) return true;
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
  if (value === '' || isMask(value)) return false;
  if (named.demand === 'DIGITS') return /^\d{3,10}$/.test(value);
  if (named.demand === 'RANDOM')
    return isUuid(value) ? named.kind === 'API_KEY' : (looksRandom(value) && !isPath(value)) || looksDense(value);
  if (isLiteral(value.replace(typeMark, '')) || isStandIn(value) || isPath(value) || qualified.test(value)) return false;
  if (isWording(value) && !(named.demand === 'OPAQUE' && looksDense(value))) return false;
  if (form !== 'QUOTED' && ((reference.test(value) && !(form === 'TIGHT' && /\d/.test(value)) && !looksRandom(value)) || call.test(value)))
    return false;
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
