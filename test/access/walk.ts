import { readFileSync } from 'node:fs';
import type { GraphQLField, GraphQLInputType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import {
  buildSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Rule } from '../../src/domain/access.ts';
import { rules } from '../../src/graphql/rules.ts';

/** The schema as it is printed, as a graph of types and fields, and documents that reach each of its fields. */

export const printed: GraphQLSchema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

type Field = GraphQLField<unknown, unknown>;
/** A field as it is selected on a type, and the object type that its answer is looked at as. */
export type Step = { on: GraphQLObjectType; field: Field; as: GraphQLObjectType | null };
export type Path = readonly Step[];

const ownTypes = Object.values(printed.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
export const objectTypes = ownTypes.filter(isObjectType);

/** Every field of every object and interface type, as `Type.field`. */
export const coordinates: readonly string[] = ownTypes
  .filter((type) => isObjectType(type) || isInterfaceType(type))
  .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));

const table = new Map<string, Rule[]>();
for (const [type, byRule] of Object.entries(rules)) {
  for (const [rule, fields] of Object.entries(byRule)) {
    for (const field of fields.split(' ')) table.set(`${type}.${field}`, [...(table.get(`${type}.${field}`) ?? []), rule as Rule]);
  }
}
/** The table of rules as it is written: `Type.field` with all the rules it has there. */
export const written: ReadonlyMap<string, readonly Rule[]> = table;

/** The rules of a field of an object type: its own, or those under the interface it comes from. */
export function rulesOf(type: string, field: string): readonly Rule[] {
  const named = printed.getType(type);
  const interfaces = isObjectType(named) || isInterfaceType(named) ? named.getInterfaces().map(({ name }) => name) : [];
  return [type, ...interfaces].map((name) => table.get(`${name}.${field}`)).find((found) => found !== undefined) ?? [];
}

/** Where a step is refused by name: the runtime type and the field, as the service says it. */
export const coordinateOf = ({ on, field }: Step): string => `${on.name}.${field.name}`;
export const ruleOfStep = ({ on, field }: Step): Rule => rulesOf(on.name, field.name)[0]!;

const objectsOf = (field: Field): readonly GraphQLObjectType[] => {
  const type = getNamedType(field.type);
  if (isAbstractType(type)) return printed.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
};

/** The shortest path from a root type to every object type that it leads to; fields in `leaveOut` are not gone through. */
export function pathsFrom(root: GraphQLObjectType, leaveOut: readonly string[] = []): Map<string, Path> {
  const found = new Map<string, Path>([[root.name, []]]);
  const waiting: [GraphQLObjectType, Path][] = [[root, []]];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [on, path] = next;
    for (const field of Object.values(on.getFields()).filter((one) => !leaveOut.includes(`${on.name}.${one.name}`))) {
      for (const as of objectsOf(field).filter(({ name }) => !found.has(name))) {
        found.set(as.name, [...path, { on, field, as }]);
        waiting.push([as, found.get(as.name)!]);
      }
    }
  }
  return found;
}

/** The path to a field of the type that another path leads to. */
export const pathsToFields = (type: GraphQLObjectType, path: Path): Path[] =>
  Object.values(type.getFields()).map((field) => [...path, { on: type, field, as: null }]);

export type ArgumentsOf = (step: Step) => string;
/** Response names may not clash where fields of several types meet in one answer. */
const isPlain = (field: Field) => !isCompositeType(getNamedType(field.type));

/** Selects the fields at the end of paths that are otherwise the same, under one alias. */
export function select(alias: string, paths: readonly Path[], argumentsOf: ArgumentsOf): string {
  const [first] = paths;
  const ends = paths.map((path) => {
    const step = path.at(-1)!;
    return `${path.length === 1 ? `${alias}: ` : ''}${step.field.name}${argumentsOf(step)}${isPlain(step.field) ? '' : ' { __typename }'}`;
  });
  return first!.slice(0, -1).reduceRight((inner, step, depth) => {
    const name = `${depth === 0 ? `${alias}: ` : ''}${step.field.name}${argumentsOf(step)}`;
    return isAbstractType(getNamedType(step.field.type)) ? `${name} { ... on ${step.as!.name} { ${inner} } }` : `${name} { ${inner} }`;
  }, ends.join(' '));
}

/** Whether an answer holds what a path leads to, be it null: no list on the way was empty. */
export function isReached(answer: unknown, names: readonly string[]): boolean {
  if (Array.isArray(answer)) return answer.some((one) => isReached(one, names));
  const [name, ...rest] = names;
  if (name === undefined) return true;
  if (answer === null || typeof answer !== 'object' || !(name in answer)) return false;
  return rest.length === 0 || isReached((answer as Record<string, unknown>)[name], rest);
}

/** A value of an input type that tests something without keeping anything out that would matter here. */
export function exampleOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return exampleOf(type.ofType);
  if (isListType(type)) return `[${exampleOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const [field] = Object.values(type.getFields());
    return `{ ${field!.name}: ${exampleOf(field!.type)} }`;
  }
  const examples: Record<string, string> = { String: '"x"', Int: '1', Boolean: 'true', DateTimeOrDuration: '"2026-01-01T00:00:00Z"' };
  const example = examples[type.name];
  if (example === undefined) throw new Error(`no example of ${type.name}: give it one in test/access/walk.ts`);
  return example;
}
