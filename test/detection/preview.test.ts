import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectors } from '../../src/detection/catalogue.ts';
import type { Limits } from '../../src/graphql/limits.ts';
import { rows } from '../flow/harness.ts';
import { ask, data, makeOrganisation } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';
import type { Activity, Samples } from './sample.ts';
import { after, days, every, failure, login, newCast, pageView } from './sample.ts';

/** A preview is what is raised live, by the same code, over what is recorded. */

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
});
afterAll(() => service.close());

type Raised = {
  key: string;
  type: string;
  count: number;
  score: number;
  firstAt: string;
  lastAt: string;
  summary: string;
  subject: string;
};

const record = async (activities: readonly Activity[], key = adminKey) => {
  for (let start = 0; start < activities.length; start += 500) {
    const { trackActivities } = await data(
      service,
      'mutation($a: [TrackActivityInput!]!) { trackActivities(input: { activities: $a }) { userErrors { message } } }',
      { a: activities.slice(start, start + 500) },
      key,
    );
    expect(trackActivities.userErrors).toEqual([]);
  }
};

const previewed = 'type score level firstAt lastAt count summary details subject';
async function preview(of: Service, variables: object, key = adminKey) {
  const answer = await data(
    of,
    `query($id: String!, $settings: DetectorSettingsInput, $from: DateTimeOrDuration = "P900D", $to: DateTimeOrDuration) {
      previewDetector(id: $id, settings: $settings, from: $from, to: $to) {
        from to activities truncated complete failures anomalies { ${previewed} user wouldAlert } userErrors { code field message hint } } }`,
    variables,
    key,
  );
  return answer.previewDetector;
}

async function raisedBy(detector: string, key = adminKey): Promise<object[]> {
  const found: object[] = [];
  for (let cursor: string | null = null; ;) {
    const { anomalies } = await data(
      service,
      `query($detector: String!, $cursor: String) { anomalies(first: 200, after: $cursor, filter: { detector: { eq: $detector } }) {
        nodes { ${previewed} user { externalId } } pageInfo { endCursor hasNextPage } } }`,
      { detector, cursor },
      key,
    );
    found.push(...anomalies.nodes);
    if (!anomalies.pageInfo.hasNextPage) return found;
    cursor = anomalies.pageInfo.endCursor;
  }
}

/** The same anomalies in the same order, however each list is sorted. */
const sorted = (found: readonly object[]) => {
  const told = found.map(
    ({ user: _user, wouldAlert: _alert, ...raised }: Partial<Raised> & { user?: unknown; wouldAlert?: unknown }) => raised,
  );
  return told.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
};

/**
 * Takes minutes: LAPWING_TEST_PREVIEWS=all npx vitest run test/detection/preview.test.ts
 * What masquerade goes by are habits of thousands of commands, of which the preview has only those of its stretch.
 */
const isFullRun = process.env.LAPWING_TEST_PREVIEWS === 'all';
const sampledActivitiesMax = 10_000;

describe.runIf(isFullRun)('over the samples of all detectors, sent side by side', () => {
  beforeAll(async () => {
    const stories: Activity[] = [];
    for (const { name } of readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      const { samples }: { samples: Samples } = await import(`./${name}/samples.ts`);
      const all = [...samples.positives, ...samples.nearMisses, ...samples.benignTwins];
      const activities = all.flatMap((sample) => sample.activities);
      if (activities.length <= sampledActivitiesMax) stories.push(...activities);
    }
    await record(stories.toSorted((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt))); // as it happened: see `Previews`
  }, 120_000);

  /** Of one attack of five that samples of others run into, the preview and what is live do not agree yet. */
  const differing = ['credential-stuffing', 'masquerade'];
  const previewed = detectors.filter(({ id }) => !differing.includes(id));
  it.each(previewed)('$id would have raised what it raised', async ({ id }) => {
    const { anomalies, truncated, complete, failures, userErrors } = await preview(service, { id });
    const raised = await raisedBy(id);
    expect(raised).not.toEqual([]);
    expect(sorted(anomalies)).toEqual(sorted(raised));
    expect({ truncated, complete, failures, userErrors }).toEqual({ truncated: false, complete: true, failures: 0, userErrors: [] });
  });
});

