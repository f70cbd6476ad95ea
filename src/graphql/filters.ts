import type { InputRef } from '@pothos/core';
import { isStorable } from '../domain/text.ts';
import { allows } from '../domain/access.ts';
import type { Clock, Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';
import { RequestError } from '../errors.ts';
import { builder } from './builder.ts';
import type { Asks, Part, TextTest } from './filter-names.ts';
import { hasPart, partly, unmasked } from './filter-names.ts';
import type { Mask } from './mask.ts';
import { forbidden } from './present-error.ts';
import { ruleOfProperty } from './rules.ts';
import type { Moment } from './scalars.ts';
import { instantOf } from './scalars.ts';

/**
 * Filters. A noun declares its fields once, each with its place in the database and in a streamed item; from that come
 * the GraphQL input, the condition of a query and the test of a subscription, so that the three cannot disagree.
 */

const listItemsMax = 200;
const nestingMax = 5;
/** Tests, values of lists and groups of one whole filter: each is a condition to build, and nothing else is done meanwhile. */
const filterPartsMax = 500;

type Figure = { eq?: number | null; gt?: number | null; gte?: number | null; lt?: number | null; lte?: number | null };
type Instant = { gte?: Moment | null; gt?: Moment | null; lte?: Moment | null; lt?: Moment | null };
type Choice = { eq?: string | null; neq?: string | null; in?: readonly string[] | null; nin?: readonly string[] | null };

const StringComparator = builder.inputRef<TextTest>('StringComparator').implement({
  description: 'Compares a text, exactly and with case. Every given test must hold; an absent value passes only `null: true`.',
  fields: (t) => ({
    eq: t.string({ description: 'Equal to this.' }),
    neq: t.string({ description: 'Not equal to this.' }),
    in: t.stringList({ description: `Equal to one of these, at most ${listItemsMax}.` }),
    nin: t.stringList({ description: `Equal to none of these, at most ${listItemsMax}.` }),
    startsWith: t.string({ description: 'Begins with this.' }),
    contains: t.string({ description: 'Has this somewhere in it.' }),
    null: t.boolean({ description: 'true: absent. false: present.' }),
  }),
});
const IntComparator = builder.inputRef<Figure>('IntComparator').implement({
  description: 'Compares a whole number. Every given test must hold.',
  fields: (t) => ({
    eq: t.int({ description: 'Equal to this.' }),
    gt: t.int({ description: 'Greater than this.' }),
    gte: t.int({ description: 'This or greater.' }),
    lt: t.int({ description: 'Less than this.' }),
    lte: t.int({ description: 'This or less.' }),
  }),
});
const BooleanComparator = builder.inputRef<{ eq?: boolean | null }>('BooleanComparator').implement({
  description: 'Compares a yes or no.',
  fields: (t) => ({ eq: t.boolean({ description: 'Equal to this.' }) }),
});
const DateTimeComparator = builder.inputRef<Instant>('DateTimeComparator').implement({
  description: 'Compares an instant. Every given test must hold; an absent instant passes none.',
  fields: (t) => ({
    gte: t.field({ type: 'DateTimeOrDuration', description: 'At this or later.' }),
    gt: t.field({ type: 'DateTimeOrDuration', description: 'Later than this.' }),
    lte: t.field({ type: 'DateTimeOrDuration', description: 'At this or earlier.' }),
    lt: t.field({ type: 'DateTimeOrDuration', description: 'Earlier than this.' }),
  }),
});

/** A condition as MikroORM takes it. */
export type Where = Record<string, unknown>;
type Value = string | number | boolean | null | undefined;

/** One field of a filter over items of type `Item`. */
export type FilterField<Item> = {
  comparator: InputRef<unknown>;
  description: string;
  /** Of texts: how they may hold names. */
  asks?: Asks;
  where(test: unknown, now: Micros): Where;
  matches(test: unknown, item: Item, now: Micros): boolean;
};

const nothing: Where = { id: { $in: [] } };
/** MikroORM leaves an empty condition out, which below `or` would turn "all" into "none". */
const everything: Where = { id: { $ne: null } };
const allOf = (parts: readonly Where[]): Where => (parts.length > 0 ? { $and: parts } : everything);

const isTest = ([name, value]: [string, unknown]) => value != null && !(name === 'nin' && Array.isArray(value) && value.length === 0);
/** What a comparator really tests: a null asks nothing, nor does "none of these" without any. */
const testsOf = <Test extends object>(given: unknown) => Object.fromEntries(Object.entries(given as Test).filter(isTest)) as Test;
const testsNothing = (test: object) => Object.keys(test).length === 0;

const keep = (conditions: Record<string, unknown>) => Object.fromEntries(Object.entries(conditions).filter(([, value]) => value != null));
const bounded = <T>(list: readonly T[] | null | undefined) => {
  if (list && list.length > listItemsMax)
    throw new RequestError('LIMIT_EXCEEDED', `a list in a filter has at most ${listItemsMax} items; this one has ${list.length}`);
  return list;
};
const checked = (test: TextTest): TextTest => {
  const texts = [test.eq, test.neq, test.startsWith, test.contains, ...(bounded(test.in) ?? []), ...(bounded(test.nin) ?? [])];
  if (texts.some((text) => text != null && !isStorable(text)))
    throw new RequestError('BAD_REQUEST', 'a text in a filter holds NUL or half of a surrogate pair, which no stored text has');
  return test;
};
const likePattern = (text: string) => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** Places a test at the end of a path of properties: ['userId', 'externalId'] is the user's external id. */
const at = (path: readonly string[], test: unknown): Where =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), test) as Where;

