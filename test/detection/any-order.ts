import fc from 'fast-check';
import { expect } from 'vitest';
import type { Found } from './judging.ts';
import { judge } from './judging.ts';
import type { Activity, Cast } from './sample.ts';
import { after, newCast } from './sample.ts';

const latenessSeconds = 5 * 60;

/** What must be the same in any order of arrival. */
const figures = (found: Found[], cast: Cast) =>
  found
    .map(({ detector, count, firstAt, lastAt, details }) =>
      JSON.stringify({ detector, count, firstAt, lastAt, details }).replaceAll(cast.user(0).slice(0, -2), 'user'),
    )
    .toSorted();

/** Tracks a story as it happened and as it arrives when each activity is up to five minutes late, and compares the anomalies of `detectors`. */
export async function sameInAnyOrder(
  service: { url: string },
  detectors: readonly string[],
  story: (cast: Cast) => readonly Activity[],
): Promise<void> {
  const told = async (delays: readonly number[]) => {
    const cast = newCast();
    const activities = story(cast)
      .map((activity, n) => ({ activity, arrives: after(activity.occurredAt, { seconds: delays[n % delays.length]! }) }))
      .toSorted((a, b) => (a.arrives < b.arrives ? -1 : 1))
      .map(({ activity }) => activity);
    const found = await judge(service, activities);
    return figures(
      found.filter(({ detector }) => detectors.includes(detector)),
      cast,
    );
  };
  const inOrder = await told([0]);
  expect(inOrder).not.toEqual([]);
  const delays = fc.array(fc.integer({ min: 0, max: latenessSeconds }), { minLength: 7, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(delays, async (some) => {
      expect(await told(some)).toEqual(inOrder);
    }),
    { numRuns: 12, interruptAfterTimeLimit: 2_000 },
  );
}
