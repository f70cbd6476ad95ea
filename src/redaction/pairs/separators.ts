/** How a name and its value are joined. */
export type Joint = { at: number; loose: boolean; quotedOnly: boolean };

const testAt = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
};

/** `var token string = "X"`, `password: string = "X"`, `char secret[25] = "X"`: a type in between, and always quotes. */
const typed =
  /(?:[ \t]{0,4}\??:[ \t]{0,4}|[ \t]{1,4}|\[\d{0,5}\])(?:[A-Za-z][\w.&<>[\]|?*]{0,40})?[ \t]{0,4}:?=[ \t]{0,4}(?=[@a-zA-Z$]{0,2}["'`])/y;
/** What closes the name: `"password"]`, `'password')`, `\"password\"`. */
const closed = /(?:\\{0,3}["'`]|&quot;)?[\])]{0,2}[?!]?[ \t]{0,60}/y;
const assigned = /(?:=>|:{1,3}=|[?+.|&]{0,2}={1,3}|!={1,2}|->|:-(?=[^\s-])|:(?!:))/y;
const afterwards = /[ \t]{0,80}/y;
/** A value on the next line, in quotes, as JSON and code are wrapped. */
const wrapped = /[ \t]{0,80}\r?\n[ \t]{0,80}(?=\\?["'`])/y;
/** `f("name", "X")`: the name as the first argument of a call. */
const argument = /,[ \t]{0,40}(?:\r?\n[ \t]{0,40})?(?=[rbfu@]?["'`])/y;
/** `"password=" + value`: the quote ends the literal that holds the name, and what follows is an expression. Not so `"password: "X""`, text within text. */
const literalEnd = /[ \t]{0,4}(?:[:=]?=|:(?![ \t]{0,4}["'`][A-Za-z0-9]))[ \t]{0,4}["'`]/y;
/** `setPassword("X")` */
const called = /\([ \t]{0,4}(?=[rbfu@]?["'`])/y;
/** The name is itself a value, that of `key` or `name`, and its own value follows as that of `value`. */
const described =
  /["'](?:\s[^<>]{0,120})?\svalue\s{0,2}=\s{0,2}|["'`]?(?:\s{0,4},?\s{0,80}["']?(?:value|Value|VALUE|val|default|Default|defaultValue)["']?\s{0,4}(?:=>|[:=])\s{0,40}|\s{0,4}<\/[\w:]{1,30}>\s{0,80}<(?:[\w:]{1,20}:)?(?:value|Value|string|val)>\s{0,80})/y;
/** `variable "token" { … default = "X" }` of Terraform. */
const declared = /\{[^{}]{0,200}?\bdefault[ \t]{0,20}=[ \t]{0,20}(?=")/y;
const keyLike =
  /(?:["'<\s{([,]|^)(?:key|name|Key|Name|KEY|NAME|id|field|ParameterKey|variable|label|param|parameter|type)["']?(?:\s{0,4}(?:=>|[:=])\s{0,4}|>\s{0,20})["']?$/;

const isLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122;
const isQuote = (sign: string | undefined) => sign === '"' || sign === "'" || sign === '`';
const colon = 58;
const comma = 44;
const openParenthesis = 40;
const openBracket = 91;
const openBrace = 123;
const less = 60;
const lineFeed = 10;
const carriageReturn = 13;
const signs = new Set([...'=:-?+.|&!'].map((sign) => sign.charCodeAt(0)));

/** Where the value of the name that ends at `end` begins, as assigned to it; null where nothing is. */
export function jointAt(text: string, start: number, end: number): Joint | null {
  const after = testAt(closed, text, end);
  const code = text.charCodeAt(after);
  const isQuoted = isQuote(text[start - 1]);
  if (isQuoted && text[testAt(literalEnd, text, end) - 1] === text[start - 1]) return null;
  if (code === colon || code === openBracket || isLetter(code)) {
    const at = testAt(typed, text, end);
    if (at !== -1) return { at, loose: false, quotedOnly: true };
  }
  if (signs.has(code)) return assignedAt(text, start, end, after);
  if (code === comma && isQuoted && isFirstArgument(text, start)) return joint(testAt(argument, text, after));
  if (code === openBrace && isQuoted) return joint(testAt(declared, text, after));
  if (code === openParenthesis) return callAt(text, start, end);
  return code === comma || code === less || code === lineFeed || code === carriageReturn || (isLetter(code) && isQuoted)
    ? describedAt(text, start, end)
    : null;
}

const joint = (at: number): Joint | null => (at === -1 ? null : { at, loose: false, quotedOnly: true });
const isFirstArgument = (text: string, start: number) =>
  text
    .slice(Math.max(0, start - 6), start - 1)
    .trimEnd()
    .endsWith('(');

function assignedAt(text: string, start: number, end: number, after: number): Joint | null {
  const sign = testAt(assigned, text, after);
  if (sign === -1) return null;
  const operator = text.slice(after, sign);
  if (operator === ':-' && !text.startsWith('${', start - 2)) return { at: sign - 1, loose: true, quotedOnly: false };
  const onNextLine = testAt(wrapped, text, sign);
  if (onNextLine !== -1) return { at: onNextLine, loose: false, quotedOnly: true };
  const at = testAt(afterwards, text, sign);
  const tight = at === sign && after <= end + 3 && (operator === '=' || operator === ':=' || operator === ':-');
  return { at, loose: !tight, quotedOnly: /^(?:[!=]=|->|=>)/.test(operator) };
}

function describedAt(text: string, start: number, end: number): Joint | null {
  const at = testAt(described, text, end);
  return at !== -1 && keyLike.test(text.slice(Math.max(0, start - 24), start)) ? { at, loose: false, quotedOnly: false } : null;
}

function callAt(text: string, start: number, end: number): Joint | null {
  const at = testAt(called, text, end);
  if (at === -1 || text.slice(start, end).endsWith('pass')) return null;
  const isSetter =
    (text.slice(start, end) === 'PASSWORD' && /[=,(]\s?$/.test(text.slice(Math.max(0, start - 3), start))) ||
    text[start - 1] === '.' ||
    /^(?:set|with)[A-Z_]|\.(?:set|with)?\w+$/.test(text.slice(start, end));
  return isSetter ? { at, loose: false, quotedOnly: true } : null;
}
