import { createHash, randomUUID } from 'node:crypto';
import type { Input } from '../traffic.ts';
import { createTraffic } from '../traffic.ts';

let sequence = 0;
const known = new Map<string, string>();

/**
 * The row a service without judgement would write of an activity: every column of Lapwing's table with a value of the same kind
 * and size, the score a constant. Keys are the columns.
 */
export function rowOf(input: Input) {
  const [[kind = 'web', detail = {}] = []] = Object.entries(input.detail);
  return {
    id: uuidv7(),
    organisation_id: '019a0000-0000-7000-8000-000000000001',
    seq: (sequence += 1),
    recorded_at: new Date().toISOString(),
    occurred_at: input.occurredAt,
    kind,
    type: input.outcome === 'FAILURE' ? 'AUTH_FAILURE' : kind === 'web' ? 'API_CALL' : 'LOGIN',
    user_id: uuidOf(input.user),
    session_id: input.session === null ? null : uuidOf(input.session),
    session_change: null,
    source_ip: input.sourceIp,
    user_agent: input.userAgent,
    device_type: 'DESKTOP',
    outcome: input.outcome,
    on_behalf_of: null,
    risk_score: 10,
    risk_factors: [{ code: 'BASE', points: 10, reason: 'a constant' }],
    policy_version: 1,
    text: String(Object.values(detail)[0]),
    detail,
    metadata: input.metadata,
    alert_id: null,
  };
}
export type Row = ReturnType<typeof rowOf>;
/** In the order of the values. */
export const columns = Object.keys(rowOf(createTraffic(0).next())) as (keyof Row)[];

/** Stands for a look-up of the user or session, which such a service would have to make or to cache. */
function uuidOf(name: string): string {
  const found = known.get(name);
  if (found !== undefined) return found;
  const digest = createHash('sha1').update(name).digest('hex');
  const id = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  known.set(name, id);
  return id;
}

/** In order of time, as Lapwing's are: else the peers' indexes would cost more than Lapwing's. */
function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
