import type { SummaryPeriod as Period, SummaryRequest, SummaryRow, TopPage } from '../../db/queries/summaries.ts';
import { summarise, topPages } from '../../db/queries/summaries.ts';
import type { ActivityType as Type } from '../../domain/activity.ts';
import type { RiskLevel as Level } from '../../domain/risk.ts';
import { microsPerDay } from '../../domain/time.ts';
import { RequestError } from '../../errors.ts';
import { builder } from '../builder.ts';
import { ActivityType, RiskLevel } from '../enums.ts';
import { findUser } from '../loaders.ts';
import { instantOf } from '../scalars.ts';

/** Most periods of one answer: a year of days. */
const periodsMax = 366;

/** Most days a period has: bounds what is read; the number of periods is checked exactly. */
const daysMax = { day: 1, week: 7, month: 31 } as const;
const periodsDefault = 7;

const tooManyPeriods = () =>
  new RequestError('LIMIT_EXCEEDED', `at most ${periodsMax} periods; ask for a shorter stretch or a longer period`);

type Summary = SummaryRow & { period: Period; timeZone: string; user: string | null; final: boolean; topPages(): Promise<TopPage[]> };

const SummaryPeriod = builder.enumType('SummaryPeriod', {
  description: 'How much time a summary covers.',
  values: {
    DAY: { value: 'day', description: 'A calendar day.' },
    WEEK: { value: 'week', description: 'A week from Monday.' },
    MONTH: { value: 'month', description: 'A calendar month.' },
  } as const,
});
const TypeCount = builder.objectRef<{ type: Type; count: number }>('ActivityTypeCount').implement({
  description: 'How many activities of a type.',
  fields: (t) => ({
    type: t.field({ type: ActivityType, description: 'The type.', resolve: ({ type }) => type }),
    count: t.exposeInt('count', { description: 'How many.' }),
  }),
});
const LevelCount = builder.objectRef<{ level: Level; count: number }>('RiskLevelCount').implement({
  description: 'How many activities of a risk level.',
  fields: (t) => ({
    level: t.field({ type: RiskLevel, description: 'The level.', resolve: ({ level }) => level }),
    count: t.exposeInt('count', { description: 'How many.' }),
  }),
});
const PageCount = builder.objectRef<{ page: string; views: number }>('PageCount').implement({
  description: 'How often a page was opened.',
  fields: (t) => ({
    page: t.exposeString('page', { description: 'Path or URL.' }),
    views: t.exposeInt('views', { description: 'How often.' }),
  }),
});

const sum = ({ byType }: Summary, types: readonly string[]) => types.reduce((total, type) => total + (byType[type] ?? 0), 0);
const fileTypes = ['FILE_CREATE', 'FILE_READ', 'FILE_UPDATE', 'FILE_DELETE', 'FILE_RENAME', 'FILE_MOVE', 'FILE_UPLOAD', 'FILE_DOWNLOAD'];

