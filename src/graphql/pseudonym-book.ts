import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { UserPlace } from '../db/queries/names.ts';
import { pseudonymOf } from '../domain/pseudonym.ts';

/** Who has which pseudonym. */
export type PseudonymBook = {
  nameOf(organisationId: string, externalId: string): string;
  /** External ids by their pseudonyms, of those that are somebody's. */
  find(organisationId: string, pseudonyms: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Lets go of every name. */
  forgetNames(): void;
};

export type BookDeps = {
  /** The keyed hashes of an organisation for this purpose, in hex. */
  hashesOf(organisationId: string): (text: string) => string;
  /** External ids of users behind a place, in order, and the place to go on from; null: there are no more. */
  externalIdsAfter(organisationId: string, after: UserPlace | null, max: number): Promise<Page>;
};
type Page = { externalIds: string[]; next: UserPlace | null };

/** Most organisations whose key is kept at hand. */
const organisationsMax = 1_000;
/** Most pseudonyms of which is remembered whose they are; of others all users are gone through. */
const rememberedMax = 100_000;
/** For how long a pseudonym that was nobody's is taken to be so still, in milliseconds: all users were gone through for it. */
const nobodysMs = 10_000;
/** External ids read at a time when all are gone through. */
const pageUsers = 20_000;
/** Of them those that are hashed in one turn, so that others get theirs: some milliseconds of work. */
const turnUsers = 500;

const placeOf = (organisationId: string, pseudonym: string) => `${organisationId} ${pseudonym}`;

export function createPseudonymBook(deps: BookDeps): PseudonymBook {
  const hashes = new LRUCache<string, (text: string) => string>({ max: organisationsMax });
  const remembered = new LRUCache<string, string>({ max: rememberedMax });
  const nobodys = new LRUCache<string, true>({ max: rememberedMax, ttl: nobodysMs });
  const going = new Map<string, Promise<void>>();

  const nameOf = (organisationId: string, externalId: string) => {
    const hash = hashes.get(organisationId) ?? deps.hashesOf(organisationId);
    hashes.set(organisationId, hash);
    const pseudonym = pseudonymOf(hash(externalId));
    remembered.set(placeOf(organisationId, pseudonym), externalId);
    return pseudonym;
  };
  const rememberedOf = (organisationId: string, pseudonyms: Iterable<string>) =>
    new Map(
      [...pseudonyms].flatMap((pseudonym) => {
        const externalId = remembered.get(placeOf(organisationId, pseudonym));
        return externalId === undefined ? [] : [[pseudonym, externalId] as const];
      }),
    );
  /** Goes through all users until everybody wanted is found. */
  const goThrough = async (organisationId: string, pseudonyms: readonly string[]) => {
    const found = rememberedOf(organisationId, pseudonyms);
    const wanted = new Set(pseudonyms.filter((one) => !found.has(one) && !nobodys.has(placeOf(organisationId, one))));
    for (let after: UserPlace | null | undefined; wanted.size > 0 && after !== null;) {
      const { externalIds, next }: Page = await deps.externalIdsAfter(organisationId, after ?? null, pageUsers);
      for (const [place, externalId] of externalIds.entries()) {
        const pseudonym = nameOf(organisationId, externalId);
        if (wanted.delete(pseudonym)) found.set(pseudonym, externalId);
        if (place % turnUsers === turnUsers - 1) await setImmediate();
      }
      after = next;
    }
    for (const pseudonym of wanted) nobodys.set(placeOf(organisationId, pseudonym), true);
    return found;
  };
  const find = async (organisationId: string, pseudonyms: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const found = rememberedOf(organisationId, pseudonyms);
    if (found.size === pseudonyms.length) return found;
    // One after the other: what the one before has come by is remembered.
    const before = going.get(organisationId) ?? Promise.resolve();
    const finding = before.then(() => goThrough(organisationId, pseudonyms));
    const over = finding.then(
      () => undefined,
      () => undefined, // whoever asked is told
    );
    going.set(organisationId, over);
    void over.then(() => {
      if (going.get(organisationId) === over) going.delete(organisationId);
    });
    return finding;
  };

  return { nameOf, find, forgetNames: () => remembered.clear() };
}
