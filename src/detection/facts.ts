import type { AnyDetail } from '../domain/activity.ts';
import { typeOf } from '../domain/activity.ts';
import { fact } from '../domain/baseline.ts';
import type { DeviceType } from '../domain/device.ts';
import { clientOf } from '../domain/device.ts';
import type { Place } from '../domain/place.ts';
import type { SecretUse } from '../domain/secret-use.ts';
import { notedSecrets } from '../domain/secret-use.ts';
import { networkOf } from '../domain/session-integrity.ts';

/** What an activity tells of a user's habits: each a kind and a value. */

type Told = AnyDetail & {
  address: string | null;
  place: Place | null;
  userAgent: string | null;
  deviceType: DeviceType | null;
  programs: readonly string[];
  /** Whether it ran with more rights than the user's own. */
  elevated: boolean;
  secretsUsed: readonly SecretUse[] | null;
};

export const elevatedFact = fact('kind', 'elevated');

export function factsOf(told: Told): string[] {
  const facts = [fact('kind', isApiCall(told) ? 'api' : told.kind), ...told.programs.map((program) => fact('program', program))];
  if (told.elevated) facts.push(elevatedFact);
  for (const { secret, how } of notedSecrets(told.secretsUsed) ?? []) if (how === 'GIVEN') facts.push(fact('secret', secret));
  if (told.address !== null) facts.push(fact('address', told.address), fact('network', networkOf(told.address)));
  if (told.place?.country) facts.push(fact('country', told.place.country));
  if (told.deviceType !== null && told.deviceType !== 'UNKNOWN') facts.push(fact('device', told.deviceType));
  const client = told.userAgent ? clientOf(told.userAgent) : null;
  if (client !== null) facts.push(fact('client', client));
  if (told.kind === 'auth' && told.detail.host !== null) facts.push(fact('host', told.detail.host));
  const resource = resourceOf(told);
  if (resource !== null) facts.push(fact('resource', resource));
  return facts;
}

/** Programs call APIs, people open pages: the two are different habits. */
const isApiCall = (told: AnyDetail) => typeOf(told, { elevated: false, outcome: 'SUCCESS' }) === 'API_CALL';

const stepsMax = 2;

/** What was opened, as far as it is told apart: the first two steps of a path or address, without what counts or names single things. */
function resourceOf(told: AnyDetail): string | null {
  if (told.kind === 'web') return steps(told.detail.page ?? told.detail.endpoint);
  if (told.kind === 'file') return steps(told.detail.path);
  if (told.kind === 'browser') return steps(told.detail.url?.replace(/^[a-z]+:\/\//i, '') ?? null);
  return told.kind === 'desktop' ? told.detail.application : null;
}

function steps(path: string | null): string | null {
  if (path === null) return null;
  const [bare = ''] = path.slice(0, 500).split(/[?#]/, 1);
  const kept = bare.split('/', stepsMax + 2).slice(0, stepsMax + 1);
  return kept.map((step) => (/\d{2,}|^[0-9a-f-]{8,}$/i.test(step) ? '#' : step)).join('/');
}
