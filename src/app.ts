import { randomUUIDv7 } from 'node:crypto';
import type { Config } from './config.ts';
import type { Database, DatabaseAddress } from './db/database.ts';
import { openDatabase } from './db/database.ts';
import { startEmbedded } from './db/embedded.ts';
import { createOrganisation } from './db/queries/organisations.ts';
import { createPartitionCheck } from './db/queries/partitions.ts';
import { readLogHead, readLog } from './db/queries/read-log.ts';
import { readTerminated, wasTerminated } from './db/queries/terminated-sessions.ts';
import { listenForCommits } from './db/wake-ups.ts';
import type { Clock } from './domain/time.ts';
import type { Viewer } from './domain/viewer.ts';
import type { ErrorCode } from './errors.ts';
import { openKeyedHashes } from './fingerprint-key.ts';
import type { Services } from './graphql/context.ts';
import { createContext } from './graphql/context.ts';
import { openGeoip } from './geoip.ts';
import { openKeyed } from './keyed.ts';
import type { Limits } from './graphql/limits.ts';
import type { Pseudonyms } from './graphql/pseudonyms.ts';
import { schema } from './graphql/schema.ts';
import { advanceSessions } from './jobs/advance-sessions.ts';
import { createJobs } from './jobs/job.ts';
import { makePartitions } from './jobs/make-partitions.ts';
import { noteKeyUse } from './jobs/note-key-use.ts';
import { watchAccess } from './jobs/watch-access.ts';
import { changesAccess } from './recorder/batch.ts';
import { createDetectorCounts } from './recorder/detector-counts.ts';
import { createExcludedCounts } from './recorder/excluded-counts.ts';
import { createFailureCounts } from './recorder/failure-counts.ts';
import type { HubDeps } from './recorder/hub.ts';
import { createHub } from './recorder/hub.ts';
import { itemsOf } from './recorder/log-items.ts';
import type { KeyUses } from './recorder/key-uses.ts';
import { createKeyUses } from './recorder/key-uses.ts';
import { createPreviews } from './recorder/preview.ts';
import type { Recorder, RecorderDeps } from './recorder/recorder.ts';
import { createRecorder } from './recorder/recorder.ts';
import { redactingRemarks } from './recorder/remarks.ts';
import { createTerminatedSessions } from './recorder/terminated-sessions.ts';
import { createAccessWatch } from './server/access-watch.ts';
import { ensureAdminKey } from './server/admin-key.ts';
import { createAuthenticate } from './server/authenticate.ts';
import { createGuesses } from './server/guesses.ts';
import type { Readiness } from './server/http.ts';
import { createServer } from './server/http.ts';
import { createIdentityProvider } from './server/identity-provider.ts';
import { writeLocalKey } from './server/local-key.ts';
import { createPeople } from './server/people.ts';
import { playgroundTabs } from './server/playground.ts';
import type { Principals } from './server/principals.ts';
import { createPrincipals } from './server/principals.ts';
import type { Logger, Metrics } from './telemetry.ts';
import { createMetrics } from './telemetry.ts';
import { version } from './version.ts';

export type AppDeps = { config: Config; clock: Clock; log: Logger; limits: Limits };

/** What a running service tells about itself. `newAdminKey` is the key made at this start, null where one was there. */
export type App = {
  /** Of the API and the playground, e.g. http://127.0.0.1:4000/graphql. */
  url: string;
  newAdminKey: string | null;
  databaseKind: string;
  close(): Promise<void>;
};

/** What the recorder takes from the machine besides the time. */
const surroundings = { newId: randomUUIDv7, elapsedMs: () => performance.now() };

