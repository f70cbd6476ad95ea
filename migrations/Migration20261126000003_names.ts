import { Migration } from '@mikro-orm/migrations';

/**
 * By what users are named in texts besides their external id, so that a pseudonym can stand there: what an id has besides its
 * domain (`name@example.com`, `DOMAIN\name`, `uid=name,ou=…`, `…/name`), and the display name. Columns rather than expressions in an index: behind row-level security PostgreSQL looks nothing up by
 * an expression, which might tell of rows that are not to be seen.
 */
export class Migration20261126000003Names extends Migration {
  override up(): void {
    this.addSql(String.raw`alter table "user"
      add column alias text generated always as (nullif(lower(regexp_replace(external_id, '^.*[\\/|:]|@[^@]*$|^\w+=|,.*$', '', 'g')), '')) stored,
      add column spoken text generated always as (lower(display_name)) stored`);
    this.addSql('create index user_alias on "user" (organisation_id, alias)');
    this.addSql('create index user_spoken on "user" (organisation_id, spoken) where spoken is not null');
  }
}
