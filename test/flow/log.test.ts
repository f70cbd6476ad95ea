import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import { failure, login, pageView, rows, seqOf } from './harness.ts';
import type { ActivityLine } from './leaf-hash.ts';
import { activityLines, leafHash } from './leaf-hash.ts';

let service: Service;
let reader: Pool;
beforeAll(async () => {
  service = await startService();
  reader = new Pool({ connectionString: service.databaseUrl, max: 4 });
});
afterAll(async () => {
  await reader.end();
  await service.close();
});

type Answer = { uuid: string; seq: number; askedAt: number; answeredAt: number; wasVisible: boolean };

const mutation = `mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { cursor activity { uuid } } } }`;

/** Tracks and looks at once whether somebody else can see it. */
async function trackAndLook(activities: object[]): Promise<Answer[]> {
  const askedAt = performance.now();
  const { trackActivities } = await data(service, mutation, { input: { activities } });
  const answeredAt = performance.now();
  const receipts: { cursor: string; activity: { uuid: string } }[] = trackActivities.receipts;
  const uuids = receipts.map(({ activity }) => activity.uuid);
  const { rows: seen } = await reader.query<{ id: string }>('select id from activity where id = any($1)', [uuids]);
  const visible = new Set(seen.map(({ id }) => id));
  return receipts.map(({ cursor, activity: { uuid } }) => ({
    uuid,
    seq: seqOf(cursor),
    askedAt,
    answeredAt,
    wasVisible: visible.has(uuid),
  }));
}

/** Eight writers at once, each in sessions that others write to as well, also as another user than the one who opened it. */
async function writeInParallel(): Promise<Answer[]> {
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    const answers: Answer[] = [];
    for (let turn = 0; turn < 15; turn += 1) {
      const size = 1 + ((turn * 7 + writer) % 9);
      const activities = Array.from({ length: size }, (_, place) => {
        const session = `shared-${(writer + place) % 5}`;
        if (place === 3) return failure(`writer-${writer}`, `203.0.113.${writer}`, { session });
        if (place === 5) return { user: `writer-${writer}`, session, detail: { terminal: { command: 'sudo ls' } } };
        return pageView(`writer-${(writer + turn) % 8}`, session, { metadata: { turn, '10': 'ten', '9': [1.5, { b: null, a: true }] } });
      });
      answers.push(...(await trackAndLook(activities)));
    }
    return answers;
  });
  return (await Promise.all(writers)).flat();
}

describe('the log under eight parallel writers', () => {
  let answers: Answer[];
  beforeAll(async () => {
    answers = await writeInParallel();
  });

  it('has no gap, no double, and a line for every activity, anomaly and alert', async () => {
    const log = await rows<{ seq: string; kind: string; ref: string }>(
      service.databaseUrl,
      'select seq, kind, ref from log_entry order by seq',
    );
    expect(log.map(({ seq }) => Number(seq))).toEqual(log.map((_, place) => place + 1));
    const [head] = await rows<{ seq: string }>(service.databaseUrl, 'select seq from log_head');
    expect(Number(head?.seq)).toBe(log.length);
    for (const [kind, table] of Object.entries({ ACTIVITY: 'activity', ANOMALY_DETECTED: 'anomaly', ALERT_OPENED: 'alert' })) {
      const written = await rows<{ id: string; seq: string }>(service.databaseUrl, `select id, seq from ${table} order by seq`);
      expect(written.length).toBeGreaterThan(0);
      expect(log.filter((entry) => entry.kind === kind).map(({ seq, ref }) => ({ id: ref, seq }))).toEqual(written);
    }
  });

  it('is in commit order: what was answered before another was asked for stands before it', () => {
    const byAnswer = answers.toSorted((a, b) => a.answeredAt - b.answeredAt);
    let highestAnswered = 0;
    let answered = 0;
    for (const answer of answers.toSorted((a, b) => a.askedAt - b.askedAt)) {
      while (byAnswer[answered] && byAnswer[answered]!.answeredAt < answer.askedAt)
        highestAnswered = Math.max(highestAnswered, byAnswer[answered++]!.seq);
      expect(answer.seq).toBeGreaterThan(highestAnswered);
    }
  });

  it('answers only what others can already read', () => {
    expect(answers.filter(({ wasVisible }) => !wasVisible)).toEqual([]);
    expect(new Set(answers.map(({ seq }) => seq)).size).toBe(answers.length);
  });

  it('counts every session exactly', async () => {
    const counted = await rows<{ external_id: string; activity_count: number; command_count: number }>(
      service.databaseUrl,
      'select external_id, activity_count, command_count from session order by external_id',
    );
    const expected = await rows(
      service.databaseUrl,
      `select s.external_id, count(*)::int as activity_count, (count(*) filter (where a.kind = 'terminal'))::int as command_count
       from activity a join session s on s.id = a.session_id group by 1 order by 1`,
    );
    expect(counted).toHaveLength(5);
    expect(counted).toEqual(expected);
  });

  it('has leaf hashes that anybody can compute again from the rows', async () => {
    await track(service, login('späte Ümläute 🐦', { sourceIp: '2001:db8::7', occurredAt: '2020-02-29T23:59:59.123456+14:00' }));
    const detail = { terminal: { command: 'sudo chmod 0777 /etc/passwd\n\t"\u2028\u007f', exitCode: -1 } };
    await track(service, {
      user: 'hash',
      session: 'hash-1',
      userAgent: '',
      onBehalfOf: 'ada',
      detail,
      metadata: { é: 1e21, Z: -0, a: 1e-7 },
    });
    const entries = await rows<ActivityLine>(service.databaseUrl, activityLines);
    expect(entries).toHaveLength(answers.length + 2);
    for (const entry of entries) expect(leafHash(entry)).toBe(entry.leaf_hash.toString('hex'));
  });
});
