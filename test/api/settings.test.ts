import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, makeKey, makeOrganisation, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startPair, testClock } from '../harness/service.ts';

/** What an organisation sets for itself, of two processes on one database. */

let pair: Awaited<ReturnType<typeof startPair>>;
let a: Service;
let b: Service;
beforeAll(async () => {
  pair = await startPair(testClock('2026-10-20T00:00:00Z'));
  ({ a, b } = pair);
});
afterAll(() => pair.close());

const fields =
  'policyVersion workdays holidays trustedNetworks serviceAccounts storedTexts exclusions { subject pattern } pseudonymise timeZone updatedAt updatedBy';
const settingsOf = async (service: Service, key = adminKey) => (await data(service, `{ settings { ${fields} } }`, {}, key)).settings;
const update = async (service: Service, input: object, key = adminKey) =>
  (
    await data(
      service,
      `mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) {
        settings { ${fields} } userErrors { code field message hint } } }`,
      { input },
      key,
    )
  ).updateSettings;
const errorsOf = async (input: object) =>
  (await update(a, input)).userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field.slice(1).join('.')]);

const byDefault = {
  policyVersion: 3,
  workdays: [1, 2, 3, 4, 5, 6, 7],
  holidays: [],
  trustedNetworks: [],
  serviceAccounts: [],
  storedTexts: [],
  exclusions: [],
  pseudonymise: false,
  timeZone: 'UTC',
};

describe('settings', () => {
  it('are shown as they are by default before anybody has set anything', async () => {
    const key = await makeOrganisation(a, 'untouched', 'Europe/Berlin');
    expect(await settingsOf(a, key)).toEqual({ ...byDefault, timeZone: 'Europe/Berlin', updatedAt: null, updatedBy: null });
  });

  it('merge: what is left out stays, null is the default again, and both processes show it', async () => {
    await update(a, { workdays: [5, 1, 1], holidays: ['2026-12-25'], serviceAccounts: ['robot'], policyVersion: 1 });
    const { settings } = await update(b, { holidays: null, trustedNetworks: ['203.0.113.0/24', '2001:DB8::/32', '203.0.113.0/24'] });
    const expected = { ...byDefault, policyVersion: 1, workdays: [1, 5], serviceAccounts: ['robot'] };
    expect(settings).toMatchObject({ ...expected, trustedNetworks: ['203.0.113.0/24', '2001:db8::/32'], updatedBy: 'LAPWING_ADMIN_KEY' });
    expect(await settingsOf(a)).toEqual(settings);
    await update(a, { policyVersion: null, workdays: null, trustedNetworks: null, serviceAccounts: null });
    expect(await settingsOf(b)).toMatchObject(byDefault);
  });

  it('of what is stored merge likewise: each kind and each exclusion once, networks as they are written', async () => {
    const health = { subject: 'PAGE', pattern: '/health*' };
    const exclusions = [health, { subject: 'NETWORK', pattern: '2001:DB8::/32' }, health, { subject: 'PATH', pattern: '/health*' }];
    await update(a, { storedTexts: ['TERMINAL_OUTPUT', 'KEYSTROKES', 'KEYSTROKES'], exclusions });
    const { settings } = await update(b, { pseudonymise: true });
    expect(settings).toMatchObject({
      storedTexts: ['KEYSTROKES', 'TERMINAL_OUTPUT'],
      exclusions: [health, { subject: 'NETWORK', pattern: '2001:db8::/32' }, { subject: 'PATH', pattern: '/health*' }],
      pseudonymise: true,
    });
    expect(await settingsOf(a)).toEqual(settings);
    await update(a, { storedTexts: null, exclusions: null, pseudonymise: null });
    expect(await settingsOf(b)).toMatchObject(byDefault);
  });

  it('of one organisation are not those of another', async () => {
    const other = await makeOrganisation(a, 'another');
    await update(a, { workdays: [1] }, other);
    expect((await settingsOf(b, other)).workdays).toEqual([1]);
    expect((await settingsOf(b)).workdays).toEqual(byDefault.workdays);
  });

  it('hold from the next activity on, in the process that set them and in the other', async () => {
    const sudo = (session: string) => ({
      user: session,
      session,
      occurredAt: '2026-10-17T12:00:00Z',
      detail: { terminal: { command: 'sudo id' } },
    });
    const versionAt = async (service: Service, session: string) => {
      const { trackActivity } = await data(
        service,
        'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { risk { policyVersion } anomalies { type } } } }',
        { input: sudo(session) },
      );
      const { risk, anomalies } = trackActivity.receipt;
      return [risk.policyVersion, anomalies.map(({ type }: { type: string }) => type)];
    };
    expect(await versionAt(a, 's-1')).toEqual([3, []]);
    expect(await versionAt(b, 's-2')).toEqual([3, []]);
    await update(a, { policyVersion: 1, workdays: [1, 2, 3, 4, 5] }); // the 17th is a Saturday
    expect(await versionAt(b, 's-3')).toEqual([1, ['AFTER_HOURS']]);
    expect(await versionAt(a, 's-4')).toEqual([1, ['AFTER_HOURS']]);
    await update(b, { policyVersion: null, workdays: null, holidays: ['2026-10-17'] });
    expect(await versionAt(a, 's-5')).toEqual([3, ['AFTER_HOURS']]);
    expect(await versionAt(b, 's-6')).toEqual([3, ['AFTER_HOURS']]);
    await update(b, { holidays: null });
    expect(await versionAt(b, 's-7')).toEqual([3, []]);
  });

  it('are audited with what changed, who did it, and why', async () => {
    await update(a, { serviceAccounts: ['robot'], reason: 'it is one' });
    const { auditEntries } = await data(
      a,
      '{ auditEntries(first: 1, filter: { action: { eq: SETTINGS_UPDATED } }) { nodes { actor { name } target before after reason } } }',
    );
    expect(auditEntries.nodes).toEqual([
      {
        actor: { name: 'LAPWING_ADMIN_KEY' },
        target: expect.stringMatching(/^Organisation:/),
        before: { serviceAccounts: [] },
        after: { serviceAccounts: ['robot'] },
        reason: 'it is one',
      },
    ]);
    await update(a, { serviceAccounts: null });
  });
});

