import type { Detector } from '../detection/detector.ts';

/** How often each detector threw since the process started, by organisation. Kept so that a broken detector is seen. */
export type DetectorCounts = {
  failed(organisationId: string, detector: Detector): void;
  failures(organisationId: string, detectorId: string): number;
};

export function createDetectorCounts(): DetectorCounts {
  const counts = new Map<string, number>();
  const failures = (organisationId: string, detectorId: string) => counts.get(`${organisationId} ${detectorId}`) ?? 0;
  return {
    failed: (organisationId, { id }) => void counts.set(`${organisationId} ${id}`, failures(organisationId, id) + 1),
    failures,
  };
}
