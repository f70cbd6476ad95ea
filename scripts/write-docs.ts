import { readFileSync, writeFileSync } from 'node:fs';
import { settings } from '../src/config.ts';
import { detectors } from '../src/detection/catalogue.ts';
import { roles, scopes } from '../src/domain/access.ts';
import { errorCodes } from '../src/errors.ts';
import { errorCauses } from '../src/recorder/failure-counts.ts';
import { suspicionRules } from '../src/detection/suspicions.ts';

/**
 * The parts of the documents that the code already says: the table of settings, `.env.example`, the detectors, the
 * command rules, the errors, the roles and the scopes. `npm run docs` writes them; test/tidy.test.ts fails while a file is not what this gives.
 */

/** Every document with its derived parts renewed, by path from the root of the repository. */
export function derivedDocuments(): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', renewed('README.md', { settings: settingsTable() })],
    ['.env.example', envExample()],
    ['docs/access.md', renewed('docs/access.md', { roles: rolesTable(), scopes: scopesTable() })],
    ['docs/reliability.md', renewed('docs/reliability.md', { errors: errorsTable() })],
    ['docs/detectors.md', renewed('docs/detectors.md', { detectors: detectorSections(), commands: commandTable() })],
  ]);
}

/** The document with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
function renewed(path: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce(
    (text, [name, part]) => {
      const [before, rest] = text.split(`<!-- ${name} -->\n`);
      const [, after] = rest?.split(`<!-- /${name} -->`) ?? [];
      if (after === undefined) throw new Error(`${path} has no part between <!-- ${name} --> and <!-- /${name} -->`);
      return `${before}<!-- ${name} -->\n\n${part}\n\n<!-- /${name} -->${after}`;
    },
    readFileSync(fromRoot(path), 'utf8'),
  );
}

const fromRoot = (path: string) => new URL(`../${path}`, import.meta.url);

function settingsTable(): string {
  return table(
    ['variable', 'default', 'allowed', 'what it is'],
    settings.map(({ name, default: fallback, allowed, description }) => [code(name), fallback ?? '–', allowed, description]),
  );
}

/** Lines to uncomment. A default in words ("… as root: …") cannot be assigned, so it stays in the comment. */
function envExample(): string {
  const lines = settings.map(({ name, default: fallback, allowed, description }) => {
    const inWords = fallback?.includes(' ') === true;
    return `# ${description}\n# Allowed: ${allowed}.${inWords ? ` Default: ${fallback}.` : ''}\n#${name}=${inWords ? '' : (fallback ?? '')}\n`;
  });
  return `# The settings of Lapwing, written by \`npm run docs\`. All are environment variables and all may be left out.\n\n${lines.join('\n')}`;
}

function detectorSections(): string {
  return detectors
    .map(({ id, type, looksFor, thresholds }) => {
      const rows = Object.entries(thresholds).map(([name, { value, unit, source }]) => [code(name), String(value), unit, source]);
      return `### ${id}\n\n${looksFor} Claims ${code(type)}.\n\n${table(['threshold', 'value', 'unit', 'source'], rows)}`;
    })
    .join('\n\n');
}

function errorsTable(): string {
  return table(
    ['code', 'HTTP status', 'try again after', 'counted as'],
    Object.entries(errorCodes).map(([name, { httpStatus, retryAfterMs }]) => [
      code(name),
      String(httpStatus),
      retryAfterMs === null ? 'never' : `${retryAfterMs.toLocaleString('en')} ms`,
      errorCauses[name as keyof typeof errorCodes],
    ]),
  );
}

function rolesTable(): string {
  return table(
    ['role', 'is for', 'scopes'],
    Object.entries(roles).map(([name, { description, scopes: theirs }]) => [code(name), description, theirs.map(code).join(', ')]),
  );
}

function scopesTable(): string {
  return table(
    ['scope', 'allows'],
    Object.entries(scopes).map(([name, description]) => [code(name), description]),
  );
}

function commandTable(): string {
  return table(
    ['rule', 'finds, for example', 'leaves alone, for example'],
    suspicionRules.map((rule) => [code(rule.code), code(rule.suspicious[0]), code(rule.harmless[0])]),
  );
}

/** Columns padded to one width, as oxfmt lays tables out. */
function table(head: string[], rows: string[][]): string {
  const escaped = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')));
  const widths = head.map((_, column) => Math.max(...escaped.map((row) => row[column]!.length)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [first, ...others] = escaped.map(line);
  return [first, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others].join('\n');
}

/** Inline code, fenced by more backticks than it holds. */
function code(text: string): string {
  const inside = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(inside + 1);
  return inside > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

if (import.meta.main) {
  for (const [path, text] of derivedDocuments()) writeFileSync(fromRoot(path), text);
}
