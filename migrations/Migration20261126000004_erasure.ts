import { Migration } from '@mikro-orm/migrations';

/** As src/db/queries/rollups.ts spells what it keeps by a hash. */
const hash = (text: string) => `encode(substr(sha256(convert_to(${text}, 'UTF8')), 1, 16), 'hex')::uuid`;
const pages = `type in ('PAGE_VIEW', 'BROWSER_NAVIGATE') and text is not null`;
/** The recorder's connections are kept from scanning; these statements look at many rows, of one user or one organisation. */
const anyPlan = ['seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin'].map((way) => `set enable_${way} = on`).join(' ');
const ownOnly = `if of_organisation is distinct from nullif(current_setting('lapwing.organisation', true), '')::uuid then
    raise insufficient_privilege using message = 'this transaction is of another organisation'; end if;`;

/**
 * Erasing a user, and what keeps one from being erased. The role that serves deletes nothing anywhere: these functions of the
 * owner do, of one user, in the organisation of the transaction, whose policies bind them too.
 */
export class Migration20261126000004Erasure extends Migration {
  override async up(): Promise<void> {
    const [found] = await this.execute(`select quote_ident(current_schema()) as schema`);
    // Whoever calls a function of the owner's must not choose what its names mean.
    const asOwner = `language plpgsql security definer set search_path = ${found!.schema}, pg_temp ${anyPlan}`;
    this.addSql('alter table "user" add column erased_at timestamptz, add column legal_hold jsonb');
    // A row with it is not what was hashed into the log: a name was taken out of it.
    this.addSql('alter table activity add column erased_at timestamptz');
    this.addSql('alter table audit_entry add column erased_at timestamptz');
    // What is looked for here and nowhere else, and what foreign keys look for at each row that is deleted.
    this.addSql('create index activity_on_behalf_of on activity (organisation_id, on_behalf_of) where on_behalf_of is not null');
    this.addSql('create index anomaly_of_session on anomaly (session_id) where session_id is not null');
    this.addSql('create index alert_anomaly_of_anomaly on alert_anomaly (anomaly_id)');
    this.addSql('create index user_erased on "user" (organisation_id) where erased_at is not null');
    this.addSql('create index summary_presence_of on summary_presence (key)');
    this.#replaceNames();
    this.#findTargets();
    this.#eraseActivities(asOwner);
    this.#eraseAbout(asOwner);
    this.#eraseNames(asOwner);
    this.#eraseAudit(asOwner);
  }

