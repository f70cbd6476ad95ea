import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask } from '../harness/client.ts';
import type { Principal } from './principals.ts';
import { findsNode, mayUse, sampleOf, seesRow } from './principals.ts';
import type { Path, Step } from './walk.ts';
import {
  coordinateOf,
  coordinates,
  isReached,
  objectTypes,
  pathsFrom,
  pathsToFields,
  printed,
  ruleOfStep,
  rulesOf,
  select,
  written,
} from './walk.ts';
import type { World } from './world.ts';
import { gather, globalId, markOf, startWorld } from './world.ts';

/** Every field of the printed schema × everybody who may ask, against the table of rules. */

vi.setConfig({ testTimeout: 60_000 }); // hundreds of requests each, on two cores that others use too

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const query = printed.getQueryType()!;
const roots = [query, printed.getMutationType()!, printed.getSubscriptionType()!];
const nodeTypes = objectTypes.filter((type) => type.getInterfaces().some(({ name }) => name === 'Node'));

describe('the table of rules', () => {
  it('gives every field of every object and interface type exactly one rule', () => {
    const wrong = coordinates.filter((coordinate) => rulesOf(...(coordinate.split('.') as [string, string])).length !== 1);
    expect(wrong).toEqual([]);
  });

  it('has no rule for what the schema does not have', () => {
    const known = new Set(coordinates);
    expect([...written.keys()].filter((coordinate) => !known.has(coordinate))).toEqual([]);
  });

  it('is walked as a whole: a root field leads to every type', () => {
    const reached = new Set(roots.flatMap((root) => [...pathsFrom(root).keys()]));
    expect(objectTypes.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
  });
});

/** Arguments with ids of rows that the principal sees, where it sees any. */
const argumentsFor = (principal: Principal) => {
  const sample = sampleOf(principal);
  const idOf = (type: string) => {
    const entries = world.records.entries.filter((entry) => entry.type === type);
    const entry = entries.find((one) => seesRow(principal, one) && (one.owner === null || one.owner === sample)) ?? entries[0];
    if (!entry) throw new Error(`the world has no ${type}`);
    return globalId(entry);
  };
  return ({ on, field, as }: Step): string => {
    switch (coordinateOf({ on, field, as })) {
      case 'Query.node':
        return `(id: "${idOf(as?.name ?? 'User')}")`;
      case 'Query.nodes':
        return `(ids: ["${idOf('Session')}"])`;
      case 'Query.userExport':
        return `(user: "${sample}")`;
      case 'Query.user':
        return `(externalId: "${sample}")`;
      case 'Query.session':
        return `(externalId: "${sample}-web")`;
      case 'Query.sessionAllowed':
        return `(externalId: "${sample}-web")`;
      case 'Query.previewDetector':
        return '(id: "suspicious-command", from: "P1D")';
      case 'Query.activities':
        return `(first: 20, filter: { user: { eq: "${sample}" } })`;
      case 'Query.organisationBaseline':
        return '(kind: RESOURCE)';
      case 'Query.teamBaseline':
        return '(team: "sales", kind: RESOURCE)';
      case 'Query.auditEntries':
        return '(first: 20, filter: { action: { eq: READ } })';
      default:
        return '';
    }
  };
};

type Verdict = 'answered' | `FORBIDDEN ${string}`;
type Check = { path: Path; expected: Verdict };

const nameOf = (path: Path) => path.map((step) => (step.as ? `${step.field.name}<${step.as.name}>` : step.field.name)).join('.');

/** What the table says: the first field of the path that it refuses, unless the path ends before, at a row that is not seen. */
function verdictOf(principal: Principal, path: Path): Verdict {
  const [root] = path;
  if (root!.field.name === 'node' && path.length > 1) {
    const isSeen = world.records.entries.some((entry) => entry.type === root!.as?.name && findsNode(principal, entry));
    if (!isSeen) return 'answered';
  }
  const refused = path.findIndex((step) => !mayUse(principal, ruleOfStep(step)));
  if (refused === -1) return 'answered';
  const at = path.slice(1, refused + 1).map(({ field }) => field.name);
  return `FORBIDDEN ${coordinateOf(path[refused]!)} at ${[path[0]!.field.name, ...at].join('.')}`;
}

type Failure = { message: string; path?: readonly (string | number)[]; extensions: Record<string, unknown> };
const told = ({ message, path = [], extensions }: Failure, root: string): string => {
  const coordinate = /You may not use ([\w.]+)/.exec(message)?.[1] ?? message;
  const names = path.filter((part) => typeof part === 'string').slice(1);
  return `${String(extensions.code)} ${coordinate} at ${[root, ...names].join('.')}`;
};

const answers: { principal: Principal; text: string }[] = [];
const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, place) => items.slice(place * size, (place + 1) * size));

/** As many documents as it takes for none to ask for a row twice by its global id, and for 20 root fields at most. */
function documentsOf(checks: readonly Check[]): Check[][] {
  if (checks[0]?.path[0]!.field.name !== 'node') return chunks(checks, 20);
  const byType = [...Map.groupBy(checks, ({ path }) => path[0]!.as).values()];
  const rounds = Math.max(...byType.map((one) => one.length));
  return Array.from({ length: rounds }, (_, round) => byType.flatMap((one) => one.slice(round, round + 1)));
}

async function send(principal: Principal, selections: readonly string[]) {
  const answer = await ask(world.service, `{ ${selections.join('\n')} }`, {}, principal.key);
  answers.push({ principal, text: JSON.stringify(answer) });
  return answer;
}

