import ipaddr from 'ipaddr.js';
import type { Detector } from '../detection/detector.ts';
import { detectors } from '../detection/catalogue.ts';
import { charactersMax } from '../domain/activity.ts';
import type { Exclusion } from '../domain/organisation-settings.ts';
import { settingsMax } from '../domain/organisation-settings.ts';
import { isPolicyVersion, policyVersions } from '../domain/risk.ts';
import { isStorable } from '../domain/text.ts';
import type { UserError } from '../domain/user-error.ts';
import type { DetectorChange, OwnSettings } from './changes/settings.ts';
import { checkText } from './refusals.ts';

/** Settings as a caller sends them; the GraphQL input has already seen to types. */
export type SettingsInput = { policyVersion?: number | null } & Omit<OwnSettings, 'policyVersion'>;
export type DetectorInput = {
  enabled?: boolean | null;
  thresholds?: readonly { name: string; value: number }[] | null;
  reset?: boolean | null;
};

/** Most thresholds of one input: no detector has half as many. */
const thresholdsMax = 50;

type Path = readonly string[];
const wrong = (code: UserError['code'], field: Path, message: string, hint: string): UserError => ({
  code,
  field: [...field],
  message,
  hint,
});

/** Checks and completes settings: networks in their canonical spelling, nothing twice. Everything that is wrong is told at once. */
export function checkSettings(input: SettingsInput): { set: OwnSettings } | { errors: UserError[] } {
  const { policyVersion, workdays, holidays, trustedNetworks, serviceAccounts, storedTexts } = input;
  const at = (...path: string[]) => ['input', ...path];
  const exclusions = bounded('exclusions', input.exclusions).map(({ item, path }) => exclusionIn(item, path));
  const networks = bounded('trustedNetworks', trustedNetworks).map(({ item, path }) => networkIn(item, path));
  const errors = [
    ...tooMany('holidays', holidays),
    ...tooMany('trustedNetworks', trustedNetworks),
    ...tooMany('serviceAccounts', serviceAccounts),
    ...tooMany('exclusions', input.exclusions),
    ...networks.filter((network) => typeof network !== 'string'),
    ...exclusions.flatMap((one) => ('errors' in one ? one.errors : [])),
    ...bounded('serviceAccounts', serviceAccounts).flatMap(({ item, path }) => wrongAccount(item, path)),
    ...(workdays ?? []).slice(0, daysOfWeek + 1).flatMap((day, place) => {
      if (day >= 1 && day <= daysOfWeek) return [];
      return [wrong('OUT_OF_RANGE', at('workdays', String(place)), `${day} is no day of the week`, 'give 1 (Monday) to 7 (Sunday)')];
    }),
  ];
  if (workdays?.length === 0) {
    errors.push(wrong('OUT_OF_RANGE', at('workdays'), 'workdays is empty: every activity would be after hours', 'give at least one day'));
  }
  if (workdays && workdays.length > daysOfWeek) {
    errors.push(wrong('TOO_MANY', at('workdays'), `workdays has ${workdays.length} days; a week has ${daysOfWeek}`, 'give each day once'));
  }
  if (policyVersion == null || isPolicyVersion(policyVersion)) {
    const set = { ...input, policyVersion, workdays: workdays && [...new Set(workdays)].sort((a, b) => a - b) };
    const texts = { holidays: sorted(holidays), trustedNetworks: trustedNetworks && [...new Set(networks.map(String))] };
    const unseen = { storedTexts: sorted(storedTexts), exclusions: input.exclusions && each(exclusions.filter((one) => 'pattern' in one)) };
    return errors.length > 0 ? { errors } : { set: { ...set, ...texts, ...unseen, serviceAccounts: sorted(serviceAccounts) } };
  }
  const versions = Object.keys(policyVersions).join(', ');
  errors.push(wrong('OUT_OF_RANGE', at('policyVersion'), `there is no risk policy ${policyVersion}`, `give one of ${versions}`));
  return { errors };
}

const daysOfWeek = 7;

const sorted = <Item extends string>(items: readonly Item[] | null | undefined) => items && [...new Set(items)].sort();

/** Each exclusion once. */
const each = (exclusions: readonly Exclusion[]) => [
  ...new Map(exclusions.map(({ subject, pattern }) => [`${subject} ${pattern}`, { subject, pattern }])).values(),
];

type Listed = keyof typeof settingsMax;

function tooMany(name: Listed, items: readonly unknown[] | null | undefined): UserError[] {
  const max = settingsMax[name];
  if (!items || items.length <= max) return [];
  return [wrong('TOO_MANY', ['input', name], `${name} has ${items.length} items; the limit is ${max}`, 'give fewer')];
}

