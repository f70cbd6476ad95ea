import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, subscribe, track } from '../../harness/client.ts';
import { adminKey } from '../../harness/service.ts';
import type { World } from './world.ts';
import { alice, mark, names, setMode, startWorld } from './world.ts';

/** What somebody who sees pseudonyms asks, and what they are told of it. */

let world: World;
let ids: Map<string, string>;
const pseudonyms = new Map<string, string>();
const spelling = /^user-[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/;
beforeAll(async () => {
  world = await startWorld();
  const { users } = await data(world.service, '{ users { nodes { id externalId } } }');
  ids = new Map(users.nodes.map(({ id, externalId }: { id: string; externalId: string }) => [externalId, id]));
  await setMode(world.service, true);
  for (const [name, id] of ids) {
    const { node } = await data(world.service, 'query($id: ID!) { node(id: $id) { ... on User { externalId } } }', { id }, world.analyst);
    pseudonyms.set(name, node.externalId);
  }
}, 60_000);
afterAll(() => world.service.close());

const of = (name: string) => pseudonyms.get(name)!;
const asAnalyst = (query: string, variables: object = {}) => data(world.service, query, variables, world.analyst);
const codeOf = async (query: string, variables: object = {}, key = world.analyst) =>
  (await ask(world.service, query, variables, key)).errors?.[0]?.extensions.code ?? null;

describe('a pseudonym', () => {
  it('can be spoken, is one for each user, and the same for everybody who sees it', async () => {
    expect([...pseudonyms.values()].every((one) => spelling.test(one))).toBe(true);
    expect(new Set(pseudonyms.values()).size).toBe(names.length);
    const { users } = await data(world.service, '{ users { nodes { externalId } } }', {}, world.lead);
    expect(users.nodes.map(({ externalId }: { externalId: string }) => externalId).sort()).toEqual([...pseudonyms.values()].sort());
  });

  it('leaves their own name to whoever is a user', async () => {
    const { users, user } = await data(
      world.service,
      `{ users { nodes { externalId } } user(externalId: "${alice}") { externalId displayName } }`,
      {},
      world.member,
    );
    const shown = users.nodes.map(({ externalId }: { externalId: string }) => externalId);
    expect(shown).toContain(alice);
    expect(shown.filter((one: string) => mark.test(one))).toEqual([alice]);
    expect(user).toEqual({ externalId: alice, displayName: alice });
  });

  it('stands in the summary of an anomaly where the name stood', async () => {
    const plain = await data(world.service, '{ anomalies(first: 200) { nodes { id summary subject } } }');
    const masked = await asAnalyst('{ anomalies(first: 200) { nodes { id summary subject } } }');
    const of200 = plain.anomalies.nodes.filter(({ subject }: { subject: string }) => subject.startsWith('user:'));
    for (const { id, summary, subject } of of200) {
      const other = masked.anomalies.nodes.find((one: { id: string }) => one.id === id);
      const name = subject.slice('user:'.length);
      expect(other.subject).toBe(`user:${of(name)}`);
      expect(other.summary.startsWith(of(name))).toBe(summary.startsWith(name));
    }
    expect(of200.length).toBeGreaterThan(5);
  });
});

describe('who sees pseudonyms', () => {
  it('finds a user by a pseudonym, and nobody by a name', async () => {
    const query = 'query($user: String!) { user(externalId: $user) { externalId } summaries(user: $user) { user activities } }';
    const found = await asAnalyst(query, { user: of(alice) });
    expect(found.user).toEqual({ externalId: of(alice) });
    expect(found.summaries[0]).toMatchObject({ user: of(alice), activities: expect.any(Number) });
    expect(await asAnalyst(query, { user: alice })).toEqual({ user: null, summaries: [] });
    expect(await asAnalyst(query, { user: 'user-00000-00000' })).toEqual({ user: null, summaries: [] });
  });

  it('filters by pseudonyms with eq, in, neq and nin, and by no name', async () => {
    const count = async (noun: string, filter: object, key: string) =>
      (await data(world.service, `query($filter: ${noun}Filter) { ${root[noun]!}(filter: $filter) { totalCount } }`, { filter }, key))[
        root[noun]!
      ].totalCount;
    const root: Record<string, string> = { Activity: 'activities', Session: 'sessions', Anomaly: 'anomalies', Alert: 'alerts' };
    for (const noun of Object.keys(root)) {
      const [all, nobody] = [await count(noun, {}, world.analyst), await count(noun, { user: { in: [] } }, adminKey)];
      for (const name of names.slice(1, 2)) {
        for (const [given, meant] of [
          [{ eq: of(name) }, { eq: name }],
          [{ neq: of(name) }, { neq: name }],
          [{ in: [of(name), of(alice)] }, { in: [name, alice] }],
          [{ nin: [of(name), of(alice)] }, { nin: [name, alice] }],
          [
            { nin: [of(name)], in: [of(alice), of(name)] },
            { nin: [name], in: [alice, name] },
          ],
        ]) {
          expect(await count(noun, { user: given }, world.analyst)).toBe(await count(noun, { user: meant }, adminKey));
          expect(await count(noun, { or: [{ and: [{ user: given }] }] }, world.analyst)).toBe(await count(noun, { user: meant }, adminKey));
        }
        expect(await count(noun, { user: { eq: name } }, world.analyst)).toBe(nobody);
        expect(await count(noun, { user: { neq: name } }, world.analyst)).toBe(await count(noun, { user: { null: false } }, adminKey));
      }
      expect(all).toBeGreaterThan(0);
    }
    for (const name of names.slice(1, 3)) {
      const subject = (one: string) => ({ subject: { eq: `user:${one}` } });
      expect(await count('Anomaly', subject(of(name)), world.analyst)).toBe(await count('Anomaly', subject(name), adminKey));
      expect(await count('Alert', subject(of(name)), world.analyst)).toBe(await count('Alert', subject(name), adminKey));
      expect(await count('Alert', subject(name), world.analyst)).toBe(0);
    }
    const kind = { subject: { startsWith: 'user:' } };
    expect(await count('Alert', kind, world.analyst)).toBe(await count('Alert', kind, adminKey));
  });

  it('is refused what would spell a name letter by letter, and told so', async () => {
    const parts = ['startsWith', 'contains'].flatMap((part) => [
      `activities(filter: { user: { ${part}: "q" } })`,
      `activities(filter: { session: { ${part}: "q" } })`,
      `activities(filter: { or: [{ text: { ${part}: "q" } }] })`,
      `sessions(filter: { and: [{ externalId: { ${part}: "q" } }] })`,
      `anomalies(filter: { subject: { ${part}: "user:q" } })`,
      `alerts(filter: { subject: { ${part}: "user:q" } })`,
      `users(filter: { externalId: { ${part}: "q" } })`,
    ]);
    for (const part of [...parts, 'users(orderBy: { field: EXTERNAL_ID })', 'users(orderBy: { direction: DESC })']) {
      expect([part, await codeOf(`{ ${part} { nodes { id } } }`)]).toEqual([part, 'FORBIDDEN']);
      expect([part, await codeOf(`{ ${part} { nodes { id } } }`, {}, adminKey)]).toEqual([part, null]);
    }
  });

  it('gets users by when they were first seen, which tells nothing of their names', async () => {
    const query = '{ users { nodes { id } edges { cursor } } }';
    const { users } = await asAnalyst(query);
    const byTime = await data(world.service, '{ users(orderBy: { field: FIRST_SEEN_AT }) { nodes { id } } }');
    expect(users.nodes).toEqual(byTime.users.nodes);
    const page = await asAnalyst('query($after: String) { users(first: 2, after: $after) { nodes { id } } }', {
      after: users.edges[1].cursor,
    });
    expect(page.users.nodes).toEqual(users.nodes.slice(2, 4));
    const named = await data(world.service, '{ users(first: 1) { pageInfo { endCursor } } }');
    expect(await codeOf('query($after: String) { users(after: $after) { nodes { id } } }', { after: named.users.pageInfo.endCursor })).toBe(
      'BAD_REQUEST',
    );
  });

  it('looks for parts of what they see, and finds nothing by parts of a name', async () => {
    const texts = async (filter: object, key: string) =>
      (
        await data(
          world.service,
          'query($filter: ActivityFilter) { activities(first: 200, filter: $filter) { totalCount nodes { id } } }',
          { filter },
          key,
        )
      ).activities;
    const parts = ['curl', 'su - ', '%2F'];
    for (const contains of parts) {
      const [seen, all] = [await texts({ text: { contains } }, world.analyst), await texts({ text: { contains } }, adminKey)];
      expect(seen.nodes).toEqual(all.nodes);
      expect(seen.totalCount).toBeNull();
      expect(all.nodes.length).toBeGreaterThan(0);
    }
    for (const contains of ['qzzq', 'qzzqc', 'home/qz', 'carol', alice, '-alice', 'u -u qzzq']) {
      expect((await texts({ text: { contains } }, world.analyst)).nodes).toEqual([]);
      expect((await texts({ text: { contains } }, adminKey)).nodes.length > 0 || contains === 'u -u qzzq').toBe(true);
    }
    const seen = await texts({ text: { contains: `~${of(alice)} ` } }, world.analyst);
    expect(seen.nodes).toEqual((await texts({ text: { contains: `~${alice} ` } }, adminKey)).nodes);
    const oneByOne = await asAnalyst(
      '{ activities(first: 3, filter: { text: { contains: "su - " } }) { nodes { id } pageInfo { endCursor hasNextPage } } }',
    );
    expect(oneByOne.activities.nodes).toHaveLength(3);
    expect(oneByOne.activities.pageInfo.hasNextPage).toBe(true);
  });

  it('follows by a pseudonym, and by what they see of a text', async () => {
    const query =
      'subscription($filter: ActivityFilter) { activityRecorded(filter: $filter) { ... on ActivityEvent { activity { user { externalId } ... on TerminalActivity { command } } } } }';
    const byUser = await subscribe(world.service, query, { filter: { user: { eq: of(alice) } } }, world.analyst);
    const byPart = await subscribe(world.service, query, { filter: { text: { contains: 'alice' } } }, world.analyst);
    const byWord = await subscribe(world.service, query, { filter: { text: { contains: 'cat /home' } } }, world.analyst);
    await track(world.service, { user: names[1]!, detail: { terminal: { command: 'echo 1' } } });
    await track(world.service, { user: alice, detail: { terminal: { command: `cat /home/${alice}` } } });
    const activity = { user: { externalId: of(alice) }, command: `cat /home/${of(alice)}` };
    expect((await byUser.next()).activityRecorded.activity).toEqual(activity);
    expect((await byWord.next()).activityRecorded.activity).toEqual(activity);
    expect(byPart.arrived()).toEqual([]);
    await Promise.all([byUser, byPart, byWord].map((one) => one.close()));
  });

  it('finds a session by its id as they see it', async () => {
    const { sessions } = await asAnalyst('{ sessions(first: 200) { nodes { id externalId } } }');
    for (const { id, externalId } of sessions.nodes.filter((one: { externalId: string }) => /^(?!uid=).*-pty$/.test(one.externalId))) {
      expect((await asAnalyst('query($id: String!) { session(externalId: $id) { id } }', { id: externalId })).session).toEqual({ id });
    }
    expect((await asAnalyst('query($id: String!) { session(externalId: $id) { id } }', { id: `${alice}-pty` })).session).toBeNull();
  });

  it('terminates the sessions of a user by a pseudonym', async () => {
    const query =
      'mutation($user: String!) { terminateSessions(input: { user: $user }) { sessions { externalId user { externalId } } userErrors { code } } }';
    const named = await data(world.service, query, { user: names[2] }, world.narrowed);
    expect(named.terminateSessions.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
    const { terminateSessions } = await data(world.service, query, { user: of(names[2]!) }, world.narrowed);
    expect(terminateSessions.sessions.length).toBeGreaterThan(0);
    expect(terminateSessions.sessions[0].user.externalId).toBe(of(names[2]!));
    expect(mark.test(JSON.stringify(terminateSessions))).toBe(false);
  });

  it('sees no value of the shared baselines that names somebody, whatever place they ask for', async () => {
    const query = 'query($after: String) { organisationBaseline(kind: RESOURCE, first: 1, after: $after) { value } }';
    const whole = await data(world.service, '{ organisationBaseline(kind: RESOURCE, first: 200) { value } }');
    const named = whole.organisationBaseline.filter(({ value }: { value: string }) => mark.test(value));
    expect(named.length).toBeGreaterThan(0);
    for (const { value } of named) {
      const { organisationBaseline } = await asAnalyst(query, { after: value.slice(0, -1) });
      expect(mark.test(JSON.stringify(organisationBaseline))).toBe(false);
    }
  });
});

describe('revealUser', () => {
  const reveal = `mutation($user: ID!, $reason: String!) { revealUser(input: { user: $user, reason: $reason }) {
    revealed { externalId displayName pseudonym } userErrors { code field } } }`;
  const audited = async () =>
    (
      await data(
        world.service,
        '{ auditEntries(filter: { action: { eq: USER_REVEALED } }) { nodes { target reason actor { name } } } }',
        {},
        world.auditor,
      )
    ).auditEntries.nodes;

  it('tells who a user is, with an entry in the audit log of who asked and why', async () => {
    const { revealUser } = await asAnalyst(reveal, { user: ids.get(alice), reason: 'case 7' });
    expect(revealUser).toEqual({
      revealed: { externalId: alice, displayName: 'Qzzqalice Qzzqander', pseudonym: of(alice) },
      userErrors: [],
    });
    const uuid = Buffer.from(ids.get(alice)!, 'base64').toString().split(':')[1];
    expect(await audited()).toEqual([{ target: `User:${uuid}`, reason: 'case 7', actor: { name: 'analyst' } }]);
    const again = await asAnalyst('query($id: ID!) { node(id: $id) { ... on User { externalId } } }', { id: ids.get(alice) });
    expect(again.node.externalId).toBe(of(alice));
  });

  it('takes a reason of 1 to 1,024 characters, and tells nothing without one', async () => {
    const before = (await audited()).length;
    for (const [reason, code] of [
      ['', 'BLANK'],
      [' ', 'BLANK'],
      ['x'.repeat(1_025), 'TOO_LONG'],
      ['\0', 'BAD_CHARACTER'],
    ]) {
      const { revealUser } = await asAnalyst(reveal, { user: ids.get(alice), reason });
      expect(revealUser).toEqual({ revealed: null, userErrors: [{ code, field: ['input', 'reason'] }] });
    }
    expect((await audited()).length).toBe(before);
    for (const reason of ['x', 'x'.repeat(1_024)]) {
      expect((await asAnalyst(reveal, { user: ids.get(alice), reason })).revealUser.userErrors).toEqual([]);
    }
    expect((await audited()).length).toBe(before + 2);
  });

  it('finds nobody by an id that is no user of the organisation', async () => {
    const missing = Buffer.from('User:01900000-0000-7000-8000-000000000000').toString('base64');
    for (const user of ['x', missing]) {
      const { revealUser } = await asAnalyst(reveal, { user, reason: 'why' });
      expect(revealUser).toEqual({ revealed: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'user'] }] });
    }
  });

  it('is for who handles alerts: not for an auditor or the lead of a team', async () => {
    for (const key of [world.auditor, world.lead]) {
      expect(await codeOf(reveal, { user: ids.get(alice), reason: 'why' }, key)).toBe('FORBIDDEN');
    }
  });
});
