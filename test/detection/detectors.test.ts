import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectors } from '../../src/detection/catalogue.ts';
import type { Detector } from '../../src/detection/detector.ts';
import { lowestScore } from '../../src/domain/risk.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { judgeBy } from './judging.ts';
import type { Activity, Samples } from './sample.ts';

/** Samples are found by the detector's id: `<id>/samples.ts`. */
const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const samplesById = new Map<string, Samples>();
for (const { name } of folders) {
  const { samples }: { samples: Samples } = await import(`./${name}/samples.ts`);
  samplesById.set(name, samples);
}

/** What keeps a detector out of the catalogue. A score bounds nothing that could be missed by one unit. */
function missingSamples(detector: Detector, samples: Samples | undefined): string[] {
  const { positives = [], nearMisses = [], benignTwins = [] } = samples ?? {};
  const bounds = Object.keys(detector.thresholds).filter((name) => !name.startsWith('score'));
  return [
    ...(positives.length > 0 ? [] : ['a positive']),
    ...(nearMisses.length > 0 ? [] : ['a near miss']),
    ...bounds.filter((name) => !nearMisses.some(({ under }) => under === name)).map((name) => `a near miss under ${name}`),
    ...nearMisses.filter(({ under }) => !(under in detector.thresholds)).map(({ under }) => `a threshold called ${under}`),
    ...(benignTwins.length > 0 ? [] : ['a benign twin']),
  ];
}

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
});
afterAll(() => service.close());

describe('the catalogue', () => {
  it.each(detectors)('has samples of all kinds for $id', (detector) => {
    expect(missingSamples(detector, samplesById.get(detector.id))).toEqual([]);
  });

  it('refuses a detector without samples, naming each one that is missing', () => {
    const [detector] = detectors;
    const bounded: Detector = { ...detector!, thresholds: { pages: { value: 20, unit: 'pages', source: 'this test', min: 1, max: 200 } } };
    const missing = ['a positive', 'a near miss', 'a near miss under pages', 'a benign twin'];
    expect(missingSamples(bounded, undefined)).toEqual(missing);
    expect(missingSamples(bounded, { positives: [], nearMisses: [], benignTwins: [] })).toEqual(missing);
  });

  it('refuses samples that miss a threshold the detector does not have', () => {
    const [detector] = detectors;
    const near = { title: 'Nothing.', under: 'sessions', activities: [] };
    const samples = { positives: [], nearMisses: [near], benignTwins: [] };
    expect(missingSamples({ ...detector!, thresholds: {} }, samples)).toContain('a threshold called sessions');
  });

  it('has no samples of detectors that are gone', () => {
    expect([...samplesById.keys()].toSorted()).toEqual(detectors.map(({ id }) => id).toSorted());
  });

  it('has one detector per id', () => {
    expect(new Set(detectors.map(({ id }) => id)).size).toBe(detectors.length);
  });
});

/** Nothing is said but what a detector grades as a remark, less than its claim, and what a baseline says that is still learning: both LOW. */
async function expectSilence(detector: Detector, activities: readonly Activity[]): Promise<void> {
  const found = await judgeBy(service, detector.id, activities);
  const loud = Math.min(detector.thresholds.score?.value ?? 0, lowestScore.MEDIUM);
  expect(found.filter(({ learning, score }) => !learning && score >= loud)).toEqual([]);
  expect(found.filter(({ alert, score }) => alert !== null || score >= lowestScore.MEDIUM)).toEqual([]);
}

describe.each(detectors)('$id', (detector) => {
  const { positives, nearMisses, benignTwins } = samplesById.get(detector.id) ?? { positives: [], nearMisses: [], benignTwins: [] };

  it.each(positives)('claims: $title', async ({ activities, expected: { alert, ...claim } }) => {
    const all = await judgeBy(service, detector.id, activities);
    const settled = all.filter(({ learning }) => !learning);
    const found = settled.length > 0 ? settled : all; // what was noted while it learned is beside the point, unless it is the point
    expect(found).toMatchObject([claim]);
    expect(found.map((anomaly) => anomaly.alert !== null)).toEqual([alert]);
  });

  it.each(nearMisses)('is silent one unit under $under: $title', ({ activities }) => expectSilence(detector, activities));

  it.each(benignTwins)('is silent: $title', ({ activities }) => expectSilence(detector, activities));
});
