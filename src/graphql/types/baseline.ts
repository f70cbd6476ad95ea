import type { UserRow } from '../../db/entities/user.ts';
import { sharedFactsPage } from '../../db/queries/shared-facts.ts';
import type { FactKind, FactScope, SharedKind } from '../../domain/baseline.ts';
import { daysLearned, isMature, known, learningDaysMin, sharedKinds, signInsBefore } from '../../domain/baseline.ts';
import type { UsualHours as Hours } from '../../domain/baseline-summary.ts';
import { describeBaseline, usualHours } from '../../domain/baseline-summary.ts';
import { isStorable } from '../../domain/text.ts';
import type { Micros } from '../../domain/time.ts';
import { clockTime } from '../../domain/time.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { pageCost } from '../lists.ts';
import { limits } from '../limits.ts';
import { pageItems } from '../pages.ts';

type Subject = { user: UserRow; now: Micros };

const UsualHours = builder.objectRef<Hours>('UsualHours').implement({
  description: "A stretch of the day in which a user signs in, on the user's clock.",
  fields: (t) => ({
    from: t.string({ description: 'Its earliest sign-in, HH:MM.', resolve: ({ from }) => clockTime(from) }),
    to: t.string({
      description: 'Its latest sign-in, HH:MM; before `from` where it goes past midnight.',
      resolve: ({ to }) => clockTime(to),
    }),
    signIns: t.exposeInt('signIns', { description: 'Sign-ins in it that the baseline knows.' }),
  }),
});

const KnownValue = builder.objectRef<{ value: string; firstAt: Micros }>('KnownValue').implement({
  description: 'Something that a baseline knows.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'What. Only its first 64 characters are told apart.' }),
    firstSeenAt: t.field({ type: 'DateTime', description: 'When it was first seen.', resolve: ({ firstAt }) => firstAt }),
  }),
});

const Maturity = builder.objectRef<Subject>('BaselineMaturity').implement({
  description: 'How much a baseline has learned.',
  fields: (t) => ({
    days: t.int({
      description: 'Days with sign-ins among the last 30 that it knows.',
      resolve: ({ user, now }) => daysLearned(user.baseline, now),
    }),
    daysNeeded: t.int({
      description: 'Days from which on it is judged by, where the organisation has set no others.',
      resolve: () => learningDaysMin,
    }),
    learning: t.boolean({
      description: 'Whether it is still learning: what rests on it is LOW and opens no alert.',
      resolve: ({ user, now }) => !isMature(user.baseline, now),
    }),
  }),
});

export const Baseline = builder.objectRef<Subject>('Baseline').implement({
  description: 'What is usual for a user, learned from what raised no anomaly.',
  fields: (t) => {
    const values = (kind: FactKind, description: string) =>
      t.field({
        type: [KnownValue],
        description: `${description}, oldest first; bounded.`,
        resolve: ({ user, now }) => known(user.baseline, kind, now),
      });
    return {
      summary: t.string({
        description: 'The baseline in two or three sentences.',
        resolve: ({ user, now }) => describeBaseline(user.baseline, now),
      }),
      maturity: t.field({ type: Maturity, description: 'How much it has learned.', resolve: (subject) => subject }),
      mature: t.boolean({
        description: 'Whether it has learned enough (sign-ins on five days) to judge by.',
        resolve: ({ user, now }) => isMature(user.baseline, now),
      }),
      signIns: t.int({
        description: 'Sign-ins of the last 30 days it knows; at most one per half hour.',
        resolve: ({ user, now }) => signInsBefore(user.baseline, now).length,
      }),
      hours: t.field({
        type: [UsualHours],
        description: 'When the user signs in, round the clock: stretches without a gap of two hours, most used first.',
        resolve: ({ user, now }) => usualHours(signInsBefore(user.baseline, now)),
      }),
      addresses: t.stringList({
        description: 'Addresses signed in from, oldest first.',
        resolve: ({ user, now }) => known(user.baseline, 'address', now).map(({ value }) => value),
      }),
      knownAddresses: values('address', 'Addresses signed in from'),
      networks: values('network', 'Networks signed in from'),
      countries: values('country', 'Countries signed in from'),
      devices: values('device', 'Types of devices signed in with'),
      clients: values('client', 'Clients signed in with'),
      programs: values('program', 'Programs run on a command line'),
      hosts: values('host', 'Hosts signed in to'),
      resources: values('resource', 'Pages, endpoints, folders and applications used'),
      kinds: values('kind', 'Kinds of activities'),
      commandSurprise: t.float({
        nullable: true,
        description:
          'How unlike the habits of this user the last 100 programs of a full block were, in the unit of the threshold of `masquerade`: bits per program by which they look like those of colleagues. Null until a block was judged.',
        resolve: async ({ user }, _args, { loaders }) => (await loaders.commandHabits.load(user.id))?.habits.surprise ?? null,
      }),
      commandBlocks: t.int({
        description: 'Blocks of 100 programs learned from; `masquerade` is silent before its `learningBlocks`.',
        resolve: async ({ user }, _args, { loaders }) => (await loaders.commandHabits.load(user.id))?.habits.learned ?? 0,
      }),
    };
  },
});

