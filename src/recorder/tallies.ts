import type { Clock, Micros } from '../domain/time.ts';

/** How often something happened, and when last; null: never. */
export type Tally = { count: number; lastAt: Micros | null };

/** What happened since the process started, by organisation and name. Null: of no organisation. */
export type Tallies<Name extends string> = {
  add(organisationId: string | null, name: Name, by: number): void;
  of(organisationId: string | null, name: Name): Tally;
};

const never: Tally = { count: 0, lastAt: null };

export function createTallies<Name extends string>(clock: Clock): Tallies<Name> {
  const tallies = new Map<string | null, Map<Name, Tally>>();
  const of = (organisationId: string | null, name: Name) => tallies.get(organisationId)?.get(name) ?? never;
  return {
    add(organisationId, name, by) {
      const ofOne = tallies.get(organisationId) ?? new Map<Name, Tally>();
      tallies.set(organisationId, ofOne);
      ofOne.set(name, { count: of(organisationId, name).count + by, lastAt: clock.now() });
    },
    of,
  };
}
