import type { Clock, Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';

type Organisation = { id: string; timeZone: string };

/** When keys were used last, kept here until the job writes them down: once a minute, not once a request. */
export type KeyUses = {
  note(viewer: Viewer): void;
  /** What was noted since the last time. */
  take(): { organisation: Organisation; uses: Map<string, Micros> }[];
};

export function createKeyUses(clock: Clock): KeyUses {
  const noted = new Map<string, { organisation: Organisation; uses: Map<string, Micros> }>();
  return {
    note({ organisationId, timeZone, principal }) {
      if (principal.kind !== 'KEY') return;
      const theirs = noted.get(organisationId) ?? { organisation: { id: organisationId, timeZone }, uses: new Map<string, Micros>() };
      theirs.uses.set(principal.id, clock.now());
      noted.set(organisationId, theirs);
    },
    take() {
      const taken = [...noted.values()];
      noted.clear();
      return taken;
    },
  };
}