export function textField<Item>(
  path: readonly string[],
  value: (item: Item) => string | null,
  description: string,
  asks: Asks = path[0] === 'userId' ? 'USER' : path[0] === 'subject' ? 'SUBJECT' : 'TEXT',
): FilterField<Item> {
  return {
    comparator: StringComparator,
    description,
    asks,
    where: (given) => {
      const test = checked(testsOf<TextTest>(given));
      const parts = [
        keep({ $eq: test.eq, $ne: test.neq, $in: test.in, $nin: test.nin }),
        ...(test.startsWith == null ? [] : [{ $like: `${likePattern(test.startsWith)}%` }]),
        ...(test.contains == null ? [] : [{ $like: `%${likePattern(test.contains)}%` }]),
        ...(test.null == null ? [] : [test.null ? { $eq: null } : { $ne: null }]),
      ].filter((part) => Object.keys(part).length > 0);
      return allOf(parts.map((part) => at(path, part)));
    },
    matches: (given, item) => {
      const test = testsOf<TextTest>(given);
      const text = value(item);
      if (testsNothing(test)) return true;
      if (test.null != null && test.null !== (text === null)) return false;
      if (text === null) return test.null === true && Object.keys(test).length === 1;
      return (
        passes(test, text) &&
        (test.startsWith == null || text.startsWith(test.startsWith)) &&
        (test.contains == null || text.includes(test.contains))
      );
    },
  };
}

export function numberField<Item>(property: string, value: (item: Item) => number, description: string): FilterField<Item> {
  return {
    comparator: IntComparator,
    description,
    where: (given) => bounds(property, given as Figure),
    matches: (given, item) => within(given as Figure, value(item)),
  };
}

/** A yes or no; `whereTrue` is its condition. */
export function booleanField<Item>(whereTrue: Where, value: (item: Item) => boolean, description: string): FilterField<Item> {
  const asked = (given: unknown) => (given as { eq?: boolean | null }).eq ?? null;
  return {
    comparator: BooleanComparator,
    description,
    where: (given) => {
      const eq = asked(given);
      if (eq === null) return everything;
      return eq ? whereTrue : { $not: whereTrue };
    },
    matches: (given, item) => asked(given) === null || asked(given) === value(item),
  };
}

export function instantField<Item>(property: string, value: (item: Item) => Micros | null, description: string): FilterField<Item> {
  const settle = (test: Instant, now: Micros): Figure =>
    Object.fromEntries(Object.entries(test).flatMap(([name, moment]) => (moment == null ? [] : [[name, instantOf(moment, now)]])));
  return {
    comparator: DateTimeComparator,
    description,
    where: (given, now) => bounds(property, settle(given as Instant, now)),
    matches: (given, item, now) => {
      const instant = value(item);
      const test = settle(given as Instant, now);
      return testsNothing(test) || (instant !== null && within(test, instant));
    },
  };
}

