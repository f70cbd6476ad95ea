import type { ActivityType, AnyDetail, Outcome } from '../domain/activity.ts';
import type { DeviceType } from '../domain/device.ts';
import type { Place } from '../domain/place.ts';
import type { SecretUse } from '../domain/secret-use.ts';
import type { Suspicion } from '../detection/suspicions.ts';
import type { WebSuspicion } from '../detection/web-attacks.ts';
import type { Micros } from '../domain/time.ts';

/** An activity that has been checked and enriched and is ready to be recorded. `null` is what the caller left out. */
export type ActivityDraft = AnyDetail & {
  type: ActivityType;
  user: string;
  userTimeZone: string | null;
  session: string | null;
  occurredAt: Micros;
  idempotencyKey: string | null;
  /** Of everything else that was sent; null without a key. */
  bodyHash: string | null;
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
