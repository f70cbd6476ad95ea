import type { EntityManager } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import type { JobStatus } from '../domain/job-status.ts';
import type { Clock, Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { DetectorCounts } from '../recorder/detector-counts.ts';
import type { Hub } from '../recorder/hub.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Loaders } from './loaders.ts';
import { createLoaders } from './loaders.ts';

/** What resolvers reach for: built once when the process starts. */
export type Services = {
  database: Database;
  recorder: Recorder;
  hub: Hub;
  clock: Clock;
  detectorCounts: DetectorCounts;
  jobs(): readonly JobStatus[];
  version: string;
  startedAt: Micros;
};

/** One operation, or one item of a subscription: nothing in it outlives that. */
export type Context = Services & {
  viewer: Viewer;
  organisation: { id: string; timeZone: string };
  em: EntityManager;
  loaders: Loaders;
  /** One moment for the whole operation, so that all its answers agree. */
  now: Micros;
};

export function createContext(services: Services, viewer: Viewer): Context {
  const em = services.database.fork();
  return {
    ...services,
    viewer,
    organisation: { id: viewer.organisationId, timeZone: viewer.timeZone },
    em,
    loaders: createLoaders(services.database, em, viewer.organisationId),
    now: services.clock.now(),
  };
}
