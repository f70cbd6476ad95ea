import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig } from '@pothos/core';
import type { SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Context } from './context.ts';
import { readOf, recordRead } from './reads.ts';
import type { Stream } from './streams.ts';

type Resolver = GraphQLFieldResolver<unknown, object>;

/** Notes which root fields an operation uses, and records when a subscription begins and ends. Runs after the rules have let it pass. */
class AuditPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolver: Resolver, field: PothosOutputFieldConfig<Types>): Resolver {
    if (field.kind !== 'Query' && field.kind !== 'Mutation') return resolver;
    return (parent, args, context, info) => {
      (context as Context).reads.field(readOf(info));
      return resolver(parent, args, context, info);
    };
  }

  override wrapSubscribe(subscribe: Resolver | undefined, field: PothosOutputFieldConfig<Types>): Resolver | undefined {
    if (!subscribe || field.kind !== 'Subscription') return subscribe;
    return async (parent, args, context, info) => {
      const { recorder, intakePolicies, viewer, failed } = context as Context;
      const told = { operation: info.operation.name?.value ?? null, reads: [readOf(info)] };
      await recordRead({ recorder, intakePolicies, viewer }, { action: 'STREAM_OPENED', ...told, rows: null });
      return counted((await subscribe(parent, args, context, info)) as Stream<object>, (rows) => {
        recordRead({ recorder, intakePolicies, viewer }, { action: 'STREAM_CLOSED', ...told, rows }).catch(failed);
      });
    };
  }
}

/** The same items; `ended` hears once how many there were, those that were shared with others too. */
function counted(source: Stream<object>, ended: (items: number) => void): AsyncIterable<object> {
  const items = source[Symbol.asyncIterator]();
  let count = 0;
  let told = false;
  const tell = () => {
    if (!told) ended(count + source.shared());
    told = true;
  };
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const step = await items.next().catch((error: unknown) => {
          tell();
          throw error;
        });
        if (step.done) tell();
        else count += 1;
        return step;
      },
      async return() {
        tell();
        return (await items.return?.()) ?? { done: true, value: undefined };
      },
    }),
  };
}

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- where Pothos has its plugins register their types
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      audit: AuditPlugin<Types>;
    }
  }
}

SchemaBuilder.registerPlugin('audit', AuditPlugin);
