import type { ActivityType, AnyDetail, Outcome } from '../domain/activity.ts';
import type { DeviceType } from '../domain/device.ts';
import type { Place } from '../domain/place.ts';
import type { SecretUse } from '../domain/secret-use.ts';
import type { Suspicion } from '../detection/suspicions.ts';
import type { WebSuspicion } from '../detection/web-attacks.ts';
import type { Micros } from '../domain/time.ts';

/** Half of a hash in hex, as PostgreSQL takes it for a uuid: nobody finds a second text for it, and an index holds twice as many. */
type HalfHash = string;

/**
 * An idempotency key and everything else that was sent with it, as hashes under a key of the organisation's own: whoever reads
 * them in the database cannot try out what was sent. `plain` are those without a key, by which it was recorded before there
 * were any; null where the organisation has none of these.
 */
export type DraftKey = { id: HalfHash; bodyHash: HalfHash; plain: { id: HalfHash; bodyHash: HalfHash } | null };

/** An activity that has been checked and enriched and is ready to be recorded. `null` is what the caller left out. */
export type ActivityDraft = AnyDetail & {
  type: ActivityType;
  user: string;
  userTimeZone: string | null;
  session: string | null;
  occurredAt: Micros;
  /** Its idempotency key; null without one. */
  key: DraftKey | null;
  sourceIp: string | null;
  userAgent: string | null;
  deviceType: DeviceType | null;
  /** Where the address is; null where nobody knows. */
  place: Place | null;
  outcome: Outcome;
  onBehalfOf: string | null;
  metadata: Record<string, unknown> | null;
  /** Null where none was sent. */
  secretsUsed: readonly SecretUse[] | null;
  /** What is wrong with a terminal command; read here, before the log is held for writing. */
  suspicions: readonly Suspicion[];
  /** What is hostile about a web request, the gravest first. */
  webAttacks: readonly WebSuspicion[];
  /** The programs it would run, each once, at most `programNamesMax`. */
  programs: readonly string[];
  /** What it tells of the user's habits. */
  facts: readonly string[];
  /** Of the settings it was checked by. */
  policyRevision: number;
};
