import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Logger } from 'pino';

/**
 * JSON lines. There is no list of fields to redact, because nothing that could hold a payload is ever given to the
 * log; of an error it takes the kind, the code, one line of message and the stack frames.
 */
export function createLogger(level: string, stream: DestinationStream = gathered(destination({ dest: 1, sync: true }))): Logger {
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime, serializers: { err: errorFields } }, stream);
}

/**
 * Lines are gathered while the process has something to do and written in one go before it waits, and where it ends, be it by
 * a signal or by an error that nobody caught. Only a process that is killed in the middle of a turn leaves that turn's lines.
 */
function gathered(output: DestinationStream): DestinationStream {
  let lines = '';
  const write = () => {
    const gone = lines;
    lines = '';
    if (gone !== '') output.write(gone);
  };
  process.on('exit', write);
  return {
    write(line) {
      if (lines === '') setImmediate(write);
      lines += line;
    },
  };
}

/** Characters of an error's message that reach the log: database errors can quote whole statements. */
const messageCharactersMax = 300;

function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return {
    type: error.constructor.name,
    code: 'code' in error ? error.code : undefined,
    message: withoutValues(error),
    stack: frames.join('\n'),
    cause: error.cause === undefined ? undefined : errorFields(error.cause),
  };
}

/** graphql-js quotes the value that does not fit behind a colon. */
function withoutValues({ name, message }: Error): string {
  const line = message.split('\n', 1)[0] ?? '';
  return (name === 'GraphQLError' ? (line.split(':', 1)[0] ?? '') : line).slice(0, messageCharactersMax);
}

/** What the server measures; more metrics may be registered on `registry`. */
export type Metrics = {
  registry: Registry;
  requestSeconds: Histogram<'method' | 'path' | 'status'>;
  /** Requests at /graphql that came to be answered, by the lane that did. */
  graphqlRequests: Counter<'lane'>;
  sockets: Gauge;
  subscriptions: Gauge<'transport'>;
  /** Items of live subscriptions executed once for all who asked the same. */
  streamExecutions: Counter;
  /** Counts a commit of the recorder: how many activities it held and how long it took. */
  committed(activities: number, durationMs: number): void;
  /** Counts what was refused, failed or lagged. */
  failed(cause: string, by: number): void;
  /** Counts what was not recorded because its organisation excludes it. */
  excluded(subject: string, by: number): void;
  /** Counts a subscription that has caught up with the log. */
  wentLive(): void;
  /** Sets how many subscriptions follow a log. */
  following(subscribers: number): void;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const activities = new Counter({
    name: 'lapwing_activities_total',
    help: 'Activities committed by this process.',
    registers: [registry],
  });
  const commitSeconds = new Histogram({
    name: 'lapwing_commit_duration_seconds',
    help: 'Seconds from the opening of a recorder transaction to the end of its commit.',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const live = new Counter({
    name: 'lapwing_subscriptions_live_total',
    help: 'Subscriptions that have caught up with the log and gone live.',
    registers: [registry],
  });
  const following = new Gauge({
    name: 'lapwing_log_followers',
    help: 'Subscriptions that follow a log now, replaying or live.',
    registers: [registry],
  });
  return {
    ...countersOfWhatIsNotRecorded(registry),
    wentLive: () => live.inc(),
    following: (subscribers) => following.set(subscribers),
    committed(count, durationMs) {
      activities.inc(count);
      commitSeconds.observe(durationMs / 1_000);
    },
    registry,
    requestSeconds: new Histogram({
      name: 'lapwing_http_request_duration_seconds',
      help: 'Seconds from the request to the end of its answer; event streams are left out.',
      labelNames: ['method', 'path', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [registry],
    }),
    graphqlRequests: new Counter({
      name: 'lapwing_graphql_requests_total',
      help: 'HTTP requests for GraphQL by what answered them: the fast lane, which takes documents it has seen before, or Yoga.',
      labelNames: ['lane'],
      registers: [registry],
    }),
    sockets: new Gauge({ name: 'lapwing_websocket_sockets', help: 'WebSockets open now.', registers: [registry] }),
    streamExecutions: new Counter({
      name: 'lapwing_stream_executions_total',
      help: 'Items of live WebSocket subscriptions that were executed, each once for all subscriptions that ask the same and see the same.',
      registers: [registry],
    }),
    subscriptions: new Gauge({
      name: 'lapwing_subscriptions',
      help: 'Subscriptions running now, by transport: websocket or sse.',
      labelNames: ['transport'],
      registers: [registry],
    }),
  };
}

/** The same as `system { failures }` and `system { excluded }`, of all organisations. */
function countersOfWhatIsNotRecorded(registry: Registry): Pick<Metrics, 'failed' | 'excluded'> {
  const failures = new Counter({
    name: 'lapwing_failures_total',
    help: 'What was refused, failed or lagged, by cause: the same causes as `system { failures }`, of all organisations.',
    labelNames: ['cause'],
    registers: [registry],
  });
  const excluded = new Counter({
    name: 'lapwing_excluded_total',
    help: 'Activities not recorded because their organisation excludes them, by what they were told by, of all organisations.',
    labelNames: ['subject'],
    registers: [registry],
  });
  return { failed: (cause, by) => failures.inc({ cause }, by), excluded: (subject, by) => excluded.inc({ subject }, by) };
}