/** An enum; `whereIs` gives the condition for one of its values where that is more than an equal column. */
export function choiceField<Item>(
  name: string,
  choices: InputRef<string>,
  value: (item: Item, now: Micros) => Value,
  whereIs: (choice: string, now: Micros) => Where,
  description: string,
): FilterField<Item> {
  return {
    comparator: choiceComparator(name, choices),
    description,
    where: (given, now) => {
      const test = testsOf<Choice>(given);
      const anyOf = (list: readonly string[]) => ({ $or: list.length > 0 ? list.map((choice) => whereIs(choice, now)) : [nothing] });
      return allOf([
        ...(test.eq == null ? [] : [whereIs(test.eq, now)]),
        ...(test.neq == null ? [] : [{ $not: whereIs(test.neq, now) }]),
        ...(test.in == null ? [] : [anyOf(bounded(test.in) ?? [])]),
        ...(test.nin == null ? [] : [{ $not: anyOf(bounded(test.nin) ?? []) }]),
      ]);
    },
    matches: (given, item, now) => {
      const actual = value(item, now);
      const test = testsOf<Choice>(given);
      return testsNothing(test) || (typeof actual === 'string' && passes(test, actual));
    },
  };
}

const comparators = new Map<string, InputRef<unknown>>();

function choiceComparator(name: string, choices: InputRef<string>): InputRef<unknown> {
  const known = comparators.get(name);
  if (known) return known;
  const comparator = builder.inputRef<Choice>(`${name}Comparator`).implement({
    description: `Compares a ${name}. Every given test must hold.`,
    fields: (t) => ({
      eq: t.field({ type: choices, description: 'Equal to this.' }),
      neq: t.field({ type: choices, description: 'Not equal to this.' }),
      in: t.field({ type: [choices], description: 'One of these.' }),
      nin: t.field({ type: [choices], description: 'None of these.' }),
    }),
  });
  comparators.set(name, comparator);
  return comparator;
}

function bounds(property: string, test: Figure): Where {
  const tests = keep({ $eq: test.eq, $gt: test.gt, $gte: test.gte, $lt: test.lt, $lte: test.lte });
  return testsNothing(tests) ? everything : { [property]: tests };
}

function within(test: Figure, value: number): boolean {
  return (
    (test.eq == null || value === test.eq) &&
    (test.gt == null || value > test.gt) &&
    (test.gte == null || value >= test.gte) &&
    (test.lt == null || value < test.lt) &&
    (test.lte == null || value <= test.lte)
  );
}

function passes(test: Choice, value: string): boolean {
  return (
    (test.eq == null || value === test.eq) &&
    (test.neq == null || value !== test.neq) &&
    (test.in == null || test.in.includes(value)) &&
    (test.nin == null || !test.nin.includes(value))
  );
}

/** Who asks, and the moment that durations count back from. */
type Asking = { viewer: Viewer; mask: Mask | null; now: Micros };

export type FilterInput = { [field: string]: unknown; and?: readonly FilterInput[] | null; or?: readonly FilterInput[] | null };

