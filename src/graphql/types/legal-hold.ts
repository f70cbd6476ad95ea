import type { LegalHold as Row } from '../../domain/erasure.ts';
import { holds } from '../../domain/erasure.ts';
import { builder } from '../builder.ts';

export const LegalHold = builder.objectRef<Row>('LegalHold').implement({
  description: "Why a user's data has to be kept: it cannot be erased meanwhile.",
  fields: (t) => ({
    reason: t.exposeString('reason', { description: 'Why.' }),
    since: t.field({ type: 'DateTime', description: 'When it was set first.', resolve: ({ since }) => since }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'From when on it holds no more; null: until it is lifted.',
      resolve: ({ until }) => until,
    }),
    by: t.exposeString('by', { description: 'Name of the key or person that set it last.' }),
    active: t.boolean({ description: 'Whether it holds now.', resolve: (hold, _args, { now }) => holds(hold, now) }),
  }),
});
