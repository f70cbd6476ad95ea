import type { Database } from './db/database.ts';
import { readPolicy } from './db/queries/intake-policy.ts';
import { externalIdsAfter, namesIn } from './db/queries/names.ts';
import { readSettings } from './db/queries/settings.ts';
import { createPseudonyms } from './graphql/pseudonyms.ts';
import type { LogItem } from './recorder/batch.ts';
import { createIntakePolicies } from './recorder/intake-policies.ts';
import type { KeyedHashes } from './redaction/keyed-hash.ts';

/** What goes by keyed hashes: how an organisation's activities are taken in, and who is who behind its pseudonyms. */
export function openKeyed(keyedHashes: KeyedHashes, { reader, tables }: Database, elapsedMs: () => number) {
  const all = (organisationId: string) => reader(organisationId, 'ALL');
  const settingsOf = (organisationId: string) => readSettings(all(organisationId), tables, organisationId);
  const intakePolicies = createIntakePolicies({
    keyedHashes,
    readPolicy: (id) => readPolicy(all(id), tables, id),
    readRevision: async (id) => (await settingsOf(id)).revision,
  });
  const pseudonyms = createPseudonyms({
    hashesOf: (id) => keyedHashes(id, 'pseudonym'),
    isOn: async (id) => (await settingsOf(id)).settings.pseudonymise,
    namesIn: (id, texts) => namesIn(all(id), id, texts),
    externalIdsAfter: (id, after, max) => externalIdsAfter(all(id), id, after, max),
    elapsedMs,
  });
  return {
    intakePolicies,
    pseudonyms,
    /** Takes in what this process has just committed. */
    note(organisationId: string, items: readonly LogItem[]) {
      intakePolicies.note(organisationId, items);
      pseudonyms.note(items);
    },
  };
}
