import { z } from 'zod';
import { OperatorError } from '../errors.ts';

const text = z
  .string()
  .trim()
  .transform((value) => (value === '' ? null : value))
  .nullable()
  .default(null);
const schema = z.object({ LAPWING_URL: text, LAPWING_KEY: text, LAPWING_ADMIN_KEY: text, LAPWING_DATA_DIR: text });

export type CliEnvironment = { url: string | null; key: string | null; dataFolder: string };

/** The one place where the command line reads its environment. */
export function readCliEnvironment(variables: Record<string, string | undefined> = process.env): CliEnvironment {
  const read = schema.safeParse(variables);
  if (!read.success) throw new OperatorError(`the environment cannot be read: ${z.prettifyError(read.error)}`);
  const { LAPWING_URL, LAPWING_KEY, LAPWING_ADMIN_KEY, LAPWING_DATA_DIR } = read.data;
  const asRoot = process.getuid?.() === 0;
  return {
    url: LAPWING_URL,
    key: LAPWING_KEY ?? LAPWING_ADMIN_KEY,
    dataFolder: LAPWING_DATA_DIR ?? (asRoot ? '/var/lib/lapwing' : './.lapwing'),
  };
}
