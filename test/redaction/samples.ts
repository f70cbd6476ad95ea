/** Sample commands from the notation of the table (src/redaction/commands/places.ts), one with a secret for each place of a tool. */

export type Sample = { command: string; secret: string };

/** A small generator with a seed, so that a sample that fails can be made again. */
export function createDice(seed: number) {
  let state = seed >>> 0;
  const roll = (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  const text = (length: number, letters: string) => Array.from({ length }, () => letters[roll(letters.length)]!).join('');
  return { roll, text };
}

type Dice = ReturnType<typeof createDice>;

const letters = 'abcdefghijkmnpqrstuvwxyz';
const digits = '23456789';

/** Looks generated, and ends in a letter so that no quoting or punctuation is at stake. */
export const secretOf = (dice: Dice) =>
  dice.text(2, letters.toUpperCase()) +
  Array.from({ length: 12 }, () => dice.text(1, letters) + dice.text(1, letters.toUpperCase()) + dice.text(1, digits)).join('') +
  dice.text(2, letters);

const shapeAtEnd = /(?:(?:dom\/user:|user[:%/;]|name:|id!|k=|any=)?[XTKHPxtkhp](?:@host)?|_|PIN|COOKIE|WIFI)$/;

function filled(shape: string, dice: Dice): { value: string; secret: string } {
  const token = shape.replace(/\.\.\.$/, '');
  if (token === 'PIN') {
    const pin = dice.text(6, digits);
    return { value: pin, secret: pin };
  }
  const secret = /[Hh]$/.test(token) ? dice.text(32, '0123456789abcdef') : secretOf(dice);
  if (token === 'COOKIE') return { value: `session=${secret}`, secret };
  if (token === 'WIFI') return { value: `'WIFI:T:WPA;S:home;P:${secret};;'`, secret };
  const value = token
    .replace(/[XTKHPxtkhp](@host)?$/, (_, host: string | undefined) => `${secret}${host ?? ''}`)
    .replace(/^user;/, 'user,')
    .replace(/^k=/, 'password=');
  return { value: value.includes(';') ? `'${value}'` : value, secret };
}

/** What the notation of one place makes of a command line; none for places that hold no secret. */
export function samplesOf(tool: string, place: string, dice: Dice): Sample[] {
  const tokens = place.trim().split(/\s+/);
  const conditions = tokens.findIndex((token) => !/^[^X]*[^X:]:$/.test(token));
  const held = tokens.slice(0, conditions).map((token) => token.slice(0, -1).split('|')[0]!);
  const target = tokens.slice(conditions);
  const last = target.at(-1)!;
  if (last.endsWith('_') || last === 'CMD' || last === 'TEXT') return [];
  const start = [tool, ...held];
  if (target[0] === '|') {
    const { value, secret } = filled(last, dice);
    return [{ command: `echo '${value}' | ${start.join(' ')}`, secret }];
  }
  if (/^[-/+]./.test(target[0]!)) return flagSamples(start, target, dice);
  const { value, secret } = filled(last, dice);
  const steps = target.slice(0, -1).filter((step) => step !== '*');
  const words = steps.map((step) => (step === '_' ? 'some' : step.split('|')[0]!));
  return [{ command: [...start, ...words, value].join(' '), secret }];
}

function flagSamples(start: readonly string[], target: readonly string[], dice: Dice): Sample[] {
  const [flag] = target as [string, ...string[]];
  if (target.length > 1) {
    return flag.split('|').flatMap((one) => {
      const values = target.slice(1).map((token) => (token === '_' ? { value: 'some', secret: '' } : filled(token, dice)));
      const command = [...start, one, ...values.map(({ value }) => value), '>out'].join(' ');
      return values.filter(({ secret }) => secret !== '').map(({ secret }) => ({ command, secret }));
    });
  }
  const shape = shapeAtEnd.exec(flag)![0];
  return flag
    .slice(0, -shape.length)
    .split('|')
    .flatMap((prefix) => (prefix.endsWith('?') ? [`${prefix.slice(0, -1)}`, `${prefix.slice(0, -1)} `] : [prefix]))
    .map((prefix) => {
      const { value, secret } = filled(shape, dice);
      return { command: [...start, `${prefix}${value}`, '>out'].join(' '), secret };
    });
}
