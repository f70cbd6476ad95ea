import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type PothosOutputFieldType, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { userOfSubject } from '../detection/detector.ts';
import type { Context } from './context.ts';
import type { Mask } from './mask.ts';
import { shownAs, type Shown } from './shown-names.ts';

type Resolver = GraphQLFieldResolver<unknown, object>;

/**
 * Puts pseudonyms into every text on its way out, where names are hidden from the viewer, and looks up those that the viewer
 * sends. Here rather than in resolvers, so that no field can forget it.
 */
class PseudonymsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolver, field: PothosOutputFieldConfig<Types>): Resolver {
    const { declaringType, parentType, name, kind } = field;
    const scalar = scalarOf(field.type);
    const shown = scalar === null ? 'AS_IS' : shownAs(`${declaringType ?? parentType}.${name}`, scalar);
    const showing = shown === 'AS_IS' ? resolve : masking(resolve, shown);
    return kind === 'Query' || `${parentType}.${name}` === 'Mutation.terminateSessions' ? asking(showing) : showing;
  }

  override wrapSubscribe(subscribe: Resolver | undefined): Resolver | undefined {
    return subscribe && asking(subscribe);
  }
}

function masking(resolve: Resolver, shown: Shown): Resolver {
  return (parent, args, context, info) => {
    const value: unknown = resolve(parent, args, context, info);
    const { mask } = context as Context;
    return mask === null ? value : masked(mask, shown, value, subjectsOf(parent));
  };
}

function asking(resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    const { mask } = context as Context;
    if (mask === null) return resolve(parent, args, context, info);
    return mask.learn(textsIn(args)).then(() => resolve(parent, args, context, info));
  };
}

/** Arguments in which nobody is named. */
const opaque = new Set(['id', 'ids', 'after', 'before', 'reason']);

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => (opaque.has(name) ? [] : textsIn(inner)));
}

function scalarOf<Types extends SchemaTypes>(type: PothosOutputFieldType<Types>): string | null {
  if (type.kind === 'List') return scalarOf(type.type);
  if (type.kind !== 'Scalar') return null;
  const { ref } = type;
  return typeof ref === 'object' && ref !== null && 'name' in ref ? String(ref.name) : String(ref);
}

/** Whom a row says it is about: a summary spells them as they are, with signs that part words anywhere else. */
function subjectsOf(parent: unknown): string[] {
  if (parent === null || typeof parent !== 'object') return [];
  if ('claimed' in parent) return subjectsOf(parent.claimed);
  const user = 'subject' in parent && typeof parent.subject === 'string' ? userOfSubject(parent.subject) : null;
  return user === null ? [] : [user];
}

async function masked(mask: Mask, shown: Shown, value: unknown, subjects: readonly string[]): Promise<unknown> {
  const given = await value;
  if (typeof given !== 'string') return within(given, (inner) => masked(mask, shown, inner, subjects));
  if (shown === 'NAME') return mask.name(given);
  const user = shown === 'SUBJECT' ? userOfSubject(given) : null;
  return user === null ? mask.text(given, subjects) : `user:${mask.name(user)}`;
}

/** A list or a JSON object with every text in it changed, those of its keys too. */
async function within(value: unknown, change: (text: unknown) => Promise<unknown>): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(change));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(async ([key, inner]) => [await change(key), await change(inner)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- where Pothos has its plugins register their types
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      pseudonyms: PseudonymsPlugin<Types>;
    }
  }
}

SchemaBuilder.registerPlugin('pseudonyms', PseudonymsPlugin);
