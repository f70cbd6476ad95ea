/**
 * The marks of reading, through the API of a service on a seeded database (bench/seed.ts): first pages, pages ten days deep,
 * summaries, and the whole dashboard in one request, with one client and with four.
 */
export type Measured = { name: string; p50: number; p99: number; mark: number; met: boolean };
type Service = { url: string; key: string };
type Options = { requests?: number; clients?: number };

const msPageMax = 30;
const msDashboardMax = 60;
const deepFactorMax = 1.5;
const warmUps = 5;

type List = { name: string; list: string; order?: string; filter?: string; fields: string; deep?: string; requests?: number };

/** `deep`: a cursor's property and value ten days back, where the order is by time. */
const lists = (tenDaysAgo: number): List[] => {
  const activity = 'id type occurredAt recordedAt sourceIp risk { score level } user { externalId }';
  const session = 'id externalId lastActivityAt activityCount risk { score } user { externalId }';
  const alert = 'id status severity title openedAt lastSeenAt';
  const activities = (name: string, order?: string, filter?: string, deep?: string): List => ({
    name: `activities ${name}`,
    list: 'activities',
    fields: activity,
    ...(order ? { order } : {}),
    ...(filter ? { filter } : {}),
    ...(deep ? { deep } : {}),
  });
  const at = (property: string) => `${property} [${tenDaysAgo},"ffffffff-ffff-7fff-bfff-ffffffffffff"]`;
  return [
    activities('newest', '{ field: OCCURRED_AT, direction: DESC }', undefined, at('occurredAt')),
    activities('oldest', '{ field: OCCURRED_AT, direction: ASC }', undefined, at('occurredAt')),
    activities('recorded last', '{ field: RECORDED_AT, direction: DESC }', undefined, at('recordedAt')),
    activities('riskiest', '{ field: RISK_SCORE, direction: DESC }', undefined, 'riskScore [40,"ffffffff-ffff-7fff-bfff-ffffffffffff"]'),
    activities('least risky', '{ field: RISK_SCORE, direction: ASC }', undefined, 'riskScore [0,"80000000-0000-7000-8000-000000000000"]'),
    activities('of a user', undefined, '{ user: { eq: "user-7" } }', at('occurredAt')),
    activities('of a type', undefined, '{ type: { eq: AUTH_FAILURE } }', at('occurredAt')),
    activities('of a rare type', undefined, '{ type: { eq: USER_CREATED } }', at('occurredAt')),
    activities('HIGH and over', undefined, '{ riskScore: { gte: 50 } }', at('occurredAt')),
    activities('from an address', undefined, '{ sourceIp: { eq: "10.0.0.7" } }', at('occurredAt')),
    { ...activities('with a text', undefined, '{ text: { contains: "section-7" } }'), requests: 3 }, // has no index: reads all
    ...['LAST_ACTIVITY_AT', 'STARTED_AT', 'ACTIVITY_COUNT', 'RISK_SCORE', 'INTEGRITY_SCORE'].map((field): List => {
      const property = { LAST_ACTIVITY_AT: 'lastActivityAt', STARTED_AT: 'startedAt' }[field];
      const order = `{ field: ${field}, direction: DESC }`;
      return { name: `sessions by ${field}`, list: 'sessions', order, fields: session, ...(property ? { deep: at(property) } : {}) };
    }),
    { name: 'users', list: 'users', fields: 'id externalId firstSeenAt' },
    { name: 'anomalies', list: 'anomalies', fields: 'id type score summary detectedAt', deep: at('detectedAt') },
    { name: 'alerts OPEN', list: 'alerts', filter: '{ status: { eq: OPEN } }', fields: alert, deep: at('openedAt') },
    { name: 'alerts RESOLVED', list: 'alerts', filter: '{ status: { eq: RESOLVED } }', fields: alert, deep: at('openedAt') },
  ];
};

const queryOf = ({ list, order, filter, fields }: List, after?: string) => {
  const cursor = after === undefined ? [] : [`after: "${Buffer.from(after).toString('base64url')}"`];
  const given = ['first: 50', ...(order ? [`orderBy: ${order}`] : []), ...(filter ? [`filter: ${filter}`] : []), ...cursor];
  return `{ ${list}(${given.join(', ')}) { nodes { ${fields} } pageInfo { endCursor hasNextPage } } }`;
};

const figures =
  'from activities uniqueUsers uniqueIps sessions averageSessionSeconds peakHour peakConcurrentUsers byType { type count } byRiskLevel { level count }';
const summaries = (period: string, from: string, more = '') => `summaries(period: ${period}, from: "${from}"${more}) { ${figures} }`;
const dashboard = `{
  feed: activities(first: 50) { nodes { id type occurredAt user { externalId } risk { score level } } }
  sessions(first: 50) { nodes { id externalId status lastActivityAt activityCount user { externalId } } }
  alerts(first: 50, filter: { status: { eq: OPEN } }) { nodes { id severity title lastSeenAt } }
  day: ${summaries('DAY', 'P1D')}
  month: ${summaries('DAY', 'P30D')}
}`;

/** Each request `requests` times; the dashboard by `clients` at once as well. */
export async function measureReads(service: Service, { requests = 200, clients = 4 }: Options = {}): Promise<Measured[]> {
  const measured: Measured[] = [];
  const measure = async (name: string, query: string, mark: number, at = 1, times = requests) => {
    const { p50, p99 } = await timesOf(service, query, times, at);
    measured.push({ name: at === 1 ? name : `${name}, ${at} clients`, p50, p99, mark, met: p99 <= mark });
    return p50;
  };
  const tenDaysAgo = (Date.now() - 10 * 86_400_000) * 1_000;
  for (const list of lists(tenDaysAgo)) {
    const first = await measure(list.name, queryOf(list), msPageMax, 1, list.requests);
    if (list.deep === undefined) continue;
    const deep = await measure(`${list.name}, 10 days deep`, queryOf(list, list.deep), msPageMax);
    const factor = deep / first;
    measured.push({ name: `${list.name}, deep by first`, p50: factor, p99: factor, mark: deepFactorMax, met: factor <= deepFactorMax });
  }
  await measure('24 hours', `{ ${summaries('DAY', 'P1D')} }`, msPageMax);
  await measure('30 days', `{ ${summaries('DAY', 'P30D')} }`, msPageMax);
  await measure('30 days with top pages', `{ ${summaries('DAY', 'P30D').replace('from ', 'topPages { page views } from ')} }`, msPageMax);
  await measure('weeks', `{ ${summaries('WEEK', 'P30D')} }`, msPageMax);
  await measure('months', `{ ${summaries('MONTH', 'P30D')} }`, msPageMax);
  await measure('30 days of a user', `{ ${summaries('DAY', 'P30D', ', user: "user-7"')} }`, msPageMax);
  await measure('dashboard', dashboard, msPageMax);
  await measure('dashboard', dashboard, msDashboardMax, clients);
  return measured;
}

async function timesOf(service: Service, query: string, requests: number, clients: number): Promise<{ p50: number; p99: number }> {
  for (let turn = 0; turn < Math.min(warmUps, requests); turn += 1) await request(service, query);
  const times: number[] = [];
  const client = async () => {
    while (times.length < requests) {
      const started = performance.now();
      await request(service, query);
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)]!;
  return { p50: at(0.5), p99: at(0.99) };
}

async function request({ url, key }: Service, query: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const answer = (await response.json()) as { errors?: unknown };
  if (answer.errors !== undefined) throw new Error(`${query}: ${JSON.stringify(answer.errors)}`);
}
