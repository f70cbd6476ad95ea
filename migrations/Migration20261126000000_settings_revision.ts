import { Migration } from '@mikro-orm/migrations';

/** Which state of the settings an activity was checked by is told from a number: two changes may have one time. */
export class Migration20261126000000SettingsRevision extends Migration {
  override up(): void {
    this.addSql('alter table organisation_settings add column revision integer not null default 1');
  }
}
