import type { OrganisationSettingsRow } from '../../db/entities/organisation-settings.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { charactersMax } from '../../domain/activity.ts';
import type { Exclusion as ExclusionRow, OrganisationSettings } from '../../domain/organisation-settings.ts';
import { settingsMax } from '../../domain/organisation-settings.ts';
import { policyVersions } from '../../domain/risk.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import type { SettingsInput } from '../../recorder/settings-intake.ts';
import { checkSettings } from '../../recorder/settings-intake.ts';
import { builder } from '../builder.ts';
import { wrongRemark } from '../changes.ts';
import { ExclusionSubject, TypedText } from '../enums.ts';
import { UserError } from './user-error.ts';

type Row = { settings: OrganisationSettings; row: OrganisationSettingsRow | null };

const versions = Object.keys(policyVersions).join(', ');

const patternSays = '`*` stands for any characters, also none; all else for itself, capitals and small letters too.';
const patternOf = `What is excluded: the whole text has to fit. ${patternSays} Of NETWORK: a network in CIDR notation.`;

const Exclusion = builder.objectRef<ExclusionRow>('Exclusion').implement({
  description: 'What is not recorded.',
  fields: (t) => ({
    subject: t.field({ type: ExclusionSubject, description: 'What the pattern is compared with.', resolve: ({ subject }) => subject }),
    pattern: t.exposeString('pattern', { description: patternOf }),
  }),
});

const pseudonymiseDescription =
  'Whether those who read others and neither administer nor read the audit log (analysts, leads of teams) see a pseudonym, `user-k7f39-q2mw4`, in place of each user: in every field and wherever a text names one by external id, what that has besides its domain, or display name. They filter and look up by pseudonyms. Addresses, teams, and what a text tells otherwise stay: detection needs them. `revealUser` tells who one user is, on record.';

const Settings = builder.objectRef<Row>('Settings').implement({
  description: 'What the organisation sets for itself. What it has not set is shown as it is by default. Its detectors: `detectors`.',
  fields: (t) => ({
    policyVersion: t.int({
      description: `Version of the risk policy that scores activities: one of ${versions}.`,
      resolve: ({ settings }) => settings.policyVersion,
    }),
    workdays: t.intList({
      description: 'Days of the week on which people work, 1 (Monday) to 7 (Sunday).',
      resolve: ({ settings }) => [...settings.workdays],
    }),
    holidays: t.field({
      type: ['Date'],
      description: "Days off, in the user's time zone.",
      resolve: ({ settings }) => [...settings.holidays],
    }),
    trustedNetworks: t.stringList({
      description: 'Networks in CIDR notation that many share or that are its own (offices, VPN exits, proxies).',
      resolve: ({ settings }) => [...settings.trustedNetworks],
    }),
    serviceAccounts: t.stringList({
      description: 'External ids of accounts that programs use and people should not.',
      resolve: ({ settings }) => [...settings.serviceAccounts],
    }),
    storedTexts: t.field({
      type: [TypedText],
      description: 'Which texts that people type or see are stored, without the secrets in them. Of others only length and shape are.',
      resolve: ({ settings }) => [...settings.storedTexts],
    }),
    exclusions: t.field({
      type: [Exclusion],
      description: 'What is not recorded: an activity that fits one of them is neither stored nor judged.',
      resolve: ({ settings }) => [...settings.exclusions],
    }),
    pseudonymise: t.boolean({
      description: pseudonymiseDescription,
      resolve: ({ settings }) => settings.pseudonymise,
    }),
    timeZone: t.string({
      description: 'IANA time zone of its hours, days and weeks, and of users who have none of their own. Set when it was made.',
      resolve: (_row, _args, { organisation }) => organisation.timeZone,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When settings, detectors or registered secrets were changed last; null: never.',
      resolve: ({ row }) => row?.updatedAt ?? null,
    }),
    updatedBy: t.string({ nullable: true, description: 'Who did, by name.', resolve: ({ row }) => row?.updatedBy ?? null }),
  }),
});

builder.queryField('settings', (t) =>
  t.field({
    type: Settings,
    nullable: true,
    description: 'What the organisation sets for itself.',
    resolve: (_root, _args, { database, reader, organisation }) => readSettings(reader, database.tables, organisation.id),
  }),
);

const SettingsPayload = builder.objectRef<{ settings: Row | null; userErrors: UserErrorRow[] }>('SettingsPayload').implement({
  description: 'The settings after a change.',
  fields: (t) => ({
    settings: t.field({
      type: Settings,
      nullable: true,
      description: 'All settings; null where the change was refused.',
      resolve: ({ settings }) => settings,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

const asIs = 'Null: as by default. Left out: as it is.';
const most = (name: keyof typeof settingsMax) => `At most ${settingsMax[name].toLocaleString('en')}.`;

const ExclusionInput = builder.inputRef<ExclusionRow>('ExclusionInput').implement({
  description: 'What shall not be recorded.',
  fields: (t) => ({
    subject: t.field({ type: ExclusionSubject, required: true, description: 'What the pattern is compared with.' }),
    pattern: t.string({ required: true, description: `${patternOf} 1 to ${charactersMax.pattern} characters.` }),
  }),
});

const UpdateSettingsInput = builder.inputRef<SettingsInput & { reason?: string | null }>('UpdateSettingsInput').implement({
  description: 'What holds from the next activity on, on every process.',
  fields: (t) => ({
    policyVersion: t.int({ description: `Version of the risk policy: one of ${versions}. What is scored stays so. ${asIs}` }),
    workdays: t.intList({ description: `Days of the week on which people work, 1 (Monday) to 7 (Sunday), at least one. ${asIs}` }),
    holidays: t.field({ type: ['Date'], description: `Days off. ${most('holidays')} ${asIs}` }),
    trustedNetworks: t.stringList({
      description: `Networks in CIDR notation, e.g. "203.0.113.0/24". ${most('trustedNetworks')} ${asIs}`,
    }),
    serviceAccounts: t.stringList({
      description: `External ids, each of at most 256 characters. ${most('serviceAccounts')} ${asIs}`,
    }),
    storedTexts: t.field({
      type: [TypedText],
      description: `Which texts that people type or see are stored; none by default. What is recorded stays as it is. ${asIs}`,
    }),
    exclusions: t.field({
      type: [ExclusionInput],
      description: `All that shall not be recorded: what was excluded before and is not given here is recorded again. Nothing is detected in what is excluded, so patterns had better be narrow: \`/health*\` fits \`/health/../admin\` too. ${most('exclusions')} ${asIs}`,
    }),
    pseudonymise: t.boolean({ description: `${pseudonymiseDescription} It takes effect at once, also on what is open. ${asIs}` }),
    reason: t.string({ description: 'Why, for the audit log. At most 1,024 characters.' }),
  }),
});

builder.mutationField('updateSettings', (t) =>
  t.field({
    type: SettingsPayload,
    nullable: true,
    description: 'Changes what the organisation sets for itself.',
    args: { input: t.arg({ type: UpdateSettingsInput, required: true, description: 'What to change.' }) },
    resolve: async (_root, { input: { reason = null, ...input } }, { recorder, organisation, viewer }) => {
      const checked = checkSettings(input);
      const remark = wrongRemark({ field: 'reason', text: reason });
      const errors = [...('errors' in checked ? checked.errors : []), ...(remark ? [remark] : [])];
      if ('errors' in checked || errors.length > 0) return { settings: null, userErrors: errors };
      const settings = await recorder.change(organisation, { do: 'updateSettings', actor: viewer.principal, set: checked.set, reason });
      return { settings, userErrors: [] };
    },
  }),
);
