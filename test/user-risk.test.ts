import { expect, it } from 'vitest';
import { microsPerHour } from '../src/domain/time.ts';
import { contributionsMax, decayed, horizon, userRiskOf } from '../src/domain/user-risk.ts';

const now = 1_000_000 * microsPerHour;
const claimed = (id: number, score: number, hoursAgo = 0) => ({
  id: String(id).padStart(3, '0'),
  score,
  lastAt: now - hoursAgo * microsPerHour,
  resolution: null,
});

it.each([
  [0, 80],
  [24, 40],
  [48, 20],
  [-1, 80],
])('a score of 80 is worth, %i hours after it happened, %i points', (hours, points) => {
  expect(decayed(80, now, now + hours * microsPerHour)).toBeCloseTo(points, 9);
});

it.each([
  [contributionsMax - 1, contributionsMax - 1],
  [contributionsMax, contributionsMax],
  [contributionsMax + 1, contributionsMax],
])('of %i anomalies worth a point %i count', (count, counting) => {
  const { score, contributions } = userRiskOf(
    Array.from({ length: count }, (_, n) => claimed(n, 1)),
    now,
  );
  expect([score, contributions.length]).toEqual([counting, counting]);
});

it('whatever the order in which they are read, the gravest come first and the points add up', () => {
  const anomalies = [claimed(1, 30, 3), claimed(2, 85, 30), claimed(3, 60), claimed(4, 29, 1), claimed(5, 5, 72)];
  const { score, contributions } = userRiskOf(anomalies, now);
  expect(contributions.map(({ claimed: { id }, points }) => [id, points])).toEqual([
    ['003', 60],
    ['002', 36],
    ['004', 4],
    ['001', 0],
  ]);
  expect(contributions.reduce((sum, { points }) => sum + points, 0)).toBe(score);
  expect(userRiskOf(anomalies.toReversed(), now)).toEqual({ score, contributions });
});

it('at the horizon nothing is worth a point any more', () => {
  expect(decayed(100, now - horizon, now)).toBeLessThan(1);
  expect(decayed(100, now - horizon + microsPerHour, now)).toBeGreaterThan(1);
});
