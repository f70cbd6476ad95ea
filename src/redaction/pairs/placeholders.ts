import { entropyBits } from './random.ts';

/** What templates, shells and masks print where a secret would be: `$VAR`, `${…}`, `<…>`, `{{…}}`, `%VAR%`, `***`, `[FILTERED]`. */
const symbolic = new RegExp(
  [
    '^["\']?\\\\?\\$\\$?[A-Za-z_][\\w:.]*(?![\\w$])', // $VAR and $env:VAR; a crypt hash goes on with $
    '^\\\\?\\$\\$?[{(\\[]',
    '^#\\{',
    '^<[^<>]{0,80}>?$',
    '^&lt;',
    '^\\$\\d{1,2}\\W?$',
    '^\\s*[+.&]\\s*[\\w$(].{0,200}[+.&(]\\s*$', // between two literals that are joined
    '^<%',
    '^\\{\\{?[%{]?\\s*[\\w .:|$()\'"-]{0,60}\\s*[%}]?\\}?\\}$',
    '^\\{\\{',
    '^%[\\w()-]{1,60}%$',
    '^%[(\\w]',
    '^@[\\w.]+@$',
    '^__\\w{1,60}__$',
    '^\\[\\[?[A-Za-z _-]{0,40}\\]?\\]$',
    '^\\(\\(?[\\w .-]{1,40}\\)?\\)$',
    '^:[a-z_]{1,30}(?:$|:)',
    '^\\?+$',
    '^!(?:Ref|Sub|GetAtt|ImportValue|vault|reference|Join|secret|env)\\b',
    '^(?:env|file|vault|op|ssm|secretsmanager|awskms|gcpkms|ref\\+\\w+|kms|keychain|arn):',
    '^(?:process\\.env|os\\.environ|ENV\\[|System\\.getenv|var\\.|local\\.|data\\.|module\\.|secrets\\.|self\\.|this\\.)',
    '^\\w{2,12}://',
    '^ENC\\[',
    '[#$]\\{[\\w.]+[}(.[:?| ]|\\{(?:\\d?|[a-z_]{2,})\\}|^%[sd]$|\\$\\(|\\\\[wdsbWDS][^A-Za-z]|\\(\\?[:=!]|\\[\\^|^\\\\?\\*[|)]', // what is filled in later, anywhere
    '‹redacted:',
  ].join('|'),
);

/** Nothing but signs: `***`, `....`, `••••`, `-`. */
const signsOnly = /^[^\p{L}\p{N}]*$/u;

const plain = /^[A-Za-z0-9+=]*$/;

/** A value that only marks where a secret would stand, whoever reads it. */
export const isMask = (value: string): boolean =>
  (!plain.test(value) && (symbolic.test(value) || signsOnly.test(value))) ||
  (value.length > 2 && /^[\W_]*x{3}[\W_x]*$|x{8}/i.test(value)) ||
  isMonotone(value);

/** One character makes up more than half of a long value, or all of one from eight on. */
function isMonotone(value: string): boolean {
  if (value.length < 8) return false;
  const first = value.slice(0, 64);
  return entropyBits(first) < (value.length < 16 ? 0.5 : 2) && /(.)\1{5}/.test(first);
}

/** Literals, types and flags of configuration and programming languages. */
const literals = new Set(
  `true false yes no on off y n t f null nil none undefined void empty blank unset nan
  string str text varchar char number int integer int32 int64 long float double bool boolean object any unknown never array list dict map
  bytes byte buffer uuid date datetime secretstr securestring credential credentials optional required nullable readonly
  hidden visible enabled disabled default auto inherit show hide ask prompt input plain plaintext basic digest bearer oauth oauth2 jwt
  base64 hex binary utf-8 utf8 utf-16 ascii latin1 latin-1 same-origin include omit invalid valid missing expired unauthorized forbidden denied ok failed fail passed success error test-only todo tbd fixme
  function class interface return await async new this self super typeof import require const let var def if else for while`
    .trim()
    .split(/\s+/),
);
const version = /^[\^~v<>=]{0,2}\d+(?:\.\d+){1,3}(?:[-+][\w.]{1,20})?$/;
export const isLiteral = (value: string): boolean => literals.has(value.toLowerCase()) || version.test(value);

/** A value put together of nothing but the words by which manuals stand for a secret: `your-api-key-here`, `changeme`, `<PASSWORD>`. */
const standIn =
  /^(?:add|edit|update|delete|reset|forgot|confirm|show|sign|your|my|mine|our|the|this|some|an?|new|old|current|user(?:name)?s?|db|database|admin|account|client|app(?:lication)?|api|auth|access|refresh|id|secret|private|public|key|token|pass(?:word|wd|phrase|code)?s?|pwd|pw|mot|de|passe|kennwort|passwort|contrase(?:ñ|n)a|clave|senha|wachtwoord|code|string|value|here|goes|put|insert|enter|type|set|replace|with|change|me|it|this|please|to|be|or|not|todo|fixme|placeholder|example|redacted|masked|filtered|removed|hidden|x|login|bearer|session|cookie|credentials?|hash|encryption|signing|webhook|jwt|bot|service|server|personal|long|random|generated?|master|root|aws|github|gitlab|slack|openai|azure|google|[-_. <>{}[\]/=:#])+$/i;
const standInMax = 60;

/** At least one of its words is itself one for a secret or for a gap: `admin` and `root` are passwords. */
const standInCore =
  /pass|pwd|pw|secret|token|key|auth|your|placeholder|example|change|insert|replace|redact|mask|filter|removed|hidden|xxx|kennwort|contrase|clave|senha|wachtwoord|credential|todo|fixme|hash/i;

export const isStandIn = (value: string): boolean =>
  (value.length <= standInMax && standIn.test(value) && standInCore.test(value)) ||
  /^<?(?:your|insert|replace|enter|change)[-_ ]/i.test(value) ||
  (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value) && !/\d[A-Z]*\d/.test(value)) ||
  /EXAMPLE(?:KEY|TOKEN)?$/.test(value) ||
  /^[a-z]+(?:[-_. ](?:here|goes[-_ ]here|placeholder))$/i.test(value);

/** A path where a secret was expected names the file it is kept in. Random segments are no path: base64 has slashes as well. */
export function isPath(value: string): boolean {
  if (/^(?:path\/to\/|\.{0,2}\/|~\/|[A-Za-z]:[\\/]|\\\\|@[./~])/.test(value))
    return value.length < 3 || !/[^\w\s./\\~:@-]|[A-Za-z\d]{24}|^\/\/?$/.test(value);
  return (
    /^[\w.~-]+(?:\/[\w.~-]+){1,20}\.[a-z]{2,5}$/.test(value) ||
    /^[\w-]+\/[\w/-]*#\w+$|^[\w-]+\.(?:txt|json|ya?ml|pem|key|crt|cer|p12|pfx|jks|env|ini|conf|cfg|xml|gpg|asc|md|js|ts|py|php|html)$/.test(
      value,
    )
  );
}
