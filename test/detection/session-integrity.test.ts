import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Judged, View } from '../../src/detection/detector.ts';
import { sessionDrift } from '../../src/detection/detectors/session-drift.ts';
import { limitsOf } from '../../src/detection/catalogue.ts';
import { emptyWindows } from '../../src/detection/windows.ts';
import { defaultSettings } from '../../src/domain/organisation-settings.ts';
import { emptyHabits } from '../../src/domain/command-habits.ts';
import { emptyBaseline } from '../../src/domain/baseline.ts';
import { clientOf } from '../../src/domain/device.ts';
import { follow, networkOf, pointsOf, unseen, type Signs } from '../../src/domain/session-integrity.ts';
import { data, subscribe, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import { judgeBy } from './judging.ts';
import type { Actor } from './sample.ts';
import { after, every, newCast, pageView, userAgents } from './sample.ts';

const noon = '2026-10-05T12:00:00Z';
const clock = testClock('2026-10-05T13:00:00Z');
const { chromeOnWindows, newerChromeOnWindows, firefoxOnLinux, chromeOnPhone, chromeOnTablet, ourApp } = userAgents;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: Service;
let other: Service;
beforeAll(async () => {
  database = await freshDatabase();
  service = await startService({ clock, databaseUrl: database.url });
  other = await startService({ clock, databaseUrl: database.url });
});
afterAll(async () => {
  await service.close();
  await other.close();
  await database.drop();
});

const newActor = (): Required<Pick<Actor, 'user' | 'session'>> & Actor => {
  const cast = newCast();
  return { user: cast.user(), session: cast.session(), sourceIp: '192.0.2.7', userAgent: chromeOnWindows };
};
/** A page a minute: as the actor, then with each of these differences. */
const pagesOf = (actor: Actor, differences: readonly Partial<Actor>[]) =>
  every({ minutes: 1 }, differences.length + 1, noon).map((at, n) => pageView({ ...actor, ...differences[n - 1] }, at));
const addresses = (...last: number[]) => last.map((n) => ({ sourceIp: `192.0.2.${n}` }));

async function integrityOf({ session }: { session: string }, from = service) {
  const answer = await data(
    from,
    'query($s: String!) { session(externalId: $s) { integrity { score changes { change from to points at } } } }',
    { s: session },
  );
  return answer.session.integrity;
}
async function scoreAfter(actor: ReturnType<typeof newActor>, ...differences: Partial<Actor>[]): Promise<number> {
  await trackAll(service, pagesOf(actor, differences));
  return (await integrityOf(actor)).score;
}

describe('the integrity of a session', () => {
  it.each([
    ['nothing', {}, 100, null],
    ['the address', { sourceIp: '192.0.2.8' }, 95, { change: 'ADDRESS', from: '192.0.2.7', to: '192.0.2.8', points: 5 }],
    ['the network', { sourceIp: '192.0.3.7' }, 80, { change: 'NETWORK', from: '192.0.2.0/24', to: '192.0.3.0/24', points: 20 }],
    ['the version of the browser', { userAgent: newerChromeOnWindows }, 100, null],
    [
      'the client',
      { userAgent: firefoxOnLinux },
      75,
      { change: 'USER_AGENT', from: 'Chrome on Windows', to: 'Firefox on Linux', points: 25 },
    ],
    ['the type of device', { userAgent: chromeOnPhone }, 75, { change: 'DEVICE', from: 'DESKTOP', to: 'MOBILE', points: 25 }],
    ['the user', { user: 'a-guest' }, 60, { change: 'USER', to: 'a-guest', points: 40 }],
  ])('counts %s when it changes', async (_what, difference, score, change) => {
    const actor = newActor();
    await trackAll(service, pagesOf(actor, [difference]));
    const integrity = await integrityOf(actor);
    expect(integrity).toMatchObject({ score, changes: change === null ? [] : [{ ...change, at: after(noon, { minutes: 1 }) }] });
    expect(integrity.changes).toHaveLength(change === null ? 0 : 1);
  });

  it('adds up what one activity changes, and what several do, newest first', async () => {
    const actor = newActor();
    expect(await scoreAfter(actor, { sourceIp: '192.0.2.8', userAgent: firefoxOnLinux }, { sourceIp: '203.0.113.7' })).toBe(50);
    const { changes } = await integrityOf(actor);
    expect(changes.map(({ change }: { change: string }) => change)).toEqual(['NETWORK', 'ADDRESS', 'USER_AGENT']);
  });

  it('counts the first value told as no change, however late', async () => {
    const { user, session, ...rest } = newActor();
    await trackAll(service, [pageView({ user, session }, noon), pageView({ user, session, ...rest }, after(noon, { minutes: 1 }))]);
    expect((await integrityOf({ session })).score).toBe(100);
  });

  it('counts two clients that take turns once', async () => {
    const turns = Array.from({ length: 6 }, () => [{ userAgent: firefoxOnLinux }, {}]).flat();
    expect(await scoreAfter(newActor(), ...turns)).toBe(75);
  });

  it('costs the same in another order of arrival', async () => {
    const order = [{ sourceIp: '192.0.2.8' }, { sourceIp: '198.51.100.7' }, { sourceIp: '198.51.100.8' }, { userAgent: firefoxOnLinux }];
    expect(await scoreAfter(newActor(), ...order)).toBe(100 - 5 - 20 - 5 - 25);
    expect(await scoreAfter(newActor(), ...order.toReversed())).toBe(100 - 5 - 20 - 5 - 25);
  });

  it.each([
    [19, false],
    [20, true],
    [21, true],
  ])('after %i other addresses: the first one is new again is %s', async (others, isNew) => {
    const actor = newActor();
    await scoreAfter(actor, ...addresses(...Array.from({ length: others }, (_, n) => n + 100)), {});
    expect((await integrityOf(actor)).changes[0].to === actor.sourceIp).toBe(isNew);
  });

  it('forgets the value not seen for longest, so that what is in use stays known', () => {
    const signs = { at: 0, userAgent: null, deviceType: null, user: 'ada', onBehalfOf: null, authFailure: false };
    const see = (from: typeof unseen, n: number) => follow(from, { ...signs, sourceIp: `192.0.2.${n}` });
    const seen = (...last: number[]) => last.reduce((session, n) => see(session, n).after, unseen);
    const twenty = Array.from({ length: 20 }, (_, n) => n + 1);
    expect(pointsOf(see(seen(...twenty), 1).changes)).toBe(0);
    expect(pointsOf(see(seen(...twenty, 21), 1).changes)).toBe(5);
    expect(pointsOf(see(seen(...twenty, 1, 21), 1).changes)).toBe(0);
    expect(seen(...twenty, 21).clients.addresses).toHaveLength(20);
  });

  it('does not fall below 0 and keeps the newest 20 changes', async () => {
    const actor = newActor();
    const guests = Array.from({ length: 21 }, (_, n) => ({ user: `guest-${n}` }));
    expect(await scoreAfter(actor, ...guests)).toBe(0);
    const { changes } = await integrityOf(actor);
    expect(changes.map(({ to }: { to: string }) => to)).toEqual(
      guests
        .map(({ user }) => user)
        .slice(1)
        .toReversed(),
    );
  });

  it('is filtered and ordered by', async () => {
    const [whole, less, least] = [newActor(), newActor(), newActor()];
    await scoreAfter(whole, {});
    await scoreAfter(less, { sourceIp: '198.51.100.7' });
    await scoreAfter(least, { user: 'a-guest' });
    const query = `query($in: [String!]) { sessions(filter: { externalId: { in: $in }, integrityScore: { lt: 100 } },
      orderBy: { field: INTEGRITY_SCORE, direction: ASC }) { nodes { externalId } } }`;
    const { sessions } = await data(service, query, { in: [whole, less, least].map(({ session }) => session) });
    expect(sessions.nodes.map((node: { externalId: string }) => node.externalId)).toEqual([least.session, less.session]);
  });

  it('adds its points to the risk of the activity that brought the change, and of no other', async () => {
    const actor = newActor();
    const { receipts } = await trackAll(service, pagesOf(actor, [{ sourceIp: '198.51.100.7', userAgent: firefoxOnLinux }, {}]));
    expect(receipts.map(({ risk }: { risk: { score: number } }) => risk.score)).toEqual([0, 45, 0]);
    expect(receipts[1].risk.factors).toEqual([
      { code: 'SESSION_NEW_NETWORK', points: 20 },
      { code: 'SESSION_NEW_USER_AGENT', points: 25 },
    ]);
  });
});

describe('no signs', () => {
  it('make the rules throw, whatever addresses and user agents are', () => {
    const signs = fc.record({
      at: fc.constant(0),
      sourceIp: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('fe80::1%eth0'), fc.constant(null)),
      userAgent: fc.oneof(fc.string(), fc.constantFrom(...Object.values(userAgents)), fc.constant(null)),
      deviceType: fc.constantFrom('DESKTOP' as const, 'UNKNOWN' as const, null),
      user: fc.string(),
      onBehalfOf: fc.option(fc.string()),
      authFailure: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 40 }), (activities: Signs[]) => {
        const first = activities.reduce((session, one) => follow(session, one).after, unseen);
        const again = activities.slice(-1).reduce((session, one) => follow(session, one).after, first);
        expect(again.integrityScore).toBe(first.integrityScore);
        expect(Object.values(first.clients).every((seen) => seen.length <= 20 && new Set(seen).size === seen.length)).toBe(true);
      }),
    );
  });

  it.each([
    ['192.0.2.255', '192.0.2.0/24'],
    ['2001:db8:1:ffff::7', '2001:db8:1::/48'],
    ['2001:db8:2::7', '2001:db8:2::/48'],
    ['::1', '::/48'],
  ])('hide the network of %s: %s', (address, network) => expect(networkOf(address)).toBe(network));

  it.each([
    [chromeOnWindows, 'Chrome on Windows'],
    [newerChromeOnWindows, 'Chrome on Windows'],
    [chromeOnTablet, 'Chrome on Android'],
    [ourApp, 'AcmeSync'],
    ['curl/8.5.0', 'curl'],
    ['  ', null],
    [`${'x'.repeat(200)}/1`, 'x'.repeat(100)],
  ])('hide the client of %j: %s', (userAgent, client) => expect(clientOf(userAgent)).toBe(client));
});

