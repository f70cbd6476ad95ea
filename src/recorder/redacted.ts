import type { AnyDetail } from '../domain/activity.ts';
import type { SecretUse } from '../domain/secret-use.ts';
import { markerOf, secretsFoundMax } from '../domain/secret-use.ts';
import type { TakenOutOf } from '../redaction/metadata.ts';
import { redactJson } from '../redaction/metadata.ts';
import type { Manner } from '../redaction/redact.ts';
import { redactText } from '../redaction/redact.ts';
import type { ActivityDraft } from './draft.ts';
import type { IntakePolicy } from './intake-policies.ts';

type Texts = AnyDetail & Pick<ActivityDraft, 'user' | 'session' | 'onBehalfOf' | 'userAgent' | 'metadata' | 'secretsUsed' | 'outcome'>;

/** Digits of a fingerprint behind the marker in an identifier, which has to stay another than all others: 64 bits. */
const fingerprintDigits = 16;

/** An activity without the secrets in its texts, and with what was found among the secrets that it used. */
export function redactActivity<Sent extends Texts>(sent: Sent, policy: IntakePolicy): Sent {
  const taken: TakenOutOf[] = [];
  const text = (value: string, manner: Manner, ...path: string[]): string => {
    const redacted = redactText(value, manner, policy.known);
    for (const secret of redacted.secrets) taken.push({ ...secret, path });
    return redacted.text;
  };
  const identifier = <Value extends string | null>(value: Value, name: string): Value | string => {
    if (value === null) return value;
    const stored = storedIdentifier(value, policy);
    if (stored !== value) text(value, 'TEXT', name);
    return stored;
  };
  const redacted = {
    ...sent,
    detail: Object.fromEntries(
      Object.entries(sent.detail).map(([name, value]) => {
        const isCommand = sent.kind === 'terminal' && name === 'command';
        return [name, typeof value === 'string' ? text(value, isCommand ? 'COMMAND' : 'TEXT', 'detail', name) : value];
      }),
    ),
    user: identifier(sent.user, 'user'),
    session: identifier(sent.session, 'session'),
    onBehalfOf: identifier(sent.onBehalfOf, 'onBehalfOf'),
    userAgent: sent.userAgent === null ? null : text(sent.userAgent, 'TEXT', 'userAgent'),
    metadata: sent.metadata === null ? null : redactJson(sent.metadata, policy.known, ['metadata'], taken),
    secretsUsed:
      sent.secretsUsed?.map(({ secret, granted, reason }, place) => ({
        secret: identifier(secret, 'secretsUsed'),
        granted,
        reason: reason === null ? null : text(reason, 'TEXT', 'secretsUsed', String(place), 'reason'),
      })) ?? null,
  } as Sent;
  if (taken.length === 0) return redacted;
  return { ...redacted, secretsUsed: [...(redacted.secretsUsed ?? []), ...usesOf(taken, sent.outcome, policy)] };
}

/** An id as it is stored: one that is a secret by its form, as some session ids are, is told apart by its fingerprint. */
export function storedIdentifier(text: string, policy: IntakePolicy): string {
  const [first] = redactText(text, 'TEXT', policy.known).secrets;
  return first ? `${markerOf(first.kind)}#${policy.fingerprint(text).slice(0, fingerprintDigits)}` : text;
}

/** A secret was denied where what it was used for was. */
function usesOf(taken: readonly TakenOutOf[], outcome: ActivityDraft['outcome'], { fingerprint, nameOf }: IntakePolicy): SecretUse[] {
  const denied = outcome === 'DENIED' || outcome === 'FAILURE';
  return taken.slice(0, secretsFoundMax).map(({ kind, secret, at, path }) => {
    const hash = fingerprint(secret);
    const name = nameOf(hash);
    const found = { kind, field: path, at, ...(name === undefined ? {} : { name }) };
    return { secret: hash, granted: !denied, reason: denied ? `the activity's outcome is ${outcome}` : null, found };
  });
}
