import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stream } from '../harness/client.ts';
import { data, gauge, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService } from '../harness/service.ts';
import type { ActivityFrame } from './harness.ts';
import { activityFrames, failure, follow, logHead, pageView, readStream, refusal, rows, seqOf, trackUuids, until } from './harness.ts';

let service: Service;
let beginning: string;
beforeAll(async () => {
  service = await startService();
  beginning = await logHead(service);
});
afterAll(() => service.close());

const seqsOf = async (kinds: string[], after: string) =>
  (
    await rows<{ seq: string }>(service.databaseUrl, 'select seq from log_entry where kind = any($1) and seq > $2 order by seq', [
      kinds,
      seqOf(after),
    ])
  ).map(({ seq }) => Number(seq));

const streams = {
  activityRecorded: ['... on ActivityEvent { cursor }', ['ACTIVITY']],
  highRiskActivity: ['... on ActivityEvent { cursor activity { risk { score } } }', []],
  sessionChanged: ['... on SessionEvent { cursor change session { externalId } }', ['ACTIVITY', 'SESSION_TERMINATED']],
  anomalyDetected: ['... on AnomalyEvent { cursor anomaly { type } }', ['ANOMALY_DETECTED']],
  alertChanged: ['... on AlertEvent { cursor change alert { count } }', ['ALERT_OPENED', 'ALERT_GREW', 'ALERT_ACKNOWLEDGED']],
} as const;
type Name = keyof typeof streams;
const names = Object.keys(streams) as Name[];

/** One of everything: a session's life, an attack with its alert, a critical command. */
async function makeStory(user: string): Promise<void> {
  const address = `198.51.100.${(makeStory.count += 1)}`;
  await trackAll(
    service,
    Array.from({ length: 3 }, () => pageView(user, `web-${user}`)),
  );
  for (let attempt = 0; attempt < 7; attempt += 1) await track(service, failure(`victim-${user}`, address, { session: `ssh-${user}` }));
  await track(service, { user, session: `pty-${user}`, detail: { terminal: { command: 'sudo rm -rf /' } } });
  const { session, alerts } = await data(
    service,
    `query($s: String!, $subject: String!) { session(externalId: $s) { id } alerts(filter: {subject: {eq: $subject}}) { nodes { id } } }`,
    { s: `web-${user}`, subject: `address:${address}` },
  );
  await data(service, 'mutation($i: ID!) { terminateSession(input: {id: $i}) { userErrors { message } } }', { i: session.id });
  await data(service, 'mutation($i: ID!) { acknowledgeAlert(input: {id: $i}) { userErrors { message } } }', { i: alerts.nodes[0].id });
}
makeStory.count = 0;

