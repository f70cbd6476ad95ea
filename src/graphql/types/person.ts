import type { PersonRow } from '../../db/entities/person.ts';
import type { Grant, Role as RoleName } from '../../domain/access.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import { grantOfPerson } from '../../recorder/grants.ts';
import { builder } from '../builder.ts';
import { changeOf, wrongNames, wrongRemark } from '../changes.ts';
import { Role } from '../enums.ts';
import { connect, pageCost } from '../lists.ts';
import { loadNodes } from '../loaders.ts';
import { UserError } from './user-error.ts';

const PersonAccess = builder.objectRef<Partial<Grant>>('PersonAccess').implement({
  description: 'Roles and teams as one source gives them; null: it says nothing.',
  fields: (t) => ({
    roles: t.field({ type: [Role], nullable: true, description: 'Roles.', resolve: ({ roles }) => (roles ? [...roles] : null) }),
    teams: t.stringList({ nullable: true, description: 'Teams they belong to.', resolve: ({ teams }) => (teams ? [...teams] : null) }),
    leads: t.stringList({ nullable: true, description: 'Teams they lead.', resolve: ({ leads }) => (leads ? [...leads] : null) }),
  }),
});

const Person = builder.objectRef<PersonRow>('Person');
const PersonConnection = builder.connectionObject({ type: Person, name: 'PersonConnection' });

builder.node(Person, {
  description: 'Somebody who has signed in at the identity provider, and what they may.',
  id: { resolve: ({ id }) => id },
  loadMany: (ids, { loaders }) => loadNodes(Person, loaders.person, ids),
  fields: (t) => ({
    issuer: t.exposeString('issuer', { description: 'The identity provider.' }),
    subject: t.exposeString('subject', { description: 'Their id there: `sub` of their tokens.' }),
    name: t.exposeString('name', { description: 'Their name, as the newest token says.' }),
    user: t.string({ nullable: true, description: 'External id of the monitored user they are.', resolve: ({ claimed }) => claimed.user }),
    roles: t.field({
      type: [Role],
      description: 'What they are now: what is assigned, else what their newest token claims; none while suspended.',
      resolve: (person) => [...grantOfPerson(person).roles],
    }),
    teams: t.stringList({ description: 'Teams they belong to, likewise.', resolve: (person) => [...grantOfPerson(person).teams] }),
    leads: t.stringList({ description: 'Teams they lead, likewise.', resolve: (person) => [...grantOfPerson(person).leads] }),
    claimed: t.field({ type: PersonAccess, description: 'What their newest token claims.', resolve: ({ claimed }) => claimed }),
    assigned: t.field({
      type: PersonAccess,
      nullable: true,
      description: 'What an administrator has set in its place; null: nothing.',
      resolve: ({ assigned }) => assigned,
    }),
    suspended: t.boolean({ description: 'Whether they may do nothing for now.', resolve: ({ suspendedAt }) => suspendedAt !== null }),
    suspendedAt: t.field({ type: 'DateTime', nullable: true, description: 'Since when.', resolve: ({ suspendedAt }) => suspendedAt }),
    firstSeenAt: t.field({ type: 'DateTime', description: 'When they first signed in.', resolve: ({ firstSeenAt }) => firstSeenAt }),
  }),
});

builder.queryField('people', (t) =>
  t.connection(
    {
      type: Person,
      nullable: true,
      complexity: pageCost,
      description: 'Everybody who has signed in at the identity provider, latest newcomers first.',
      resolve: (_root, args, context) => connect(context, 'person', { where: {}, property: 'firstSeenAt', direction: 'DESC' }, args),
    },
    PersonConnection,
  ),
);

const PersonPayload = builder.objectRef<{ person: PersonRow | null; userErrors: UserErrorRow[] }>('PersonPayload').implement({
  description: 'A person after a change.',
  fields: (t) => ({
    person: t.field({
      type: Person,
      nullable: true,
      description: 'The person; null where the change was refused.',
      resolve: ({ person }) => person,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

type PersonInput = {
  id: string;
  roles?: readonly RoleName[] | null;
  teams?: readonly string[] | null;
  leads?: readonly string[] | null;
  suspended?: boolean | null;
  reason?: string | null;
};
const names = 'At most 50 of at most 256 characters. Null: as the token claims. Left out: as it is.';

const UpdatePersonInput = builder.inputRef<PersonInput>('UpdatePersonInput').implement({
  description: 'What somebody may from now on. It takes effect at once, on every process: what they have open is closed.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Global id of the person.' }),
    roles: t.field({
      type: [Role],
      description: 'Roles, in place of what the token claims; an empty list takes all away. Null: as the token claims. Left out: as it is.',
    }),
    teams: t.stringList({ description: `Teams they belong to. ${names}` }),
    leads: t.stringList({ description: `Teams whose users they see. ${names}` }),
    suspended: t.boolean({ description: 'true: they may do nothing. false: they may again. Left out: as it is.' }),
    reason: t.string({ description: 'Why, for the audit log. At most 1,024 characters.' }),
  }),
});

builder.mutationField('updatePerson', (t) =>
  t.field({
    type: PersonPayload,
    nullable: true,
    description: 'Changes what somebody may, or suspends them.',
    args: { input: t.arg({ type: UpdatePersonInput, required: true, description: 'Who, and what.' }) },
    resolve: async (_root, { input }, context) => {
      const { id, roles, teams, leads, suspended, reason = null } = input;
      const wrong = [wrongNames('teams', teams), wrongNames('leads', leads), wrongRemark({ field: 'reason', text: reason })].find(
        (error) => error !== null,
      );
      if (wrong) return { person: null, userErrors: [wrong] };
      const { changed, userErrors } = await changeOf(context, 'Person', id, null, (uuid, actor) => ({
        do: 'updatePerson',
        id: uuid,
        actor,
        actorScopes: context.viewer.scopes,
        assigned: { roles, teams, leads },
        suspended: suspended ?? null,
        reason,
      }));
      return { person: changed?.person ?? null, userErrors };
    },
  }),
);
