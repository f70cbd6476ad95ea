import type { Database } from '../db/database.ts';
import type { Reader } from '../db/statement.ts';
import type { PlaceOf } from '../domain/place.ts';
import type { JobStatus } from '../domain/job-status.ts';
import type { Clock, Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { DetectorCounts } from '../recorder/detector-counts.ts';
import type { ExcludedCounts } from '../recorder/excluded-counts.ts';
import type { FailureCounts } from '../recorder/failure-counts.ts';
import type { Hub } from '../recorder/hub.ts';
import type { IntakePolicies } from '../recorder/intake-policies.ts';
import type { Previews } from '../recorder/preview.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { TerminatedSessions } from '../recorder/terminated-sessions.ts';
import type { Sharing } from './channels.ts';
import type { Loaders } from './loaders.ts';
import { createLoaders } from './loaders.ts';
import type { Mask } from './mask.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import type { Reads } from './reads.ts';
import { createReads } from './reads.ts';

/** What resolvers reach for: built once when the process starts. */
export type Services = {
  database: Database;
  recorder: Recorder;
  hub: Hub;
  previews: Previews;
  terminatedSessions: TerminatedSessions;
  clock: Clock;
  /** By the operator's file. */
  placeOf: PlaceOf;
  intakePolicies: IntakePolicies;
  pseudonyms: Pseudonyms;
  detectorCounts: DetectorCounts;
  failures: FailureCounts;
  excludedCounts: ExcludedCounts;
  /** Whether this process hears of the commits of others. */
  isListening(): boolean;
  jobs(): readonly JobStatus[];
  /** Whether somebody's access is still what it was when they signed. */
  accessOf(viewer: Viewer): Promise<'HOLDS' | 'CHANGED' | 'ENDED'>;
  /** Hears of what failed where no caller waits for an answer. */
  failed(error: unknown): void;
  version: string;
  startedAt: Micros;
};

/** One operation, or one item of a subscription: nothing in it outlives that. */
export type Context = Services & {
  viewer: Viewer;
  organisation: { id: string; timeZone: string };
  /** Reads what the viewer may see, and nothing else. */
  reader: Reader;
  loaders: Loaders;
  /** What it reads of others, to be recorded before it is answered. */
  reads: Reads;
  /** What hides the names of users from the viewer; null where nothing does. To be looked at once `ready` has resolved. */
  mask: Mask | null;
  ready: Promise<void> | null;
  /** How a subscription shares what others ask for too; null where it has the stream to itself. */
  sharing: Sharing | null;
  /** One moment for the whole operation, so that all its answers agree. */
  now: Micros;
};

export function createContext(services: Services, viewer: Viewer): Context {
  const reads = createReads({ recorder: services.recorder, intakePolicies: services.intakePolicies, viewer });
  const reader = services.database.reader(viewer.organisationId, viewer.audience);
  const now = services.clock.now();
  const mask = services.pseudonyms.maskFor(viewer);
  let loaders: Loaders | null = null;
  const context: Context = {
    ...services,
    viewer,
    organisation: { id: viewer.organisationId, timeZone: viewer.timeZone },
    reader,
    /** Made when something is looked up: what only records needs none of them, nor a subscription's own context. */
    get loaders() {
      loaders ??= createLoaders(services.database, reader, viewer.organisationId, reads.rows, now);
      return loaders;
    },
    reads,
    mask: null,
    ready: null,
    sharing: null,
    now,
  };
  if (mask instanceof Promise) context.ready = mask.then((found) => void (context.mask = found));
  else context.mask = mask;
  return context;
}
