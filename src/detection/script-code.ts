/**
 * What a script of another language would run: `python -c`, `awk 'BEGIN {system(…)}'`, `vim -c ':lua os.execute(…)'`. No
 * language is parsed. Calls that start a program are found by their names, and the text literals in them are what they start.
 */

/** Of a script this much is looked at, in characters: longer ones are files that somebody wrote out, not one-liners. */
export const codeCharactersMax = 8_192;
/** Calls followed per script. */
export const callsMax = 32;
/** Length of the arguments of one call, in characters. */
const argumentCharactersMax = 1_024;
/** Texts that are decoded inside decoded texts. */
const decodingsMax = 3;

const interpreters =
  /^(python|pypy|perl|ruby|irb|pry|node|nodejs|php|php-cgi|lua|luajit|luatex|texlua|tclsh|wish|expect|Rscript|R|osascript|deno|bun|julia|octave|octave-cli|guile|ghc|jjs|jrunscript|slsh|scala|groovy|elixir|erl|racket|raku|gjs|rake)[\d.]*$/;
const awks = new Set(['awk', 'gawk', 'mawk', 'nawk', 'original-awk']);

export const isInterpreter = (name: string): boolean => interpreters.test(name);

/** Programs for which a word is text or a pattern and never runs, however much it looks like code. */
const textOnly = new Set([
  'echo',
  'printf',
  'cat',
  'tee',
  'grep',
  'egrep',
  'fgrep',
  'zgrep',
  'rg',
  'ag',
  'ack',
  'sed',
  'gsed',
  'tr',
  'find',
  'fd',
  'locate',
  'git',
  'hg',
  'svn',
  'gh',
  'glab',
  'jq',
  'yq',
  'test',
  '[',
  '[[',
  'expr',
  'export',
  'alias',
  'man',
  'apropos',
  'curl',
  'wget',
  'logger',
  'notify-send',
  'wall',
  'write',
  'mail',
  'basename',
  'dirname',
  'ls',
  'touch',
  'mkdir',
  'rm',
  'cp',
  'mv',
  'wc',
  'sort',
  'uniq',
  'cut',
  'head',
  'tail',
  'diff',
  'tldr',
  'say',
  'espeak',
  'figlet',
  'cowsay',
  'comby',
  'sgpt',
  'aichat',
  'claude',
  'llm',
  'ollama',
]);

const optionWithCode = /^(-\w*[ceErRb]|--eval|--execute|--print|--code|-p|-x)$|^--?(eval|execute|ex|e|c)=/;

/** The code a program is given by its words, or reads where it is an interpreter; empty for none. */
export function codeGiven(name: string, args: readonly string[], input: string | null): string {
  const text = (): string => args.join('\n').slice(0, codeCharactersMax);
  if (awks.has(name)) return text();
  if (isInterpreter(name)) return args.some((word) => optionWithCode.test(word)) ? text() : (input ?? '').slice(0, codeCharactersMax);
  if (textOnly.has(name)) return '';
  return args.some((word) => word.length > shortestCall && mayCall.test(word)) ? text() : '';
}

