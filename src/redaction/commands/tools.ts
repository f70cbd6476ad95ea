import type { Tool, ToolTable } from './places.ts';
import { readPlaces } from './places.ts';
import { archivesAndCrypto } from './tools/archives-and-crypto.ts';
import { containersAndClouds } from './tools/containers-and-clouds.ts';
import { databases } from './tools/databases.ts';
import { mailAndDirectories } from './tools/mail-and-directories.ts';
import { packagesAndCode } from './tools/packages-and-code.ts';
import { remoteAccess } from './tools/remote-access.ts';
import { systemAndBackup } from './tools/system-and-backup.ts';
import { web } from './tools/web.ts';
import { windowsAndDomains } from './tools/windows-and-domains.ts';

const tables: readonly ToolTable[] = [
  archivesAndCrypto,
  containersAndClouds,
  databases,
  mailAndDirectories,
  packagesAndCode,
  remoteAccess,
  systemAndBackup,
  web,
  windowsAndDomains,
];

/** The places of each tool in their notation; of a tool in two rows both hold. */
export const placesOfTools: ReadonlyMap<string, string> = gatherPlaces();

function gatherPlaces(): Map<string, string> {
  const places = new Map<string, string>();
  for (const [names, notation] of tables.flat()) {
    for (const spelt of names.split(/\s+/)) {
      const name = spelt.toLowerCase();
      const known = places.get(name);
      places.set(name, known === undefined ? notation : `${known}, ${notation}`);
    }
  }
  return places;
}

/** Tools that were met, read from their notation when they first were. */
const read = new Map<string, Tool>();
const nameUnitsMax = 200;
const notPlain = /[^a-z]/;
const ending = /\.(?:exe|com|cmd|bat|ps1|sh|py|pl|rb|jar|js)$/;

/** The tool that the first word of a command calls: `/usr/bin/mysql`, `mysql.exe`, `impacket-psexec`, `psql-16`. */
export function toolNamed(word: string): Tool | null {
  if (word === '' || word.length > nameUnitsMax) return null;
  const name = word.toLowerCase();
  if (!notPlain.test(name)) return toolOf(name);
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const bare = base.replace(ending, '');
  // Its tools share names with those they stand in for: `impacket-smbclient` is not the one of Samba.
  const inPython = bare.startsWith('impacket-') ? `${bare.slice('impacket-'.length)}.py` : base;
  const plain = inPython.replace(ending, '');
  return toolOf(inPython) ?? toolOf(plain) ?? toolOf(plain.replace(/[-\d.]+$/, ''));
}

function toolOf(name: string): Tool | null {
  const known = read.get(name);
  if (known !== undefined) return known;
  const notation = placesOfTools.get(name);
  if (notation === undefined) return null;
  const tool = readPlaces(notation);
  read.set(name, tool);
  return tool;
}
