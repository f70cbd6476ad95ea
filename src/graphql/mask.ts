import DataLoader from 'dataloader';
import type { Named } from '../db/queries/names.ts';
import { replaceStretches, stretchesOf, textsOf } from '../domain/names-in-text.ts';
import { pseudonymsIn, withoutPseudonyms } from '../domain/pseudonym.ts';

/** What hides the names of monitored users from one viewer, for one operation. The viewer's own name stays. */
export type Mask = {
  /** Whose name stays; null: nobody's. */
  self: string | null;
  /** What stands for a user. */
  name(externalId: string): string;
  /** A text with what stands for each user whom it names; `known` are external ids that it may hold, spelled however. */
  text(text: string, known: readonly string[]): Promise<string>;
  /** Looks up whom texts that the viewer has sent are about, before `meant` and `original` are asked about them. */
  learn(texts: readonly string[]): Promise<void>;
  /** The external id of whom the viewer means: by a pseudonym, or themselves by their own name. Null: nobody. */
  meant(given: string): string | null;
  /** What the viewer's text is without pseudonyms; null where it names somebody, and so is nothing the viewer can have seen. */
  original(given: string): string | null;
};

export type MaskDeps = {
  nameOf(externalId: string): string;
  namesIn(texts: readonly string[]): Promise<Named[]>;
  find(pseudonyms: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

/** Stands for a name that several users share. */
const somebody = '‹user›';
/** Most texts that are looked up at once. */
const lookedUpMax = 20_000;

export function createMask({ nameOf, namesIn, find }: MaskDeps, self: string | null): Mask {
  const name = (externalId: string) => (externalId === self ? externalId : nameOf(externalId));
  const lookUp = async (texts: Iterable<string>) => {
    const words = new Map<string, string | null>();
    for (const some of chunks([...new Set(texts)])) {
      for (const { word, externalId, sure } of await namesIn(some)) {
        if (externalId !== self) words.set(word, sure ? nameOf(externalId) : somebody);
      }
    }
    return words;
  };
  // All texts of an answer that are ready together are looked through at once.
  const texts = new DataLoader<string, string>(
    async (given) => {
      const looked = given.map((text) => ({ text, stretches: stretchesOf(text) }));
      const words = await lookUp(looked.flatMap(({ text, stretches }) => textsOf(text, stretches)));
      return looked.map(({ text, stretches }) => replaceStretches(text, stretches, (word) => words.get(word) ?? null));
    },
    { cache: false, maxBatchSize: Infinity }, // a subscription's mask lives as long as it does
  );
  let learned: ReadonlyMap<string, string> = new Map();
  const naming = new Set<string>();

  return {
    self,
    name,
    text(text, known) {
      const spelled = known.filter((one) => one !== '' && one !== self).reduce((rest, one) => replaceWhole(rest, one, name(one)), text);
      return stretchesOf(spelled).length === 0 ? Promise.resolve(spelled) : texts.load(spelled);
    },
    async learn(given) {
      const pseudonyms = given.flatMap(pseudonymsIn);
      if (pseudonyms.length > 0) learned = await find([...new Set(pseudonyms)]);
      const looked = given.map((text) => ({ text, words: textsOf(text, stretchesOf(text)) }));
      const words = await lookUp(looked.flatMap((one) => one.words));
      for (const { text, words: held } of looked) if (held.some((word) => words.has(word))) naming.add(text);
    },
    meant: (given) => (given === self ? given : (learned.get(given) ?? null)),
    original: (given) => (naming.has(given) ? null : withoutPseudonyms(given, (pseudonym) => learned.get(pseudonym) ?? null)),
  };
}

function chunks(items: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(items.length / lookedUpMax) }, (_, place) =>
    items.slice(place * lookedUpMax, (place + 1) * lookedUpMax),
  );
}

const isWordAt = (text: string, place: number) => /^[\p{L}\p{N}\p{M}]/u.test(text.slice(place, place + 2));

/** Where `name` stands in the text by itself, and not within a longer word. */
function replaceWhole(text: string, name: string, instead: string): string {
  let replaced = '';
  let from = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if ((at > 0 && isWordAt(text, at - 1)) || isWordAt(text, at + name.length)) continue;
    replaced += text.slice(from, at) + instead;
    from = at + name.length;
  }
  return replaced + text.slice(from);
}
