import type { AnomalyRow } from '../../db/entities/anomaly.ts';
import { anomaliesThatWeigh } from '../../db/queries/user-risk.ts';
import { levelOf, lowestScore } from '../../domain/risk.ts';
import type { UserRisk as Risk } from '../../domain/user-risk.ts';
import { contributionsMax, halfLifeHours, userRiskOf } from '../../domain/user-risk.ts';
import type { LogItem } from '../../recorder/batch.ts';
import { builder } from '../builder.ts';
import { RiskLevel } from '../enums.ts';
import { defineFilter, textField } from '../filters.ts';
import { loadOwner } from '../loaders.ts';
import type { StreamEvent } from '../streams.ts';
import { cursorDescription, deliver, followLog, streamItem, userOf } from '../streams.ts';
import { Anomaly } from './anomaly.ts';
import { User } from './user.ts';

type Row = Risk<AnomalyRow>;

const UserRiskFactor = builder.objectRef<Row['contributions'][number]>('UserRiskFactor').implement({
  description: 'An anomaly that makes a user risky, and what it is worth just now.',
  fields: (t) => ({
    code: t.string({ description: 'The type of the anomaly.', resolve: ({ claimed }) => claimed.type }),
    points: t.exposeInt('points', { description: 'What is left of its score; where all together pass 100, what fits.' }),
    reason: t.string({ description: 'One sentence for a human.', resolve: ({ claimed }) => claimed.summary }),
    originalPoints: t.int({ description: 'Its score, 0–100.', resolve: ({ claimed }) => claimed.score }),
    at: t.field({
      type: 'DateTime',
      description: 'When it last happened: it is worth half of it a day later.',
      resolve: ({ claimed }) => claimed.lastAt,
    }),
    anomaly: t.field({ type: Anomaly, description: 'The anomaly.', resolve: ({ claimed }) => claimed }),
  }),
});

const UserRisk = builder.objectRef<Row>('UserRisk').implement({
  description:
    'How risky a user is just now: the scores of the anomalies about the user, each halved for every half-life since it last happened, added up. Those settled as FALSE_POSITIVE, BENIGN or DUPLICATE do not count.',
  fields: (t) => ({
    score: t.exposeInt('score', { description: '0–100: the points of the factors, added up.' }),
    level: t.field({ type: RiskLevel, description: 'The score in four steps.', resolve: ({ score }) => levelOf(score) }),
    halfLifeHours: t.int({ description: 'Hours in which points halve.', resolve: () => halfLifeHours }),
    factors: t.field({
      type: [UserRiskFactor],
      complexity: { multiplier: 10 },
      description: `What it is made of, the gravest first, at most ${contributionsMax}; what is worth less than one point is left out.`,
      resolve: ({ contributions }) => contributions,
    }),
  }),
});

builder.objectField(User, 'risk', (t) =>
  t.field({
    type: UserRisk,
    description: 'How risky the user is just now.',
    resolve: async ({ id }, _args, { loaders, now }) => userRiskOf(await loaders.anomaliesThatWeigh.load(id), now),
  }),
);

type Changed = { userId: string; user: string | null; risk: Row | null };

const filter = defineFilter<Changed>('UserRiskEvent', {
  user: textField(['externalId'], ({ user }) => user, 'External id of the user.', 'USER'),
});

const UserRiskEvent = builder.objectRef<StreamEvent<Changed>>('UserRiskEvent').implement({
  description: 'An anomaly about a user was detected, or settled.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: cursorDescription, resolve: ({ cursor }) => cursor }),
    user: t.field({ type: User, description: 'The user.', resolve: ({ userId }, _args, { loaders }) => loadOwner(loaders, userId) }),
    risk: t.field({
      type: UserRisk,
      description: 'How risky the user is when this is delivered, also where it is replayed.',
      resolve: async ({ userId, risk }, _args, { loaders, now }) => risk ?? userRiskOf(await loaders.anomaliesThatWeigh.load(userId), now),
    }),
  }),
});

function changedBy(item: LogItem): Changed | null {
  if (item.kind !== 'ANOMALY_DETECTED' && item.kind !== 'ANOMALY_RESOLVED') return null;
  const { userId } = item.anomaly;
  return userId === null ? null : { userId, user: item.user, risk: null };
}

builder.subscriptionField('userRiskChanged', (t) =>
  t.field({
    type: streamItem('UserRisk', UserRiskEvent),
    description:
      'The risk of a user whenever an anomaly about the user is detected or settled, as soon as that is committed. Decay alone tells nothing, nor does an anomaly that grows: its alert tells that.',
    args: {
      filter: t.arg({ type: filter.input, description: 'Whose.' }),
      minLevel: t.arg({ type: RiskLevel, description: 'Lowest level to deliver. Null: all.' }),
      after: t.arg({ type: 'Cursor', description: 'Replay from here first.' }),
    },
    subscribe: (_root, args, context) => {
      const { database, reader, organisation, clock } = context;
      const wanted = filter.tester(args.filter, context);
      const least = lowestScore[args.minLevel ?? 'LOW'];
      return followLog(context, args.after, {
        pick(item) {
          const changed = changedBy(item);
          return changed && wanted(changed) ? changed : null;
        },
        owner: userOf,
        async refine(changed) {
          if (least === 0) return changed;
          const now = clock.now();
          const found = await anomaliesThatWeigh(database.tables, reader, organisation.id, [changed.userId], now);
          const risk = userRiskOf(found.get(changed.userId) ?? [], now);
          return risk.score >= least ? { ...changed, risk } : null;
        },
      });
    },
    resolve: deliver,
  }),
);
