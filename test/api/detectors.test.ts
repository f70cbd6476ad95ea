import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectors } from '../../src/detection/catalogue.ts';
import { data, makeOrganisation } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';
import { every, failure, newCast } from '../detection/sample.ts';

/** Detectors as an organisation sets them. */

let service: Service;
let other: string;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
  other = await makeOrganisation(service, 'other');
});
afterAll(() => service.close());

const shown = 'id type types enabled thresholds { name value default min max unit source }';
const detectorsOf = async (key = adminKey) => (await data(service, `{ detectors { ${shown} } }`, {}, key)).detectors;
const detectorOf = async (id: string, key = adminKey) => (await detectorsOf(key)).find((one: { id: string }) => one.id === id);
const update = async (input: object, key = adminKey) =>
  (
    await data(
      service,
      `mutation($input: UpdateDetectorInput!) { updateDetector(input: $input) {
        detector { ${shown} } userErrors { code field message hint } } }`,
      { input },
      key,
    )
  ).updateDetector;

/** Failed sign-ins from one address, a minute apart, and the types of anomalies they raised. */
async function failuresFrom(count: number, key = adminKey): Promise<string[]> {
  const cast = newCast();
  const activities = every({ minutes: 1 }, count, '2026-10-01T10:00:00Z').map((at) =>
    failure({ user: cast.user(), sourceIp: cast.address() }, at),
  );
  const { trackActivities } = await data(
    service,
    'mutation($a: [TrackActivityInput!]!) { trackActivities(input: { activities: $a }) { receipts { anomalies { detector } } } }',
    { a: activities },
    key,
  );
  const found = trackActivities.receipts.flatMap(({ anomalies }: { anomalies: { detector: string }[] }) => anomalies);
  return [...new Set<string>(found.map(({ detector }: { detector: string }) => detector))];
}

const byAddress = 'failed-login-burst-by-address';
const lowered = [
  { name: 'failures', value: 4 },
  { name: 'slowFailures', value: 4 },
];

describe('a detector', () => {
  it('is shown with what it looks at and the numbers in force, by default and between which they may be set', async () => {
    const found = await detectorsOf();
    expect(found.map(({ id }: { id: string }) => id)).toEqual(detectors.map(({ id }) => id));
    const { types, enabled, thresholds } = await detectorOf(byAddress);
    expect({ types, enabled }).toEqual({ types: ['AUTH_FAILURE'], enabled: true });
    expect(thresholds[0]).toEqual({
      name: 'failures',
      value: 5,
      default: 5,
      min: 2,
      max: 500,
      unit: 'failed sign-ins',
      source: 'fail2ban default maxretry = 5',
    });
    expect((await detectorOf('new-location')).types).toBe(null);
  });

  it('whose threshold is lowered by one claims what was a near miss, and only in that organisation', async () => {
    expect(await failuresFrom(4)).toEqual([]);
    const { detector, userErrors } = await update({ id: byAddress, thresholds: lowered });
    expect(userErrors).toEqual([]);
    expect(detector.thresholds[0]).toMatchObject({ name: 'failures', value: 4, default: 5 });
    expect(await failuresFrom(3)).toEqual([]);
    expect(await failuresFrom(4)).toEqual([byAddress]);
    expect(await failuresFrom(4, other)).toEqual([]);
    expect((await detectorOf(byAddress, other)).thresholds[0]).toMatchObject({ value: 5 });
  });

  it('that is switched off is silent, and speaks again when it is switched on, with the numbers it had', async () => {
    await update({ id: byAddress, thresholds: lowered });
    await update({ id: byAddress, enabled: false });
    expect(await failuresFrom(20)).toEqual([]);
    expect(await failuresFrom(20, other)).toEqual([byAddress]);
    expect(await detectorOf(byAddress)).toMatchObject({ enabled: false });
    await update({ id: byAddress, enabled: true });
    expect(await failuresFrom(4)).toEqual([byAddress]);
  });

  it('is reset to what it is by default, and what is given besides holds then', async () => {
    await update({ id: byAddress, enabled: false, thresholds: lowered });
    await update({ id: byAddress, reset: true, thresholds: [{ name: 'window', value: 1 }] });
    const { enabled, thresholds } = await detectorOf(byAddress);
    expect([enabled, thresholds.map(({ value }: { value: number }) => value)]).toEqual([true, [5, 1, 5, 24, 75]]);
    await update({ id: byAddress, reset: true });
    expect(await detectorOf(byAddress)).toEqual(await detectorOf(byAddress, other));
  });

  it('is audited with what it was before', async () => {
    await update({ id: byAddress, reset: true });
    await update({ id: byAddress, enabled: false, reason: 'too loud' });
    const { auditEntries } = await data(
      service,
      '{ auditEntries(first: 1, filter: { action: { eq: DETECTOR_UPDATED } }) { nodes { target before after reason } } }',
    );
    const change = { before: { enabled: true }, after: { enabled: false } };
    expect(auditEntries.nodes).toEqual([{ target: `Detector:${byAddress}`, ...change, reason: 'too loud' }]);
    await update({ id: byAddress, reset: true });
  });
});

describe('what is wrong with a change is told with its path and the range, and nothing is changed', () => {
  const set = (name: string, value: number) => ({ id: byAddress, thresholds: [{ name, value }] });
  it.each([
    [{ id: 'none' }, 'NOT_FOUND', 'id', 'there is no such detector', 'give one of unusual-time, new-location'],
    [set('none', 5), 'NOT_FOUND', 'thresholds.0.name', `${byAddress} has no threshold of this name`, 'it has failures, window'],
    [set('toString', 5), 'NOT_FOUND', 'thresholds.0.name', `${byAddress} has no threshold of this name`, 'it has failures'],
    [
      set('failures', 1),
      'OUT_OF_RANGE',
      'thresholds.0.value',
      'failures is 1; it must be between 2 and 500 (failed sign-ins)',
      'the default is 5',
    ],
    [set('failures', 501), 'OUT_OF_RANGE', 'thresholds.0.value', 'failures is 501; it must be between 2 and 500', 'the default is 5'],
    [
      { id: byAddress, thresholds: [lowered[0], lowered[0]] },
      'CONFLICT',
      'thresholds.1.name',
      'the threshold failures is given twice',
      'give it once',
    ],
    [
      { id: byAddress, thresholds: Array.from({ length: 51 }, () => lowered[0]) },
      'TOO_MANY',
      'thresholds',
      'thresholds has 51 items',
      'give each',
    ],
    [{ id: byAddress, enabled: false, reason: 'x'.repeat(1_025) }, 'TOO_LONG', 'reason', 'reason has 1025 characters', 'shorten it'],
  ])('%j', async (input, code, field, message, hint) => {
    const before = await detectorsOf();
    const { detector, userErrors } = await update(input);
    expect(detector).toBe(null);
    expect(userErrors).toEqual([
      { code, field: ['input', ...field.split('.')], message: expect.stringContaining(message), hint: expect.stringContaining(hint) },
    ]);
    expect(await detectorsOf()).toEqual(before);
  });

  it('and its bounds themselves are taken', async () => {
    for (const value of [2, 500]) expect((await update(set('failures', value))).userErrors).toEqual([]);
    await update({ id: byAddress, reset: true });
  });
});