/** A fortnight of three people, with a burst, a new place and a strange hour in its second week. */
function story(): Activity[] {
  const cast = newCast();
  const at = (person: number, address = person) => ({ user: cast.user(person), sourceIp: cast.address(address) });
  const first = '2026-11-02T09:00:00Z';
  const ordinary = [1, 2, 3].flatMap((person) => days(14, at(person), after(first, { minutes: person * 7 })));
  const pages = [1, 2, 3].flatMap((person) =>
    every({ days: 1 }, 14, after(first, { minutes: 30 + person })).map((when) => pageView(at(person), when)),
  );
  const odd = [
    login(at(1, 9), after(first, { days: 8, hours: 1 })),
    login(at(1, 9), after(first, { days: 9, hours: -1 })),
    login(at(2), after(first, { days: 9, hours: -6 })),
    ...every({ minutes: 1 }, 7, after(first, { days: 11, hours: 2 })).map((when) => failure(at(3, 8), when)),
  ];
  return [...ordinary, ...pages, ...odd].toSorted((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1));
}

describe('what was recorded while a detector was switched off', () => {
  it.each([
    ['new-location', 1],
    ['unusual-time', 1],
    ['failed-login-burst-by-address', 1],
  ])('would have raised in the preview of %s what it raises where it was on from the start', async (id, count) => {
    const activities = story();
    const [off, on] = [await makeOrganisation(service, `${id} off`), await makeOrganisation(service, `${id} on`)];
    await data(
      service,
      'mutation($id: String!) { updateDetector(input: { id: $id, enabled: false }) { userErrors { code } } }',
      { id },
      off,
    );
    await record(activities, off);
    await record(activities, on);
    expect(await raisedBy(id, off)).toEqual([]);
    const raised = await raisedBy(id, on);
    expect(raised).toHaveLength(count);
    const { anomalies, activities: judged } = await preview(service, { id }, off);
    expect(sorted(anomalies)).toEqual(sorted(raised));
    expect(judged).toBe(activities.length);
  });

  it('shows what other thresholds would have raised, in the stretch that is asked for, warmed by what was before it', async () => {
    const key = await makeOrganisation(service, 'thresholds');
    await record(story(), key);
    const id = 'failed-login-burst-by-address';
    const within = { from: '2026-11-12T00:00:00Z', to: '2026-11-14T00:00:00Z' };
    const set = (failures: number) => ({
      settings: {
        thresholds: [
          { name: 'failures', value: failures },
          { name: 'slowFailures', value: failures },
        ],
      },
    });
    const countsOf = async (asked: object) => (await preview(service, { id, ...asked }, key)).anomalies.map(({ count }: Raised) => count);
    expect(await countsOf({ ...within, ...set(7) })).toEqual([7]);
    expect(await countsOf({ ...within, ...set(8) })).toEqual([]);
    expect(await countsOf({ ...within, settings: { enabled: false } })).toEqual([]);
    expect(await countsOf({ from: '2026-11-02T00:00:00Z', to: '2026-11-12T00:00:00Z' })).toEqual([]);
    const { anomalies, activities, complete } = await preview(service, { id: 'new-location', from: '2026-11-11T00:00:00Z' }, key);
    expect(anomalies).toMatchObject([{ count: 2, wouldAlert: true, firstAt: '2026-11-10T10:00:00.000000Z' }]);
    expect({ activities, complete }).toEqual({ activities: 5 * 6 + 2 + 7, complete: true });
  });
});