describe('an anomaly of a session', () => {
  const judged: Judged = {
    kind: 'web',
    detail: { page: '/', endpoint: null, pageTitle: null, method: null, statusCode: null, durationMs: null, referrer: null, action: null },
    id: 'a',
    at: 0,
    local: { minute: 720, day: '2026-10-05' },
    type: 'PAGE_VIEW',
    outcome: 'SUCCESS',
    user: 'ada',
    onBehalfOf: null,
    session: 's',
    address: null,
    place: null,
    userAgent: null,
    deviceType: null,
    metadata: null,
    secrets: null,
    signIn: false,
    suspicions: [],
    webAttacks: [],
    programs: [],
    facts: [],
    sessionChanges: [],
    late: false,
  };
  const view: View = {
    settings: defaultSettings,
    baseline: emptyBaseline(),
    firstSeenAt: 0,
    newestAt: null,
    teams: [],
    ofUser: emptyWindows(),
    ofAddress: { attempts: [] },
    ofOrganisation: { attempts: [], changes: [] },
    ofTarget: null,
    organisationSince: 0,
    day: null,
    daysBefore: () => [],
    quietBefore: () => null,
    silentSources: () => [],
    sharedFact: () => null,
    sessionsOfUser: [],
    commands: { habits: emptyHabits(), recent: [] },
    sessionOwner: 'ada',
    ongoing: () => false,
    ongoingSince: () => null,
  };

  it.each([
    [39, null],
    [40, 70],
    [41, 71],
    [69, 99],
    [70, 100],
    [71, 100],
  ])('for %i points has the score %j', (points, score) => {
    const sessionChanges = [{ change: 'NETWORK' as const, from: 'a', to: 'b', points, at: 0 }];
    expect(sessionDrift.judge({ ...judged, sessionChanges }, view, limitsOf(sessionDrift, {}))?.score ?? null).toBe(score);
  });

  it("is its owner's and opens the owner's alert, whoever acted, and says who", async () => {
    const actor = newActor();
    const guest = newCast().user();
    const stream = await subscribe(
      service,
      'subscription($u: String!) { anomalyDetected(filter: { user: { eq: $u } }) { ... on AnomalyEvent { anomaly { id } } } }',
      { u: actor.user },
    );
    const { receipts } = await trackAll(service, pagesOf(actor, [{ user: guest }]));
    const [anomaly] = receipts[1].anomalies;
    expect(anomaly).toMatchObject({
      type: 'SESSION_DRIFT',
      score: 70,
      summary: `Session ${actor.session} of ${actor.user} went on with another user.`,
      details: { owner: actor.user, changes: ['USER'] }, // who it was is on the evidence, for those who see them
    });
    expect((await stream.next()).anomalyDetected.anomaly.id).toBe(anomaly.id);
    await stream.close();
    const found = await data(
      service,
      `query($u: String!, $g: String!) { alerts(filter: { subject: { eq: $u } }) { nodes { type count user { externalId } } }
        others: alerts(filter: { subject: { eq: $g } }) { nodes { type } } anomalies(filter: { user: { eq: $u } }) { nodes { id } } }`,
      { u: `user:${actor.user}`, g: `user:${guest}` },
    );
    expect(found).toMatchObject({
      alerts: { nodes: [{ type: 'SESSION_DRIFT', count: 1, user: { externalId: actor.user } }] },
      others: { nodes: [] },
    });
  });

  it('is counted once however often an activity is sent', async () => {
    const actor = newActor();
    const stolen = { ...actor, sourceIp: '198.51.100.7', userAgent: firefoxOnLinux };
    await track(service, pageView(actor, noon));
    const theft = { ...pageView(stolen, after(noon, { minutes: 1 })), idempotencyKey: `theft ${actor.session}` };
    const both = await trackAll(service, [theft, theft]);
    await track(other, theft);
    expect(both.receipts.map(({ duplicate }: { duplicate: boolean }) => duplicate)).toEqual([false, true]);
    expect(both.receipts[0].anomalies).toMatchObject([{ count: 1 }]);
    expect(await integrityOf(actor)).toMatchObject({ score: 55, changes: [{}, {}] });
  });

  it('is one that grows over two processes, of which neither saw all, and after a restart', async () => {
    const [actor, guests] = [newActor(), newCast()];
    const pages = pagesOf(
      actor,
      [1, 2, 3].map((n) => ({ user: guests.user(n) })),
    );
    const claims = [];
    for (const [n, page] of pages.entries()) claims.push(await judgeBy(n % 2 === 0 ? service : other, 'session-drift', [page]));
    expect(claims.map((found) => found.map(({ count }) => count))).toEqual([[], [1], [2], [3]]);

    const third = await startService({ clock, databaseUrl: database.url });
    const known = pageView({ ...actor, user: guests.user(2) }, after(noon, { minutes: 5 }));
    expect(await judgeBy(third, 'session-drift', [known])).toEqual([]);
    const unknown = pageView({ ...actor, user: guests.user(4) }, after(noon, { minutes: 6 }));
    const [grown] = await judgeBy(third, 'session-drift', [unknown]);
    expect(grown).toMatchObject({ id: claims[1]![0]!.id, count: 4, alert: { count: 4 } });
    expect((await integrityOf(actor, third)).score).toBe(0);
    await third.close();
  });
});
