import type { GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rows } from '../flow/harness.ts';
import { ask, data } from '../harness/client.ts';
import type { Principal } from './principals.ts';
import { mayUse } from './principals.ts';
import type { Path } from './walk.ts';
import { coordinateOf, isReached, pathsFrom, pathsToFields, printed, ruleOfStep, select } from './walk.ts';
import type { World } from './world.ts';
import { attack, gather, globalId, startWorld } from './world.ts';

/** Every mutation × everybody, and every field that a mutation may be asked to answer: what is refused has changed nothing. */

vi.setConfig({ testTimeout: 60_000 }); // hundreds of requests each, on two cores that others use too

let world: World;
/** Inputs that would do something, and inputs that are refused for what they say, to whoever may send them. */
let effective: Record<string, string>;
const missing = globalId({ type: 'None', id: '01900000-0000-7000-8000-000000000000' });
const byId = { id: missing };
const inputOf = (input: object): string =>
  JSON.stringify(input)
    .replaceAll(/"(\w+)":/g, '$1:')
    .replaceAll(/"([A-Z_]{4,})"/g, '$1');
const harmless: Record<string, string> = Object.fromEntries(
  Object.entries({
    acknowledgeAlert: byId,
    resolveAlert: byId,
    dismissAlert: byId,
    reopenAlert: byId,
    revealUser: { user: missing, reason: 'why' },
    resolveAnomaly: byId,
    terminateSession: byId,
    rotateApiKey: byId,
    revokeApiKey: byId,
    forgetSecret: byId,
    registerSecret: { name: ' ', secret: 'short' },
    updatePerson: byId,
    terminateSessions: {},
    updateUser: { externalId: ' ' },
    eraseUser: { user: 'nobody', reason: 'none' },
    setLegalHold: { user: 'nobody', reason: ' ' },
    liftLegalHold: { user: 'nobody' },
    updateSettings: { workdays: [8] },
    updateDetector: { id: 'none' },
    createApiKey: { name: ' ', role: 'ADMIN' },
    createOrganisation: { name: ' ' },
    trackActivity: { user: ' ', detail: attack },
    trackActivities: { activities: [{ user: ' ', detail: attack }] },
  }).map(([name, input]) => [name, inputOf(input)]),
);

beforeAll(async () => {
  world = await startWorld();
  const found = await data(
    world.service,
    `{ alerts(first: 10, filter: { status: { eq: OPEN } }) { nodes { id } } anomalies(first: 1, filter: { resolved: { eq: false } }) { nodes { id } }
      session(externalId: "eve-desk") { id } user(externalId: "mia") { id } people(first: 1) { nodes { id } } apiKeys { id name } knownSecrets { id } }`,
  );
  const [taken, resolved, dismissed, closed] = found.alerts.nodes as { id: string }[];
  await data(world.service, 'mutation($id: ID!) { dismissAlert(input: { id: $id }) { userErrors { code } } }', closed!);
  const keyNamed = (name: string) => found.apiKeys.find((key: { name: string }) => key.name === name).id as string;
  const inputs: Record<string, object> = {
    acknowledgeAlert: taken!,
    resolveAlert: resolved!,
    dismissAlert: dismissed!,
    reopenAlert: closed!,
    revealUser: { user: found.user.id, reason: 'a phone call' },
    resolveAnomaly: { id: found.anomalies.nodes[0].id },
    terminateSession: { id: found.session.id },
    terminateSessions: { user: 'amy' },
    rotateApiKey: { id: keyNamed('MEMBER that is no user') },
    revokeApiKey: { id: keyNamed('ADMIN narrowed to INTROSPECT') },
    forgetSecret: { id: found.knownSecrets[0].id },
    registerSecret: { name: 'new', secret: 'never seen anywhere' },
    updatePerson: { id: found.people.nodes[0].id, suspended: true },
    updateUser: { externalId: 'eve', displayName: 'another name' },
    eraseUser: { user: 'bob', reason: 'asked to' },
    setLegalHold: { user: 'eve', reason: 'a court asked' },
    liftLegalHold: { user: 'mia' },
    updateSettings: { holidays: ['2026-12-25'] },
    updateDetector: { id: 'after-hours', enabled: false },
    createApiKey: { name: 'new', role: 'ADMIN' },
    createOrganisation: { name: 'new' },
    trackActivity: { user: 'ada', detail: attack },
    trackActivities: { activities: [{ user: 'ada', detail: attack }] },
  };
  effective = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, inputOf(input)]));
});
afterAll(() => world.close());

