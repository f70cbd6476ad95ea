import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** How large an operation is once its fragments are spread. */
export type OperationSize = {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  directives: number;
  rootFields: number;
};

const nothing: OperationSize = { depth: 0, introspectionDepth: 0, aliases: 0, directives: 0, rootFields: 0 };

/**
 * The largest figures of any operation of the document. A fragment is measured once and counted wherever it is
 * spread, so the time is linear in the document however much the spreads multiply. A fragment that contains itself
 * counts as empty: another rule refuses it.
 */
export function measureDocument(document: DocumentNode): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<SelectionSetNode, OperationSize>();

  const measureSet = (set: SelectionSetNode | undefined): OperationSize => {
    if (!set) return nothing;
    const known = measured.get(set);
    if (known) return known;
    measured.set(set, nothing);
    const size = set.selections.map(measureSelection).reduce(beside, nothing);
    measured.set(set, size);
    return size;
  };

  const measureSelection = (selection: SelectionNode): OperationSize => {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) {
      const inner = measureSet(selection.selectionSet);
      const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
      return {
        depth: 1 + (isIntrospection ? 0 : inner.depth),
        introspectionDepth: isIntrospection ? 1 + inner.depth : inner.introspectionDepth,
        aliases: inner.aliases + (selection.alias ? 1 : 0),
        directives: inner.directives + directives,
        rootFields: 1,
      };
    }
    const set = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)?.selectionSet;
    const inner = measureSet(set);
    return { ...inner, directives: inner.directives + directives };
  };

  let largest = nothing;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measureSet(definition.selectionSet);
    largest = combine(largest, { ...size, directives: size.directives + (definition.directives?.length ?? 0) }, Math.max, Math.max);
  }
  return largest;
}

const add = (a: number, b: number) => a + b;

const beside = (a: OperationSize, b: OperationSize) => combine(a, b, Math.max, add);

function combine(
  a: OperationSize,
  b: OperationSize,
  depth: (a: number, b: number) => number,
  count: (a: number, b: number) => number,
): OperationSize {
  return {
    depth: depth(a.depth, b.depth),
    introspectionDepth: depth(a.introspectionDepth, b.introspectionDepth),
    aliases: count(a.aliases, b.aliases),
    directives: count(a.directives, b.directives),
    rootFields: count(a.rootFields, b.rootFields),
  };
}
