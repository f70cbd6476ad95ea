import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig } from '@pothos/core';
import type { SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { UserError } from '../domain/user-error.ts';
import type { Context } from './context.ts';

/** Counts what mutations refuse, whether or not the caller asks for `userErrors`. */
class RefusalsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.parentType !== 'Mutation') return resolve;
    return async (root, args, context, info) => {
      const payload: unknown = await resolve(root, args, context, info);
      const { failures, organisation } = context as Context;
      for (const { code } of userErrorsOf(payload)) failures.count(organisation.id, `INPUT_${code}`);
      return payload;
    };
  }
}

function userErrorsOf(payload: unknown): UserError[] {
  const errors = payload !== null && typeof payload === 'object' && 'userErrors' in payload ? payload.userErrors : [];
  return Array.isArray(errors) ? errors : [];
}

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- where Pothos has its plugins register their types
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      refusals: RefusalsPlugin<Types>;
    }
  }
}

SchemaBuilder.registerPlugin('refusals', RefusalsPlugin);
