import { Migration } from '@mikro-orm/migrations';

/** Which users are steady sources, whose silence is noticed while others go on, is asked of an organisation every hour of its time. */
export class Migration20261125000003SteadySources extends Migration {
  override up(): void {
    this.addSql(`create index user_steady on "user" (organisation_id) where jsonb_exists(baseline, 'steadyGap')`);
  }
}
