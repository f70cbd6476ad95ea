import { TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Rule } from '../domain/access.ts';
import { allows } from '../domain/access.ts';
import type { Viewer } from '../domain/viewer.ts';
import { forbidden } from './present-error.ts';

/** What an operation asks for that has a rule. Documents are parsed once for their text, so this is looked for once too. */
const asked = new WeakMap<OperationDefinitionNode, Map<Rule, string>>();

/**
 * Throws FORBIDDEN where a mutation asks for a field that its viewer may not read. Refused while it is answered, such a
 * field would take the receipt with it of what has been done by then; so it is refused before anything is done.
 */
export function admitMutation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, viewer: Viewer): void {
  if (operation.operation !== 'mutation') return;
  const rules = asked.get(operation) ?? rulesIn(schema, document, operation);
  asked.set(operation, rules);
  for (const [rule, coordinate] of rules) if (!allows(viewer, rule)) throw forbidden(coordinate);
}

/** Each rule that the operation meets, with the first field that has it. */
function rulesIn(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Map<Rule, string> {
  const rules = new Map<Rule, string>();
  const types = new TypeInfo(schema);
  const collect = visitWithTypeInfo(types, {
    OperationDefinition: (node) => (node === operation ? undefined : false),
    Field(node) {
      const rule = types.getFieldDef()?.extensions.rule as Rule | undefined;
      if (rule && !rules.has(rule)) rules.set(rule, `${types.getParentType()?.name}.${node.name.value}`);
    },
  });
  visit(document, collect);
  return rules;
}
