import type { OrganisationRow } from '../../db/entities/organisation.ts';
import type { Viewer as Row } from '../../domain/viewer.ts';
import { builder } from '../builder.ts';
import { KeyRole } from '../enums.ts';

const Organisation = builder.objectRef<OrganisationRow>('Organisation').implement({
  description: 'The tenant that everything belongs to.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA time zone of its hours and days, where a user has none.' }),
  }),
});

const Viewer = builder.objectRef<Row>('Viewer').implement({
  description: 'Who is asking.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name of the key.' }),
    role: t.field({ type: KeyRole, description: 'What the key may do.', resolve: ({ role }) => role }),
    organisation: t.field({
      type: Organisation,
      description: 'The organisation the key is bound to.',
      resolve: async ({ organisationId }, _args, { database, em }) =>
        (await database.tables.organisation.select(em, 'where t.id = $1', [organisationId]))[0]!,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    nullable: true,
    skipTypeScopes: true,
    description: 'Who is asking. Any key.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
