import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import WebSocket from 'ws';
import { rows } from '../flow/harness.ts';
import { data, makeKey, makeOrganisation } from '../harness/client.ts';
import type { TestIdentityProvider } from '../harness/identity-provider.ts';
import { encoded, startIdentityProvider } from '../harness/identity-provider.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';
import { codesOf, signInBy, updatePerson, uuidOf, whoIs } from './harness.ts';

let clock: TestClock;
let provider: TestIdentityProvider;
let service: Service;
let acmeKey: string;
beforeAll(async () => {
  clock = testClock('2026-03-02T09:00:00Z');
  provider = await startIdentityProvider(clock);
  service = await startService({ clock, config: signInBy(provider, 'tenant') });
  acmeKey = await makeOrganisation(service, 'acme');
});
afterAll(async () => {
  await service.close();
  await provider.close();
});

const lifeSeconds = 3_600;
/** A token of somebody of `acme` unless it says otherwise, newer than those before it. */
async function sign(claims: object): Promise<string> {
  clock.advance(1);
  const iat = clock.now() / 1_000_000;
  return provider.sign({ tenant: 'acme', iat, exp: iat + lifeSeconds, ...claims });
}

const personFields = `id issuer subject name user roles teams leads suspended suspendedAt firstSeenAt
  claimed { roles teams leads } assigned { roles teams leads }`;
/** The people of an organisation with this subject. */
async function peopleNamed(subject: string, key = acmeKey) {
  const { people } = await data(service, `{ people(first: 200) { nodes { ${personFields} } } }`, {}, key);
  return people.nodes.filter((person: { subject: string }) => person.subject === subject);
}
async function personNamed(subject: string, key = acmeKey) {
  const [person] = await peopleNamed(subject, key);
  return person;
}
/** What the audit log says of a person, in order. */
async function auditOf(id: string, key = acmeKey) {
  const { auditEntries } = await data(
    service,
    `query($target: String!) { auditEntries(filter: { target: { eq: $target } }) {
      nodes { action actor { kind id name } before after reason } } }`,
    { target: `Person:${uuidOf(id)}` },
    key,
  );
  return auditEntries.nodes.toReversed();
}
const change = (id: string, input: object) => updatePerson(service, { id, ...input }, acmeKey);

