import type { Random } from '../simulation/random.ts';
import { createRandom } from '../simulation/random.ts';
import { encodings } from './encoders.ts';
import type { Form, Hidden } from './forms.ts';

/** Hides secrets in activities, wherever a caller could put one: all of it follows from a seed. */

export type Hiding = { seed: number; form: string; place: string; encodings: string[]; secret: string; input: object };

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Place = { name: string; charactersMax: number; holds: 'TEXT' | 'COMMAND'; put(text: string, random: Random): object };

const word = (random: Random) =>
  random.pick([
    'invoice',
    'report',
    'über',
    'cat',
    'river',
    'q3',
    'a b c',
    'München',
    '42',
    'n/a',
    'done.',
    'x=1',
    '{}',
    '[1, 2]',
    '<b>',
    '🐎',
  ]);

/** An object with a value somewhere in it, `levels` deep, among others and in any order of keys. */
function around(value: Json, levels: number, random: Random): Json {
  if (levels === 0) return value;
  const inner = around(value, levels - 1, random);
  const others = Array.from({ length: random.below(3) }, (): [string, Json] => [
    `${random.pick(['id', 'size', 'city', 'note'])}${random.below(9)}`,
    random.pick<Json>([random.below(100), word(random), true, null, [word(random)], { of: word(random) }]),
  ]);
  if (levels > 1 && random.chance(0.3)) {
    const items: Json[] = [...others.map(([, other]) => other), inner];
    return random.chance(0.5) ? items : items.toReversed();
  }
  const entries: [string, Json][] = [...others, [random.pick(['body', 'it', 'ctx', 'request']), inner]];
  return Object.fromEntries(random.chance(0.5) ? entries : entries.toReversed());
}

/** As deep as it may be: 8 levels with this one, those of the value, of which a text has none, and those of its neighbours. */
const metadata = (value: Json, random: Random) => ({
  metadata: { at: 'begin', of: around(value, random.below(typeof value === 'string' ? 7 : 5), random) },
  detail: { web: { page: '/' } },
});
const place = (name: string, charactersMax: number, put: Place['put'], holds: Place['holds'] = 'TEXT'): Place => ({
  name,
  charactersMax,
  holds,
  put,
});
const queryOf = (text: string) => `/search?page=2&q=${encodeURIComponent(text)}`;

