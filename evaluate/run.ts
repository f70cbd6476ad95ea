import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer, stopAll } from '../bench/children.ts';
import { track } from './api.ts';
import type { Evaluation } from './evaluation.ts';
import type { Figure } from './figures.ts';
import { isMet, tableOf } from './figures.ts';
import { commands } from './measures/commands.ts';
import { masquerade } from './measures/masquerade.ts';
import { secrets } from './measures/secrets.ts';
import { web } from './measures/web.ts';

const measures = { commands, web, masquerade, secrets };
type MeasureName = keyof typeof measures;

const help = `npm run evaluate -- FOLDER [OPTIONS]

Sends labelled rows through the API of a service of its own and prints how well it judges them. FOLDER holds JSON lines,
gzipped or not, named ${Object.keys(measures).join('.jsonl, ')}.jsonl; what is not there is not measured.

  --only LIST   of ${Object.keys(measures).join(',')}; default: all
  --json        the figures as JSON
  --help
`;

const progressEvery = 5_000; // activities

const options = read();
if (options !== null) await run(options);

type Options = { folder: string; only: readonly MeasureName[]; json: boolean };

function read(): Options | null {
  const named = { only: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options: named, allowPositionals: true });
  const [folder] = positionals;
  const isMeasure = (name: string): name is MeasureName => name in measures;
  const only = values.only?.split(',') ?? Object.keys(measures);
  const problem =
    folder === undefined || !existsSync(folder)
      ? 'name the folder with the labelled rows'
      : only.every(isMeasure)
        ? null
        : `--only takes ${Object.keys(measures).join(', ')}`;
  if (values.help || problem !== null) {
    process.stderr.write(values.help ? help : `${problem}\n\n${help}`);
    process.exitCode = values.help ? 0 : 2;
    return null;
  }
  return { folder: resolve(folder!), only: only.filter(isMeasure), json: values.json ?? false };
}

/** A service of its own on an empty folder, which goes with it: what it learned before must not judge these rows. */
async function run({ folder, only, json }: Options): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'lapwing-evaluate-'));
  chmodSync(home, 0o711); // as root PostgreSQL runs as another user, who has to pass through
  const key = randomBytes(32).toString('hex');
  try {
    const child = await startServer({
      name: 'lapwing',
      args: ['src/main.ts'],
      env: { LAPWING_DATA_DIR: join(home, 'data'), LAPWING_ADMIN_KEY: key, LOG_LEVEL: 'warn' },
      logs: join(home, 'logs'),
    });
    const service = { url: `http://127.0.0.1:${child.port}`, key };
    const figures: Figure[] = [];
    for (const name of only) {
      const measured = await measures[name]({ folder, service, track: tracking(service) });
      if (measured === null) process.stderr.write(`${name}: no such file in ${folder}, not measured\n`);
      else figures.push(...measured);
    }
    const shown = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
    process.stdout.write(json ? `${JSON.stringify(shown, null, 2)}\n` : `${tableOf(figures)}\n`);
  } finally {
    await stopAll();
    rmSync(home, { recursive: true, force: true });
  }
}

function tracking(service: Evaluation['service']): Evaluation['track'] {
  let sent = 0;
  return (what, lanes) =>
    track(service, lanes, (activities) => {
      sent += activities;
      if (Math.floor(sent / progressEvery) > Math.floor((sent - activities) / progressEvery))
        process.stderr.write(`${what}: ${sent} sent\n`);
    });
}
