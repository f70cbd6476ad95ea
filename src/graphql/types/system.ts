import { readLogHead } from '../../db/queries/read-log.ts';
import { statement } from '../../db/statement.ts';
import { detectors } from '../../detection/catalogue.ts';
import type { ExcludedCount as ExcludedCountRow } from '../../recorder/excluded-counts.ts';
import type { FailureCount as FailureCountRow } from '../../recorder/failure-counts.ts';
import { backlogActivitiesMax } from '../../recorder/recorder.ts';
import type { JobStatus } from '../../domain/job-status.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { encodeCursor } from '../cursor.ts';
import { ExclusionSubject, FailureCause } from '../enums.ts';

const DatabaseStatus = builder.objectRef<{ version: string; sizeBytes: number }>('DatabaseStatus').implement({
  description: 'The PostgreSQL server behind this process.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Its version.' }),
    sizeBytes: t.exposeFloat('sizeBytes', { nullable: true, description: 'Size of the database on disk, in bytes: of all organisations.' }),
  }),
});

const Job = builder.objectRef<JobStatus>('Job').implement({
  description: 'Something this process does again and again.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it does.' }),
    everyMs: t.exposeInt('everyMs', { description: 'Its pace, in milliseconds.' }),
    lastRunAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its last turn ended; null before the first.',
      resolve: ({ lastRunAt }) => lastRunAt,
    }),
    lastRunMs: t.exposeFloat('lastRunMs', { nullable: true, description: 'How long that turn took, in milliseconds.' }),
    failures: t.exposeInt('failures', { description: 'Turns that failed since the process started.' }),
  }),
});

const FailureCount = builder.objectRef<FailureCountRow>('FailureCount').implement({
  description: 'How often something was refused, failed or lagged.',
  fields: (t) => ({
    cause: t.field({ type: FailureCause, description: 'Why.', resolve: ({ cause }) => cause }),
    count: t.exposeFloat('count', { description: 'How often since the process started; 0: never.' }),
    lastAt: t.field({ type: 'DateTime', nullable: true, description: 'When last; null: never.', resolve: ({ lastAt }) => lastAt }),
  }),
});

const ExcludedCount = builder.objectRef<ExcludedCountRow>('ExcludedCount').implement({
  description: 'How many activities were not recorded because `settings { exclusions }` exclude them.',
  fields: (t) => ({
    subject: t.field({ type: ExclusionSubject, description: 'What they were told by.', resolve: ({ subject }) => subject }),
    count: t.exposeFloat('count', { description: 'How many since the process started; 0: none.' }),
    lastAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last one came; null: never.',
      resolve: ({ lastAt }) => lastAt,
    }),
  }),
});

const SystemStatus = builder.objectRef<Context>('SystemStatus').implement({
  description: 'How this process is doing.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Version of Lapwing.' }),
    startedAt: t.field({ type: 'DateTime', description: 'When this process started.', resolve: ({ startedAt }) => startedAt }),
    now: t.field({ type: 'DateTime', description: 'What time it is here.', resolve: ({ now }) => now }),
    database: t.field({
      type: DatabaseStatus,
      description: 'The database.',
      resolve: async ({ reader }) => {
        const [row] = await statement<{ version: string; size: string }>(
          reader,
          `select current_setting('server_version') as version, pg_database_size(current_database()) as size`,
        );
        return { version: row!.version, sizeBytes: Number(row!.size) };
      },
    }),
    logHead: t.field({
      type: 'Cursor',
      description: "Position of the newest item in the organisation's log.",
      resolve: async ({ reader, organisation }) => encodeCursor(organisation.id, await readLogHead(reader, organisation.id)),
    }),
    logEntries: t.float({
      description: "Items in the organisation's log: each has a place, without gaps.",
      resolve: ({ reader, organisation }) => readLogHead(reader, organisation.id),
    }),
    ingestLagMs: t.float({
      description: 'Age of the oldest activity that waits to be committed in this process, in milliseconds; 0: none waits.',
      resolve: ({ recorder, organisation }) => recorder.lagMs(organisation.id),
    }),
    backlogActivities: t.int({
      description: 'Activities of the organisation that wait to be committed in this process; long ones count for more.',
      resolve: ({ recorder, organisation }) => recorder.backlog(organisation.id),
    }),
    backlogActivitiesMax: t.int({
      description: 'As many may wait; past it the answer is OVERLOADED, at once.',
      resolve: () => backlogActivitiesMax,
    }),
    listening: t.boolean({
      description: 'Whether this process hears of the commits of others; if not, it looks at the log twice a second.',
      resolve: ({ isListening }) => isListening(),
    }),
    failures: t.field({
      type: [FailureCount],
      description:
        'Everything that was refused, failed or lagged, by cause: of the organisation, at this process, since it started. The metric lapwing_failures_total counts the same for all organisations; a monitoring that reads it keeps the sums over restarts.',
      resolve: ({ failures, organisation }) => failures.of(organisation.id),
    }),
    excluded: t.field({
      type: [ExcludedCount],
      description:
        'What was not recorded because the organisation excludes it: by subject, at this process, since it started. One that several exclusions fit counts once. The metric lapwing_excluded_total counts the same for all organisations.',
      resolve: ({ excludedCounts, organisation }) => excludedCounts.of(organisation.id),
    }),
    jobs: t.field({ type: [Job], description: 'What this process does again and again.', resolve: ({ jobs }) => [...jobs()] }),
    detectorFailures: t.int({
      description: 'Verdicts lost since the process started because a detector threw.',
      resolve: ({ detectorCounts, organisation }) =>
        detectors.reduce((sum, { id }) => sum + detectorCounts.failures(organisation.id, id), 0),
    }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    type: SystemStatus,
    nullable: true,
    description: 'How this process is doing.',
    resolve: (_root, _args, context) => context,
  }),
);
