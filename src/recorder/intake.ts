import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isElevated, readCommand } from '../detection/shell.ts';
import type { ActivityKind, AnyDetail, Field, Outcome } from '../domain/activity.ts';
import { charactersMax, details, metadataDepthMax, typeOf } from '../domain/activity.ts';
import { deviceTypeOf } from '../domain/device.ts';
import type { ExclusionSubject } from '../domain/organisation-settings.ts';
import { isErasedName } from '../domain/erasure.ts';
import type { Place, PlaceOf } from '../domain/place.ts';
import { isCountry, placeFields } from '../domain/place.ts';
import type { ActivityDraft } from './draft.ts';
import type { IntakePolicy } from './intake-policies.ts';
import { draftKey } from './idempotency.ts';
import { readOut } from './read-out.ts';
import { redactActivity, redactPlace } from './redacted.ts';
import type { Refuse } from './refusals.ts';
import { checkText } from './refusals.ts';
import type { SecretUseInput } from './secrets-used.ts';
import { checkSecretsUsed } from './secrets-used.ts';
import { withoutTypedTexts } from './typed-texts.ts';
import type { Micros } from '../domain/time.ts';
import { isTimeZone, microsPerMinute } from '../domain/time.ts';
import type { UserError } from '../domain/user-error.ts';

/** Any JSON object; its values are JSON too. */
export type JsonObject = Record<string, {} | null | undefined>;

/** The fields of one kind's detail as sent. */
export type DetailInput = Record<string, string | number | boolean | null | undefined>;

/** Where an address is, as sent. */
export type LocationInput = { [Name in keyof Place]?: Place[Name] | null };

/** An activity as a caller sends it; the GraphQL input has already seen to types and enum values. */
export type TrackInput = {
  user: string;
  userTimeZone?: string | null;
  session?: string | null;
  occurredAt?: Micros | null;
  idempotencyKey?: string | null;
  sourceIp?: string | null;
  location?: LocationInput | null;
  userAgent?: string | null;
  outcome?: Outcome | null;
  onBehalfOf?: string | null;
  metadata?: JsonObject | null;
  secretsUsed?: readonly SecretUseInput[] | null;
  detail: Partial<Record<ActivityKind, DetailInput | null>>;
};

/** An activity may claim to be this far ahead of the service's clock, for clocks that differ. */
export const aheadMax = 5 * microsPerMinute;

/** What activities are checked with. */
export type Intake = { now: Micros; placeOf: PlaceOf; policy: IntakePolicy };

/** An activity that its organisation excludes is none of the recorder's business; what is wrong is told even of such a one. */
export type Checked = { draft: ActivityDraft } | { errors: UserError[] } | { excluded: ExclusionSubject };

/**
 * Checks an input, takes out of it the secrets and what is not stored, and completes it: canonical address, device, type.
 * Everything that is wrong with it is told at once.
 */
export function checkActivity(input: TrackInput, { now, placeOf, policy }: Intake): Checked {
  const errors: UserError[] = [];
  const refuse = (code: UserError['code'], field: string[], message: string, hint: string | null = null) =>
    void errors.push({ code, field, message, hint });
  const text = (field: keyof TrackInput & string, limit: number, blankAllowed = false) => {
    const value = input[field];
    if (typeof value !== 'string') return null;
    if (!blankAllowed && value.trim() === '') refuse('BLANK', [field], `${field} is empty`, `leave ${field} out or give it a value`);
    checkText(value, limit, [field], refuse);
    return value;
  };

  text('idempotencyKey', charactersMax.identifier);
  const draft = {
    user: text('user', charactersMax.identifier) ?? '',
    userTimeZone: text('userTimeZone', charactersMax.identifier),
    session: text('session', charactersMax.identifier),
    occurredAt: input.occurredAt ?? now,
    sourceIp: checkAddress(text('sourceIp', charactersMax.identifier), refuse),
    userAgent: text('userAgent', charactersMax.userAgent, true),
    onBehalfOf: text('onBehalfOf', charactersMax.identifier),
    metadata: checkMetadata(input.metadata ?? null, refuse),
    secretsUsed: checkSecretsUsed(input.secretsUsed, refuse),
  };
  if (draft.userTimeZone !== null && !isTimeZone(draft.userTimeZone))
    refuse('UNKNOWN_TIME_ZONE', ['userTimeZone'], 'not an IANA time zone', 'for example "Europe/Berlin"');
  if (draft.occurredAt > now + aheadMax)
    refuse(
      'TOO_FAR_AHEAD',
      ['occurredAt'],
      "occurredAt is more than 5 minutes ahead of the service's clock",
      "check the sender's clock, or leave occurredAt out",
    );
  if (isErasedName(draft.user)) refuse('CONFLICT', ['user'], 'this is what is left of an erased user', 'give the id of your own system');
  const told = checkLocation(input.location ?? {}, refuse);
  const what = checkDetail(input.detail, refuse);
  if (errors.length > 0 || what === null) return { errors };

  const excluded = policy.excludes({ ...what, ...draft });
  if (excluded !== null) return { excluded };

  const outcome = outcomeOf(what, input.outcome ?? 'SUCCESS');
  const sent = withoutTypedTexts(redactActivity({ ...what, ...draft, outcome }, policy), policy.settings.storedTexts);
  const command = sent.kind === 'terminal' ? readCommand(sent.detail.command) : null;
  const elevated = sent.kind === 'terminal' && command !== null && (sent.detail.elevated ?? isElevated(command));
  const type = typeOf(sent, { elevated, outcome });
  const deviceType = sent.userAgent ? deviceTypeOf(sent.userAgent) : null; // browsers may send an empty one; the parser throws at it
  const place = redactPlace(told, policy) ?? (draft.sourceIp === null ? null : placeOf(draft.sourceIp));
  return {
    draft: {
      ...sent,
      type,
      deviceType,
      place,
      ...readOut({ ...sent, type, deviceType, place }, command),
      key: draftKey(input, policy),
      outcome,
      policyRevision: policy.revision,
    },
  };
}