/** The items with their paths; of a list that is too long only so many are looked at. */
const bounded = <Item>(name: Listed, items: readonly Item[] | null | undefined) =>
  (items ?? []).slice(0, settingsMax[name]).map((item, place) => ({ item, path: ['input', name, String(place)] }));

/** The network in its canonical spelling. */
function networkIn(text: string, path: Path): string | UserError {
  const shown = text.slice(0, shownMax);
  if (!ipaddr.isValidCIDR(text) || !(text.includes(':') || ipaddr.IPv4.isValidCIDRFourPartDecimal(text))) {
    const hint = 'for example "203.0.113.0/24" or "2001:db8::/32"; a single address ends with /32 or /128';
    return wrong('BAD_NETWORK', path, `"${shown}" is not a network in CIDR notation`, hint);
  }
  const [address, bits] = ipaddr.parseCIDR(text);
  const first = address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
  if (first.toString() === address.toString()) return `${first.toString()}/${bits}`;
  return wrong('BAD_NETWORK', path, `"${shown}" names an address within its network`, `give ${first.toString()}/${bits}`);
}

const shownMax = 100; // characters of a wrong text that are repeated

function wrongAccount(name: string, path: Path): UserError[] {
  if (name.trim() === '') return [wrong('BLANK', path, 'the name of a service account is empty', 'give the external id of the user')];
  if (name.length > charactersMax.identifier) {
    const message = `the name of a service account has ${name.length} characters; the limit is ${charactersMax.identifier}`;
    return [wrong('TOO_LONG', path, message, 'external ids are shorter')];
  }
  return isStorable(name) ? [] : [wrong('BAD_CHARACTER', path, 'the name holds a character that cannot be stored', 'remove it')];
}

function exclusionIn({ subject, pattern }: Exclusion, path: Path): Exclusion | { errors: UserError[] } {
  const at = [...path, 'pattern'];
  const errors: UserError[] = [];
  if (pattern.trim() === '') errors.push(wrong('BLANK', at, 'the pattern is empty', 'what is to be excluded whole has the pattern *'));
  checkText(
    pattern,
    charactersMax.pattern,
    at,
    (code, field, message) => void errors.push(wrong(code, field, message, 'use * for what differs')),
  );
  if (errors.length > 0) return { errors };
  if (subject !== 'NETWORK') return { subject, pattern };
  const network = networkIn(pattern, at);
  return typeof network === 'string' ? { subject, pattern: network } : { errors: [network] };
}

/** Checks what shall hold for a detector. `root` is the path of the input. */
export function checkDetector(
  id: string,
  { enabled, thresholds, reset }: DetectorInput,
  root: { id: Path; thresholds: Path },
): { detector: Detector; change: DetectorChange } | { errors: UserError[] } {
  const detector = detectors.find((one) => one.id === id);
  if (!detector) {
    const hint = `give one of ${detectors.map((one) => one.id).join(', ')}`;
    return { errors: [wrong('NOT_FOUND', root.id, 'there is no such detector', hint)] };
  }
  const given = thresholds ?? [];
  if (given.length > thresholdsMax) {
    const message = `thresholds has ${given.length} items; the limit is ${thresholdsMax}`;
    return { errors: [wrong('TOO_MANY', root.thresholds, message, 'give each threshold once')] };
  }
  const errors = given.flatMap((one, place) => {
    const path = [...root.thresholds, String(place)];
    if (given.findIndex(({ name }) => name === one.name) < place)
      return [wrong('CONFLICT', [...path, 'name'], `the threshold ${one.name.slice(0, shownMax)} is given twice`, 'give it once')];
    return wrongThreshold(detector, one, path);
  });
  if (errors.length > 0) return { errors };
  return {
    detector,
    change: {
      enabled: enabled ?? null,
      thresholds: Object.fromEntries(given.map(({ name, value }) => [name, value])),
      reset: reset ?? false,
    },
  };
}

function wrongThreshold({ id, thresholds }: Detector, { name, value }: { name: string; value: number }, path: Path): UserError[] {
  const threshold = Object.hasOwn(thresholds, name) ? thresholds[name] : undefined;
  if (!threshold) {
    const hint = `it has ${Object.keys(thresholds).join(', ')}`;
    return [wrong('NOT_FOUND', [...path, 'name'], `${id} has no threshold of this name`, hint)];
  }
  const { min, max, unit, value: preset } = threshold;
  if (Number.isFinite(value) && value >= min && value <= max) return [];
  const message = `${name} is ${value}; it must be between ${min} and ${max} (${unit})`;
  return [wrong('OUT_OF_RANGE', [...path, 'value'], message, `the default is ${preset}`)];
}
