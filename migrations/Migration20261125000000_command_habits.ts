import { Migration } from '@mikro-orm/migrations';

const organisation = `(select nullif(current_setting('lapwing.organisation', true), '')::uuid)`;
const sees = `(select current_setting('lapwing.audience', true)) = 'ALL'`;
const own = `organisation_id = ${organisation}`;

/**
 * Which programs users run, and which are common in an organisation. The last commands of a user are read where they act again
 * after a restart: without an index of their own, that would walk past all else the user ever did.
 */
export class Migration20261125000000CommandHabits extends Migration {
  override up(): void {
    this.addSql('create table command_habits (id uuid primary key, organisation_id uuid not null, habits jsonb not null)');
    this.addSql('create table common_programs (id uuid primary key, organisation_id uuid not null, common jsonb not null)');
    for (const [table, seen] of [
      ['command_habits', `(${sees} or id in (select u.id from "user" u))`],
      ['common_programs', sees],
    ]) {
      this.addSql(`alter table ${table} enable row level security, force row level security`);
      this.addSql(`create policy tenant on ${table} using (${own} and ${seen}) with check (${own} and ${sees})`);
    }
    this.addSql(`create index activity_command on activity (user_id, occurred_at) where type in ('COMMAND', 'SUDO_COMMAND')`);
  }
}
