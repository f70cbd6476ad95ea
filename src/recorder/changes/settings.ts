import { readSettings } from '../../db/queries/settings.ts';
import type { DetectorSettings, OrganisationSettings } from '../../domain/organisation-settings.ts';
import { defaultSettings } from '../../domain/organisation-settings.ts';
import type { Actor } from '../../domain/viewer.ts';
import type { OrganisationSettingsRow } from '../../db/entities/organisation-settings.ts';
import type { Audited } from '../audit.ts';
import { audit, difference } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing } from '../changes.ts';
import { setSettings } from '../state.ts';

/** What an organisation sets besides its detectors. `null`: as by default. Left out: as it is. */
export type OwnSettings = { [Name in Exclude<keyof OrganisationSettings, 'detectors'>]?: OrganisationSettings[Name] | null };

/** `reset`: first all of it as by default. What is left out stays as it is. */
export type DetectorChange = { enabled?: boolean | null; thresholds?: Readonly<Record<string, number>>; reset?: boolean };

type Detectors = OrganisationSettings['detectors'];
type Settled = { settings: OrganisationSettings; row: OrganisationSettingsRow };
export type SettingsChanges = {
  updateSettings: { asks: { actor: Actor; set: OwnSettings; reason: string | null }; gives: Settled };
  updateDetector: { asks: { actor: Actor; id: string; change: DetectorChange; reason: string | null }; gives: Settled };
};
type Asked<Do extends keyof SettingsChanges> = SettingsChanges[Do]['asks'];

export async function updateSettings(changing: Changing, { actor, set, reason }: Asked<'updateSettings'>): Promise<Settled> {
  const before = await settingsOf(changing);
  const given = Object.entries(set).filter(([, value]) => value !== undefined);
  const merged = Object.entries({ ...before.own, ...Object.fromEntries(given) }).filter(([, value]) => value !== null);
  const settled = writeSettings(changing, actor, Object.fromEntries(merged));
  const told = difference(before.settings, settled.settings);
  audit(changing.batch, { ...audited(changing, actor, reason), action: 'SETTINGS_UPDATED', ...told });
  return settled;
}

export async function updateDetector(changing: Changing, { actor, id, change, reason }: Asked<'updateDetector'>): Promise<Settled> {
  const before = await settingsOf(changing);
  const detectors = withDetector(before.settings.detectors, id, change);
  const settled = writeSettings(changing, actor, { ...before.own, detectors });
  const told = difference(before.settings.detectors[id] ?? asByDefault, detectors[id] ?? asByDefault);
  audit(changing.batch, { ...audited(changing, actor, reason), action: 'DETECTOR_UPDATED', target: `Detector:${id}`, ...told });
  return settled;
}

const asByDefault: DetectorSettings = { enabled: true, thresholds: {} };

/** What an organisation sets for its detectors, after a change of one. One that is as by default is left out. */
export function withDetector(detectors: Detectors, id: string, { enabled, thresholds, reset }: DetectorChange): Detectors {
  const { [id]: known = asByDefault, ...others } = detectors;
  const start = reset ? asByDefault : known;
  const after = { enabled: enabled ?? start.enabled, thresholds: { ...start.thresholds, ...thresholds } };
  return after.enabled && Object.keys(after.thresholds).length === 0 ? others : { ...others, [id]: after };
}

export async function settingsOf({ em, tables, batch }: Changing) {
  const { settings, row } = await readSettings(em, tables, batch.organisationId);
  return { settings, own: row?.settings ?? {} };
}

const audited = ({ batch }: Changing, actor: Actor, reason: string | null): Omit<Audited, 'action'> => ({
  actor,
  target: `Organisation:${batch.organisationId}`,
  reason,
});

/** Settings hold from the next activity on: here at once, in other processes when they catch up with the log. */
export function writeSettings({ batch, replica }: Changing, actor: Actor, settings: Partial<OrganisationSettings>): Settled {
  const { organisationId, now } = batch;
  const revision = replica.settingsRevision + 1;
  const row = { id: organisationId, organisationId, settings, revision, updatedAt: now, updatedBy: actor.name };
  batch.settings.add(row);
  append(batch, { kind: 'SETTINGS_CHANGED', settingsRow: row, user: null, session: null });
  setSettings(replica, { ...defaultSettings, ...settings }, revision);
  return { settings: replica.settings, row };
}
