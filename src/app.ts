import type { Config } from './config.ts';
import type { Database, DatabaseAddress } from './db/database.ts';
import { openDatabase } from './db/database.ts';
import { startEmbedded } from './db/embedded.ts';
import { ensureOrganisation } from './db/queries/organisations.ts';
import { createPartitionCheck } from './db/queries/partitions.ts';
import { readLogHead, readLog } from './db/queries/read-log.ts';
import type { Woken } from './db/wake-ups.ts';
import { listenForCommits } from './db/wake-ups.ts';
import type { Clock } from './domain/time.ts';
import { createContext } from './graphql/context.ts';
import type { Limits } from './graphql/limits.ts';
import { schema } from './graphql/schema.ts';
import { advanceSessions } from './jobs/advance-sessions.ts';
import { startJobs } from './jobs/job.ts';
import { makePartitions } from './jobs/make-partitions.ts';
import type { LogItem } from './recorder/batch.ts';
import { createDetectorCounts } from './recorder/detector-counts.ts';
import type { Hub, HubDeps } from './recorder/hub.ts';
import { createHub } from './recorder/hub.ts';
import { itemsOf } from './recorder/log-items.ts';
import { createRecorder } from './recorder/recorder.ts';
import { ensureAdminKey } from './server/admin-key.ts';
import type { Server } from './server/http.ts';
import { createServer } from './server/http.ts';
import type { Keyring } from './server/keys.ts';
import { createKeyring } from './server/keys.ts';
import { writeLocalKey } from './server/local-key.ts';
import { playgroundTabs } from './server/playground.ts';
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

/** The whole process as one ordered list: each step uses those above it, and closing goes the other way round. */
export async function createApp({ config, clock, log, limits }: AppDeps): Promise<App> {
  const closing: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const metrics = createMetrics();
    const address = await findDatabase(config, log, closing);
    const database = await openDatabase(address, (message) => log.warn({ message }, 'database'));
    closing.push(() => database.close());
    const partitionReady = createPartitionCheck(database.transact);
    await partitionReady(clock.now());
    const organisation = await ensureOrganisation(database.transact, database.tables, 'default', config.timeZone, clock.now());

    const keyring = createKeyring(database);
    const detectorCounts = createDetectorCounts();
    const hub = createHub(hubDeps(database, log, metrics));
    closing.push(() => hub.close());
    const recorder = createRecorder({
      transact: database.transact,
      tables: database.tables,
      clock,
      partitionReady,
      detectorFailed: (detector, error) => {
        detectorCounts.failed(detector);
        log.error({ detector: detector.id, err: error }, 'a detector threw');
      },
      published: (organisationId, items) => {
        if (items.some(changesKeys)) keyring.forget();
        hub.publish(organisationId, items);
      },
      committed: metrics.committed,
    });
    closing.push(() => recorder.drain());
    const newAdminKey = await ensureAdminKey({ recorder, clock }, organisation, config.adminKey);

    const jobs = startJobs([advanceSessions({ database, recorder, clock }), makePartitions({ database, clock })], clock, log);
    const services = { database, recorder, hub, clock, detectorCounts, jobs: jobs.statuses, version, startedAt: clock.now() };
    closing.push(() => jobs.stop());
    const server = createServer({
      schema,
      limits,
      log,
      metrics,
      playgroundTabs,
      host: config.host,
      port: config.port,
      authenticate: (token) => keyring.viewerOf(token),
      createContext: (viewer) => createContext(services, viewer),
      readiness: async () => {
        const reached = await database.orm.checkConnection();
        return { ready: reached.ok, checks: { database: reached.ok ? 'reachable' : 'unreachable' } };
      },
    });
    const wakeUps = await listenForCommits(database, wokenBy(hub, keyring, server, log), (message) => log.warn({ message }, 'database'));
    closing.push(() => wakeUps.close());
    const { port } = await server.start();
    closing.push(() => server.close());
    const url = `http://${urlHost(config.host)}:${port}/graphql`;
    await writeLocalKey({ keyring, recorder, clock, warn: (message) => log.warn(message) }, organisation, config.dataDir, url);
    return { url, newAdminKey, databaseKind: 'url' in address ? 'DATABASE_URL' : `${config.dataDir}/postgres`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function hubDeps(database: Database, log: Logger, metrics: Metrics): HubDeps {
  return {
    readHead: (organisationId) => readLogHead(database.fork(), organisationId),
    readItems: async (organisationId, afterSeq, upToSeq) =>
      itemsOf(await readLog(database.fork(), database.tables, organisationId, afterSeq, upToSeq)),
    failed: (error) => log.error({ err: error }, 'could not read the log for subscribers'),
    wentLive: () => metrics.wentLive(),
    following: (subscribers) => metrics.following(subscribers),
  };
}

/** What other processes tell of: the log went on, or a key was made or revoked, whose sockets and streams then end here. */
function wokenBy(hub: Hub, keyring: Keyring, server: Server, log: Logger): Woken {
  const keysChanged = async () => {
    keyring.forget();
    for (const keyId of await keyring.revokedAmong(server.connectedKeys())) server.disconnectKey(keyId);
  };
  return {
    log: () => hub.wake(),
    keys: () => void keysChanged().catch((error: unknown) => log.error({ err: error }, 'could not look for revoked keys')),
  };
}

/** An address that can be called: a service that listens everywhere is reached on this machine. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

const changesKeys = (item: LogItem) => item.kind === 'API_KEY_CREATED' || item.kind === 'API_KEY_REVOKED';

async function findDatabase(config: Config, log: Logger, closing: (() => Promise<void> | void)[]): Promise<DatabaseAddress> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl };
  const embedded = await startEmbedded({ dataDir: config.dataDir, log: (line) => log.debug({ line }, 'embedded PostgreSQL') });
  closing.push(() => embedded.stop());
  return { socketDir: embedded.socketDir, port: embedded.port, user: embedded.user, name: embedded.database };
}