/** A sign-in that failed did so whatever else was said of it. */
function outcomeOf(what: AnyDetail, outcome: Outcome): Outcome {
  const type = what.kind === 'auth' ? typeOf(what, { elevated: false, outcome }) : null;
  return type === 'AUTH_FAILURE' || type === 'MFA_FAILURE' ? 'FAILURE' : outcome;
}

function checkAddress(address: string | null, refuse: Refuse): string | null {
  if (address === null || isIPv4(address)) return address; // dotted decimals are canonical, and most addresses are these
  if (ipaddr.isValid(address) && (address.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(address)))
    return ipaddr.process(address).toString();
  refuse(
    'BAD_ADDRESS',
    ['sourceIp'],
    'sourceIp is not an IPv4 or IPv6 address',
    'for example "203.0.113.7" or "2001:db8::7", without a port',
  );
  return null;
}

/** Null where it says nothing. */
function checkLocation(given: LocationInput, refuse: Refuse): Place | null {
  const { country: _country, ...others } = placeFields;
  for (const [name, field] of Object.entries(others)) checkField(field, given[name as keyof Place], ['location', name], refuse);
  const { country = null, region = null, city = null, latitude = null, longitude = null, accuracyKm = null, anonymous } = given;
  if (country !== null && !isCountry(country))
    refuse('UNKNOWN_COUNTRY', ['location', 'country'], 'not a country code of ISO 3166-1', 'two capital letters, for example "DE"');
  const told = [country, region, city, latitude, longitude, accuracyKm].some((value) => value !== null);
  return told || anonymous ? { country, region, city, latitude, longitude, accuracyKm, anonymous: anonymous ?? false } : null;
}

function checkMetadata(metadata: Record<string, unknown> | null, refuse: Refuse): Record<string, unknown> | null {
  if (metadata === null) return null;
  const depth = depthOf(metadata, 0);
  if (depth > metadataDepthMax) {
    refuse('TOO_DEEP', ['metadata'], `metadata nests deeper than ${metadataDepthMax} levels`, 'flatten it');
    return null;
  }
  checkText(textsIn(metadata).join('\n'), Infinity, ['metadata'], refuse);
  const characters = JSON.stringify(metadata).length;
  if (characters > charactersMax.metadataJson) {
    refuse(
      'TOO_LONG',
      ['metadata'],
      `metadata has ${characters} characters as JSON; the limit is ${charactersMax.metadataJson}`,
      'send only what matters of it',
    );
  }
  return metadata;
}

function depthOf(value: unknown, depth: number): number {
  if (value === null || typeof value !== 'object' || depth > metadataDepthMax) return depth;
  return Object.values(value).reduce<number>((deepest, inner) => Math.max(deepest, depthOf(inner, depth + 1)), depth + 1);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

/** The one kind that was sent, with every field of it: null where it was left out. */
function checkDetail(input: TrackInput['detail'], refuse: Refuse): AnyDetail | null {
  const [kind, given] = Object.entries(input).find(([, value]) => value != null) ?? [];
  if (kind === undefined || given == null) return null;
  const fields: Record<string, Field> = details[kind as ActivityKind];
  const detail = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = given[name] ?? null;
      checkField(field, value, ['detail', kind, name], refuse);
      return [name, value];
    }),
  );
  return { kind, detail } as AnyDetail;
}

function checkField(field: Field, value: unknown, path: string[], refuse: Refuse): void {
  if (field.type === 'text' && typeof value === 'string') {
    if (field.required && value.trim() === '') refuse('BLANK', path, `${path.at(-1)} is empty`);
    checkText(value, field.charactersMax, path, refuse);
  }
  if ((field.type === 'integer' || field.type === 'number') && typeof value === 'number' && (value < field.min || value > field.max)) {
    refuse('OUT_OF_RANGE', path, `${path.at(-1)} is ${value}; it must be between ${field.min} and ${field.max}`);
  }
}
