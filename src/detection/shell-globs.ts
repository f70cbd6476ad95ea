/** A program named by a file name pattern, as in `/???/n?`: which of the programs that matter here the pattern would find. */

/** Where programs are, and the ones worth hiding this way. */
const folders = ['/bin/', '/usr/bin/', '/sbin/', '/usr/sbin/', '/usr/local/bin/'];
const hidden =
  'sh bash dash cat nc curl wget python3 python perl ruby php ncat socat base64 rm chmod chown tee id whoami head tail less more tac rev nl cp mv dd find awk sed xxd'.split(
    ' ',
  );

/** Wildcards tried in one pattern: the time to match grows with them. */
const wildcardsMax = 12;
const patternCharactersMax = 64;

/** The path a pattern would find, or the pattern itself where it finds none of them. Only absolute patterns are tried. */
export function globbed(path: string): string {
  if (!/^\/[\w./*?[\]!^-]*[*?[]/.test(path) || path.length > patternCharactersMax) return path;
  const pieces = path.match(/\*+|\?|\[[!^]?[\w-]+\]|[^*?[]|\[/g) ?? [];
  if (pieces.filter((piece) => /^[*?[]/.test(piece)).length > wildcardsMax || /\*.*\*.*\*/.test(path)) return path;
  const source = pieces.map(pieceExpression).join('');
  const expression = new RegExp(`^${source}$`);
  for (const name of hidden) for (const folder of folders) if (expression.test(folder + name)) return folder + name;
  return path;
}

function pieceExpression(piece: string): string {
  if (piece.startsWith('*')) return '[^/]*';
  if (piece === '?') return '[^/]';
  // A range that runs backwards is no range in an expression; anything may stand there then.
  if (piece.length > 2) return /[a-z0-9]-[a-z0-9]/i.test(piece) ? '[^/]' : piece.replace('[!', '[^');
  return piece.replaceAll(/[^\w/]/g, String.raw`\$&`);
}
