import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import { geoipFile } from '../harness/geoip-file.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

const clock = testClock('2026-11-10T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'lapwing-geoip-'));
const fileOf = (name: string, content: Buffer | string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

let service: Service;
let without: Service;
beforeAll(async () => {
  const file = geoipFile({
    '203.0.113.0/24': {
      country: { iso_code: 'DE' },
      subdivisions: [{ iso_code: 'BE', names: { en: 'Land Berlin' } }],
      city: { names: { en: 'Berlin', de: 'Berlin' } },
      location: { latitude: 52.5196, longitude: 13.4069, accuracy_radius: 10, time_zone: 'Europe/Berlin' },
    },
    '198.51.100.0/25': { country: { iso_code: 'JP' }, traits: { is_anonymous_vpn: true } },
    '198.51.100.128/25': { is_anonymous: true, is_hosting_provider: false },
    '192.0.2.0/24': { subdivisions: [{ iso_code: 'CA' }], location: { latitude: -33.5, longitude: -70.25 } },
    '2001:db8:7::/48': { country: { iso_code: 'CH' } },
    '2001:db8:8::/48': { network: 'nothing that says where' },
  });
  service = await startService({ clock, config: { geoipFile: fileOf('cities.mmdb', file) } });
  without = await startService({ clock });
});
afterAll(async () => {
  await service.close();
  await without.close();
  rmSync(folder, { recursive: true });
});

const fields = 'country region city latitude longitude accuracyKm anonymous';
const nothing = { country: null, region: null, city: null, latitude: null, longitude: null, accuracyKm: null, anonymous: false };

type Tracked = { receipt: { activity: { id: string; location: unknown } } | null; userErrors: { code: string; field: string[] }[] };
async function trackAt(at: Service, more: object): Promise<Tracked> {
  const answer = await data(
    at,
    `mutation($input: TrackActivityInput!) { trackActivity(input: $input) {
      receipt { activity { id location { ${fields} } } } userErrors { code field } } }`,
    { input: { user: 'ada', detail: { auth: { event: 'LOGIN' } }, ...more } },
  );
  return answer.trackActivity;
}
const placeAt = async (at: Service, more: object) => (await trackAt(at, more)).receipt!.activity.location;
const refusals = async (location: object) =>
  (await trackAt(without, { location })).userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);

describe("where an address is, by the operator's file", () => {
  it.each([
    ['203.0.113.7', { country: 'DE', region: 'Land Berlin', city: 'Berlin', latitude: 52.5196, longitude: 13.4069, accuracyKm: 10 }],
    ['::ffff:203.0.113.7', { country: 'DE', city: 'Berlin' }],
    ['198.51.100.7', { country: 'JP', anonymous: true }],
    ['198.51.100.200', { country: null, anonymous: true }],
    ['192.0.2.1', { country: null, region: 'CA', latitude: -33.5, longitude: -70.25 }],
    ['2001:db8:7::1', { country: 'CH', city: null }],
  ])('%s: %j', async (sourceIp, place) => {
    const found = await placeAt(service, { sourceIp });
    expect(found).toMatchObject(place);
    expect(await placeAt(service, { sourceIp })).toEqual(found);
  });

  it.each(['2001:db8:8::1', '10.0.0.1', '2001:db8::1'])('%s, of which it says nothing: null', async (sourceIp) => {
    expect(await placeAt(service, { sourceIp })).toBeNull();
  });

  it('is asked only where the caller says nothing', async () => {
    const told = { country: 'FR', city: 'Lyon' };
    expect(await placeAt(service, { sourceIp: '203.0.113.7', location: told })).toEqual({ ...nothing, ...told });
    expect(await placeAt(service, { sourceIp: '203.0.113.7', location: { city: null } })).toMatchObject({ city: 'Berlin' });
    expect(await placeAt(service, {})).toBeNull();
  });

  it('is unknown without a file', async () => {
    expect(await placeAt(without, { sourceIp: '203.0.113.7' })).toBeNull();
  });

  it('is read again as it was recorded, and the session tells that of its first activity that has one', async () => {
    const session = { session: 'moving' };
    await trackAt(service, { ...session, occurredAt: '2026-11-10T11:00:00Z' });
    await trackAt(service, { ...session, occurredAt: '2026-11-10T11:02:00Z', sourceIp: '2001:db8:7::1' });
    const { receipt } = await trackAt(service, { ...session, occurredAt: '2026-11-10T11:01:00Z', sourceIp: '203.0.113.7' });
    const answer = await data(
      service,
      'query($id: ID!) { node(id: $id) { ... on Activity { location { city } } } session(externalId: "moving") { location { city country } } }',
      { id: receipt!.activity.id },
    );
    expect(answer).toEqual({ node: { location: { city: 'Berlin' } }, session: { location: { city: 'Berlin', country: 'DE' } } });
  });

  it.each([
    ['is not there', () => join(folder, 'missing.mmdb')],
    ['is a folder', () => folder],
    ['is something else', () => fileOf('text.mmdb', 'This is no database of addresses. '.repeat(100))],
    ['is empty', () => fileOf('empty.mmdb', '')],
    ['ends too early', () => fileOf('half.mmdb', geoipFile({ '203.0.113.0/24': { country: { iso_code: 'DE' } } }).subarray(0, 300))],
  ])('stops the start where the file %s, and names the setting', async (_what, path) => {
    await expect(startService({ databaseUrl: without.databaseUrl, config: { geoipFile: path() } })).rejects.toThrow(
      /^GEOIP_FILE is ".*", which cannot be read/,
    );
  });
});

describe('where an address is, by the caller', () => {
  it('is taken as it is sent', async () => {
    const place = { country: 'AU', region: 'NSW', city: 'Sydney', latitude: -33.86, longitude: 151.2, accuracyKm: 0.5, anonymous: false };
    expect(await placeAt(without, { location: place })).toEqual(place);
    expect(await placeAt(without, { location: { anonymous: true } })).toEqual({ ...nothing, anonymous: true });
    expect(await placeAt(without, { location: {} })).toBeNull();
  });

  it.each([
    [{ latitude: -90, longitude: -180, accuracyKm: 0 }, []],
    [{ latitude: 90, longitude: 180 }, []],
    [{ latitude: 90.01 }, ['OUT_OF_RANGE input.location.latitude']],
    [{ latitude: -90.01, longitude: 180.01 }, ['OUT_OF_RANGE input.location.latitude', 'OUT_OF_RANGE input.location.longitude']],
    [{ longitude: -180.01 }, ['OUT_OF_RANGE input.location.longitude']],
    [{ accuracyKm: -0.01 }, ['OUT_OF_RANGE input.location.accuracyKm']],
    [{ region: 'x'.repeat(256), city: 'x'.repeat(257) }, ['TOO_LONG input.location.city']],
    [{ region: 'a\0' }, ['BAD_CHARACTER input.location.region']],
    [{ country: 'DE' }, []],
    [{ country: 'XK' }, []],
    ...['XX', 'ZZ', 'EU', 'de', 'DEU', 'D', '', 'Germany', 'T1'].map((country) => [
      { country },
      ['UNKNOWN_COUNTRY input.location.country'],
    ]),
  ] as [object, string[]][])('%j: %j', async (location, expected) => {
    expect(await refusals(location)).toEqual(expected);
  });

  it('belongs to what an idempotency key stands for, whatever the order of its fields', async () => {
    const key = { idempotencyKey: 'placed' };
    expect(await refusalsOf({ ...key, location: { country: 'DE', city: 'Bonn' } })).toEqual([]);
    expect(await refusalsOf({ ...key, location: { city: 'Bonn', country: 'DE', region: null } })).toEqual([]);
    expect(await refusalsOf({ ...key, location: { country: 'DE', city: 'Ulm' } })).toEqual(['IDEMPOTENCY_CONFLICT']);
  });
});

const refusalsOf = async (input: object) =>
  (await trackAt(without, { occurredAt: '2026-11-10T10:00:00Z', ...input })).userErrors.map(({ code }) => code);