const ActivitySummary = builder.objectRef<Summary>('ActivitySummary').implement({
  description: "Counts over a calendar period in the organisation's time zone, by when activities happened.",
  fields: (t) => ({
    period: t.field({ type: SummaryPeriod, description: 'How much time it covers.', resolve: ({ period }) => period }),
    from: t.field({ type: 'DateTime', description: 'Start of the period, included.', resolve: ({ from }) => from }),
    to: t.field({ type: 'DateTime', description: 'End of the period, not included.', resolve: ({ to }) => to }),
    timeZone: t.exposeString('timeZone', { description: 'IANA time zone of the calendar.' }),
    user: t.exposeString('user', { nullable: true, description: 'External id of the one user counted; null: all.' }),
    activities: t.exposeInt('activities', { description: 'All activities.' }),
    pageViews: t.int({ description: 'Pages opened.', resolve: (row) => sum(row, ['PAGE_VIEW', 'BROWSER_NAVIGATE']) }),
    apiCalls: t.int({ description: 'API endpoints called.', resolve: (row) => sum(row, ['API_CALL']) }),
    commands: t.int({ description: 'Shell commands, elevated ones included.', resolve: (row) => sum(row, ['COMMAND', 'SUDO_COMMAND']) }),
    sudoCommands: t.int({ description: 'Elevated shell commands.', resolve: (row) => sum(row, ['SUDO_COMMAND']) }),
    fileAccesses: t.int({ description: 'Things done to files, downloads included.', resolve: (row) => sum(row, fileTypes) }),
    authFailures: t.int({ description: 'Failed sign-ins.', resolve: (row) => sum(row, ['AUTH_FAILURE']) }),
    uniqueUsers: t.exposeInt('uniqueUsers', { description: 'Different users.' }),
    uniqueIps: t.exposeInt('uniqueIps', { description: 'Different addresses.' }),
    sessions: t.exposeInt('sessions', { description: 'Different sessions that were active.' }),
    averageSessionSeconds: t.exposeFloat('averageSessionSeconds', {
      nullable: true,
      description: 'Average length of the sessions that started in the period, in seconds; null where none did.',
    }),
    peakConcurrentUsers: t.exposeInt('peakConcurrentUsers', { description: 'Most different users within one clock hour.' }),
    peakHour: t.exposeInt('peakHour', {
      nullable: true,
      description: 'Hour of the day with the most activities, 0–23; null where there were none.',
    }),
    topPages: t.field({ type: [PageCount], description: 'The ten pages opened most.', resolve: (summary) => summary.topPages() }),
    byType: t.field({
      type: [TypeCount],
      description: 'Activities by type; types without any are absent.',
      resolve: ({ byType }) => Object.entries(byType).map(([type, count]) => ({ type: type as Type, count })),
    }),
    byRiskLevel: t.field({
      type: [LevelCount],
      description: 'Activities by risk level, all four.',
      resolve: ({ byRiskLevel }) => (['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const).map((level) => ({ level, count: byRiskLevel[level] })),
    }),
    final: t.exposeBoolean('final', { description: 'False while the period still runs.' }),
  }),
});

builder.queryField('summaries', (t) =>
  t.field({
    type: [ActivitySummary],
    nullable: true,
    complexity: 100,
    description: `Counts per day, week or month, latest period first; at most ${periodsMax} periods.`,
    args: {
      period: t.arg({ type: SummaryPeriod, required: true, defaultValue: 'day', description: 'How much time each covers.' }),
      from: t.arg({ type: 'DateTimeOrDuration', description: 'From the period that holds this. Default: so that there are 7 periods.' }),
      to: t.arg({ type: 'DateTimeOrDuration', description: 'Up to the period that holds the instant before this. Default: now.' }),
      user: t.arg.string({ description: 'Only this user, by external id.' }),
    },
    resolve: async (_root, args, context) => {
      const { reader, reads, viewer, organisation, now } = context;
      const to = args.to == null ? now : instantOf(args.to, now);
      const spanMax = daysMax[args.period] * microsPerDay;
      const from = args.from == null ? to - periodsDefault * spanMax : instantOf(args.from, now);
      if (to - from > (periodsMax + 1) * spanMax) throw tooManyPeriods();
      const user = args.user ?? null;
      const row = user === null ? null : await findUser(context, user);
      if (user !== null && !row) return [];
      const request: SummaryRequest = {
        organisationId: organisation.id,
        timeZone: organisation.timeZone,
        period: args.period,
        from,
        to,
        of: row === null && viewer.audience === 'ALL' ? 'ALL' : { userId: row?.id ?? null },
      };
      const rows = await summarise(reader, request);
      if (rows.length > periodsMax) throw tooManyPeriods();
      reads.rows(rows.length);
      const wanted = args.from == null ? rows.slice(0, periodsDefault) : rows;
      let pages: Promise<TopPage[][]> | null = null; // of all periods, when the first is asked for
      return wanted.map((summary, place) => ({
        ...summary,
        period: args.period,
        timeZone: organisation.timeZone,
        user: row?.externalId ?? null,
        final: summary.to <= now,
        topPages: async () => (await (pages ??= topPages(reader, request)))[place] ?? [],
      }));
    },
  }),
);
