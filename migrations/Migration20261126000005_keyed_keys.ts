import { Migration } from '@mikro-orm/migrations';

/**
 * Idempotency keys and what was sent with them were plain hashes until now, from which a short secret could be told by trying all.
 * From now on they are hashed under a key; which organisations have plain ones too, by which retries still find theirs, is noted.
 */
export class Migration20261126000005KeyedKeys extends Migration {
  override up(): void {
    this.addSql('alter table log_head add column has_plain_keys boolean not null default false');
    for (const table of ['log_head', 'idempotency_key']) this.addSql(`alter table ${table} no force row level security`);
    this.addSql(`update log_head set has_plain_keys = exists (
      select from idempotency_key where idempotency_key.organisation_id = log_head.organisation_id)`);
    for (const table of ['log_head', 'idempotency_key']) this.addSql(`alter table ${table} force row level security`);
  }
}
