import type { Finding } from '../finding.ts';
import type { Named } from './names.ts';
import { namedBy } from './names.ts';
import { isSecret } from './values.ts';

/** Columns and rows of one statement or table that are looked at. */
const columnsMax = 64;
const insert = /insert\s{1,8}(?:ignore\s{1,8})?into\s{1,8}[\w.`"[\]]{1,128}\s{0,8}\(([^()]{1,2000})\)\s{0,8}values\s{0,8}/gi;
const item = /\s{0,8}(?:'((?:[^'\\]|\\.|''){0,2000})'|"((?:[^"\\]|\\.){0,2000})"|[^,()'"]{0,200})\s{0,8}([,)])/y;
const nextRow = /\s{0,8},?\s{0,8}\(/y;

const columnsOf = (list: string, separator: string): (Named | null)[] =>
  list.split(separator, columnsMax).map((name) => namedBy(name.trim().replaceAll(/["'`[\]]/g, '')));

/** `INSERT INTO users (name, password) VALUES ('bob', 'X'), …`: what stands in columns whose name is that of a secret. */
export function findInserted(text: string, found: Finding[]): void {
  for (const match of text.matchAll(insert)) {
    const columns = columnsOf(match[1]!, ',');
    if (columns.every((named) => named === null)) continue;
    nextRow.lastIndex = match.index + match[0].length;
    while (nextRow.test(text)) nextRow.lastIndex = findInRow(text, nextRow.lastIndex, columns, found);
  }
}

function findInRow(text: string, from: number, columns: readonly (Named | null)[], found: Finding[]): number {
  item.lastIndex = from;
  for (const named of [...columns, null]) {
    const at = item.lastIndex;
    const match = item.exec(text);
    if (match === null) return text.length;
    const value = match[1] ?? match[2];
    const start = at + match[0].search(/['"]/) + 1;
    if (named !== null && value !== undefined && isSecret(value, named, 'QUOTED'))
      found.push({ start, end: start + value.length, kind: named.kind });
    if (match[3] === ')') break;
  }
  return item.lastIndex;
}

const header = /^(?:[A-Za-z_][\w.-]{0,40}|"[A-Za-z][\w .-]{0,40}")(?:,(?:[A-Za-z_][\w.-]{0,40}|"[A-Za-z][\w .-]{0,40}")){2,30}(?=\r?\n)/gm;
const secretColumn = /pass|secret|token|key/i;
const field = /(?:"((?:[^"]|""){0,2000})"|([^,"\r\n]{0,2000}))(,|\r?\n|$)/y;

/** The table that browsers and password managers export: a line of names, then a line for each account. */
export function findTabled(text: string, found: Finding[]): void {
  for (const { 0: names, index } of text.matchAll(header)) {
    if (!secretColumn.test(names)) continue;
    const columns = columnsOf(names, ',');
    if (columns.some((named) => named !== null)) findInRows(text, text.indexOf('\n', index) + 1, columns, found);
    return;
  }
}

function findInRows(text: string, from: number, columns: readonly (Named | null)[], found: Finding[]): void {
  field.lastIndex = from;
  for (let column = 0; field.lastIndex < text.length;) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) return;
    const isLast = match[3] !== ',';
    const value = match[1] ?? match[2]!;
    const start = at + (match[1] === undefined ? 0 : 1);
    const named = columns[column] ?? null;
    if (named !== null && isSecret(value, named, 'QUOTED')) found.push({ start, end: start + value.length, kind: named.kind });
    if (isLast && column !== columns.length - 1) return;
    column = isLast ? 0 : column + 1;
  }
}
