import { Kind, visit, type ASTNode, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../domain/viewer.ts';
import type { Mask } from './mask.ts';

/** Arguments of a subscription that say where it begins, and nothing of what it delivers. */
export const beginnings = ['after', 'snapshot'];
/** With those that say which items it delivers, and nothing of what is in them. */
export const choices = [...beginnings, 'filter', 'minLevel'];

type Asked = {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>> | null | undefined;
};

/**
 * Equal for subscriptions whose items have equal results: the same document, the same variables but for those of the arguments
 * `apart`, the same organisation, audience and scopes. Nothing else of a viewer reaches the fields of an item, but where names are hidden
 * from them their own: there the key tells apart whose it is that stays.
 */
export function sharingKey({ document, operation, variables }: Asked, viewer: Viewer, mask: Mask | null, apart: readonly string[]): string {
  const { organisationId, timeZone, audience, scopes, user } = viewer;
  return JSON.stringify([
    organisationId,
    timeZone,
    audience === 'ALL' ? 'ALL' : [user, audience.self, [...audience.leads].sort()],
    [...scopes].sort(),
    mask && [mask.self],
    document.loc?.source.body,
    operation.name?.value,
    deciding(document, operation, apart).map((name) => [name, variables?.[name]]),
  ]);
}

const decidingOf = new Map<readonly string[], WeakMap<OperationDefinitionNode, readonly string[]>>(
  [beginnings, choices].map((apart) => [apart, new WeakMap()]),
);

/** The variables that are used for more than these arguments of the subscription. */
function deciding(document: DocumentNode, operation: OperationDefinitionNode, apart: readonly string[]): readonly string[] {
  const known = decidingOf.get(apart)?.get(operation);
  if (known) return known;
  const roots = operation.selectionSet.selections.flatMap((field) => (field.kind === Kind.FIELD ? (field.arguments ?? []) : []));
  const begins = new Set<ASTNode>(roots.filter(({ name }) => apart.includes(name.value)).map(({ value }) => value));
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: ({ directives }) => (directives?.length ? undefined : false),
    Variable(node) {
      if (!begins.has(node)) names.add(node.name.value);
    },
  });
  const found = [...names].sort();
  decidingOf.get(apart)?.set(operation, found);
  return found;
}
