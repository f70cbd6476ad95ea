import type { Database } from '../db/database.ts';
import { organisationsWithDueSessions } from '../db/queries/organisations.ts';
import type { Clock } from '../domain/time.ts';
import { formatInstant } from '../domain/time.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Job } from './job.ts';

/** Records when time alone changes the status of sessions, at most a second late, however many processes look. */
export function advanceSessions({ database, recorder, clock }: { database: Database; recorder: Recorder; clock: Clock }): Job {
  return {
    name: 'advance-sessions',
    everyMs: 1_000,
    async run() {
      for (const organisation of await organisationsWithDueSessions(database.control, formatInstant(clock.now()))) {
        await recorder.change(organisation, { do: 'advanceSessions' });
      }
    },
  };
}
