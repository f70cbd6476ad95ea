import { Migration } from '@mikro-orm/migrations';

const organisation = `(select nullif(current_setting('lapwing.organisation', true), '')::uuid)`;
const audience = `(select current_setting('lapwing.audience', true))`;

/**
 * Uses of secrets as rows of their own: whoever sees a user sees theirs. `field` is the path of the text that one was found in;
 * those recorded before had their ids reported by keepers and were found nowhere.
 */
export class Migration20261126000001SecretUsage extends Migration {
  override up(): void {
    this.addSql(`create table secret_usage (
      id uuid primary key, organisation_id uuid not null references organisation, activity_id uuid not null, place smallint not null,
      seq bigint not null, recorded_at timestamptz not null, occurred_at timestamptz not null, user_id uuid not null, session_id uuid,
      type text not null, kind text not null, secret text, fingerprint text, granted boolean not null, reason text, field jsonb,
      at integer)`);
    this.addSql('alter table activity no force row level security');
    this.addSql(`insert into secret_usage (id, organisation_id, activity_id, place, seq, recorded_at, occurred_at, user_id, session_id,
        type, kind, secret, granted, reason)
      select gen_random_uuid(), a.organisation_id, a.id, reported.place - 1, a.seq, a.recorded_at, a.occurred_at, a.user_id, a.session_id,
        a.type, 'REPORTED', reported.use->>'secret', (reported.use->>'granted')::boolean, reported.use->>'reason'
      from activity a cross join lateral jsonb_array_elements(a.secrets_used) with ordinality as reported(use, place)
      where a.secrets_used is not null`);
    this.addSql('alter table activity force row level security');
    this.addSql('create index secret_usage_occurred on secret_usage (organisation_id, occurred_at, id)');
    this.addSql('create index secret_usage_of_user on secret_usage (user_id, occurred_at, id)');
    this.addSql('create index secret_usage_of_session on secret_usage (session_id, occurred_at, id) where session_id is not null');
    this.addSql(`create index secret_usage_of_fingerprint on secret_usage (organisation_id, fingerprint, occurred_at)
      where fingerprint is not null`);
    this.addSql('create index secret_usage_of_secret on secret_usage (organisation_id, secret, occurred_at) where secret is not null');
    this.addSql('alter table secret_usage enable row level security, force row level security');
    this.addSql(`create policy tenant on secret_usage
      using (organisation_id = ${organisation} and (${audience} = 'ALL' or ${audience} = 'SOME' and user_id in (select u.id from "user" u)))
      with check (organisation_id = ${organisation} and ${audience} = 'ALL')`);
  }
}