  /**
   * Names as whole words: what goes on with a letter, a digit, `_`, `-`, `@`, or a dot and a letter is another name. A name stands
   * in JSON in its own spelling there. The hint is looked for first: it costs a third, and most texts name nobody.
   */
  #replaceNames(): void {
    const inWord = '[[:alnum:]_@-]';
    const spelled = `unnest(names) as name, unnest(array[name, substr(to_jsonb(name)::text, 2, length(to_jsonb(name)::text) - 2)]) as spelled`;
    const literal = `regexp_replace(spelled, '([^[:alnum:]_])', '\\\\\\1', 'g')`;
    this.addSql(`create function name_hint(names text[]) returns text language sql immutable as $$
      select string_agg(distinct ${literal}, '|') from ${spelled} $$`);
    this.addSql(`create function name_pattern(names text[]) returns text language sql immutable as $$
      select '(?<!${inWord})(?<![[:alnum:]_][.])(' || string_agg(${literal}, '|' order by length(spelled) desc) || ')(?!${inWord})(?![.][[:alnum:]_])'
      from ${spelled} $$`);
    // Keys of objects are the detectors' own, and stay; a user may well be called like one.
    this.addSql(`create function without_names(told jsonb, pattern text, instead text) returns jsonb language plpgsql immutable as $$
    declare kind text := jsonb_typeof(told); begin
      if kind = 'string' then return to_jsonb(regexp_replace(told #>> '{}', pattern, instead, 'g')); end if;
      if kind is null or kind not in ('array', 'object') or told::text !~ pattern then return told; end if;
      if kind = 'array' then
        return (select jsonb_agg(without_names(item, pattern, instead) order by place) from jsonb_array_elements(told) with ordinality as item(item, place));
      end if;
      return (select jsonb_object_agg(name, without_names(item, pattern, instead)) from jsonb_each(told) as item(name, item));
    end $$`);
  }

  /** Activities of a user, by their ids: with them go links to them, views of pages, and addresses that nobody else was seen at. */
  #eraseActivities(asOwner: string): void {
    this.addSql(`create function erase_activities(of_organisation uuid, of_user uuid, ids uuid[], learned text[]) returns jsonb ${asOwner} as $$
    declare addresses text[]; unseen_at text[]; activities integer; links integer; places integer; lost integer; begin ${ownOnly}
      with gone as (
        delete from activity where id = any(ids) and (organisation_id = of_organisation and user_id = of_user) is true -- no index but that of ids
        returning occurred_at, type, text, source_ip
      ), viewed as (
        select (occurred_at at time zone (select time_zone from organisation where id = of_organisation))::date as day,
          ${hash('text')} as page_hash, count(*) as views from gone where ${pages} group by 1, 2
      ), unseen as (
        delete from summary_page p using viewed v
        where p.organisation_id = of_organisation and p.day = v.day and p.page_hash = v.page_hash and p.views <= v.views
      ), seen as (
        update summary_page p set views = p.views - v.views from viewed v
        where p.organisation_id = of_organisation and p.day = v.day and p.page_hash = v.page_hash and p.views > v.views
      )
      select count(*), array_agg(distinct source_ip) filter (where source_ip is not null) into activities, addresses from gone;
      delete from evidence where organisation_id = of_organisation and activity_id = any(ids);
      get diagnostics links = row_count;
      select coalesce(array_agg(address), '{}') into unseen_at from unnest(addresses) as address
        where not exists (select from activity where organisation_id = of_organisation and source_ip = address);
      delete from summary_presence where organisation_id = of_organisation and what = 'addresses'
        and key in (select ${hash('address')} from unnest(unseen_at) as address);
      get diagnostics places = row_count;
      -- What only one user of the whole organisation is known for, and this one did, is of this one.
      delete from shared_fact f using shared_fact o where o.organisation_id = of_organisation and o.scope = 'organisation'
        and o.fact = any(learned) and o.users <= 1 and f.organisation_id = of_organisation and f.fact = o.fact;
      get diagnostics lost = row_count;
      return jsonb_build_object('counted', jsonb_build_object('activities', activities, 'evidence', links, 'presence', places, 'facts', lost),
        'addresses', unseen_at);
    end $$`);
    this.addSql('revoke execute on function erase_activities(uuid, uuid, uuid[], text[]) from public');
  }

  /** What is about a user, once the activities are gone. */
  #eraseAbout(asOwner: string): void {
    this.addSql(`create function erase_about(of_organisation uuid, of_user uuid, names text[], instead text, at timestamptz, known text[],
      scopes text[]) returns jsonb ${asOwner} as $$
    declare subject_of text := 'user:' || names[1]; pattern text := name_pattern(names); claims uuid[]; alarms uuid[]; visits uuid[]; counted jsonb; rows_gone integer; begin ${ownOnly}
      select coalesce(array_agg(id), '{}') into claims from anomaly
        where organisation_id = of_organisation and (user_id = of_user or subject = subject_of);
      select coalesce(array_agg(id), '{}') into alarms from alert
        where organisation_id = of_organisation and (user_id = of_user or subject = subject_of);
      select coalesce(array_agg(id), '{}') into visits from session where organisation_id = of_organisation and user_id = of_user;
      counted := jsonb_build_object('anomalies', cardinality(claims), 'alerts', cardinality(alarms), 'sessions', cardinality(visits));
      delete from evidence where organisation_id = of_organisation and anomaly_id = any(claims);
      delete from alert_anomaly where organisation_id = of_organisation and (anomaly_id = any(claims) or alert_id = any(alarms));
      delete from alert_history where organisation_id = of_organisation and alert_id = any(alarms);
      delete from anomaly where organisation_id = of_organisation and id = any(claims);
      delete from alert where organisation_id = of_organisation and id = any(alarms);
      -- Others acted in these sessions: what they did stays theirs, and happened in no session that is known.
      update anomaly set session_id = null where organisation_id = of_organisation and session_id = any(visits);
      update activity set session_id = null, session_change = null, risk_factors = without_names(risk_factors, pattern, instead), erased_at = at
        where organisation_id = of_organisation and session_id = any(visits);
      get diagnostics rows_gone = row_count;
      counted := counted || jsonb_build_object('activitiesOfOthers', rows_gone);
      delete from session where organisation_id = of_organisation and id = any(visits);
      delete from summary_presence where organisation_id = of_organisation and key = any(visits || of_user);
      get diagnostics rows_gone = row_count;
      counted := counted || jsonb_build_object('presence', rows_gone);
      delete from command_habits where organisation_id = of_organisation and id = of_user;
      update shared_fact set users = users - 1
        where organisation_id = of_organisation and fact = any(known) and scope = any(scopes);
      get diagnostics rows_gone = row_count;
      delete from shared_fact where organisation_id = of_organisation and fact = any(known) and users <= 0;
      counted := counted || jsonb_build_object('facts', rows_gone);
      if to_regclass('secret_usage') is not null then
        execute 'delete from secret_usage where organisation_id = $1 and user_id = $2' using of_organisation, of_user;
        get diagnostics rows_gone = row_count;
        counted := counted || jsonb_build_object('secretUsages', rows_gone);
        execute 'update secret_usage set session_id = null where organisation_id = $1 and session_id = any($2)' using of_organisation, visits;
      end if;
      return counted;
    end $$`);
    this.addSql('revoke execute on function erase_about(uuid, uuid, text[], text, timestamptz, text[], text[]) from public');
  }

  /** Where others' rows name a user: whole words of texts, and values of JSON, but nothing that others wrote as commands or the like. */
  #eraseNames(asOwner: string): void {
    const own = 'organisation_id = of_organisation';
    const within = 'from activity a where a.organisation_id = of_organisation and a.session_id = s.id';
    const ofOthers = (column: string) =>
      `${column} = (select a.${column} ${within} and a.${column} is not null order by a.occurred_at, a.seq limit 1)`;
    const seenStill = ([column, shown]: string[]) =>
      `${column} = case when exists (select ${within} and ${shown} = s.${column}) then s.${column} end`;
    this.addSql(`create function erase_names(of_organisation uuid, names text[], instead text, at timestamptz, visits uuid[])
    returns jsonb ${asOwner} as $$
    declare external text := names[1]; pattern text := name_pattern(names); hint text := name_hint(names); activities integer; served integer; entered integer; ended integer; claims integer;
      alarms integer; notes integer; judged integer; begin ${ownOnly}
      update activity set on_behalf_of = instead, erased_at = at where ${own} and on_behalf_of = external;
      get diagnostics served = row_count;
      update activity set detail = without_names(detail, pattern, instead), text = regexp_replace(text, pattern, instead, 'g'), erased_at = at
        where ${own} and type in ('PERMISSION_CHANGE', 'ROLE_CHANGE', 'USER_CREATED', 'USER_DELETED', 'POLICY_VIOLATION')
        and detail->>'target' = external;
      get diagnostics activities = row_count;
      update activity set risk_factors = without_names(risk_factors, pattern, instead), erased_at = at
        where ${own} and session_id = any(visits) and risk_factors::text ~ hint and risk_factors::text ~ pattern;
      get diagnostics judged = row_count;
      update session s set clients = without_names(clients, pattern, instead), risk_factors = without_names(risk_factors, pattern, instead),
        integrity_changes = without_names(integrity_changes, pattern, instead), ${['source_ip', 'user_agent', 'device_type'].map(ofOthers).join(', ')},
        ${[
          ['last_page', 'a.text'],
          ['last_endpoint', `a.detail->>'endpoint'`],
        ]
          .map(seenStill)
          .join(', ')}
        where ${own} and id = any(visits);
      get diagnostics entered = row_count;
      update session set termination_reason = regexp_replace(termination_reason, pattern, instead, 'g')
        where ${own} and terminated_at is not null and termination_reason ~ hint and termination_reason ~ pattern;
      get diagnostics ended = row_count;
      update anomaly set summary = regexp_replace(summary, pattern, instead, 'g'), key = regexp_replace(key, pattern, instead, 'g'),
        details = without_names(details, pattern, instead)
        where ${own} and concat_ws(' ', summary, key, details) ~ hint and concat_ws(' ', summary, key, details) ~ pattern;
      get diagnostics claims = row_count;
      update alert set title = regexp_replace(title, pattern, instead, 'g') where ${own} and title ~ hint and title ~ pattern;
      get diagnostics alarms = row_count;
      update alert_history set note = regexp_replace(note, pattern, instead, 'g') where ${own} and note is not null and note ~ hint and note ~ pattern;
      get diagnostics notes = row_count;
      return jsonb_build_object('activitiesOfOthers', activities + served + judged, 'sessionsOfOthers', entered + ended, 'anomaliesOfOthers', claims,
        'alertsOfOthers', alarms + notes);
    end $$`);
    this.addSql('revoke execute on function erase_names(uuid, text[], text, timestamptz, uuid[]) from public');
  }

  /** The same in the audit log, from one place to another: what was set of the user is left out, whatever it was. */
  #eraseAudit(asOwner: string): void {
    // What somebody said in handing out, keeping or erasing is about that, and stays but for the name.
    const ofErasing = `action in ('USER_EXPORTED', 'USER_ERASURE_BEGUN', 'LEGAL_HOLD_SET', 'LEGAL_HOLD_LIFTED')`;
    const said = ['before', 'after'].map(
      (state) => `${state} = case when is_about(target, of_user)
        then (select jsonb_object_agg(name, '…'::text) from jsonb_object_keys(${state}) as name)
        else without_names(${state}, pattern, instead) end`,
    );
    this.addSql(`create function erase_audit(of_organisation uuid, of_user uuid, names text[], instead text, at timestamptz,
      after_seq bigint, up_to_seq bigint) returns integer ${asOwner} as $$
    declare pattern text := name_pattern(names); hint text := name_hint(names); changed integer; begin ${ownOnly}
      update audit_entry set ${said.join(', ')}, reads = without_names(reads, pattern, instead), erased_at = at,
        reason = case when is_about(target, of_user) and not ${ofErasing} and reason is not null then '…'
          else regexp_replace(reason, pattern, instead, 'g') end
        where organisation_id = of_organisation and seq > after_seq and seq <= up_to_seq
        and (target is not null and coalesce(before::text, after::text, reason) is not null and is_about(target, of_user)
          or concat_ws(' ', reads, reason, before, after) ~ hint and concat_ws(' ', reads, reason, before, after) ~ pattern);
      get diagnostics changed = row_count;
      return changed;
    end $$`);
    this.addSql('revoke execute on function erase_audit(uuid, uuid, text[], text, timestamptz, bigint, bigint) from public');
  }

  /** Whether an audit entry with this target is about the user, or something of theirs. */
  #findTargets(): void {
    const ofTheirs = ['Session', 'Anomaly', 'Alert'].map(
      (type) => `when target ~ '^${type}:[0-9a-f-]{36}$' then exists (
        select from ${type.toLowerCase()} o where o.id = split_part(target, ':', 2)::uuid and o.user_id = of_user)`,
    );
    this.addSql(`create function is_about(target text, of_user uuid) returns boolean language plpgsql stable as $$ begin
      return case when target = 'User:' || of_user then true ${ofTheirs.join(' ')} else false end;
    end $$`);
  }
}