/** Fields that shall be answered go together, by type: whatever is refused of them is told with its path. */
async function runAllowed(principal: Principal, checks: readonly Check[]): Promise<string[]> {
  const byPlace = [...Map.groupBy(checks, ({ path }) => nameOf(path.slice(0, -1))).values()];
  const places = byPlace.flatMap((place) => (place[0]!.path.length === 1 ? place.map((check) => [check]) : [place]));
  return gather(chunks(places, 8), async (groups) => {
    const selections = groups.map((group, place) =>
      select(
        `a${place}`,
        group.map(({ path }) => path),
        argumentsFor(principal),
      ),
    );
    const { data, errors = [] } = await send(principal, selections);
    const refused = errors.map(
      (error) =>
        `${principal.name}: ${told(error, nameOf(groups[Number(String(error.path?.[0]).slice(1))]?.[0]?.path ?? []))}, expected an answer`,
    );
    if (refused.length > 0) return refused;
    return groups.flatMap((group, place) =>
      group
        .filter(({ path }) => needsRows(principal, path))
        .filter(
          ({ path }) =>
            !isReached(
              data[`a${place}`],
              path.slice(1).map(({ field }) => field.name),
            ),
        )
        .map(({ path }) => `${principal.name}: ${nameOf(path)} was not reached: the world lacks something`),
    );
  });
}

/** Whether there is something at the end of a path for this principal to be answered with. */
function needsRows(principal: Principal, path: Path): boolean {
  if (path[0]!.field.name === 'node' && !mayUse(principal, 'READ')) return false;
  if (principal.sees === 'ALL') return true;
  if (principal.sees.length > 0) return path[0]!.as?.name !== 'Person';
  return false;
}

/** Fields that shall be refused go by themselves, each under its own alias, so that none hides another. */
async function runRefused(principal: Principal, checks: readonly Check[]): Promise<string[]> {
  return gather(documentsOf(checks), async (group) => {
    const selections = group.map(({ path }, place) => select(`a${place}`, [path], argumentsFor(principal)));
    const { errors = [] } = await send(principal, selections);
    return group.flatMap(({ path, expected }, place) => {
      const root = path[0]!.field.name;
      const found = new Set(errors.filter((error) => error.path?.[0] === `a${place}` || !error.path).map((error) => told(error, root)));
      const actual = [...found].join(' and ') || 'answered';
      return actual === expected ? [] : [`${principal.name}: ${nameOf(path)} is ${actual}, expected ${expected}`];
    });
  });
}

async function compare(paths: readonly Path[]): Promise<string[]> {
  return gather(
    // Who may read and sees nothing comes to no field of a row: rows.test.ts is about them.
    world.principals.filter(({ scopes, sees }) => sees.length > 0 || !scopes.includes('READ')),
    async (principal) => {
      const checks = paths.map((path): Check => ({ path, expected: verdictOf(principal, path) }));
      const [allowed, refused] = [
        checks.filter(({ expected }) => expected === 'answered'),
        checks.filter(({ expected }) => expected !== 'answered'),
      ];
      return [...(await runAllowed(principal, allowed)), ...(await runRefused(principal, refused))];
    },
    2,
  );
}

describe('every field that a query reaches', () => {
  it('is answered or refused as the table says, on the shortest way from a list or a name', async () => {
    const paths = pathsFrom(query, ['Query.node', 'Query.nodes', 'DetectorPreview.userErrors']); // of an input that is in order there are none
    const ends = [...paths].flatMap(([type, path]) => pathsToFields(printed.getType(type) as typeof query, path));
    expect(ends.length).toBeGreaterThan(250);
    expect(await compare(ends)).toEqual([]);
  });

  it('is answered or refused as the table says, by global id', async () => {
    const node = query.getFields().node!;
    const ends = nodeTypes.flatMap((type) => pathsToFields(type, [{ on: query, field: node, as: type }]));
    expect(await compare(ends)).toEqual([]);
  });

  it('tells nobody what is of others: no answer holds a text of another organisation, of users one does not see, or of the staff', () => {
    const marks = (['own', 'other'] as const).flatMap((side) =>
      ['ada', 'amy', 'bob', 'eve', 'mia', 'staff'].map((owner) => ({
        side,
        owner: owner === 'staff' ? null : owner,
        mark: markOf(side, owner),
      })),
    );
    const told = marks.flatMap((mark) =>
      answers
        .filter(({ principal, text }) => !seesRow(principal, mark) && text.includes(mark.mark))
        .map(({ principal, text }) => `${principal.name} was told ${mark.mark} in ${text.slice(0, 2_000)}`),
    );
    expect(told).toEqual([]);
    expect(marks.filter(({ mark }) => !answers.some(({ text }) => text.includes(mark)))).toEqual([]);
  });
});

describe('the schema itself', () => {
  it('is shown to whoever may introspect, and to nobody else', async () => {
    const wrong = await gather(world.principals, async (principal) => {
      const { errors } = await ask(world.service, '{ __schema { queryType { name } } }', {}, principal.key);
      const actual = errors?.[0]?.extensions.code ?? 'answered';
      const expected = mayUse(principal, 'INTROSPECT') ? 'answered' : 'FORBIDDEN';
      return actual === expected ? [] : [`${principal.name}: __schema is ${String(actual)}, expected ${expected}`];
    });
    expect(wrong).toEqual([]);
  });
});
