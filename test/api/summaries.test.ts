import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

type Summary = { from: string; to: string; activities: number; final: boolean } & Record<string, unknown>;
const services: Service[] = [];
afterAll(() => Promise.all(services.map((service) => service.close())));

async function serviceIn(timeZone: string, now: string): Promise<Service> {
  const service = await startService({ clock: testClock(now), config: { timeZone } });
  services.push(service);
  return service;
}

const query = `query($period: SummaryPeriod, $from: DateTimeOrDuration, $to: DateTimeOrDuration, $user: String) {
  summaries(period: $period, from: $from, to: $to, user: $user) {
    period from to timeZone user activities pageViews apiCalls commands sudoCommands fileAccesses authFailures uniqueUsers uniqueIps sessions
    averageSessionSeconds peakConcurrentUsers peakHour topPages { page views } byType { type count } byRiskLevel { level count } final } }`;

async function summaries(service: Service, variables: object): Promise<Summary[]> {
  const answer = await data(service, query.replace('$period: SummaryPeriod,', '$period: SummaryPeriod! = DAY,'), variables);
  return answer.summaries;
}
const spans = (rows: Summary[]) => rows.map(({ from, to }) => `${from.slice(0, 16)} ${to.slice(0, 16)}`);
const refusal = async (service: Service, variables: object) =>
  (await ask(service, query.replace('$period: SummaryPeriod,', '$period: SummaryPeriod! = DAY,'), variables)).errors?.[0]?.extensions.code;

const visit = (user: string, occurredAt: string, more: object = {}) => ({ user, occurredAt, detail: { web: { page: '/' } }, ...more });

describe('summaries in a time zone with daylight saving', () => {
  let service: Service;
  beforeAll(async () => {
    service = await serviceIn('Europe/Berlin', '2026-10-31T22:30:00Z'); // 23:30 on a Saturday, a week after the clocks went back
    const { userErrors } = await trackAll(service, [
      visit('ada', '2026-03-28T22:59:59.999999Z'), // Saturday, one microsecond before midnight
      visit('ada', '2026-03-28T23:00:00Z'), // Sunday 29 March, which has 23 hours
      visit('ada', '2026-03-29T21:59:59.999999Z'),
      visit('bob', '2026-03-29T22:00:00Z'), // Monday
      visit('bob', '2026-10-24T22:00:00Z'), // Sunday 25 October, which has 25 hours
      visit('bob', '2026-10-25T22:59:59.999999Z'),
      visit('ada', '2026-10-25T23:00:00Z'),
      visit('ada', '2026-10-31T22:30:00Z'),
    ]);
    expect(userErrors).toEqual([]);
  });

  it('have days of 23 and 25 hours, each activity in exactly one', async () => {
    const spring = await summaries(service, { from: '2026-03-28T12:00:00Z', to: '2026-03-30T12:00:00Z' });
    expect(spans(spring)).toEqual([
      '2026-03-29T22:00 2026-03-30T22:00',
      '2026-03-28T23:00 2026-03-29T22:00',
      '2026-03-27T23:00 2026-03-28T23:00',
    ]);
    expect(spring.map((day) => day.activities)).toEqual([1, 2, 1]);
    const autumn = await summaries(service, { from: '2026-10-25T12:00:00Z', to: '2026-10-26T12:00:00Z' });
    expect(spans(autumn)).toEqual(['2026-10-25T23:00 2026-10-26T23:00', '2026-10-24T22:00 2026-10-25T23:00']);
    expect(autumn.map((day) => day.activities)).toEqual([1, 2]);
  });

  it('have weeks from Monday and months from the first, across the change', async () => {
    const weeks = await summaries(service, { period: 'WEEK', from: '2026-03-28T12:00:00Z', to: '2026-03-31T00:00:00Z' });
    expect(spans(weeks)).toEqual(['2026-03-29T22:00 2026-04-05T22:00', '2026-03-22T23:00 2026-03-29T22:00']);
    expect(weeks.map((week) => week.activities)).toEqual([1, 3]);
    const months = await summaries(service, { period: 'MONTH', from: '2026-03-01T12:00:00Z', to: '2026-04-01T00:00:00Z' });
    expect(spans(months)).toEqual(['2026-03-31T22:00 2026-04-30T22:00', '2026-02-28T23:00 2026-03-31T22:00']);
    expect(months.map((month) => month.activities)).toEqual([0, 4]);
  });

  it.each(['DAY', 'WEEK', 'MONTH'])(
    'are seven of %s unless asked otherwise, gapless, and only the running one is not final',
    async (period) => {
      const rows = await summaries(service, { period });
      expect(rows).toHaveLength(7);
      expect(rows.slice(1).map((row) => row.to)).toEqual(rows.slice(0, -1).map((row) => row.from));
      expect(rows.map((row) => row.final)).toEqual([false, ...rows.slice(1).map(() => true)]);
      expect(rows[0]).toMatchObject({ period, timeZone: 'Europe/Berlin', user: null });
    },
  );

  it('give the hour of the wall clock', async () => {
    const [today] = await summaries(service, { from: 'PT1H' });
    expect(today).toMatchObject({ peakHour: 23, activities: 1, peakConcurrentUsers: 1 });
  });

  it('of one user count nobody else, and of a stranger there are none', async () => {
    const stretch = { period: 'MONTH', from: '2026-03-15T00:00:00Z', to: '2026-03-31T00:00:00Z' };
    expect(await summaries(service, { ...stretch, user: 'ada' })).toMatchObject([{ activities: 3, user: 'ada', uniqueUsers: 1 }]);
    expect(await summaries(service, { ...stretch, user: 'bob' })).toMatchObject([{ activities: 1, user: 'bob' }]);
    expect(await summaries(service, { ...stretch, user: 'nobody' })).toEqual([]);
  });
});

