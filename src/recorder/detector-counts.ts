import type { Detector } from '../detection/detector.ts';

/** How often each detector threw since the process started. Kept so that a broken detector is seen. */
export type DetectorCounts = { failed(detector: Detector): void; failures(detectorId: string): number };

export function createDetectorCounts(): DetectorCounts {
  const failures = new Map<string, number>();
  return {
    failed: (detector) => void failures.set(detector.id, (failures.get(detector.id) ?? 0) + 1),
    failures: (detectorId) => failures.get(detectorId) ?? 0,
  };
}
