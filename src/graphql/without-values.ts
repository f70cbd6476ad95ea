/**
 * graphql-js quotes what was sent in its messages. It may be a secret in the wrong place, and messages get into logs that are not
 * ours, so what was sent is left out; where it stands is told by the path in front and by the locations.
 */
export function withoutValues(message: string): string {
  const hint = suggestion.exec(message)?.[0] ?? '';
  const kept = quoting.reduce((text, [quoted, instead]) => text.replace(quoted, instead), message.slice(0, message.length - hint.length));
  return kept + hint;
}

/** At the end, and of names of the schema only. */
const suggestion = / Did you mean [^?"]{0,40}"\w+"(?:[, or]{1,5}"\w+"){0,9}\?$/;

const quoting: readonly [RegExp, string][] = [
  [/(?:, found|(?<=[.?]) Found): [^]*$/, '.'],
  [/( cannot represent [\w -]{0,40}value): [^]*$/, '$1.'],
  [/Value "[^]*" does not exist in "(\w+)" enum/, 'This value does not exist in "$1" enum'],
  [/unknown field "(?!\w{1,64}")[^]*$/, 'a field of an unknown name.'],
  [/((?:found|Unexpected) (?:Block)?String) "[^]*$/, '$1.'],
];