/** Makes the filter of a noun: `<Noun>Filter` in the schema, its condition and its test. Who may not read a field may not filter by it. */
export function defineFilter<Item>(noun: string, fields: Record<string, FilterField<Item>>, name = `${noun}Filter`) {
  const rules = new Map(Object.keys(fields).map((field) => [field, ruleOfProperty(noun, field)]));
  const input = builder.inputRef<FilterInput>(name);
  input.implement({
    description: 'Every given field must hold; an absent one does not filter. `and` and `or` nest.',
    fields: (t) => ({
      ...Object.fromEntries(
        Object.entries(fields).map(([field, { comparator, description }]) => [field, t.field({ type: comparator, description })]),
      ),
      and: t.field({
        type: [input],
        description: `All of these hold. Nests at most ${nestingMax} deep, with ${filterPartsMax} tests, values and groups in all.`,
      }),
      or: t.field({ type: [input], description: `At least one of these holds. Nests at most ${nestingMax} deep.` }),
    }),
  });

  /** Counts no further than it has to: what comes may be megabytes. */
  const countParts = (filter: FilterInput, before: number): number => {
    const parts = [...(filter.and ?? []), ...(filter.or ?? [])];
    const tests = given(filter).flatMap(([field]) => Object.values(filter[field] as object));
    const count = before + 1 + tests.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 1), 0);
    if (count + parts.length > filterPartsMax)
      throw new RequestError('LIMIT_EXCEEDED', `a filter has at most filterPartsMax = ${filterPartsMax} tests, values and groups in all`);
    return parts.reduce((sum, part) => countParts(part, sum), count);
  };
  const given = (filter: FilterInput) => Object.entries(fields).filter(([field]) => filter[field] != null);
  const whereIn = (filter: FilterInput, { viewer, now }: Omit<Asking, 'mask'>, depth: number): Where => {
    const refused = given(filter).find(([field]) => !allows(viewer, rules.get(field)!));
    if (refused) throw forbidden(`${name}.${refused[0]}`);
    if (depth === 0) countParts(filter, 0);
    if (depth > nestingMax) throw new RequestError('LIMIT_EXCEEDED', `a filter nests at most ${nestingMax} deep`);
    return allOf([
      ...given(filter).map(([name, field]) => field.where(filter[name], now)),
      ...(bounded(filter.and) ?? []).map((part) => whereIn(part, { viewer, now }, depth + 1)),
      ...(filter.or == null
        ? []
        : [filter.or.length > 0 ? { $or: (bounded(filter.or) ?? []).map((part) => whereIn(part, { viewer, now }, depth + 1)) } : nothing]),
    ]);
  };
  const { told, seen } = behindMask<Item>(name, given);
  const where = (filter: FilterInput, { mask, ...asking }: Asking): Where => {
    const condition = whereIn(filter, asking, 0); // first what is wrong with it, as anybody would be told
    return mask ? whereIn(told(filter, mask), asking, 0) : condition;
  };
  const matches = (filter: FilterInput, item: Item, now: Micros): boolean =>
    given(filter).every(([name, field]) => field.matches(filter[name], item, now)) &&
    (filter.and ?? []).every((part) => matches(part, item, now)) &&
    (filter.or == null || filter.or.some((part) => matches(part, item, now)));
  /** The test of a subscription. What is wrong with its filter is said at once, in the words a query would use. */
  const tester = (filter: FilterInput | null | undefined, asking: Asking & { clock: Clock }): ((item: Item) => boolean) => {
    if (filter == null) return () => true;
    const { clock } = asking;
    where(filter, asking);
    const asked = asking.mask ? told(filter, asking.mask) : filter;
    return (item) => matches(asked, item, clock.now());
  };
  return { input, where, tester, seen };
}

type Given<Item> = (filter: FilterInput) => [field: string, spec: FilterField<Item>][];

/** What a filter asks where names are hidden from who asks. */
function behindMask<Item>(name: string, given: Given<Item>) {
  /** The filter by the names that are stored, where those that its viewer knows are pseudonyms. */
  const told = (filter: FilterInput, mask: Mask): FilterInput => ({
    ...filter,
    ...Object.fromEntries(
      given(filter).flatMap(([field, { asks }]) =>
        asks ? [[field, unmasked(testsOf<TextTest>(filter[field]), asks, mask, `${name}.${field}`)]] : [],
      ),
    ),
    and: filter.and?.map((part) => told(part, mask)),
    or: filter.or?.map((part) => told(part, mask)),
  });
  /** Which parts of a text that names are hidden in are asked for; where they are only one way to pass, that cannot be told apart. */
  const partsOf = (filter: FilterInput, within = false): Part[] => [
    ...given(filter).flatMap(([field, { asks }]) => {
      const { startsWith, contains } = filter[field] as TextTest;
      if (asks !== 'SEEN' || (startsWith == null && contains == null)) return [];
      if (within) throw partly(`${name}.or.${field}`);
      return [{ startsWith, contains }];
    }),
    ...(filter.and ?? []).flatMap((part) => partsOf(part, within)),
    ...(filter.or ?? []).flatMap((part) => partsOf(part, true)),
  ];
  /**
   * What is to be asked of a row besides: whether its text as the viewer sees it has the parts they ask for, `ali` not being
   * one of `/home/user-k7f39-q2mw4`. Null: nothing.
   */
  const seen = (filter: FilterInput | null | undefined, { mask }: Pick<Asking, 'mask'>, textOf: (item: Item) => string | null) => {
    const parts = mask && filter ? partsOf(filter) : [];
    if (mask === null || parts.length === 0) return null;
    return async (item: Item): Promise<boolean> => {
      const text = textOf(item);
      const shown = text === null ? null : await mask.text(text, []);
      return parts.every((part) => hasPart(shown, part));
    };
  };
  return { told, seen };
}