describe('a preview', () => {
  it('leaves nothing behind but that it was read, and no user learns of it', async () => {
    const key = await makeOrganisation(service, 'untouched');
    await record(story(), key);
    const look = () =>
      rows<object>(
        service.databaseUrl,
        `select (select json_agg(u order by u.id) from "user" u) as users, (select count(*) from anomaly) as anomalies,
          (select count(*) from alert) as alerts, (select count(*) from session) as sessions, (select count(*) from shared_fact) as facts,
          (select json_agg(s) from organisation_settings s) as settings, (select count(*) from log_entry where kind <> 'AUDIT') as lines`,
      );
    const before = await look();
    const { anomalies } = await preview(service, { id: 'new-location' }, key);
    expect(anomalies).toHaveLength(1);
    expect(await look()).toEqual(before);
    const { auditEntries } = await data(service, '{ auditEntries(first: 1) { nodes { action rows reads { field } } } }', {}, key);
    expect(auditEntries.nodes).toEqual([{ action: 'READ', rows: 1, reads: [{ field: 'previewDetector' }] }]);
  });

  it.each([
    [{ id: 'none' }, 'NOT_FOUND', ['id'], 'there is no such detector'],
    [
      { id: 'after-hours', settings: { thresholds: [{ name: 'dayStart', value: 1_440 }] } },
      'OUT_OF_RANGE',
      ['settings', 'thresholds', '0', 'value'],
      'dayStart is 1440; it must be between 0 and 1439 (minute of the day)',
    ],
    [{ id: 'after-hours', from: 'P1D', to: 'P2D' }, 'OUT_OF_RANGE', ['from'], '`from` is after `to`'],
  ])('of %j says what is wrong', async (asked, code, field, message) => {
    const { userErrors, anomalies, activities } = await preview(service, asked);
    expect(userErrors).toEqual([{ code, field, message, hint: expect.any(String) }]);
    expect({ anomalies, activities }).toEqual({ anomalies: [], activities: 0 });
  });

  it('is one of an organisation at a time, while others go on being served', async () => {
    const reader = { user: newCast().user() };
    await record(every({ minutes: 2 }, 3_000, '2026-11-20T00:00:00Z').map((at) => pageView(reader, at))); // enough to go through for a while
    const document = 'query { previewDetector(id: "new-location", from: "P92D") { activities } }';
    const answers = await Promise.all([ask(service, document), ask(service, document)]);
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'answered').toSorted()).toEqual(['RATE_LIMITED', 'answered']);
    const order: string[] = [];
    const going = data(service, document).then(() => order.push('preview'));
    await data(service, '{ viewer { name } }').then(() => order.push('another'));
    await going;
    expect(order).toEqual(['another', 'preview']);
    expect(await data(service, document)).toMatchObject({ previewDetector: { activities: expect.any(Number) } });
  });
});

describe('a preview of more than its limits', () => {
  it.each<[Partial<Limits>, object]>([
    [{ previewActivitiesMax: 92 }, { truncated: false, complete: true, activities: 92 }],
    [{ previewActivitiesMax: 91 }, { truncated: true, complete: false, activities: 91 }],
    [{ previewMsMax: 0 }, { truncated: true, complete: false, activities: 0 }],
    [{ previewAnomaliesMax: 2 }, { truncated: false, complete: true, activities: 92 }],
    [{ previewAnomaliesMax: 1 }, { truncated: true, complete: false }],
  ])('%j: %j', async (limits, expected) => {
    const small = await startService({ clock: testClock('2026-12-01T00:00:00Z'), limits });
    const activities = story();
    await data(small, 'mutation($a: [TrackActivityInput!]!) { trackActivities(input: { activities: $a }) { userErrors { message } } }', {
      a: [...activities.slice(0, 91), login({ ...activities[0]!, sourceIp: '10.99.0.1' }, '2026-11-20T09:00:00Z')],
    });
    const found = await preview(small, { id: 'new-location' });
    expect(found).toMatchObject(expected);
    expect(found.anomalies.length).toBeLessThanOrEqual(limits.previewAnomaliesMax ?? 2);
    await small.close();
  });

  it('whose warming alone is cut is not truncated, and says that it is not complete', async () => {
    const small = await startService({ clock: testClock('2026-12-01T00:00:00Z'), limits: { previewActivitiesMax: 10 } });
    await data(small, 'mutation($a: [TrackActivityInput!]!) { trackActivities(input: { activities: $a }) { userErrors { message } } }', {
      a: days(14, { user: 'ada', sourceIp: '10.0.0.1' }, '2026-11-02T09:00:00Z'),
    });
    const asked = { id: 'new-location', from: '2026-11-10T00:00:00Z' };
    expect(await preview(small, asked)).toMatchObject({ truncated: false, complete: false, activities: 6 });
    await small.close();
  });
});
