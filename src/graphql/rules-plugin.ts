import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig } from '@pothos/core';
import type { SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Rule } from '../domain/access.ts';
import { allows } from '../domain/access.ts';
import type { Context } from './context.ts';
import { forbidden } from './present-error.ts';
import { ruleOf } from './rules.ts';

type Resolver = GraphQLFieldResolver<unknown, object>;

/**
 * Asks the rule of a field before it is resolved, of a subscription before it starts, and leaves it in the schema. Comes first in
 * the list of plugins, so that nothing runs before it. @pothos/plugin-scope-auth was rejected: it runs a list of steps and keeps
 * what it found for each request and field, where a rule is one look at a set.
 */
class RulesPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const rule = ruleOfField(field);
    if (rule === 'ANYONE') return field;
    const description = field.description && `${field.description} ${needs(rule)}`;
    return Object.assign({}, field, { description, extensions: { ...field.extensions, rule } });
  }

  override wrapResolve(resolve: Resolver, field: PothosOutputFieldConfig<Types>): Resolver {
    return field.kind === 'Subscription' ? resolve : ruled(resolve, ruleOfField(field));
  }

  override wrapSubscribe(subscribe: Resolver | undefined, field: PothosOutputFieldConfig<Types>): Resolver | undefined {
    return subscribe && ruled(subscribe, ruleOfField(field));
  }
}

function ruleOfField<Types extends SchemaTypes>({ declaringType, parentType, name }: PothosOutputFieldConfig<Types>): Rule {
  return ruleOf(`${declaringType ?? parentType}.${name}`);
}

function ruled(resolve: Resolver, rule: Rule): Resolver {
  if (rule === 'ANYONE') return resolve;
  return (parent, args, context, info) => {
    if (!allows((context as Context).viewer, rule)) throw forbidden(`${info.parentType.name}.${info.fieldName}`);
    return resolve(parent, args, context, info);
  };
}

/** Who may read it, for the description of every field. */
function needs(rule: Exclude<Rule, 'ANYONE'>): string {
  if (rule === 'STAFF') return 'Needs READ of everybody.';
  return rule === 'RECEIPT' ? 'Needs READ or TRACK.' : `Needs ${rule}.`;
}

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- where Pothos has its plugins register their types
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      rules: RulesPlugin<Types>;
    }
  }
}

SchemaBuilder.registerPlugin('rules', RulesPlugin);
