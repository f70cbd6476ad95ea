import { Migration } from '@mikro-orm/migrations';

/**
 * What proves that a process has the key by which this database's secrets are recognised: a hash that only the key gives. The
 * first process leaves it there. The one that serves may compare, not read it.
 */
export class Migration20261126000006ServiceKey extends Migration {
  override async up(): Promise<void> {
    const [found] = await this.execute(`select quote_ident(current_schema()) as schema`);
    this.addSql('create table service_key (only_one boolean primary key default true check (only_one), proof text not null)');
    this.addSql(`create function is_service_key(given text) returns boolean language plpgsql
      security definer set search_path = ${found!.schema}, pg_temp as $$ begin
        insert into service_key (proof) values (given) on conflict do nothing;
        return (select proof = given from service_key);
      end $$`);
    this.addSql('revoke execute on function is_service_key(text) from public');
  }
}