const shortestCall = 'exec "x"'.length;
const mayCall =
  /(\b(system|exec[lv]?p?e?|popen\d?|spawn\w*|execute|callCommand|run|call|check_output|Popen|passthru|shell_exec)\s*[([{"'`])|write18\{|\b(import|require)\b/;

const startsPrograms =
  /(?<![\w$>]|::|\w\.)((?:[A-Za-z_][\w]*(?:\([^()]{0,60}\))?(?:\.|::))*(?:system[lp]?|exec[lv]?p?e?|execFile(?:Sync)?|execSync|execute|popen[234]?|Popen|popen2e?|spawn(?:[lv]p?e?|Sync)?|posix_spawnp?|command|Start|passthru|shell_exec|proc_open|pcntl_exec|subprocess\.(?:run|call)|check_call|check_output|getoutput|getstatusoutput|callCommand|callProcess|rawSystem|capture2e?|capture3|doShellScript|shellExec|ShellExecute|run|sh|write18|rx|qx|start_process|term))\s*(?=[([{"'`])/g;
const awkPipes = /"([^"\n]{1,300})"\s*\|&?\s*getline|\b(?:print|printf)\b[^|;}\n]{0,200}\|&?\s*"([^"\n]{1,300})"/g;
const backticks = /(?:`|\bqx[({/]|%x[({[])([^`)}\]\n]{1,300})[`)}\]]/g;
const bareWords = /(?:^|[\s;[{])(?:spawn|exec)\s+(?:-\w+\s+)*(?!["'(])([^;\n\]}"]{2,200})/g;
const appleScript = /do shell script\s+"((?:[^"\\]|\\.){1,500})"/g;
const encoded =
  /(?:b64decode|base64_decode|decode_base64|decode64|fromhex|unhexlify|hex2bin|atob|Buffer\.from)\s*\(?\s*[bru]{0,2}["']([A-Za-z0-9+/=_-]{8,8000})["']/g;

/** The commands a script starts, as shell text each. */
export function commandsIn(name: string, code: string, decodings = 0): string[] {
  const found: string[] = [];
  for (const match of code.matchAll(startsPrograms)) {
    if (found.length >= callsMax) break;
    const command = commandOf(match[1] ?? '', argumentsAt(code, match.index + match[0].length));
    if (command !== null) found.push(command);
  }
  const take = (pattern: RegExp): void => {
    for (const match of code.matchAll(pattern)) {
      if (found.length >= callsMax) return;
      found.push(match[1] ?? match[2] ?? '');
    }
  };
  if (awks.has(name)) take(awkPipes);
  if (/^(perl|ruby|irb|pry|php|julia|rake)/.test(name)) take(backticks);
  if (/^(tclsh|wish|expect)/.test(name)) take(bareWords);
  if (name === 'osascript') take(appleScript);
  if (decodings < decodingsMax) {
    for (const [all, text = ''] of code.matchAll(encoded)) {
      if (found.length >= callsMax) break;
      const plain = Buffer.from(text, /hex/.test(all.slice(0, all.length - text.length)) ? 'hex' : 'base64').toString('utf8');
      found.push(...commandsIn(name, plain, decodings + 1).slice(0, callsMax - found.length));
    }
  }
  return found;
}

/** The text literals among the arguments that start at `from`: those that are joined by an operator are one. */
function argumentsAt(code: string, from: number): string[] {
  const words: string[] = [];
  let depth = 0;
  let joins = false;
  for (let at = from; at < code.length && at < from + argumentCharactersMax; at++) {
    const character = code[at] ?? '';
    if (character === '"' || character === "'" || character === '`') {
      const end = literalEnd(code, at);
      const text = code.slice(at + 1, end).replaceAll(/\\(["'`\\$@])/g, '$1');
      if (joins && words.length > 0) words.push((words.pop() ?? '') + text);
      else words.push(text);
      joins = true;
      at = end;
    } else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth <= 0) break;
    else if (character === ',') joins = false;
    else if (depth === 0 && (character === ';' || character === '\n')) break;
  }
  return words;
}

function literalEnd(code: string, start: number): number {
  for (let at = start + 1; at < code.length; at++) {
    if (code[at] === '\\') at++;
    else if (code[at] === code[start]) return at;
  }
  return code.length;
}

/** The arguments as the shell would have to be told: a text for a shell, or a program and its words. */
function commandOf(call: string, words: readonly string[]): string | null {
  const [first, ...rest] = words;
  if (first === undefined || first === '') return null;
  const known = call.slice(Math.max(call.lastIndexOf('.'), call.lastIndexOf(':')) + 1);
  // os.execl and its kind are told the program twice: its file, and the name it is to see.
  const takesNameTwice = /^exec[lv]p?e?$|^spawn[lv]p?e?$/.test(known);
  const args = takesNameTwice ? rest.slice(1) : rest;
  if (/\s/.test(first) || args.length === 0 || /^(popen|io|open)/i.test(known)) return first;
  return [first, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
}

const calledFirst =
  /^(?:(?:>>>|\w+>|[a-z]+\d?:)\s*)?(?:(?:import|use|require)\b[^\n;]{0,80}[;\n]\s*)?(?:(?:os|io|pty|subprocess|Kernel|Process|IO|System|child_process)[.:]+\w+|exec|system|popen|passthru|shell_exec|print\s*`|(?:Java|Runtime|System|Sys|java)\.[\w.()'"]{0,80}(?:exec|command|Start|callCommand))\s*(?:\(\s*["'[]|["'`])/m;

/** The commands of a line that was typed at an interpreter's own prompt: `os.execute("…")`, `perl: exec "…"`. */
export function commandsTyped(line: string): string[] {
  if (line.length > codeCharactersMax) return [];
  const escaped = /^\s*\w{2,20}>\s*!(\S.*)/.exec(line)?.[1];
  return escaped !== undefined ? [escaped] : calledFirst.test(line) ? commandsIn('perl', line) : [];
}
