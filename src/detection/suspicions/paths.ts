import { posix } from 'node:path';
import type { Program } from '../shell.ts';
import { operands, optionValue, perProgram } from './rule.ts';

/** A set of files: how their paths look from the root or a home folder, and known members for words that are file name patterns. */
export type Files = { pattern: RegExp; known: readonly string[] };

/** More stars than this in one pattern are not tried: time grows with their power. */
const starsMax = 4;

/** One spelling per path: `//etc/./x`, `$HOME/x`, `/home/ann/x` and `~/x` become `/etc/x` and `~/x`; no slash at the end. */
export function normalised(word: string, directory: string | null): string {
  // Most words are no paths at all, and this is asked of every word of every line.
  if (directory === null && !word.includes('/') && word[0] !== '~' && word[0] !== '$') return word;
  const home = word.replace(/^(\$HOME|\$\{HOME\}|~root)(?=\/|$)/, '~');
  const placed = directory !== null && !/^[/~$-]/.test(home) ? `${directory.replace(/^\$HOME(?=\/|$)/, '~')}/${home}` : home;
  const path = placed === '' ? '' : posix.normalize(placed).replace(/(?<=.)\/$/, '');
  return path.replace(/^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root|~[a-z_][\w-]*)\//, '~/');
}

export function isAmong(path: string, files: Files): boolean {
  if (path[0] !== '/' && path[0] !== '~') return false;
  if (files.pattern.test(path)) return true;
  if (!/^[/~].*[*?[]/.test(path) || path.split('*').length - 1 > starsMax) return false;
  const expression = patternExpression(path);
  return files.known.some((known) => expression.test(known));
}

function patternExpression(path: string): RegExp {
  const source = path.replaceAll(/\*+|\?|\[[!^]?[\w-]+\]|[^\w/]/g, (piece) => {
    if (piece.startsWith('*')) return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.length > 2 && !/[a-z0-9]-(?![a-z0-9])|z-a/i.test(piece)) return '[^/]';
    return `\\${piece}`;
  });
  return new RegExp(`^${source}$`);
}

const insideWord = /[=@,]|file:\/\/|:(?=[/~])|(?<=^-\w)(?=\/)/;

/** Every path a program's words name, also inside `of=/x`, `@/x`, `-f/x`, `file:///x` and `host:/x`. */
export const pathsNamed = perProgram((program) => {
  const { args, redirects, directory } = program;
  const paths: string[] = [];
  for (const word of args) {
    // Most words hold none of these, and splitting costs most of all that is done here.
    const plain = !/[\s=@,:]/.test(word);
    if (plain || !/\s/.test(word)) paths.push(normalised(word, directory));
    if (plain && !/^-\w\//.test(word)) continue;
    if (!/\s/.test(word)) for (const part of word.split(insideWord)) paths.push(normalised(part, directory));
  }
  for (const { target } of redirects) paths.push(normalised(target, directory));
  return paths;
});

/** Folders everybody can write to, where what is prepared is laid down. */
export const sharedFolder = /^\/(private\/)?(tmp|var\/tmp|dev\/shm|run\/shm)(\/|$)/;

/** Whether what a program prints to complain is thrown away. */
export const hidesErrors = (program: Program): boolean =>
  program.redirects.some(({ descriptor, operator, target }) => target === '/dev/null' && (descriptor === 2 || operator.startsWith('&>')));

const writing = new Set(['>', '>>', '>|', '&>', '&>>', '<>', '>&']);
const editors = new Set(['vi', 'vim', 'nvim', 'nano', 'ed', 'ex', 'emacs', 'pico', 'joe', 'micro', 'visudo', 'sudoedit']);
const copiers = new Set(['cp', 'mv', 'install', 'ln', 'rsync', 'scp']);

/** Paths a program gets its output sent to. */
export const redirectedTo = (program: Program): string[] =>
  program.redirects
    .filter(({ operator, target }) => writing.has(operator) && !/^[\d-]*$/.test(target))
    .map(({ target }) => normalised(target, program.directory));

/** Paths whose content the line itself gives: redirections, `tee`, in-place editing. */
export const writtenInline = perProgram((program): string[] => {
  const edits =
    ['sed', 'gsed', 'perl', 'ruby'].includes(program.name) && program.args.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word));
  const words = program.name === 'tee' || program.name === 'sponge' || edits ? operands(program) : [];
  const dd = program.name === 'dd' ? program.args.filter((word) => word.startsWith('of=')).map((word) => word.slice(3)) : [];
  return [...redirectedTo(program), ...[...words, ...dd].map((word) => normalised(word, program.directory))];
});

/** Paths another file is put at, and the files they come from. */
export const copied = perProgram((program): { from: string[]; to: string[] } => {
  if (!copiers.has(program.name)) return { from: [], to: [] };
  const words = operands(program).map((word) => normalised(word, program.directory));
  const folder = optionValue(program, '-t', '--target-directory');
  if (folder !== null && program.name !== 'rsync') return { from: words, to: [normalised(folder, program.directory)] };
  return { from: words.slice(0, -1), to: words.slice(-1) };
});

/** Every path a program writes, as far as its words tell. */
export const written = perProgram((program) => {
  const edited = editors.has(program.name) ? operands(program) : [];
  const fetched =
    program.name === 'curl'
      ? optionValue(program, '-o', '--output')
      : program.name === 'wget'
        ? optionValue(program, '-O', '--output-document')
        : null;
  return [
    ...writtenInline(program),
    ...copied(program).to,
    ...[...edited, ...(fetched === null ? [] : [fetched])].map((word) => normalised(word, program.directory)),
  ];
});