describe('who may', () => {
  it('change them is an administrator, read them whoever reads the detectors', async () => {
    const codesOf = async (input: { role: string; user?: string }) => {
      const { secret } = await makeKey(a, input);
      const read = await ask(a, '{ settings { workdays } }', {}, secret);
      const changed = await ask(a, 'mutation { updateSettings(input: {}) { userErrors { code } } }', {}, secret);
      return [read, changed].map(({ errors }) => errors?.[0]?.extensions.code ?? 'answered');
    };
    expect(await codesOf({ role: 'ADMIN' })).toEqual(['answered', 'answered']);
    expect(await codesOf({ role: 'ANALYST' })).toEqual(['answered', 'FORBIDDEN']);
    expect(await codesOf({ role: 'AUDITOR' })).toEqual(['answered', 'FORBIDDEN']);
    expect(await codesOf({ role: 'MEMBER', user: 'ada' })).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await codesOf({ role: 'SERVICE' })).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});

const days = (count: number) => Array.from({ length: count }, (_, n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
const networks = (count: number) => Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
const pages = (count: number) => Array.from({ length: count }, (_, n) => ({ subject: 'PAGE', pattern: `/${n}` }));
const excluded = (subject: string, pattern: string) => ({
  exclusions: [
    { subject: 'PATH', pattern: '*' },
    { subject, pattern },
  ],
});
const names = (count: number) => Array.from({ length: count }, (_, n) => `robot-${n}`);

describe('what is wrong is told with its path, and nothing is changed', () => {
  it.each([
    [{ policyVersion: 2 }, [['OUT_OF_RANGE', 'policyVersion']]],
    [{ workdays: [] }, [['OUT_OF_RANGE', 'workdays']]],
    [
      { workdays: [0, 1, 7, 8] },
      [
        ['OUT_OF_RANGE', 'workdays.0'],
        ['OUT_OF_RANGE', 'workdays.3'],
      ],
    ],
    [{ workdays: [1, 2, 3, 4, 5, 6, 7, 1] }, [['TOO_MANY', 'workdays']]],
    [{ holidays: days(401) }, [['TOO_MANY', 'holidays']]],
    [{ trustedNetworks: networks(201) }, [['TOO_MANY', 'trustedNetworks']]],
    [{ serviceAccounts: names(1_001) }, [['TOO_MANY', 'serviceAccounts']]],
    [{ exclusions: pages(201) }, [['TOO_MANY', 'exclusions']]],
    [excluded('PAGE', ''), [['BLANK', 'exclusions.1.pattern']]],
    [excluded('COMMAND', ' '), [['BLANK', 'exclusions.1.pattern']]],
    [excluded('USER', 'x'.repeat(257)), [['TOO_LONG', 'exclusions.1.pattern']]],
    [excluded('USER', 'a\0'), [['BAD_CHARACTER', 'exclusions.1.pattern']]],
    [excluded('NETWORK', '10.0.0.*'), [['BAD_NETWORK', 'exclusions.1.pattern']]],
    [excluded('NETWORK', '10.1.0.0/8'), [['BAD_NETWORK', 'exclusions.1.pattern']]],
    [{ trustedNetworks: ['10.0.0.0/8', '10.0.0.0'] }, [['BAD_NETWORK', 'trustedNetworks.1']]],
    [{ trustedNetworks: ['10/8'] }, [['BAD_NETWORK', 'trustedNetworks.0']]],
    [{ trustedNetworks: ['10.0.0.0/33'] }, [['BAD_NETWORK', 'trustedNetworks.0']]],
    [{ trustedNetworks: ['10.1.0.0/8'] }, [['BAD_NETWORK', 'trustedNetworks.0']]],
    [{ serviceAccounts: ['ok', ' '] }, [['BLANK', 'serviceAccounts.1']]],
    [{ serviceAccounts: ['x'.repeat(257)] }, [['TOO_LONG', 'serviceAccounts.0']]],
    [{ serviceAccounts: ['a\0'] }, [['BAD_CHARACTER', 'serviceAccounts.0']]],
    [
      { reason: 'x'.repeat(1_025), workdays: [9] },
      [
        ['OUT_OF_RANGE', 'workdays.0'],
        ['TOO_LONG', 'reason'],
      ],
    ],
  ])('%j', async (input, errors) => {
    const before = await settingsOf(a);
    expect(await errorsOf(input)).toEqual(errors);
    expect(await settingsOf(a)).toEqual(before);
  });

  it('with what to do instead', async () => {
    const { userErrors } = await update(a, { trustedNetworks: ['10.1.0.0/8'], policyVersion: 9 });
    expect(userErrors.map(({ hint }: { hint: string }) => hint)).toEqual(['give 10.0.0.0/8', 'give one of 1, 3']);
  });

  it('and not one item less: each list takes as many as its limit says', async () => {
    const { userErrors } = await update(a, { holidays: days(400), trustedNetworks: networks(200), serviceAccounts: names(1_000) });
    expect(userErrors).toEqual([]);
    await track(a, { user: 'full', detail: { auth: { event: 'LOGIN' } } });
    await update(a, { holidays: null, trustedNetworks: null, serviceAccounts: null });
  });

  it.each([1, 256])('nor a pattern one character less: it may have %d', async (characters) => {
    const exclusions = [...pages(199), { subject: 'USER', pattern: 'x'.repeat(characters) }];
    const { settings, userErrors } = await update(a, { exclusions });
    expect([settings.exclusions, userErrors]).toEqual([exclusions, []]);
    await update(a, { exclusions: null });
  });
});