describe('somebody who signs in with a token', () => {
  it('is the viewer that its claims tell of', async () => {
    const token = await sign({ sub: 'ada', name: 'Ada Byron', roles: ['ANALYST', 'stranger'], teams: ['blue', 'red'], leads: ['blue'] });
    const viewer = await whoIs(service, token);
    const person = await personNamed('ada');
    expect(person).toMatchObject({ issuer: provider.issuer, name: 'Ada Byron', user: 'ada', assigned: null, suspended: false });
    expect(viewer).toEqual({
      name: 'Ada Byron',
      roles: ['ANALYST'],
      scopes: ['READ', 'TRIAGE', 'INTROSPECT'],
      user: 'ada',
      teams: ['blue', 'red'],
      leads: ['blue'],
      expiresAt: new Date(clock.now() / 1_000 + lifeSeconds * 1_000).toISOString().replace('Z', '000Z'),
      organisation: { name: 'acme' },
      principal: { kind: 'PERSON', id: uuidOf(person.id), name: 'Ada Byron' },
    });
  });

  it('belongs to the organisation that the token names, and to none without one', async () => {
    expect((await whoIs(service, await sign({ sub: 'org', tenant: 'default', roles: ['ANALYST'] }))).organisation).toEqual({
      name: 'default',
    });
    for (const tenant of ['Acme', 'acme ', 'nowhere', '', undefined, 7, ['acme']])
      expect([tenant, await codesOf(service, '{ viewer { name } }', await sign({ sub: 'org', tenant, roles: ['ADMIN'] }))]).toEqual([
        tenant,
        ['UNAUTHENTICATED'],
      ]);
    expect(await peopleNamed('org')).toEqual([]);
  });

  it.each([[[]], [undefined], [['stranger']], ['']])('may nothing with the roles %j', async (roles) => {
    const token = await sign({ sub: `without ${JSON.stringify(roles)}`, roles });
    expect(await codesOf(service, '{ viewer { name } }', token)).toEqual(['UNAUTHENTICATED']);
  });

  it('sees what a role of several gives, and with MEMBER only what concerns itself', async () => {
    const several = await whoIs(service, await sign({ sub: 'several', roles: 'MEMBER AUDITOR' }));
    expect(several).toMatchObject({ roles: ['MEMBER', 'AUDITOR'], scopes: expect.arrayContaining(['READ', 'AUDIT']) });
    const member = await sign({ sub: 'member', roles: ['MEMBER'] });
    for (const query of ['{ people { nodes { id } } }', '{ auditEntries { nodes { id } } }', '{ detectors { id } }'])
      expect(await codesOf(service, query, member)).toEqual(['FORBIDDEN']);
    expect((await data(service, '{ users { nodes { externalId } } }', {}, member)).users.nodes).toEqual([]);
  });

  it('is one row and one audit entry, however many requests come at once', async () => {
    const token = await sign({ sub: 'grace', name: 'Grace', roles: ['MEMBER'], teams: ['navy'] });
    const viewers = await Promise.all(Array.from({ length: 20 }, () => whoIs(service, token)));
    expect(new Set(viewers.map(({ principal }) => principal.id)).size).toBe(1);
    const found = await peopleNamed('grace');
    expect(found).toHaveLength(1);
    const claimed = { roles: ['MEMBER'], user: 'grace', teams: ['navy'], leads: [] };
    expect(await auditOf(found[0].id)).toEqual([
      {
        action: 'PERSON_SEEN',
        actor: { kind: 'PERSON', id: viewers[0].principal.id, name: 'Grace' },
        before: null,
        after: { name: 'Grace', issuer: provider.issuer, subject: 'grace', claimed },
        reason: null,
      },
    ]);
  });

  it('is one row and one audit entry also when twenty different tokens come at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => sign({ sub: 'joan', name: 'Joan', roles: ['MEMBER'] })));
    await Promise.all(tokens.map((token) => whoIs(service, token)));
    const found = await peopleNamed('joan');
    expect(found).toHaveLength(1);
    expect((await auditOf(found[0].id)).map(({ action }: { action: string }) => action)).toEqual(['PERSON_SEEN']);
  });

  it('is told of anew when the claims of a newer token differ, and not when they are the same', async () => {
    const first = await sign({ sub: 'alan', name: 'Alan', roles: ['MEMBER'], teams: ['hut 6'] });
    await whoIs(service, first);
    const { id, firstSeenAt } = await personNamed('alan');
    await whoIs(service, await sign({ sub: 'alan', name: 'Alan', roles: ['MEMBER'], teams: ['hut 6'] }));
    expect(await auditOf(id)).toHaveLength(1);
    await whoIs(service, await sign({ sub: 'alan', name: 'Alan T.', roles: ['ANALYST'], teams: ['hut 8'], leads: ['hut 8'] }));
    expect(await personNamed('alan')).toMatchObject({
      id,
      firstSeenAt,
      name: 'Alan T.',
      roles: ['ANALYST'],
      teams: ['hut 8'],
      leads: ['hut 8'],
    });
    const [, news] = await auditOf(id);
    expect(news).toMatchObject({
      action: 'PERSON_SEEN',
      before: { name: 'Alan', claimed: { roles: ['MEMBER'], user: 'alan', teams: ['hut 6'], leads: [] } },
      after: { name: 'Alan T.', claimed: { roles: ['ANALYST'], user: 'alan', teams: ['hut 8'], leads: ['hut 8'] } },
    });
    expect(await whoIs(service, first), 'the older token').toMatchObject({ roles: ['ANALYST'], leads: ['hut 8'] });
  });

  it('is somebody else in another organisation, though the subject is the same', async () => {
    const [acme, other] = [
      await sign({ sub: 'twin', roles: ['ANALYST'] }),
      await sign({ sub: 'twin', tenant: 'default', roles: ['ANALYST'] }),
    ];
    const [ours, theirs] = [await whoIs(service, acme), await whoIs(service, other)];
    expect(ours.principal.id).not.toBe(theirs.principal.id);
    const { id } = await personNamed('twin');
    expect(uuidOf((await personNamed('twin', adminKey)).id)).toBe(theirs.principal.id);
    const suspend = 'mutation($id: ID!) { updatePerson(input: {id: $id, suspended: true}) { person { id } userErrors { code } } }';
    expect((await data(service, suspend, { id })).updatePerson).toEqual({ person: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await data(service, 'query($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull();
    await change(id, { suspended: true });
    expect([await whoIs(service, acme), (await whoIs(service, other)).roles]).toEqual([null, ['ANALYST']]);
  });

  it('may sign a socket in connectionParams, and does not get in there either with a token that is not valid', async () => {
    const token = await sign({ sub: 'socket', name: 'Socket', roles: ['MEMBER'] });
    expect(await overSocket(token)).toEqual({ viewer: { name: 'Socket', roles: ['MEMBER'] } });
    expect(await overSocket(`${token.slice(0, -8)}AAAAAAAA`)).toBe(4401);
    await change((await personNamed('socket')).id, { suspended: true });
    expect(await overSocket(token)).toBe(4401);
  });
});

/** What a query over a WebSocket answers, or the code that it was closed with. */
async function overSocket(token: string): Promise<unknown> {
  const client = createClient({
    url: service.ws,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const error = (cause: unknown) => resolve((cause as { code?: number }).code);
  client.subscribe({ query: '{ viewer { name roles } }' }, { next: (answer) => resolve(answer.data), error, complete: () => undefined });
  const answer = await promise;
  await client.dispose();
  return answer;
}

describe('what an administrator assigns', () => {
  it('stands in place of what tokens claim, also of newer ones, until null gives it back', async () => {
    const claims = { sub: 'ruth', roles: ['MEMBER'], teams: ['one'], leads: ['one'] };
    await whoIs(service, await sign(claims));
    const { id } = await personNamed('ruth');
    await change(id, { roles: ['AUDITOR'], leads: [], reason: 'the yearly audit' });
    const token = await sign(claims);
    expect(await whoIs(service, token)).toMatchObject({ roles: ['AUDITOR'], teams: ['one'], leads: [] });
    await whoIs(service, await sign({ ...claims, roles: ['ADMIN'], teams: ['two'] }));
    expect(await personNamed('ruth')).toMatchObject({
      roles: ['AUDITOR'],
      teams: ['two'],
      leads: [],
      claimed: { roles: ['ADMIN'], teams: ['two'], leads: ['one'] },
      assigned: { roles: ['AUDITOR'], teams: null, leads: [] },
    });
    await change(id, { roles: null });
    expect(await whoIs(service, token)).toMatchObject({ roles: ['ADMIN'], leads: [] });
    await change(id, { leads: null });
    expect(await personNamed('ruth')).toMatchObject({ roles: ['ADMIN'], leads: ['one'], assigned: null });
  });

  it('is in the audit log with who did it, before, after and why', async () => {
    await whoIs(service, await sign({ sub: 'noted', roles: ['MEMBER'] }));
    const { id } = await personNamed('noted');
    const admin = await whoIs(service, acmeKey);
    await change(id, { roles: ['ANALYST'], reason: 'on call' });
    await change(id, { suspended: true, reason: 'left the company' });
    const suspendedAt = new Date(clock.now() / 1_000).toISOString();
    const [, assigned, suspended] = await auditOf(id);
    expect(assigned).toEqual({
      action: 'PERSON_UPDATED',
      actor: admin.principal,
      before: { assigned: null },
      after: { assigned: { roles: ['ANALYST'] } },
      reason: 'on call',
    });
    expect(suspended).toMatchObject({ action: 'PERSON_UPDATED', before: { suspendedAt: null }, reason: 'left the company' });
    expect(new Date(suspended.after.suspendedAt).toISOString()).toBe(suspendedAt);
  });

  it('takes all away with an empty list or a suspension, and the latter leaves the roles as they were', async () => {
    const token = await sign({ sub: 'away', roles: ['ANALYST'] });
    await whoIs(service, token);
    const { id } = await personNamed('away');
    await change(id, { roles: [] });
    expect(await whoIs(service, token)).toBeNull();
    await change(id, { roles: ['AUDITOR'] });
    await change(id, { suspended: true });
    expect(await whoIs(service, token)).toBeNull();
    expect(await personNamed('away')).toMatchObject({ suspended: true, roles: [], assigned: { roles: ['AUDITOR'] } });
    await change(id, { suspended: false });
    expect((await whoIs(service, token)).roles).toEqual(['AUDITOR']);
    expect(await personNamed('away')).toMatchObject({ suspended: false, suspendedAt: null });
  });

  it('gives nobody more than whoever gives it has', async () => {
    await whoIs(service, await sign({ sub: 'climber', roles: ['MEMBER'] }));
    const { id } = await personNamed('climber');
    const narrowed = await makeKey(service, { role: 'ADMIN', scopes: ['ADMINISTER', 'READ'] }, acmeKey);
    const give = 'mutation($id: ID!, $roles: [Role!]) { updatePerson(input: { id: $id, roles: $roles }) { userErrors { code } } }';
    const refusals = async (roles: string[]) => (await data(service, give, { id, roles }, narrowed.secret)).updatePerson.userErrors;
    expect([await refusals(['ADMIN']), await refusals(['ANALYST'])]).toEqual([[{ code: 'BEYOND_SCOPE' }], [{ code: 'BEYOND_SCOPE' }]]);
    expect(await refusals(['MEMBER'])).toEqual([]);

    await whoIs(service, await sign({ sub: 'demoted', roles: ['ADMIN'] }));
    const { id: demoted } = await personNamed('demoted');
    await change(demoted, { roles: ['MEMBER'], suspended: true });
    const undo =
      'mutation($id: ID!, $suspended: Boolean) { updatePerson(input: { id: $id, roles: null, suspended: $suspended }) { userErrors { code } } }';
    const undone = async (suspended: boolean | null) =>
      (await data(service, undo, { id: demoted, suspended }, narrowed.secret)).updatePerson;
    expect(await undone(false)).toEqual({ userErrors: [{ code: 'BEYOND_SCOPE' }] });
    expect((await personNamed('demoted')).suspended).toBe(true);
  });

  it('takes ADMINISTER: an ADMIN who is a person may, an ANALYST may not, nor a key narrowed to less', async () => {
    await whoIs(service, await sign({ sub: 'target', roles: ['MEMBER'] }));
    const { id } = await personNamed('target');
    const suspend = 'mutation($id: ID!) { updatePerson(input: {id: $id, suspended: true}) { person { suspended } } }';
    const narrowed = await makeKey(service, { role: 'ADMIN', scopes: ['READ'] }, acmeKey);
    for (const token of [await sign({ sub: 'analyst', roles: ['ANALYST'] }), narrowed.secret])
      expect(await codesOf(service, suspend, token, { id })).toEqual(['FORBIDDEN']);
    const admin = await sign({ sub: 'boss', name: 'The Boss', roles: ['ADMIN'] });
    expect((await data(service, suspend, { id }, admin)).updatePerson.person).toEqual({ suspended: true });
    expect((await auditOf(id)).at(-1).actor).toMatchObject({ kind: 'PERSON', name: 'The Boss' });
  });
});

it('people are listed latest newcomers first, and their pages hold each of them once', async () => {
  const before = (await data(service, '{ people { totalCount } }', {}, acmeKey)).people.totalCount;
  for (let place = 0; place < 5; place += 1) await whoIs(service, await sign({ sub: `listed-${place}`, roles: ['MEMBER'] }));
  const page =
    'query($after: String) { people(first: 2, after: $after) { totalCount nodes { subject } pageInfo { hasNextPage endCursor } } }';
  const subjects: string[] = [];
  let after: string | null = null;
  for (let more = true; more;) {
    const {
      people,
    }: { people: { totalCount: number; nodes: { subject: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await data(
      service,
      page,
      { after },
      acmeKey,
    );
    expect(people.totalCount).toBe(before + 5);
    subjects.push(...people.nodes.map(({ subject }) => subject));
    ({ hasNextPage: more, endCursor: after } = people.pageInfo);
  }
  expect(subjects.slice(0, 5)).toEqual(['listed-4', 'listed-3', 'listed-2', 'listed-1', 'listed-0']);
  expect(new Set(subjects).size).toBe(subjects.length);
  expect(subjects).toHaveLength(before + 5);
});

describe('a token that is not valid', () => {
  it('is UNAUTHENTICATED with one and the same message, whatever is wrong with it', async () => {
    const good = await sign({ sub: 'good', roles: ['ADMIN'] });
    expect(await whoIs(service, good)).toMatchObject({ roles: ['ADMIN'] });
    const [head, payload, signature] = good.split('.') as [string, string, string];
    const stranger = await startIdentityProvider(clock);
    onTestFinished(() => stranger.close());
    const bad: Record<string, string> = {
      expired: await sign({ exp: clock.now() / 1_000_000, roles: ['ADMIN'] }),
      'of another audience': await sign({ aud: 'other', roles: ['ADMIN'] }),
      'of another issuer': await sign({ iss: stranger.issuer, roles: ['ADMIN'] }),
      'of another provider': await stranger.sign({ iss: provider.issuer, tenant: 'acme', roles: ['ADMIN'] }),
      'of no organisation': await sign({ tenant: 'nowhere', roles: ['ADMIN'] }),
      'without a subject': await sign({ sub: undefined, roles: ['ADMIN'] }),
      'without roles': await sign({ sub: 'good' }),
      'not yet valid': await sign({ nbf: clock.now() / 1_000_000 + 600, roles: ['ADMIN'] }),
      unsigned: `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      'with another payload': `${head}.${encoded({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'root' })}.${signature}`,
      'cut off': good.slice(0, -10),
      'no token': 'lw_nonsense',
    };
    const answers = await Promise.all(
      Object.entries(bad).map(async ([what, token]) => {
        const response = await fetch(service.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: '{ viewer { name } }' }),
        });
        const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
        return { what, status: response.status, errors: errors.map(({ message, extensions }) => `${extensions.code}: ${message}`) };
      }),
    );
    const told = 'UNAUTHENTICATED: The key or token is not valid. Send the header "Authorization: Bearer <key>" with one that is.';
    expect(answers).toEqual(Object.keys(bad).map((what) => ({ what, status: answers[0]!.status, errors: [told] })));
    expect(service.logLines.filter((line) => Object.values(bad).some((token) => line.includes(token.slice(-40))))).toEqual([]);
  });

  it('leaves no row and no entry behind', async () => {
    const found = await rows(service.databaseUrl, `select 1 from person where subject in ('root', 'nobody')`);
    await whoIs(service, await sign({ sub: 'nobody', roles: ['ADMIN'], exp: clock.now() / 1_000_000 - 1 }));
    expect(await rows(service.databaseUrl, `select 1 from person where subject in ('root', 'nobody')`)).toEqual(found);
    expect(found).toEqual([]);
  });
});

describe('while the identity provider is down', () => {
  let identity: TestIdentityProvider;
  let apart: Service;
  let known: string;
  beforeEach(async () => {
    identity = await startIdentityProvider(clock);
    apart = await startService({ clock, config: signInBy(identity) });
    vi.useFakeTimers({ toFake: ['Date'] }); // jose keeps the age of its keys by it
    known = await signs('known');
    expect((await whoIs(apart, known)).roles).toEqual(['ANALYST']);
    await identity.goDown();
    later(601); // the keys are kept for ten minutes
  });
  afterEach(async () => {
    vi.useRealTimers();
    await apart.close();
    await identity.close();
  });
  const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
  const signs = (sub: string) => identity.sign({ sub, roles: ['ANALYST'], exp: clock.now() / 1_000_000 + lifeSeconds });
  const asking = '{ viewer { name } }';

  it('known tokens go on and new ones are UNAVAILABLE, until its keys can be had again', async () => {
    const fresh = await signs('fresh');
    expect(await codesOf(apart, asking, known)).toEqual([]);
    expect(await codesOf(apart, asking, fresh)).toEqual(['UNAVAILABLE']);
    expect(await codesOf(apart, asking, adminKey)).toEqual([]);
    await identity.comeBack();
    later(6); // and asked for again after five seconds
    expect((await whoIs(apart, fresh)).roles).toEqual(['ANALYST']);
  });

  it('known tokens go on also when the access of somebody else changes', async () => {
    await makeKey(apart, { role: 'SERVICE' });
    expect(await codesOf(apart, asking, known)).toEqual([]);
  });
});