const mutation = printed.getMutationType()!;
const fields = Object.values(mutation.getFields());
/** Where the logs of all organisations stand. */
const heads = () => rows<object>(world.service.databaseUrl, 'select organisation_id, seq from log_head order by organisation_id');
const sending = (inputs: Record<string, string>) => (step: { on: GraphQLObjectType; field: { name: string } }) =>
  step.on === mutation ? `(input: ${inputs[step.field.name]})` : '';

/** The fields that one mutation leads to, each by its shortest path from there. */
function endsOf(name: string): Path[] {
  const others = fields.filter((field) => field.name !== name).map((field) => `Mutation.${field.name}`);
  return [...pathsFrom(mutation, others)]
    .filter(([type]) => type !== 'Mutation')
    .flatMap(([type, path]) => pathsToFields(printed.getType(type) as GraphQLObjectType, path));
}

type Answer = Awaited<ReturnType<typeof ask>>;
const refusalIn = ({ errors = [], data: answer }: Answer): string => {
  const told = errors.map(
    ({ message, extensions }) => `${String(extensions.code)} ${/You may not use ([\w.]+)/.exec(message)?.[1] ?? message}`,
  );
  if (told.length > 0 && answer != null) told.push('with an answer');
  return told.join(' and ') || 'answered';
};
const send = (principal: Principal, selection: string) => ask(world.service, `mutation { ${selection} }`, {}, principal.key);
const isRefused = (principal: Principal, path: Path) => path.findIndex((step) => !mayUse(principal, ruleOfStep(step)));

