import { LRUCache } from 'lru-cache';
import type { Named } from '../db/queries/names.ts';
import { seesNames } from '../domain/access.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { LogItem } from '../recorder/batch.ts';
import type { Mask } from './mask.ts';
import { createMask } from './mask.ts';
import type { BookDeps } from './pseudonym-book.ts';
import { createPseudonymBook } from './pseudonym-book.ts';

/** Pseudonymise mode: which organisations are in it, and who is who there. */
export type Pseudonyms = {
  /** What hides names from this viewer; null where nothing does. At hand for whom that is known, else once it is read. */
  maskFor(viewer: Viewer): Mask | null | Promise<Mask | null>;
  /** Whether names are hidden from this viewer, by the settings as they are in the database now. */
  hidesFrom(viewer: Viewer): Promise<boolean>;
  /** What stands for a user of an organisation, whatever its settings. */
  nameOf(organisationId: string, externalId: string): string;
  /** Takes in what this process has just committed: who is erased is not remembered. */
  note(items: readonly LogItem[]): void;
  /** Settings may have changed: they are read anew. */
  forget(): void;
};

export type PseudonymsDeps = BookDeps & {
  isOn(organisationId: string): Promise<boolean>;
  namesIn(organisationId: string, texts: readonly string[]): Promise<Named[]>;
  elapsedMs(): number;
};

/** How long settings are taken to be what they were, in milliseconds: they are told of at once, but the line may be down. */
const knownMsMax = 800;
/** Most organisations whose settings are kept at hand. */
const organisationsMax = 1_000;

type Known = { on: boolean; untilMs: number };

export function createPseudonyms(deps: PseudonymsDeps): Pseudonyms {
  const known = new LRUCache<string, Known>({ max: organisationsMax });
  const { nameOf, find, forgetNames } = createPseudonymBook(deps);
  let generation = 0;

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
    note(items) {
      if (items.some(({ kind }) => kind === 'USER_ERASED')) forgetNames();
    },
    forget() {
      generation += 1;
      known.clear();
    },
  };
}
