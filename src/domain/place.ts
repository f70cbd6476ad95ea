import type { Field } from './activity.ts';
import { charactersMax } from './activity.ts';

/** Where an address is, as the caller or the operator's database tells. Country: ISO 3166-1 alpha-2. */
export type Place = {
  country: string | null;
  region: string | null;
  city: string | null;
  latitude: number | null;
  longitude: number | null;
  /** Kilometres within which it is, where that is known. */
  accuracyKm: number | null;
  /** An exit that many share (VPN, proxy, hosting): it tells nothing of where a person is. */
  anonymous: boolean;
};

/** Says where an address is; null where nobody knows. */
export type PlaceOf = (address: string) => Place | null;

/** Half the way round the earth: nothing is less certain than that. */
const accuracyKmMax = 20_038;

/** What a caller may tell of a place. */
export const placeFields = {
  country: { type: 'text', charactersMax: 2, description: 'Country: two capital letters of ISO 3166-1.' },
  region: { type: 'text', charactersMax: charactersMax.identifier, description: 'Region of the country: a state, a province.' },
  city: { type: 'text', charactersMax: charactersMax.identifier, description: 'City.' },
  latitude: { type: 'number', min: -90, max: 90, description: 'Degrees north, −90 to 90.' },
  longitude: { type: 'number', min: -180, max: 180, description: 'Degrees east, −180 to 180.' },
  accuracyKm: {
    type: 'number',
    min: 0,
    max: accuracyKmMax,
    description: 'Kilometres around the coordinates within which it is, 0 to 20,038.',
  },
  anonymous: {
    type: 'boolean',
    description: 'Whether it is an exit that many share (VPN, proxy, hosting), which tells nothing of where a person is.',
  },
} as const satisfies Record<keyof Place, Field>;

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
/** What has a code beside countries: unions, what is unknown, what is made up for tests. */
const noCountries = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

export const isCountry = (code: string): boolean => /^[A-Z]{2}$/.test(code) && !noCountries.has(code) && regions.of(code) !== undefined;

const earthRadiusKm = 6_371; // its mean, IUGG
const metresPerKm = 1_000;

/** Kilometres between two places as the crow flies, to the metre; null where either has no coordinates. */
export function kmBetween(a: Place, b: Place): number | null {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) return null;
  const [from, to] = [radians(a.latitude), radians(b.latitude)];
  const north = Math.sin((to - from) / 2) ** 2;
  const east = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const km = 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(north + Math.cos(from) * Math.cos(to) * east)));
  return Math.round(km * metresPerKm) / metresPerKm;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Whether two places are known to lie in different regions; of coordinates alone that is left to their distance. */
export function inOtherRegions(a: Place, b: Place): boolean {
  if (a.country === null || b.country === null) return a.country === b.country;
  if (a.country !== b.country) return true;
  return a.region !== null && b.region !== null && a.region !== b.region;
}