describe('a mutation', () => {
  it('has an input here that does something, and one that does nothing', () => {
    expect(Object.keys(effective).sort()).toEqual(fields.map(({ name }) => name).sort());
    expect(Object.keys(harmless).sort()).toEqual(fields.map(({ name }) => name).sort());
  });

  it('that the table refuses is refused by its name, and nothing is done', async () => {
    const before = await heads();
    const wrong = await gather(world.principals, (principal) =>
      gather(
        fields.filter((field) => !mayUse(principal, ruleOfStep({ on: mutation, field, as: null }))),
        async (field) => {
          const actual = refusalIn(await send(principal, `${field.name}(input: ${effective[field.name]}) { __typename }`));
          const expected = `FORBIDDEN Mutation.${field.name}`;
          return actual === expected ? [] : [`${principal.name}: ${field.name} is ${actual}, expected ${expected}`];
        },
      ),
    );
    expect(wrong).toEqual([]);
    expect(await heads()).toEqual(before);
  });

  it('that asks for a field which the table refuses is refused as a whole, and nothing is done', async () => {
    const before = await heads();
    let tried = 0;
    const wrong = await gather(world.principals, (principal) => {
      const paths = fields.flatMap(({ name }) => endsOf(name)).filter((path) => isRefused(principal, path) === path.length - 1);
      tried += paths.length;
      return gather(paths, async (path) => {
        const actual = refusalIn(await send(principal, select('a', [path], sending(effective))));
        const expected = `FORBIDDEN ${coordinateOf(path.at(-1)!)}`;
        const way = path.map(({ field }) => field.name).join('.');
        return actual === expected ? [] : [`${principal.name}: ${way} is ${actual}, expected ${expected}`];
      });
    });
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(200);
    expect(await heads()).toEqual(before);
  });

  it('is refused also where the field hides in a fragment, behind an alias, beside one that is allowed, or in an interface', async () => {
    const service = world.principals.find(({ name }) => name === 'SERVICE')!;
    const before = await heads();
    const track = (selection: string) => `trackActivity(input: ${effective.trackActivity}) { ${selection} }`;
    const documents = [
      `mutation { ${track('receipt { activity { user { id } } }')} }`,
      `mutation { ${track('receipt { activity { id x: user { id } } }')} }`,
      `mutation { ${track('...F')} } fragment F on TrackActivityPayload { receipt { ...G } } fragment G on TrackReceipt { activity { ... { session { id } } } }`,
      `mutation { a: ${track('userErrors { code }')} b: ${track('receipt { anomalies { alert { id } } }')} }`,
      `mutation M { ${track('receipt { activity { ... on Node { id } ... on TerminalActivity { anomalies { id } } } }')} }`,
    ];
    const told = await Promise.all(documents.map(async (document) => refusalIn(await ask(world.service, document, {}, service.key))));
    expect(told).toEqual([
      'FORBIDDEN Activity.user',
      'FORBIDDEN Activity.user',
      'FORBIDDEN Activity.session',
      'FORBIDDEN Anomaly.alert',
      'FORBIDDEN TerminalActivity.anomalies',
    ]);
    expect(await heads()).toEqual(before);
  });

  it('that the table allows is answered, with every field that it allows', async () => {
    const wrong = await gather(world.principals, (principal) =>
      gather(
        fields.filter((field) => mayUse(principal, ruleOfStep({ on: mutation, field, as: null }))),
        async ({ name }) => {
          const paths = endsOf(name).filter((path) => path.length <= 3 && isRefused(principal, path) === -1);
          const places = [...Map.groupBy(paths, (path) => path.at(-2)!).values()];
          const selections = places.map((place, at) => select(`a${at}`, place, sending(harmless)));
          const answer = await send(principal, selections.join(' '));
          const actual = refusalIn(answer);
          const answered = places.some((_place, at) => isReached(answer.data?.[`a${at}`], ['userErrors', 'code']));
          return actual === 'answered' && answered
            ? []
            : [`${principal.name}: ${name} is ${actual} without why it did nothing, expected an answer`];
        },
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('ids of another organisation', () => {
  it('are answered like ids that do not exist, to the letter, and change nothing there', async () => {
    const other = world.principals.find(({ name }) => name === 'ADMIN of the other organisation')!;
    const own = `select seq from log_head where organisation_id = (select id from organisation where name = 'default')`;
    const before = await rows(world.service.databaseUrl, own);
    const wrong = await gather(
      fields.filter(({ name }) => /(?:id|user):"[^"]{20}/.test(effective[name]!) && name !== 'updateDetector'), // detectors are of no organisation
      async ({ name }) => {
        const spelled = async (input: string) =>
          JSON.stringify(await send(other, `${name}(input: ${input}) { __typename userErrors { code field message hint } }`));
        const [id] = /(?<=(?:id|user):")[^"]+/.exec(effective[name]!)!;
        const [type] = Buffer.from(id, 'base64').toString().split(':');
        const absent = globalId({ type: type!, id: '01900000-0000-7000-8000-000000000000' });
        const [actual, expected] = [await spelled(effective[name]!), await spelled(effective[name]!.replace(id, absent))];
        return actual === expected && actual.includes('NOT_FOUND') ? [] : [`${name} of a foreign id is ${actual}, expected ${expected}`];
      },
    );
    expect(wrong).toEqual([]);
    expect(await rows(world.service.databaseUrl, own)).toEqual(before);
  });

  it('stay apart where the calling system calls them the same', async () => {
    const other = world.principals.find(({ name }) => name === 'ADMIN of the other organisation')!;
    const own = `select seq from log_head where organisation_id = (select id from organisation where name = 'default')`;
    const before = await rows(world.service.databaseUrl, own);
    for (const input of ['{ filter: {} }', '{ user: "ada" }']) {
      expect(refusalIn(await send(other, `terminateSessions(input: ${input}) { userErrors { code } }`))).toBe('answered');
    }
    const changed = await send(other, 'updateUser(input: { externalId: "ada", teams: ["none"] }) { user { teams } userErrors { code } }');
    expect(changed.data.updateUser).toEqual({ user: { teams: ['none'] }, userErrors: [] });
    expect(await rows(world.service.databaseUrl, own)).toEqual(before);
  });
});

describe('the inputs that were refused', () => {
  it('would have done something: whoever may use them does', async () => {
    const local = world.principals.find(({ name }) => name === 'the command line')!;
    for (const { name } of fields) {
      const before = await heads();
      const answer = await send(local, `${name}(input: ${effective[name]}) { userErrors { code message } }`);
      expect([name, refusalIn(answer), answer.data?.[name]]).toEqual([name, 'answered', { userErrors: [] }]);
      expect([name, await heads()]).not.toEqual([name, before]);
    }
  });
});
