import { Kind, visit, type ASTNode, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../domain/viewer.ts';

/** Arguments of a subscription that say where it begins, and nothing of what it delivers. */
const beginnings = ['after', 'snapshot'];

type Asked = {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>> | null | undefined;
};

/**
 * Equal for subscriptions whose items have equal results: the same document, the same variables but for those that only say
 * where to begin, the same organisation, audience and scopes. Nothing else of a viewer reaches the fields of an item.
 */
export function sharingKey({ document, operation, variables }: Asked, viewer: Viewer): string {
  const { organisationId, timeZone, audience, scopes, user } = viewer;
  return JSON.stringify([
    organisationId,
    timeZone,
    audience === 'ALL' ? 'ALL' : [user, audience.self, [...audience.leads].sort()],
    [...scopes].sort(),
    document.loc?.source.body,
    operation.name?.value,
    deciding(document, operation).map((name) => [name, variables?.[name]]),
  ]);
}

const decidingOf = new WeakMap<OperationDefinitionNode, readonly string[]>();

/** The variables that are used for more than the beginning. */
function deciding(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const known = decidingOf.get(operation);
  if (known) return known;
  const roots = operation.selectionSet.selections.flatMap((field) => (field.kind === Kind.FIELD ? (field.arguments ?? []) : []));
  const begins = new Set<ASTNode>(roots.filter(({ name }) => beginnings.includes(name.value)).map(({ value }) => value));
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: ({ directives }) => (directives?.length ? undefined : false),
    Variable(node) {
      if (!begins.has(node)) names.add(node.name.value);
    },
  });
  const found = [...names].sort();
  decidingOf.set(operation, found);
  return found;
}