/** The whole process as one ordered list: each step uses those above it, and closing goes the other way round. */
export async function createApp({ config, clock, log, limits }: AppDeps): Promise<App> {
  const closing: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const metrics = createMetrics();
    const placeOf = await openGeoip(config.geoipFile);
    const { database, address } = await reachDatabase(config, log, closing);
    const partitionReady = createPartitionCheck(database.recorderControl);
    await partitionReady(clock.now());
    const { organisation } = await createOrganisation(database.control, 'default', config.timeZone, clock.now());

    const { counts, failed, ...counted } = startCounting(clock, log, metrics);
    const hub = createHub({ ...hubDeps(database, metrics, counted.logUnread), ownCommit: (id) => recorder.settled(id) });
    closing.push(() => hub.close());
    const keyed = openKeyed(await openKeyedHashes(config, database), database, surroundings.elapsedMs);
    const terminatedSessions = createTerminatedSessions({ hub, ...terminatedSessionReads(database), failed });
    closing.push(() => terminatedSessions.close());
    const recording = { transact: database.transact, tables: database.tables, clock, partitionReady, committed: metrics.committed };
    const recorder = createRecorder({
      ...surroundings,
      ...recording,
      detectorFailed: counted.detectorFailed,
      published: (organisationId, items) => {
        if (items.some(changesAccess)) principals.forget();
        keyed.note(organisationId, items);
        terminatedSessions.note(organisationId, items);
        hub.publish(organisationId, items);
      },
    });
    closing.push(() => recorder.drain());
    const keyUses = createKeyUses(clock);
    const keyUse = noteKeyUse({ keyUses, recorder });
    closing.push(() => keyUse.run().catch(failed));
    const principals = forgetting(principalsOf(config, { database, recorder, clock, log, keyUsed: keyUses.note }), keyed.pseudonyms);
    const newAdminKey = await ensureAdminKey({ recorder, clock }, organisation, config.adminKey);

    const jobs = createJobs(clock, log, counted.jobFailed);
    closing.push(() => jobs.stop());
    const told = { ...counts, terminatedSessions, failed, version, startedAt: clock.now(), isListening: () => wakeUps.isListening() };
    const previews = createPreviews({ tables: database.tables, limits, ...surroundings });
    const { intakePolicies, pseudonyms } = keyed;
    const judging = { intakePolicies, pseudonyms, recorder: redactingRemarks(recorder, intakePolicies), placeOf, previews };
    const services: Services = { ...told, ...judging, database, hub, clock, accessOf: principals.accessOf, jobs: jobs.statuses };
    const edges = { ...config, schema, limits, log, metrics, refused: counted.refused, playgroundTabs };
    const server = createServer({
      ...edges,
      authenticate: createAuthenticate({ principals, guesses: createGuesses(limits) }),
      createContext: (viewer) => createContext(services, viewer),
      readiness: () => readinessOf(database),
    });
    const access = createAccessWatch({ server, principals, clock });
    const woken = { log: () => hub.wake(), access: () => void access.review().catch(failed) };
    const wakeUps = await listenForCommits(database, woken, counted.listeningLost);
    closing.push(() => wakeUps.close());
    jobs.start([
      advanceSessions({ database, recorder, clock }),
      makePartitions({ database, clock }),
      keyUse,
      watchAccess({ access, hub, isListening: wakeUps.isListening }),
    ]);
    const { port } = await server.start();
    closing.push(() => server.close());
    const url = `http://${urlHost(config.host)}:${port}/graphql`;
    await writeLocalKey({ principals, recorder, clock, warn: (message) => log.warn(message) }, organisation, config.dataDir, url);
    return { url, newAdminKey, databaseKind: 'url' in address ? 'DATABASE_URL' : `${config.dataDir}/postgres`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How soon the log is read again for subscribers after that failed; half of it to one and a half. */
const readAgainMs = 1_000;

function hubDeps(database: Database, metrics: Metrics, failed: HubDeps['failed']): Omit<HubDeps, 'ownCommit'> {
  return {
    failed,
    readHead: (organisationId) => readLogHead(database.reader(organisationId, 'ALL'), organisationId),
    readItems: async (organisationId, afterSeq, upToSeq) =>
      itemsOf(await readLog(database.reader(organisationId, 'ALL'), database.tables, organisationId, afterSeq, upToSeq)),
    later: (run) => void setTimeout(run, readAgainMs * (0.5 + Math.random())).unref(),
    wentLive: () => metrics.wentLive(),
    following: (subscribers) => metrics.following(subscribers),
  };
}

/** What hears of failures: each is counted, and what no caller is told of goes to the log. */
function startCounting(clock: Clock, log: Logger, metrics: Metrics) {
  const failures = createFailureCounts({ clock, counted: metrics.failed });
  const detectorCounts = createDetectorCounts();
  const excludedCounts = createExcludedCounts({ clock, counted: metrics.excluded });
  return {
    counts: { failures, detectorCounts, excludedCounts },
    failed: (error: unknown) => log.error({ err: error }, 'something failed that nobody waits for'),
    refused: (viewer: Viewer | null, code: ErrorCode) => failures.count(viewer?.organisationId ?? null, code),
    detectorFailed: ((organisationId, detector, error) => {
      detectorCounts.failed(organisationId, detector);
      failures.count(organisationId, 'DETECTOR_FAILED');
      log.error({ detector: detector.id, err: error }, 'a detector threw');
    }) satisfies RecorderDeps['detectorFailed'],
    jobFailed: () => failures.count(null, 'JOB_FAILED'),
    listeningLost(message: string) {
      failures.count(null, 'LISTENING_LOST');
      log.warn({ message }, 'database');
    },
    logUnread(error: unknown) {
      failures.count(null, 'LOG_UNREAD');
      log.error({ err: error }, 'could not read the log for subscribers');
    },
  };
}

/** An address that can be called: a service that listens everywhere is reached on this machine. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function readinessOf({ orm }: Database): Promise<Readiness> {
  const reached = await orm.checkConnection();
  return { ready: reached.ok, checks: { database: reached.ok ? 'reachable' : 'unreachable' } };
}

type SigningDeps = { database: Database; recorder: Recorder; clock: Clock; log: Logger; keyUsed: KeyUses['note'] };

function principalsOf({ oidc }: Config, { database, recorder, clock, log, keyUsed }: SigningDeps) {
  const identityProvider = oidc && createIdentityProvider(oidc, { clock, log });
  return createPrincipals({ database, clock, identityProvider, people: createPeople({ database, recorder }), keyUsed });
}

/** Whose names somebody is shown is let go of with what they may. */
const forgetting = (principals: Principals, pseudonyms: Pseudonyms): Principals => ({
  ...principals,
  forget() {
    principals.forget();
    pseudonyms.forget();
  },
});

function terminatedSessionReads({ reader }: Database) {
  return {
    readTerminated: (organisationId: string, max: number) => readTerminated(reader(organisationId, 'ALL'), organisationId, max),
    wasTerminated: (organisationId: string, externalId: string) => wasTerminated(reader(organisationId, 'ALL'), organisationId, externalId),
  };
}

async function reachDatabase(config: Config, log: Logger, closing: (() => Promise<void> | void)[]) {
  const address = await findDatabase(config, log, closing);
  const database = await openDatabase(address, (message) => log.warn({ message }, 'database'));
  closing.push(() => database.close());
  return { database, address };
}

async function findDatabase(config: Config, log: Logger, closing: (() => Promise<void> | void)[]): Promise<DatabaseAddress> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl };
  const embedded = await startEmbedded({ dataDir: config.dataDir, log: (line) => log.debug({ line }, 'embedded PostgreSQL') });
  closing.push(() => embedded.stop());
  return { socketDir: embedded.socketDir, port: embedded.port, user: embedded.user, owner: embedded.owner, name: embedded.database };
}
