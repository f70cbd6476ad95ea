import type { Actor, Viewer as Row } from '../../domain/viewer.ts';
import { builder } from '../builder.ts';
import { PrincipalKind, Role, Scope } from '../enums.ts';

export const Organisation = builder.objectRef<{ name: string; timeZone: string }>('Organisation').implement({
  description: 'The tenant that everything belongs to.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA time zone of its hours and days, where a user has none.' }),
  }),
});

/** Who acts: the viewer, or the one an audit entry is about. */
export const Principal = builder.objectRef<Actor>('Principal').implement({
  description: 'Who acts: a key, a person, or Lapwing itself.',
  fields: (t) => ({
    kind: t.field({ type: PrincipalKind, description: 'What kind.', resolve: ({ kind }) => kind }),
    id: t.exposeString('id', { nullable: true, description: 'UUID of the key or person; null for Lapwing itself.' }),
    name: t.exposeString('name', { description: 'Name of the key or person.' }),
  }),
});

const Viewer = builder.objectRef<Row>('Viewer').implement({
  description: 'Who is asking, and what they may.',
  fields: (t) => ({
    name: t.string({ description: 'Name of the key or person.', resolve: ({ principal }) => principal.name }),
    principal: t.field({ type: Principal, description: 'The key or person.', resolve: ({ principal }) => principal }),
    roles: t.field({ type: [Role], description: 'What they are.', resolve: ({ roles }) => [...roles] }),
    scopes: t.field({ type: [Scope], description: 'What they may do.', resolve: ({ scopes }) => [...scopes] }),
    user: t.exposeString('user', { nullable: true, description: 'External id of the monitored user they are; null for services.' }),
    teams: t.stringList({ description: 'Teams they belong to.', resolve: ({ teams }) => [...teams] }),
    leads: t.stringList({ description: 'Teams they lead: they see the users of these.', resolve: ({ leads }) => [...leads] }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'From when on the token or key is void; null: never.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    organisation: t.field({
      type: Organisation,
      description: 'The organisation they belong to.',
      resolve: async ({ organisationId }, _args, { database, reader }) =>
        (await database.tables.organisation.select(reader, 'where t.id = $1', [organisationId]))[0]!,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    nullable: true,
    description: 'Who is asking.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
