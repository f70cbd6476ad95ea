import { LRUCache } from 'lru-cache';
import type { Named } from '../db/queries/names.ts';
import { seesNames } from '../domain/access.ts';
import { pseudonymOf } from '../domain/pseudonym.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Mask } from './mask.ts';
import { createMask } from './mask.ts';

/** Pseudonymise mode: which organisations are in it, and who is who there. */
export type Pseudonyms = {
  /** What hides names from this viewer; null where nothing does. At hand for whom that is known, else once it is read. */
  maskFor(viewer: Viewer): Mask | null | Promise<Mask | null>;
  /** Whether names are hidden from this viewer, by the settings as they are in the database now. */
  hidesFrom(viewer: Viewer): Promise<boolean>;
  /** What stands for a user of an organisation, whatever its settings. */
  nameOf(organisationId: string, externalId: string): string;
  /** Settings may have changed: they are read anew. */
  forget(): void;
};

export type PseudonymsDeps = {
  /** The keyed hashes of an organisation for this purpose, in hex. */
  hashesOf(organisationId: string): (text: string) => string;
  isOn(organisationId: string): Promise<boolean>;
  namesIn(organisationId: string, texts: readonly string[]): Promise<Named[]>;
  /** External ids of users after this one, in order. */
  externalIdsAfter(organisationId: string, after: string, max: number): Promise<string[]>;
  elapsedMs(): number;
};

/** How long settings are taken to be what they were, in milliseconds: they are told of at once, but the line may be down. */
const knownMsMax = 800;
/** Most organisations whose settings and key are kept at hand. */
const organisationsMax = 1_000;
/** Most pseudonyms of which is remembered whose they are; of others all users are gone through. */
const rememberedMax = 100_000;
/** External ids read at a time when all are gone through: some milliseconds of hashing. */
const pageUsers = 2_000;

type Known = { on: boolean; untilMs: number };

export function createPseudonyms(deps: PseudonymsDeps): Pseudonyms {
  const known = new LRUCache<string, Known>({ max: organisationsMax });
  const hashes = new LRUCache<string, (text: string) => string>({ max: organisationsMax });
  const remembered = new LRUCache<string, string>({ max: rememberedMax });
  let generation = 0;

  const nameOf = (organisationId: string, externalId: string) => {
    const hash = hashes.get(organisationId) ?? deps.hashesOf(organisationId);
    hashes.set(organisationId, hash);
    const pseudonym = pseudonymOf(hash(externalId));
    remembered.set(`${organisationId} ${pseudonym}`, externalId);
    return pseudonym;
  };
  const find = async (organisationId: string, pseudonyms: readonly string[]) => {
    const found = new Map<string, string>();
    const look = () => {
      for (const pseudonym of pseudonyms) {
        const externalId = remembered.get(`${organisationId} ${pseudonym}`);
        if (externalId !== undefined) found.set(pseudonym, externalId);
      }
      return found.size === pseudonyms.length;
    };
    for (let after: string | undefined = ''; after !== undefined && !look();) {
      const page = await deps.externalIdsAfter(organisationId, after, pageUsers);
      for (const externalId of page) nameOf(organisationId, externalId);
      after = page.at(-1);
    }
    return found;
  };
  const maskOf = ({ organisationId, user }: Viewer): Mask =>
    createMask(
      {
        nameOf: (externalId) => nameOf(organisationId, externalId),
        namesIn: (texts) => deps.namesIn(organisationId, texts),
        find: (pseudonyms) => find(organisationId, pseudonyms),
      },
      user,
    );
  const read = async (organisationId: string): Promise<boolean> => {
    for (;;) {
      const asked = generation;
      const untilMs = deps.elapsedMs() + knownMsMax;
      const on = await deps.isOn(organisationId);
      if (asked !== generation) continue; // settings changed meanwhile: what was read may be what they were before
      known.set(organisationId, { on, untilMs });
      return on;
    }
  };

  return {
    maskFor(viewer) {
      if (seesNames(viewer)) return null;
      const state = known.get(viewer.organisationId);
      if (state && deps.elapsedMs() < state.untilMs) return state.on ? maskOf(viewer) : null;
      return read(viewer.organisationId).then((on) => (on ? maskOf(viewer) : null));
    },
    hidesFrom: async (viewer) => !seesNames(viewer) && (await read(viewer.organisationId)),
    nameOf,
    forget() {
      generation += 1;
      known.clear();
    },
  };
}
