import type { ExclusionSubject } from '../domain/organisation-settings.ts';
import { exclusionSubjects } from '../domain/organisation-settings.ts';
import type { Clock } from '../domain/time.ts';
import type { Tally } from './tallies.ts';
import { createTallies } from './tallies.ts';

export type ExcludedCount = Tally & { subject: ExclusionSubject };

/**
 * How many activities were excluded since the process started: all that is kept of them. Not in the database, because an
 * excluded activity is to cost no write. `counted` hears of each, for the metrics.
 */
export type ExcludedCounts = {
  count(organisationId: string, subject: ExclusionSubject): void;
  /** Every subject, of this organisation. */
  of(organisationId: string): ExcludedCount[];
};

type Deps = { clock: Clock; counted(subject: ExclusionSubject, by: number): void };

const subjects = Object.keys(exclusionSubjects) as ExclusionSubject[];

export function createExcludedCounts({ clock, counted }: Deps): ExcludedCounts {
  const tallies = createTallies<ExclusionSubject>(clock);
  for (const subject of subjects) counted(subject, 0); // so that each is there before it happens first
  return {
    count(organisationId, subject) {
      tallies.add(organisationId, subject, 1);
      counted(subject, 1);
    },
    of: (organisationId) => subjects.map((subject) => ({ subject, ...tallies.of(organisationId, subject) })),
  };
}
