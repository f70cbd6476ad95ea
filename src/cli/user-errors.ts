import { z } from 'zod';
import { OperatorError } from '../errors.ts';

/** What the service says of an input it refuses, as far as the command line shows it. */
export const userErrors = z.array(z.object({ message: z.string(), hint: z.string().nullable() }));

export function refusal(what: string, errors: z.infer<typeof userErrors>): OperatorError {
  const why = errors.map(({ message, hint }) => (hint ? `${message} (${hint})` : message)).join('; ');
  return new OperatorError(`${what}: ${why || 'the service gave no reason'}`);
}