describe('a subscription', () => {
  it('of each kind delivers in log order, after commit, and a replay tells the same again', async () => {
    const after = await logHead(service);
    const open: Stream[] = [];
    for (const name of names) open.push(await follow(service, `subscription { ${name} { ${streams[name][0]} } }`));
    await makeStory('ada');
    const highRisk = await rows<{ seq: string }>(
      service.databaseUrl,
      'select seq from activity where risk_score >= 50 and seq > $1 order by seq',
      [seqOf(after)],
    );
    expect(highRisk.length).toBeGreaterThan(0);
    for (const [place, name] of names.entries()) {
      const [fields, kinds] = streams[name];
      const expected = name === 'highRiskActivity' ? highRisk.map(({ seq }) => Number(seq)) : await seqsOf([...kinds], after);
      const live = await open[place]!.take(expected.length);
      expect(live.map((item) => seqOf(item[name].cursor))).toEqual(expected);
      await open[place]!.close();
      expect(open[place]!.arrived()).toEqual([]);
      const replayed = await readStream<Record<Name, { cursor: string }>>(
        service,
        { query: `subscription($after: Cursor) { ${name}(after: $after) { ${fields} } }`, variables: { after } },
        (items) => items.length === expected.length,
      );
      expect(replayed.map((item) => seqOf(item[name].cursor))).toEqual(expected);
    }
  });

  it('is told of an activity only when others can read it', async () => {
    const stream = await follow(service, activityFrames, { filter: { user: { eq: 'seen' } } });
    const recording = track(service, pageView('seen', 'seen-1'));
    const { activity } = (await stream.next()).activityRecorded;
    expect(await rows(service.databaseUrl, 'select 1 from activity where id = $1', [activity.uuid])).toHaveLength(1);
    await recording;
    await stream.close();
  });

  it('goes from replay to live with nothing missing and nothing double, whenever it reconnects, while writers write', async () => {
    const after = await logHead(service);
    const [writers, readers] = [4, 3];
    const batchSizes = Array.from({ length: 25 }, (_, batch) => 1 + ((batch * 5) % 11));
    const writing = Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (const size of batchSizes)
          await trackUuids(
            service,
            Array.from({ length: size }, () => pageView(`writer-${writer}`, `seam-${writer % 2}`)),
          );
      }),
    );
    const wanted = writers * batchSizes.reduce((a, b) => a + b);
    const readAll = async () => {
      const frames: ActivityFrame[] = [];
      while (frames.length < wanted) {
        const some = Math.min(wanted - frames.length, 1 + Math.floor(Math.random() * 60));
        const from = frames.at(-1)?.activityRecorded.cursor ?? after;
        const leave = Math.random() < 0.5 ? 'break' : 'complete';
        frames.push(
          ...(await readStream<ActivityFrame>(
            service,
            { query: activityFrames, variables: { after: from } },
            (items) => items.length === some,
            leave,
          )),
        );
      }
      return frames.map(({ activityRecorded }) => activityRecorded.activity.uuid);
    };
    const read = await Promise.all(Array.from({ length: readers }, readAll));
    await writing;
    const table = await rows<{ id: string }>(service.databaseUrl, 'select id from activity where seq > $1 order by seq', [seqOf(after)]);
    for (const uuids of read) expect(uuids).toEqual(table.map(({ id }) => id));
  });

  it('filters sessions by whose they are, not by who acts in them, live and replayed', async () => {
    const query = `subscription($after: Cursor) { sessionChanged(filter: {user: {eq: "owner"}}, after: $after) {
      ... on SessionEvent { cursor change session { externalId } } } }`;
    const live = await follow(service, query);
    const { cursor } = await track(service, pageView('owner', 'borrowed'));
    await track(service, pageView('borrower', 'borrowed'));
    await track(service, pageView('borrower', 'own'));
    const changes = (await live.take(2)).map(({ sessionChanged }) => sessionChanged.change);
    expect(changes).toEqual(['STARTED', 'UPDATED']);
    const replayed = await follow(service, query, { after: cursor });
    expect((await replayed.next()).sessionChanged).toMatchObject({ change: 'UPDATED', session: { externalId: 'borrowed' } });
    expect([...live.arrived(), ...replayed.arrived()]).toEqual([]);
    await live.close();
    await replayed.close();
  });

  it('delivers what passes its filter and nothing else', async () => {
    const stream = await follow(service, activityFrames, {
      filter: { or: [{ user: { eq: 'eve' }, type: { eq: 'COMMAND' } }, { sourceIp: { eq: '192.0.2.77' } }] },
    });
    const command = { detail: { terminal: { command: 'ls' } } };
    const uuids = await trackUuids(service, [
      pageView('eve', 'filter-1'),
      { user: 'eve', ...command },
      { user: 'mallory', ...command },
      failure('mallory', '192.0.2.77'),
      { user: 'eve', ...command },
    ]);
    const items = await stream.take(3);
    expect(items.map((item) => item.activityRecorded.activity.uuid)).toEqual([uuids[1], uuids[3], uuids[4]]);
    await stream.close();
    expect(stream.arrived()).toEqual([]);
  });

  it('refuses a cursor that is garbage or of another organisation with a clear error, and shows nothing of that organisation', async () => {
    const foreignKey = `foreign-key-${randomUUID()}`;
    const id = randomUUID();
    await rows(service.databaseUrl, `insert into organisation values ($1, 'other', 'UTC', now())`, [id]);
    await rows(service.databaseUrl, 'insert into log_head values ($1, 0)', [id]);
    await rows(service.databaseUrl, `insert into api_key values ($1, $2, 'other', 'ADMIN', $3, now(), null, null)`, [
      randomUUID(),
      id,
      createHash('sha256').update(foreignKey).digest('hex'),
    ]);
    const foreign = await logHead(service, foreignKey);
    for (const after of [foreign, 'garbage', '', `${beginning}x`, 'OTk5.AAAAAAAA']) {
      const errors = await refusal(service, activityFrames, { after });
      expect(errors, after).toMatchObject([
        { message: expect.stringContaining('no cursor of your organisation'), extensions: { code: 'BAD_REQUEST' } },
      ]);
    }
    expect(await refusal(service, activityFrames, { after: beginning }, foreignKey)).toMatchObject([
      { extensions: { code: 'BAD_REQUEST' } },
    ]);
    const stream = await follow(service, activityFrames, { after: foreign }, foreignKey);
    await track(service, pageView('ours', 'ours-1'));
    const [theirs] = await trackUuids(service, [pageView('theirs', 'theirs-1')], foreignKey);
    expect((await stream.next()).activityRecorded.activity.uuid).toBe(theirs);
    await stream.close();
  });

  it('over server-sent events works with plain fetch', async () => {
    const after = await logHead(service);
    const [first] = await trackUuids(service, [pageView('sse', 'sse-1')]);
    const abort = new AbortController();
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${adminKey}` },
      body: JSON.stringify({ query: activityFrames, variables: { after } }),
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const uuids: string[] = [];
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events.filter((one) => one.includes('data: {')))
        uuids.push(JSON.parse(event.slice(event.indexOf('data: ') + 6)).data.activityRecorded.activity.uuid);
      if (uuids.length === 1) uuids.push(...(await trackUuids(service, [pageView('sse', 'sse-1')])).map((uuid) => `sent ${uuid}`));
      if (uuids.length === 3) break;
    }
    abort.abort();
    expect(uuids[0]).toBe(first);
    expect(uuids[1]).toBe(`sent ${uuids[2]}`);
  });

  it('leaves nothing behind, however it ends', async () => {
    const gauges = ['lapwing_log_followers', 'lapwing_subscriptions{', 'lapwing_websocket_sockets'];
    for (const leave of ['complete', 'break'] as const) {
      const read = await readStream(service, { query: activityFrames, variables: { after: beginning } }, () => true, leave);
      expect(read).toHaveLength(1);
    }
    const open: Stream[] = [];
    for (const name of names) open.push(await follow(service, `subscription { ${name} { __typename } }`));
    expect(await gauge(service, gauges[0]!)).toBeGreaterThanOrEqual(names.length);
    await Promise.all(open.map((stream) => stream.close()));
    for (const name of gauges) await until(`${name} is 0`, async () => (await gauge(service, name)) === 0);
  });
});