describe('summaries where the clocks change at midnight', () => {
  it('have days that touch each other', async () => {
    const service = await serviceIn('Africa/Cairo', '2026-04-26T12:00:00Z'); // Friday 24 April 2026 begins at 01:00
    await trackAll(service, [
      visit('ada', '2026-04-23T21:59:59Z'),
      visit('ada', '2026-04-23T22:00:00Z'),
      visit('ada', '2026-04-24T21:30:00Z'),
    ]);
    const days = await summaries(service, { from: '2026-04-23T12:00:00Z', to: '2026-04-25T12:00:00Z' });
    expect(spans(days)).toEqual([
      '2026-04-24T21:00 2026-04-25T21:00',
      '2026-04-23T22:00 2026-04-24T21:00',
      '2026-04-22T22:00 2026-04-23T22:00',
    ]);
    expect(days.map((day) => day.activities)).toEqual([1, 1, 1]);
  });
});

describe('a summary', () => {
  let service: Service;
  beforeAll(async () => {
    service = await serviceIn('UTC', '2026-11-10T12:00:00Z');
    const at = (hour: number, minute = 0) => `2026-11-09T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`;
    const from = (sourceIp: string) => ({ sourceIp });
    const { userErrors } = await trackAll(service, [
      visit('ada', at(9), { session: 'a', ...from('203.0.113.1') }),
      visit('ada', at(9, 10), { session: 'a', ...from('203.0.113.1'), detail: { web: { page: '/reports' } } }),
      visit('ada', at(9, 20), { session: 'a', ...from('203.0.113.2'), detail: { browser: { action: 'NAVIGATE', url: '/reports' } } }),
      visit('bob', at(9, 30), { session: 'b', detail: { web: { endpoint: '/api' } } }),
      visit('bob', at(9, 59), { session: 'b', detail: { web: { action: 'FILE_DOWNLOAD', page: '/x' } } }),
      visit('bob', at(14), { detail: { terminal: { command: 'ls' } } }),
      visit('bob', at(14), { detail: { terminal: { command: 'sudo ls' } } }),
      visit('bob', at(14), { detail: { terminal: { command: 'sudo rm -rf /' } } }),
      visit('eve', at(15), { detail: { auth: { event: 'FAILURE' } }, ...from('203.0.113.9') }),
      visit('eve', at(15), { detail: { access: { change: 'PERMISSION' } } }),
      visit('eve', at(15), { detail: { file: { operation: 'READ', path: '/etc/hosts' } } }),
    ]);
    expect(userErrors).toEqual([]);
  });

  it('counts exactly what happened', async () => {
    const [today, day] = await summaries(service, { from: 'P1D' });
    expect(day).toEqual({
      period: 'DAY',
      from: '2026-11-09T00:00:00.000000Z',
      to: '2026-11-10T00:00:00.000000Z',
      timeZone: 'UTC',
      user: null,
      activities: 11,
      pageViews: 3,
      apiCalls: 1,
      commands: 3,
      sudoCommands: 2,
      fileAccesses: 2,
      authFailures: 1,
      uniqueUsers: 3,
      uniqueIps: 3,
      sessions: 2,
      averageSessionSeconds: (20 * 60 + 29 * 60) / 2,
      peakConcurrentUsers: 2,
      peakHour: 9,
      topPages: [
        { page: '/reports', views: 2 },
        { page: '/', views: 1 },
      ],
      byType: expect.arrayContaining([
        { type: 'PAGE_VIEW', count: 2 },
        { type: 'SUDO_COMMAND', count: 2 },
      ]),
      byRiskLevel: [
        { level: 'LOW', count: 8 },
        { level: 'MEDIUM', count: 2 },
        { level: 'HIGH', count: 0 },
        { level: 'CRITICAL', count: 1 },
      ],
      final: true,
    });
    expect(today).toMatchObject({
      activities: 0,
      averageSessionSeconds: null,
      peakHour: null,
      topPages: [],
      byType: [],
      uniqueUsers: 0,
      final: false,
    });
    expect(today?.byRiskLevel).toEqual(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].map((level) => ({ level, count: 0 })));
  });

  it('agrees with the list of activities in every count', async () => {
    const [, day] = await summaries(service, { from: 'P1D' });
    const count = async (filter: object) => {
      const within = { and: [filter, { occurredAt: { gte: day!.from, lt: day!.to } }] };
      return (await data(service, 'query($f: ActivityFilter) { activities(filter: $f) { totalCount } }', { f: within })).activities
        .totalCount;
    };
    expect(await count({})).toBe(day!.activities);
    for (const { type, count: counted } of day!.byType as { type: string; count: number }[])
      expect([type, await count({ type: { eq: type } })]).toEqual([type, counted]);
    for (const { level, count: counted } of day!.byRiskLevel as { level: string; count: number }[])
      expect([level, await count({ riskLevel: { eq: level } })]).toEqual([level, counted]);
  });

  it('may be one of 366 and not of more, days, weeks and months alike', async () => {
    const to = '2026-11-10T12:00:00Z';
    expect(await summaries(service, { from: '2025-11-10T00:00:00Z', to })).toHaveLength(366);
    expect(await refusal(service, { from: '2025-11-09T23:59:59Z', to })).toBe('LIMIT_EXCEEDED');
    expect(await summaries(service, { period: 'MONTH', from: '1996-06-01T00:00:00Z', to })).toHaveLength(366);
    expect(await refusal(service, { period: 'MONTH', from: '1996-05-31T23:59:59Z', to })).toBe('LIMIT_EXCEEDED');
    expect(await refusal(service, { from: '1000-01-01T00:00:00Z' })).toBe('LIMIT_EXCEEDED');
    expect(await summaries(service, { from: '2026-11-11T00:00:00Z', to })).toEqual([]);
    expect(await summaries(service, { from: to, to })).toHaveLength(1);
  });
});
