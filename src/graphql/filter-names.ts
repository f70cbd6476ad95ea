import { RequestError } from '../errors.ts';
import { userOfSubject } from '../detection/detector.ts';
import type { Mask } from './mask.ts';

/**
 * What a test of a text asks where names are hidden from who asks. USER: of an external id. SUBJECT: of `user:<external id>` or
 * another subject. TEXT: of what may hold names. SEEN: likewise, and parts of it may be asked for, which `partsOf` has looked
 * for in what the viewer sees. AS_IS: of what holds none.
 */
export type Asks = 'USER' | 'SUBJECT' | 'TEXT' | 'SEEN' | 'AS_IS';

/** The tests of a text that compare it as a whole, and in part. */
export type TextTest = {
  eq?: string | null;
  neq?: string | null;
  in?: readonly string[] | null;
  nin?: readonly string[] | null;
  startsWith?: string | null;
  contains?: string | null;
  null?: boolean | null;
};

/** By the names that are stored. A text that the viewer cannot have seen, as it holds a name, equals nothing. */
export function unmasked(test: TextTest, asks: Asks, mask: Mask, coordinate: string): TextTest {
  if (asks === 'AS_IS') return test;
  if ((test.startsWith ?? test.contains) != null && asks !== 'SEEN' && !isPlainStart(test, asks)) throw partly(coordinate);
  const meant = (given: readonly string[]) => given.map((one) => realOf(one, asks, mask)).filter((one) => one !== null);
  const equal = [...(test.eq == null ? [] : [[test.eq]]), ...(test.in == null ? [] : [test.in])];
  const unequal = [...(test.neq == null ? [] : [test.neq]), ...(test.nin ?? [])];
  const anyOf = equal
    .map(meant)
    .reduce<string[] | null>((all, some) => (all === null ? some : all.filter((one) => some.includes(one))), null);
  const excludes = test.neq != null || (test.nin?.length ?? 0) > 0;
  const absent = test.null;
  const part = (given: string) => (asks === 'SUBJECT' ? given : mask.original(given));
  const startsWith = test.startsWith == null ? undefined : part(test.startsWith);
  const contains = test.contains == null ? undefined : part(test.contains);
  if (startsWith === null || contains === null) return { in: [] };
  return {
    startsWith,
    contains,
    ...(anyOf === null ? {} : { in: anyOf }),
    ...(excludes && absent === true ? { in: [] } : {}),
    ...(excludes ? { nin: meant(unequal) } : {}),
    ...(excludes && absent == null ? { null: false } : absent == null ? {} : { null: absent }),
  };
}

function realOf(given: string, asks: Asks, mask: Mask): string | null {
  if (asks === 'USER') return mask.meant(given);
  const user = asks === 'SUBJECT' ? userOfSubject(given) : null;
  if (user === null) return mask.original(given);
  const meant = mask.meant(user);
  return meant === null ? null : `user:${meant}`;
}

export type Part = Pick<TextTest, 'startsWith' | 'contains'>;

/** Whether a text has the part that is asked for. */
export const hasPart = (text: string | null, { startsWith, contains }: Part): boolean =>
  text !== null && (startsWith == null || text.startsWith(startsWith)) && (contains == null || text.includes(contains));

/** Of a subject it may be asked what kind it is, and which address. */
const isPlainStart = ({ startsWith, contains }: TextTest, asks: Asks) =>
  asks === 'SUBJECT' && contains == null && startsWith != null && /^(?:user:$|address:|organisation:)/.test(startsWith);

/** Asked letter by letter, it would spell the names. */
export const partly = (coordinate: string): RequestError =>
  new RequestError(
    'FORBIDDEN',
    `You see pseudonyms: ${coordinate} takes \`eq\`, \`neq\`, \`in\` and \`nin\` with whole values as you see them, and no part of one.`,
  );