const places: readonly Place[] = [
  place('terminal.command', 65_536, (text) => ({ detail: { terminal: { command: text } } }), 'COMMAND'),
  place('access.target', 4_096, (text) => ({ detail: { access: { change: 'SUDO_POLICY_VIOLATION', target: text } } }), 'COMMAND'),
  place('metadata.command', 4_096, (text, random) => metadata({ pid: 7, command: text }, random), 'COMMAND'),
  place('terminal.command, quoted', 65_536, (text) => ({ detail: { terminal: { command: `echo '${text}'` } } })),
  place('terminal.output', 65_536, (text) => ({ detail: { terminal: { command: 'env', output: text } } })),
  place('web.page', 1_200, (text) => ({ detail: { web: { page: queryOf(text) } } })),
  place('web.endpoint', 4_096, (text) => ({ detail: { web: { endpoint: text } } })),
  place('web.referrer', 1_200, (text) => ({ detail: { web: { page: '/', referrer: `https://example.com${queryOf(text)}` } } })),
  place('web.pageTitle', 1_024, (text) => ({ detail: { web: { page: '/', pageTitle: text } } })),
  place('file.path', 4_096, (text) => ({ detail: { file: { operation: 'READ', path: text } } })),
  place('file.newPath', 4_096, (text) => ({ detail: { file: { operation: 'MOVE', path: '/a', newPath: text } } })),
  place('browser.url', 1_200, (text) => ({
    detail: { browser: { action: 'NAVIGATE', url: `https://example.com/#${encodeURIComponent(text)}` } },
  })),
  place('browser.selector', 1_024, (text) => ({ detail: { browser: { action: 'CLICK', selector: text } } })),
  place('browser.inputValue', 8_192, (text) => ({ detail: { browser: { action: 'TYPE', selector: '#note', inputValue: text } } })),
  place('desktop.windowTitle', 1_024, (text) => ({ detail: { desktop: { action: 'FOCUS', windowTitle: text } } })),
  place('desktop.inputText', 8_192, (text) => ({ detail: { desktop: { action: 'TYPE', inputText: text } } })),
  place('auth.reason', 1_024, (text) => ({ detail: { auth: { event: 'FAILURE', reason: text } } })),
  place('access.after', 1_024, (text) => ({ detail: { access: { change: 'PERMISSION', target: 'x', before: 'none', after: text } } })),
  place('userAgent', 2_048, (text) => ({ userAgent: text, detail: { web: { page: '/' } } })),
  place('secretsUsed.reason', 1_024, (text) => ({
    secretsUsed: [{ secret: 'vault/1', granted: false, reason: text }],
    detail: { web: { page: '/' } },
  })),
  place('metadata', 8_192, metadata),
  place('metadata in JSON', 3_000, (text, random) => metadata(JSON.stringify(around(text, random.between(1, 4), random)), random)),
  place('a key of metadata', 4_096, (text, random) => metadata({ [text]: word(random), other: 1 }, random)),
  place('idempotencyKey', 230, (text, random) => ({ idempotencyKey: `${random.newId()} ${text}`, detail: { web: { page: '/' } } })),
];
const identifiers: readonly Place[] = [
  place('user', 256, (text) => ({ user: text, detail: { web: { page: '/' } } })),
  place('session', 256, (text) => ({ session: text, detail: { web: { page: '/' } } })),
  place('onBehalfOf', 256, (text) => ({ onBehalfOf: text, detail: { web: { page: '/' } } })),
  place('secretsUsed.secret', 256, (text) => ({ secretsUsed: [{ secret: text }], detail: { web: { page: '/' } } })),
];

const wholeEncodings = ['base64', 'base64url', 'base64 of UTF-16', 'wrapped base64', 'hex'];
const encodingsOf = (commandOnly: boolean) => (commandOnly ? wholeEncodings : Object.keys(encodings));

/** An activity with one secret in it, which the form has made, at a place that takes it. */
export function hide(seed: number, forms: readonly Form[]): Hiding {
  const random = createRandom(seed);
  const form = random.pick(forms);
  const hidden = form.make(random);
  const base = { user: `user-${random.below(40)}`, session: `session-${random.below(60)}`, occurredAt: '2026-11-22T11:00:00Z' };
  const told = { seed, form: form.name, secret: hidden.secret };
  if (hidden.json !== undefined && random.chance(0.5)) {
    return { ...told, place: 'metadata, by its name', encodings: [], input: { ...base, ...metadata(hidden.json, random) } };
  }
  if (hidden.alone && random.chance(0.1)) {
    const where = random.pick(identifiers);
    if (hidden.text.length <= where.charactersMax)
      return { ...told, place: where.name, encodings: [], input: { ...base, ...where.put(hidden.text, random) } };
  }
  const { text, chosen } = encoded(hidden, random);
  const room = places.filter(({ charactersMax, holds }) => charactersMax >= 3 * text.length && (!hidden.isCommand || holds === 'COMMAND'));
  const where = random.pick(room.length === 0 ? places.slice(0, 1) : room);
  return { ...told, place: where.name, encodings: chosen, input: { ...base, ...where.put(text, random) } };
}

function encoded({ text, isCommand, isLatin }: Hidden, random: Random): { text: string; chosen: string[] } {
  const chosen = Array.from({ length: random.pick([0, 0, 1, 1, 1, 2, 2]) }, () => random.pick(encodingsOf(isCommand))).filter(
    (name) => isLatin || name !== 'base64 of UTF-16',
  );
  const between = (inner: string) => (isCommand || random.chance(0.5) ? inner : `${latin(random)} ${inner} ${latin(random)}`);
  return { text: chosen.reduce((inner, name) => encodings[name]!(between(inner)), between(text)), chosen };
}
const latin = (random: Random) => random.pick(['note:', 'see', '-', 'x,', '(']);
