import type { OrganisationSettings } from '../../domain/organisation-settings.ts';
import { defaultSettings } from '../../domain/organisation-settings.ts';
import { isPolicyVersion } from '../../domain/risk.ts';
import type { Tables } from '../database.ts';
import type { OrganisationSettingsRow } from '../entities/organisation-settings.ts';
import type { Runner } from '../statement.ts';

/** What holds for an organisation, and the row that says so, where it has set anything. `revision` is 0 until then. */
export async function readSettings(em: Runner, tables: Tables, organisationId: string) {
  const [row] = await tables.organisationSettings.select(em, 'where t.organisation_id = $1', [organisationId]);
  return { settings: settingsIn(row), row: row ?? null, revision: row?.revision ?? 0 };
}

export function settingsIn(row: OrganisationSettingsRow | undefined): OrganisationSettings {
  const settings = { ...defaultSettings, ...row?.settings };
  // What a later or an earlier release has put there must not keep this one from recording.
  return isPolicyVersion(settings.policyVersion) ? settings : { ...settings, policyVersion: defaultSettings.policyVersion };
}
