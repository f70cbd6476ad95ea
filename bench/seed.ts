import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { countWhatIsThere } from '../migrations/Migration20261123000002_rollups.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { openDatabase } from '../src/db/database.ts';

/**
 * Fills a database with `--rows` activities of the 30 days up to now, of 20 organisations of very different size, with the
 * users, sessions, anomalies, alerts, log and summaries that belong to them. The biggest organisation is `default`, to
 * which the key belongs that the service makes at its first start.
 *
 *   npx node bench/seed.ts --rows 10000000 --data-dir /var/lib/lapwing-bench
 *   npx node bench/seed.ts --rows 1000000 --database-url postgres://superuser@…
 *
 * Rows are made by the server, as a superuser, since row-level security would let through one organisation only. Tables
 * are durable, as in production; indexes are made after the rows, which is what makes it minutes.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, 'database-url': { type: 'string' }, 'data-dir': { type: 'string' } },
});
const rows = Number(values.rows);
const organisations = 20;
const days = 30;
const usersOfBiggest = 2_000;

const started = performance.now();
const tell = (what: string) => process.stdout.write(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${what}\n`);

const { client, close } = await open();
const run = async (what: string, sql: string, params: unknown[] = []) => {
  const { rowCount } = await client.query(sql, params);
  tell(`${what}${rowCount === null ? '' : `: ${rowCount}`}`);
};
async function open() {
  const url = values['database-url'];
  if (url !== undefined) {
    await (await openDatabase({ url }, tell)).close();
    return { client: await connected(new Client({ connectionString: url })), close: async () => {} };
  }
  const dataDir = values['data-dir'];
  if (dataDir === undefined) throw new Error('give --data-dir or --database-url');
  const { socketDir, port, user, owner, superuser, database, stop } = await startEmbedded({ dataDir, log: tell });
  await (await openDatabase({ socketDir, port, user, owner, name: database }, tell)).close();
  return { client: await connected(new Client({ host: socketDir, port, user: superuser, database })), close: stop };
}

async function connected(made: Client): Promise<Client> {
  await made.connect();
  await made.query(
    `set timezone = 'UTC'; set jit = off; set synchronous_commit = off; set work_mem = '512MB'; set maintenance_work_mem = '1GB'`,
  );
  await made.query(`alter system set max_wal_size = '8GB'`);
  await made.query('select pg_reload_conf()');
  return made;
}

async function seed(): Promise<void> {
  const { rows: found } = await client.query('select from activity limit 1');
  if (found.length > 0) throw new Error('this database has activities already');
  await client.query(`select setseed(0.4); select make_activity_partitions((now() - interval '${days} days')::date, 4)`);
  await client.query('create extension if not exists pgcrypto').catch(() => undefined);
  const indexes = await dropIndexes();
  const shares = Array.from({ length: organisations }, (_, place) => 1 / (place + 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (const [place, share] of shares.entries()) {
    const name = place === 0 ? 'default' : `organisation-${place + 1}`;
    const users = Math.max(20, Math.round(usersOfBiggest * share));
    await fill(name, place % 3 === 2 ? 'Europe/Berlin' : 'UTC', Math.round((rows * share) / total), users);
  }
  await run('sessions', sessions);
  await run('anomalies', anomalies);
  await run('alerts', alerts);
  const { rows: leafHash } = await client.query<{ type: string }>(
    `select atttypid::regtype::text as type from pg_attribute where attrelid = 'log_entry'::regclass and attname = 'leaf_hash'`,
  );
  await run('log', log(leafHash[0]!.type));
  for (const sql of indexes) await run(sql.slice(0, 70), sql);
  await client.query('vacuum analyze');
  tell('vacuumed and analysed');
  for (const sql of countWhatIsThere) await run(sql.replaceAll(/\s+/g, ' ').slice(0, 70), sql);
  await client.query('vacuum analyze summary_count, summary_presence, summary_page');
  await client.query('checkpoint');
  tell('done');
}

/** The definitions of what is dropped, to be made again when the rows are there. */
async function dropIndexes(): Promise<string[]> {
  const { rows: found } = await client.query<{ name: string; definition: string; is_key: boolean; key: string | null }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition, indisprimary as is_key
    from pg_index i join pg_class c on c.oid = i.indrelid where c.relname in ('activity', 'session') and not (c.relname = 'session' and indisunique)`,
  );
  for (const { name, is_key: isKey } of found) {
    await client.query(isKey ? 'alter table activity drop constraint activity_pkey' : `drop index ${name}`);
  }
  return found.map(({ definition, is_key: isKey }) =>
    isKey ? 'alter table activity add primary key (id, recorded_at)' : definition.replace(' ON ONLY ', ' ON '),
  );
}

async function fill(name: string, timeZone: string, count: number, users: number): Promise<void> {
  await client.query('select create_organisation(gen_random_uuid(), $1, $2, now())', [name, timeZone]);
  const { rows: found } = await client.query<{ id: string }>('select id from organisation where name = $1', [name]);
  const id = found[0]!.id;
  await client.query(
    `insert into "user" (id, organisation_id, external_id, time_zone, first_seen_at, baseline, teams)
    select gen_random_uuid(), $1, 'user-' || n, null, now() - interval '${days} days' + n * interval '1 second',
      '{"signIns": [], "addresses": []}', jsonb_build_array('team-' || n % 20)
    from generate_series(0, $2::integer - 1) n`,
    [id, users],
  );
  await run(`${name}: activities of ${users} users`, activities(id, count, users));
  await client.query('update log_head set seq = $2 where organisation_id = $1', [id, count]);
}

/** Each user works one of three shifts of eight hours a day, in one session. One random number makes a type, its kind and its risk. */
const activities = (organisation: string, count: number, users: number) => `
  with drawn as (
    select g, random() as what, random() as danger, random() as who, floor(400 * random() ^ 2)::integer as page,
      now() - interval '${days} days' + (g * ${days * 86_400}::float8 / ${count + 1}) * interval '1 second' as at
    from generate_series(1, ${count}) g
  ), shifted as (
    select *, floor(extract(epoch from at) / 28800)::bigint as block from drawn
  ), acted as (
    select *, (3 * floor(${users} / 3 * who ^ 1.5) + block % 3)::integer as u from shifted
  ), typed as (
    select *, case when what < .45 then 'PAGE_VIEW' when what < .65 then 'API_CALL' when what < .77 then 'COMMAND' when what < .80 then 'SUDO_COMMAND'
      when what < .88 then 'FILE_READ' when what < .90 then 'FILE_DOWNLOAD' when what < .95 then 'BROWSER_NAVIGATE' when what < .97 then 'LOGIN'
      when what < .98 then 'LOGOUT' when what < .995 then 'AUTH_FAILURE' when what < .9995 then 'PERMISSION_CHANGE' else 'USER_CREATED' end as type
    from acted
  ), scored as (
    select *, case when danger < .0005 then 70 + g % 25 when danger < .004 then 50 + g % 20 when type = 'AUTH_FAILURE' then 40
      when type = 'PERMISSION_CHANGE' then 30 when type = 'SUDO_COMMAND' or danger < .1 then 20 else 0 end as score,
      '/app/section-' || page % 40 || '/page-' || page as path from typed
  )
  insert into activity (id, organisation_id, seq, recorded_at, occurred_at, kind, type, user_id, session_id, session_change, source_ip, user_agent,
    device_type, outcome, on_behalf_of, risk_score, risk_factors, policy_version, text, detail, metadata, alert_id)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(g % 4096), 3, '0') || '8' || substr(md5('${organisation}' || g), 1, 15))::uuid,
    '${organisation}', g, at, at - random() * interval '2 seconds',
    case when type in ('PAGE_VIEW', 'API_CALL', 'FILE_DOWNLOAD') then 'web' when type like '%COMMAND' then 'terminal' when type like 'FILE%' then 'file'
      when type like 'BROWSER%' then 'browser' when type in ('PERMISSION_CHANGE', 'USER_CREATED') then 'access' else 'auth' end,
    type, p.id, md5('${organisation}' || u || ' ' || block)::uuid, 'UPDATED', '10.' || u % 7 || '.' || u / 250 || '.' || u % 250,
    'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0', 'DESKTOP', case when type = 'AUTH_FAILURE' then 'FAILURE' else 'SUCCESS' end,
    null, score, case when score = 0 then '[]'::jsonb else jsonb_build_array(jsonb_build_object('code', 'SEEDED', 'points', score, 'reason', 'made for a benchmark')) end, 2,
    path, case when type in ('PAGE_VIEW', 'API_CALL', 'FILE_DOWNLOAD')
      then jsonb_build_object('action', null, 'page', path, 'pageTitle', 'Page ' || page, 'endpoint', null, 'method', 'GET', 'statusCode', 200, 'durationMs', g % 900, 'referrer', null)
      when type like '%COMMAND' then jsonb_build_object('command', path, 'workingDirectory', '/home/user-' || u, 'exitCode', 0, 'output', null, 'shell', 'bash')
      when type like 'FILE%' then jsonb_build_object('operation', 'READ', 'path', path, 'newPath', null, 'fileType', null, 'sizeBytes', g % 100000)
      when type like 'BROWSER%' then jsonb_build_object('action', 'NAVIGATE', 'url', path, 'selector', null, 'inputValue', null, 'statusCode', 200)
      when type in ('PERMISSION_CHANGE', 'USER_CREATED') then jsonb_build_object('change', 'PERMISSION', 'target', path, 'before', null, 'after', null)
      else jsonb_build_object('event', 'LOGIN', 'method', 'password', 'reason', null, 'host', path) end,
    null, null
  from scored join "user" p on p.organisation_id = '${organisation}' and p.external_id = 'user-' || u`;

const sessions = `
  insert into session (id, organisation_id, external_id, user_id, kind, started_at, last_activity_at, ended_at, next_status_at, last_page,
    activity_count, command_count, device_type, source_ip, user_agent, risk_score, risk_factors, policy_version, clients, integrity_score)
  select session_id, organisation_id, session_id::text, user_id, 'WEB', min(occurred_at), max(occurred_at),
    case when max(occurred_at) < now() - interval '1 hour' then max(occurred_at) end, null, max(text),
    count(*), count(*) filter (where kind = 'terminal'), 'DESKTOP', min(source_ip), min(user_agent), max(risk_score), '[]', 2,
    jsonb_build_object('addresses', '[]'::jsonb, 'networks', '[]'::jsonb, 'clients', '[]'::jsonb, 'deviceTypes', '[]'::jsonb, 'users', '[]'::jsonb),
    case when random() < .05 then 75 else 100 end
  from activity group by organisation_id, user_id, session_id`;

/** One for each HIGH or CRITICAL activity. */
const anomalies = `
  with made as (
    insert into anomaly (id, organisation_id, seq, reference, type, detector, key, subject, user_id, session_id, detected_at, first_at, last_at,
      score, summary, details, count)
    select a.id, a.organisation_id, h.seq + row_number() over (partition by a.organisation_id order by a.seq), 'ANO-' || right(a.id::text, 6),
      'SUSPICIOUS_COMMAND', 'suspicious-command', a.id::text, 'user:' || u.external_id, a.user_id, a.session_id,
      a.occurred_at, a.occurred_at, a.occurred_at, a.risk_score, 'made for a benchmark', '{}', 1
    from activity a join "user" u on u.id = a.user_id join log_head h on h.organisation_id = a.organisation_id
    where a.risk_score >= 50 returning organisation_id, id, seq
  ), proven as (
    insert into evidence select organisation_id, id, id from made
  )
  update log_head h set seq = newest.seq from (select organisation_id, max(seq) as seq from made group by 1) newest
    where newest.organisation_id = h.organisation_id`;

/** One for each CRITICAL anomaly, of which the newest of each user is open. */
const alerts = `
  with made as (
    insert into alert (id, organisation_id, seq, type, subject, status, severity, title, user_id, count, opened_at, first_seen_at, last_seen_at)
    select n.id, n.organisation_id, h.seq + row_number() over (partition by n.organisation_id order by n.seq), n.type, n.subject,
      case when row_number() over (partition by n.organisation_id, n.subject order by n.seq desc) = 1 then 'OPEN' else 'RESOLVED' end,
      'CRITICAL', 'made for a benchmark', n.user_id, 1, n.detected_at, n.first_at, n.last_at
    from anomaly n join log_head h on h.organisation_id = n.organisation_id where n.score >= 70 returning organisation_id, id, seq
  ), linked as (
    insert into alert_anomaly select organisation_id, id, id from made
  )
  update log_head h set seq = newest.seq from (select organisation_id, max(seq) as seq from made group by 1) newest
    where newest.organisation_id = h.organisation_id`;

/** A line for everything, without a gap. The hashes are no leaves: nothing here reads them. */
const log = (hashType: string) =>
  `insert into log_entry (organisation_id, seq, kind, ref, recorded_at, leaf_hash) ${[
    ['activity', 'ACTIVITY', 'recorded_at'],
    ['anomaly', 'ANOMALY_DETECTED', 'detected_at'],
    ['alert', 'ALERT_OPENED', 'opened_at'],
  ]
    .map(
      ([table, kind, at]) =>
        `select organisation_id, seq, '${kind}', id, ${at}, (E'\\\\x' || md5(id::text) || md5(seq::text))::${hashType} from ${table}`,
    )
    .join(' union all ')}`;

try {
  await seed();
} finally {
  await client.end();
  await close();
}
