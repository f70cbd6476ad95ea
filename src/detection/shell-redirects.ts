/** What a command's redirections and assignments come to once the words in them are expanded. */
import type { Assignment, Redirection, Word } from 'unbash';
import { textOf, textOfParts, type Surroundings } from './shell-words.ts';

/** `descriptor` is the number before the operator, null for none: 2 in `2>/dev/null`. */
export type Redirect = { operator: string; target: string; descriptor: number | null };

export function assigned(assignment: Assignment, around: Surroundings): string {
  const { value } = assignment;
  const words: readonly Word[] = value.type === 'Word' ? [value] : value.elements;
  return words.map((word) => textOf(word, around)).join(' ');
}

export function redirection(nodes: readonly Redirection[], around: Surroundings): { redirects: Redirect[]; input: string | null } {
  const redirects: Redirect[] = [];
  let input: string | null = null;
  for (const node of nodes) {
    if (node.type === 'HereDoc') input = node.body.parts === undefined ? node.body.text : textOfParts(node.body.parts, around);
    else if (node.type === 'HereString') input = node.target === undefined ? '' : textOf(node.target, around);
    else {
      const descriptor = node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : null;
      redirects.push({ operator: node.operator, target: node.target === undefined ? '' : textOf(node.target, around), descriptor });
    }
  }
  return { redirects, input };
}
