import type { AnyDetail } from '../domain/activity.ts';
import { details } from '../domain/activity.ts';
import type { Place } from '../domain/place.ts';
import type { SecretUse } from '../domain/secret-use.ts';
import { markerOf, secretsFoundMax } from '../domain/secret-use.ts';
import type { TakenOutOf } from '../redaction/metadata.ts';
import { redactJson } from '../redaction/metadata.ts';
import type { Manner } from '../redaction/redact.ts';
import { redactText, secretInIdentifier } from '../redaction/redact.ts';
import { kindOfTyped } from '../redaction/metadata/selectors.ts';
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
  const identifier = <Value extends string | null>(value: Value, ...path: string[]): Value | string => {
    const found = value === null ? null : secretInIdentifier(value, policy.known);
    if (value === null || found === null) return value;
    taken.push({ kind: found.kind, secret: value.slice(found.start, found.end), at: 0, path });
    return storedIdentifier(value, policy);
  };
  const redacted = {
    ...sent,
    detail: redactDetail(sent, text, taken),
    user: identifier(sent.user, 'user'),
    session: identifier(sent.session, 'session'),
    onBehalfOf: identifier(sent.onBehalfOf, 'onBehalfOf'),
    userAgent: sent.userAgent === null ? null : text(sent.userAgent, 'TEXT', 'userAgent'),
    metadata: sent.metadata === null ? null : redactJson(sent.metadata, policy.known, ['metadata'], taken),
    secretsUsed:
      sent.secretsUsed?.map(({ secret, granted, reason }, place) => ({
        secret: identifier(secret, 'secretsUsed', String(place), 'secret'),
        granted,
        reason: reason === null ? null : text(reason, 'TEXT', 'secretsUsed', String(place), 'reason'),
      })) ?? null,
  } as Sent;
  if (taken.length === 0) return redacted;
  return { ...redacted, secretsUsed: [...(redacted.secretsUsed ?? []), ...usesOf(taken, sent.outcome, policy)] };
}

/** An id as it is stored: one that is a secret by its form, as some session ids are, is told apart by its fingerprint. */
export function storedIdentifier(text: string, policy: IntakePolicy): string {
  const found = secretInIdentifier(text, policy.known);
  return found === null ? text : `${markerOf(found.kind)}#${policy.fingerprint(text).slice(0, fingerprintDigits)}`;
}

/** What a caller says about where an address is, without the secrets in it, which nobody has any reason to use there. */
export function redactPlace(place: Place | null, { known }: IntakePolicy): Place | null {
  if (place === null) return null;
  const text = (value: string | null) => (value === null ? null : redactText(value, 'TEXT', known).text);
  return { ...place, region: text(place.region), city: text(place.city) };
}

type Redact = (text: string, manner: Manner, ...path: string[]) => string;

/** The very same detail where nothing in it is secret, as in nearly all. */
function redactDetail(sent: AnyDetail, text: Redact, taken: TakenOutOf[]): AnyDetail['detail'] {
  let copy: Record<string, unknown> | null = null;
  const set = (name: string, value: string) => void ((copy ??= { ...sent.detail })[name] = value);
  for (const [name, value] of Object.entries(sent.detail)) {
    if (typeof value !== 'string' || !isText(sent, name)) continue;
    const typed = sent.kind === 'browser' && name === 'inputValue' ? kindOfTyped(sent.detail.selector ?? '', value) : null;
    if (typed !== null) {
      taken.push({ kind: typed, secret: value, at: 0, path: ['detail', name] });
      set(name, markerOf(typed));
      continue;
    }
    const redacted = text(value, mannerOf(sent, name), 'detail', name);
    if (redacted !== value) set(name, redacted);
  }
  return (copy ?? sent.detail) as AnyDetail['detail'];
}

const isText = ({ kind }: AnyDetail, name: string): boolean => {
  const fields: Record<string, { type: string }> = details[kind];
  return fields[name]?.type === 'text';
};

function mannerOf(what: AnyDetail, name: string): Manner {
  if (what.kind === 'terminal') return name === 'command' ? 'COMMAND' : 'TEXT';
  return what.kind === 'access' && what.detail.change === 'SUDO_POLICY_VIOLATION' && name === 'target' ? 'COMMAND' : 'TEXT';
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
