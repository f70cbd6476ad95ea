import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** Whether this proof is of the key that the database was first served with, which it is where there was none before. */
export async function isServiceKey(control: Runner, proof: string): Promise<boolean> {
  const [answer] = await statement<{ holds: boolean }>(control, 'select is_service_key($1) as holds', [proof]);
  return answer!.holds;
}
