import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig } from '@pothos/core';
import type { SchemaTypes } from '@pothos/core';
import type { Rule } from '../domain/access.ts';
import { ruleOf } from './rules.ts';

/** Hands the rule of every field to scope-auth, which asks it before the field is resolved, and leaves it in the schema. */
class RulesPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const rule = ruleOf(`${field.declaringType ?? field.parentType}.${field.name}`);
    if (rule === 'ANYONE') return field;
    const pothosOptions = { ...field.pothosOptions, authScopes: { rule } };
    const description = field.description && `${field.description} ${needs(rule)}`;
    return Object.assign({}, field, { description, pothosOptions, extensions: { ...field.extensions, rule } });
  }
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