const SharedFactKind = builder.enumType('SharedFactKind', {
  description: 'A kind of what teams and the organisation know.',
  values: Object.fromEntries(
    Object.entries(sharedKinds).map(([kind, description]) => [kind.toUpperCase(), { value: kind as SharedKind, description }]),
  ) as Record<Uppercase<SharedKind>, { value: SharedKind; description: string }>,
});

type Shared = { kind: SharedKind; value: string; users: number; firstAt: Micros };
const SharedValue = builder.objectRef<Shared>('SharedValue').implement({
  description: 'Something that users of a team or of the organisation know.',
  fields: (t) => ({
    kind: t.field({ type: SharedFactKind, description: 'Of which kind.', resolve: ({ kind }) => kind }),
    value: t.exposeString('value', { description: 'What. Only its first 64 characters are told apart.' }),
    users: t.exposeInt('users', { description: 'Users who have learned it: the fewer, the rarer.' }),
    firstSeenAt: t.field({ type: 'DateTime', description: 'When the first of them was seen with it.', resolve: ({ firstAt }) => firstAt }),
  }),
});

type Page = { kind: SharedKind; first?: number | null; after?: string | null };

/** Who sees pseudonyms gets what names nobody: the place of a name in the order of values would tell of it. */
async function page(context: Context, scope: FactScope, { kind, first, after }: Page): Promise<Shared[]> {
  const { reader, organisation, reads, mask } = context;
  if (![scope, after ?? ''].every(isStorable)) return [];
  const items = pageItems({ first });
  const shown: Shared[] = [];
  for (let from: string | undefined = after ?? ''; from !== undefined && shown.length < items;) {
    const found = await sharedFactsPage(reader, { organisationId: organisation.id, scope, kind, after: from, items });
    const masked = await Promise.all(found.map(async ({ value }) => (mask === null ? value : mask.text(value, []))));
    shown.push(...found.filter(({ value }, place) => masked[place] === value).map((one) => ({ kind, ...one })));
    from = found.length < items ? undefined : found.at(-1)!.value;
  }
  reads.rows(Math.min(shown.length, items));
  return shown.slice(0, items);
}

builder.queryFields((t) => {
  const paging = {
    kind: t.arg({ type: SharedFactKind, required: true, description: 'Of which kind.' }),
    first: t.arg.int({ description: `How many, at most ${limits.pageItemsMax}. Default ${limits.pageItemsDefault}.` }),
    after: t.arg.string({ description: 'Only values after this one: the last `value` of the page before.' }),
  };
  return {
    organisationBaseline: t.field({
      type: [SharedValue],
      nullable: true,
      complexity: pageCost,
      description: 'What users of the organisation have used, by value.',
      args: paging,
      resolve: (_root, args, context) => page(context, 'organisation', args),
    }),
    teamBaseline: t.field({
      type: [SharedValue],
      nullable: true,
      complexity: pageCost,
      description: 'What users of a team have used while they were in it, by value.',
      args: { team: t.arg.string({ required: true, description: 'Its name.' }), ...paging },
      resolve: (_root, { team, ...args }, context) => page(context, `team:${team}`, args),
    }),
  };
});
