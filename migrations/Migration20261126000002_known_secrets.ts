import { Migration } from '@mikro-orm/migrations';

const organisation = `(select nullif(current_setting('lapwing.organisation', true), '')::uuid)`;
const sees = `(select current_setting('lapwing.audience', true)) = 'ALL'`;
const own = `organisation_id = ${organisation} and ${sees}`;

/** Secrets that their owners have registered, as keyed hashes; what is forgotten keeps its name and none of these. */
export class Migration20261126000002KnownSecrets extends Migration {
  override up(): void {
    this.addSql(`create table known_secret (
      id uuid primary key, organisation_id uuid not null references organisation, name text not null, fingerprint text, hash text,
      prefix_hash bigint, length integer, registered_at timestamptz not null, registered_by text not null, forgotten_at timestamptz,
      check (forgotten_at is null or (fingerprint is null and hash is null and prefix_hash is null and length is null)))`);
    this.addSql('create unique index known_secret_hash on known_secret (organisation_id, hash) where hash is not null');
    this.addSql('create index known_secret_registered on known_secret (organisation_id, registered_at) where forgotten_at is null');
    this.addSql('alter table known_secret enable row level security, force row level security');
    this.addSql(`create policy tenant on known_secret using (${own}) with check (${own})`);
  }
}
