import type { AuditEntryRow } from '../../db/entities/audit-entry.ts';
import type { Read } from '../../domain/audit.ts';
import { builder } from '../builder.ts';
import { encodeCursor } from '../cursor.ts';
import { AuditAction } from '../enums.ts';
import { choiceField, defineFilter, instantField, textField } from '../filters.ts';
import { connect, pageCost } from '../lists.ts';
import { Principal } from './viewer.ts';

const AuditRead = builder.objectRef<Read>('AuditRead').implement({
  description: 'One field of the API that was read.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Its name in the schema.' }),
    arguments: t.field({
      type: 'JSONObject',
      description: 'Its arguments as they were sent, the filter among them; {"tooLong": true} beyond 8,192 characters.',
      resolve: (read) => read.arguments,
    }),
  }),
});

const AuditEntry = builder.objectRef<AuditEntryRow>('AuditEntry').implement({
  description: 'Who read or changed what, and when. Written in the transaction of the change, or before the answer to the read.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'UUID of the entry.' }),
    cursor: t.field({
      type: 'Cursor',
      description: "Position in the organisation's log.",
      resolve: ({ organisationId, seq }) => encodeCursor(organisationId, seq),
    }),
    recordedAt: t.field({ type: 'DateTime', description: 'When.', resolve: ({ recordedAt }) => recordedAt }),
    action: t.field({ type: AuditAction, description: 'What was done.', resolve: ({ action }) => action }),
    actor: t.field({
      type: Principal,
      description: 'Who did it.',
      resolve: ({ actorKind, actorId, actorName }) => ({ kind: actorKind, id: actorId, name: actorName }),
    }),
    target: t.exposeString('target', { nullable: true, description: 'What was changed, as `Type:uuid`; null for reads.' }),
    operation: t.exposeString('operation', {
      nullable: true,
      description: 'Name of the GraphQL operation that read; null where it has none.',
    }),
    reads: t.field({
      type: [AuditRead],
      nullable: true,
      description: 'What was read; null for changes.',
      resolve: ({ reads }) => (reads === null ? null : [...reads]),
    }),
    rows: t.exposeInt('rows', {
      nullable: true,
      description: 'How many rows were read: by a query all that it loaded, by a subscription the items it delivered until it ended.',
    }),
    before: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'What was changed, as it was before.',
      resolve: ({ before }) => before,
    }),
    after: t.field({ type: 'JSONObject', nullable: true, description: 'The same as it is since.', resolve: ({ after }) => after }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, where the actor said so.' }),
  }),
});
const AuditEntryConnection = builder.connectionObject({ type: AuditEntry, name: 'AuditEntryConnection' });

const filter = defineFilter<AuditEntryRow>(
  'AuditEntry',
  {
    action: choiceField(
      'AuditAction',
      AuditAction,
      ({ action }) => action,
      (action) => ({ action }),
      'What was done.',
    ),
    actor: textField(['actorName'], ({ actorName }) => actorName, 'Name of the key or person.'),
    target: textField(['target'], ({ target }) => target, 'What was changed, as `Type:uuid`.'),
    operation: textField(['operation'], ({ operation }) => operation, 'Name of the GraphQL operation.'),
    recordedAt: instantField('recordedAt', ({ recordedAt }) => recordedAt, 'When.'),
  },
  'AuditFilter',
);

builder.queryField('auditEntries', (t) =>
  t.connection(
    {
      type: AuditEntry,
      nullable: true,
      complexity: pageCost,
      description: 'The audit log: every read of personal data and every change, latest first.',
      args: { filter: t.arg({ type: filter.input, description: 'Which.' }) },
      resolve: (_root, args, context) =>
        connect(context, 'auditEntry', { where: filter.where(args.filter ?? {}, context), property: 'seq', direction: 'DESC' }, args),
    },
    AuditEntryConnection,
  ),
);
