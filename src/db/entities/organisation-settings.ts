import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { OrganisationSettings as Settings } from '../../domain/organisation-settings.ts';
import { columns } from './columns.ts';

/** What an organisation has set for itself; `id` is the organisation's. What is not in `settings` has its default. */
export const OrganisationSettings = defineEntity({
  name: 'OrganisationSettings',
  tableName: 'organisation_settings',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    settings: p.json<Partial<Settings>>(),
    /** Counts the changes. */
    revision: p.integer(),
    updatedAt: columns.instant(),
    updatedBy: p.text(),
  },
});
export type OrganisationSettingsRow = InferEntity<typeof OrganisationSettings>;
