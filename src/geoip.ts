import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { open } from 'maxmind';
import { z } from 'zod';
import type { Place, PlaceOf } from './domain/place.ts';
import { OperatorError } from './errors.ts';

/** Where addresses are, by a file of the operator's in MaxMind's format: GeoLite2, GeoIP2, DB-IP and others. */

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const names = z.object({ en: text }).nullish().catch(null);
/** What tells that many share an address: in the records of cities below `traits`, in those of anonymous networks by themselves. */
const traits = z
  .object({
    is_anonymous: z.boolean(),
    is_anonymous_proxy: z.boolean(),
    is_anonymous_vpn: z.boolean(),
    is_anycast: z.boolean(),
    is_hosting_provider: z.boolean(),
    is_public_proxy: z.boolean(),
    is_residential_proxy: z.boolean(),
    is_satellite_provider: z.boolean(),
    is_tor_exit_node: z.boolean(),
  })
  .partial()
  .catch({});
const recordShape = z.object({
  country: z.object({ iso_code: text }).nullish().catch(null),
  subdivisions: z
    .array(z.object({ iso_code: text, names }))
    .nullish()
    .catch(null),
  city: z.object({ names }).nullish().catch(null),
  location: z.object({ latitude: number, longitude: number, accuracy_radius: number }).nullish().catch(null),
  traits: traits.nullish(),
});

/** The same addresses come again and again, and a record takes some 20 µs to read. */
const addressesMax = 10_000;

/** Throws an OperatorError where the file cannot be read or is none of these. Without a file nobody knows where an address is. */
export async function openGeoip(path: string | null): Promise<PlaceOf> {
  if (path === null) return () => null;
  const reader = await open(path).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`GEOIP_FILE is ${JSON.stringify(path)}, which cannot be read as a file in MaxMind's format: ${why}`);
  });
  const known = new LRUCache<string, { place: Place | null }>({ max: addressesMax });
  return (address) => {
    const before = known.get(address);
    if (before) return before.place;
    // A file of IPv4 addresses would be asked for the first 32 bits of others.
    const place = reader.metadata.ipVersion === 4 && isIP(address) === 6 ? null : placeOf(reader.get(address));
    known.set(address, { place });
    return place;
  };
}

function placeOf(record: unknown): Place | null {
  const { success, data } = recordShape.safeParse(record);
  if (!success) return null;
  const { country, subdivisions, city, location } = data;
  const place = {
    country: country?.iso_code ?? null,
    region: subdivisions?.[0]?.names?.en ?? subdivisions?.[0]?.iso_code ?? null,
    city: city?.names?.en ?? null,
    latitude: location?.latitude ?? null,
    longitude: location?.longitude ?? null,
    accuracyKm: location?.accuracy_radius ?? null,
    anonymous: [data.traits ?? {}, traits.parse(record)].some((flags) => Object.values(flags).includes(true)),
  };
  return place.anonymous || Object.values(place).some((value) => typeof value !== 'boolean' && value !== null) ? place : null;
}
