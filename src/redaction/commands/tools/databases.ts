import type { ToolTable } from '../places.ts';

/** Clients and administration of databases, caches, queues and search engines. */
export const databases: ToolTable = [
  [
    `mysql mysqladmin mysqldump mysqlcheck mysqlimport mysqlshow mysqlslap mysqlbinlog mysqlpump mysql_upgrade mysqld_safe mysqld
     mysqlsh mysqltuner mysqlrouter mysql_config_editor mysqlreport mytop mycli mariadb mariadb-dump mariadb-admin mariadb-check
     mariadb-import mariadb-show mariadb-slap mariadb-binlog mariadb-backup mariabackup mariadb-upgrade mycheckpoint`,
    '-pX, --password=X, --password x, --password1|--password2|--password3=X, -P _, -h _, -u _, -D _, password x, CREATE _ _ _ x',
  ],
  [
    `innobackupex xtrabackup mydumper myloader pt-table-checksum pt-table-sync pt-query-digest pt-online-schema-change pt-archiver
     pt-kill pt-slave-restart pt-heartbeat pt-show-grants pt-duplicate-key-checker mysqlhotcopy gh-ost`,
    '-p?X, --password X, --ask-pass _, k=X...',
  ],
  [
    `psql pg_dump pg_dumpall pg_restore pg_basebackup pg_isready createdb dropdb createuser dropuser vacuumdb reindexdb clusterdb
     pgbench pg_receivewal pg_recvlogical pg_amcheck pg_rewind vacuumlo oid2name pgloader`,
    '--password x, -p _, -h _, -U _, -d k=X, --dbname k=X, * k=X',
  ],
  ['pgcli usql litecli', '--password x, -p _'],
  ['pg_activity pgbadger pg_top pgmetrics pgbouncer pg_repack repmgr barman', '--password x'],
  [
    'redis-cli valkey-cli keydb-cli',
    `-a|--pass X, -p _, -h _, -n _, auth|AUTH x, auth|AUTH _ x, set|SET requirepass|masterauth X, SET|set
     requirepass|masterauth X, requirepass X, masterauth X`,
  ],
  [
    'redis-server redis-benchmark redis-dump redis-load rdb rdbtools redis-rdb-cli iredis redli redis-sentinel',
    '-a|--pass|--password|--requirepass|--masterauth X',
  ],
  [
    'mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles bsondump mongod mongos',
    `-p?X, --password X, -u _, -h _, -d _, -c _, --awsSecretAccessKey|--awsIamSessionToken K,
     --sslPEMKeyPassword|--tlsCertificateKeyFilePassword|--sslPEMKeyPassword X`,
  ],
  ['sqlcmd bcp mssql-cli mssql-conf isql tsql osql freebcp fisql defncopy bsqldb bsqlodbc sqsh', '-P?X, -U _, -S _, -d _, -p _'],
  ['sqlplus sqlldr exp imp expdp impdp rman sql sqlcl tnsping adrci orapwd dgmgrl', 'user/X, * user/X, userid= user/X, password=X, k=X...'],
  ['db2 db2cli db2batch db2move db2look db2cc clpplus', 'using x, USING x, -p X, -w X, -a user/X, -u _'],
  ['influx influxd influx_inspect influxdb3', '-password X, -t|--token T, -p|--password X, -o _, -b _, --username _'],
  ['cqlsh nodetool dsetool sstableloader cassandra-stress dsbulk', '-p|--password X, -pw|--password X, -pwd X, -u _, -h _'],
  ['clickhouse clickhouse-client clickhouse-local clickhouse-copier clickhouse-benchmark clickhouse-backup', '--password X, -u _'],
  ['cockroach ysqlsh ycqlsh yugabyted tidb tiup tikv-ctl', '-p?x, --password x'],
  ['neo4j-admin neo4j cypher-shell', '-p?X, --password X, set-initial-password X, -u _, -a _'],
  ['arangosh arangodump arangorestore arangoimport arangobench arangoexport', '--server.password X, --server.jwt-secret T'],
  [
    'couchdb couchbase-cli cbbackup cbrestore cbq cbbackupmgr cbimport cbexport cbtransfer couchbackup couchrestore',
    `-p|--password X, --cluster-password|--server-add-password|--new-password|--rbac-password X, -u _, -c _, setting-cluster:
     --cluster-password X`,
  ],
  [
    `elasticsearch-reset-password elasticsearch-users elasticsearch-setup-passwords elasticsearch-keystore elasticsearch-certutil
     elasticsearch-certgen elasticsearch-syskeygen`,
    '-p X, --pass|--ca-pass X, -u _, useradd: -p X, passwd: -p X, | x',
  ],
  [
    'elasticdump multielasticdump curator esrally elasticsearch-plugin eland_import_hub_model es2csv',
    '--headers k=X, -u user:X, --http_auth user:X',
  ],
  [
    'elasticsearch kibana logstash filebeat metricbeat packetbeat heartbeat auditbeat winlogbeat elastic-agent fleet-server apm-server',
    '--enrollment-token|--fleet-server-service-token T, -E k=X',
  ],
  [
    'kafka-configs kafka-topics kafka-console-consumer kafka-console-producer kafka-acls kafka-consumer-groups kcat kafkacat ksql rpk',
    '--add-config k=X, -X k=X, --producer-property|--consumer-property k=X, --password X, -p x',
  ],
  [
    'rabbitmqctl rabbitmqadmin rabbitmq-diagnostics rabbitmq-plugins rabbitmq-upgrade',
    `-p _, --password X, password=X, --vhost _, -u _, add_user _ X, change_password _ X, authenticate_user _ X, --erlang-cookie T,
     k=X..., hash_password X`,
  ],
  [
    'activemq artemis solace nats nsc nats-server nats-pub nats-sub stan-pub nk',
    '--password|--pass X, --auth T, --creds _, --nkey _, --seed P',
  ],
  [
    'etcdctl etcd etcdutl consul nomad dkron',
    `--user user:X, -u user:X, --new-user-password X, user add user:X, user passwd X, -token T, -http-auth user:X, -gossip-key|-encrypt
     K, acl set-agent-token _ T, -install K, -secret-id T`,
  ],
  ['memcstat memcping memccat memccp memcrm memcflush memcdump', '--password X, --username _'],
  [
    `snowsql snow vsql nzsql nzload bteq tdload fastload monetdb mclient gsql gpload gpssh gpfdist exaplus hdbsql hdbuserstore
     singlestore-client`,
    '-w?X, --password X, -p x, -pw X, -U _, -u _, -d _, -P x, SET _ _ _ x',
  ],
  ['sqlite3 sqlcipher litestream duckdb', 'k=X...'],
  [
    'surrealdb dgraph rethinkdb rqlite riak-admin tarantool ravendb orientdb hbase',
    '--pass|--password X, -p x, -u _, --initial-password X, --bolt-pass X',
  ],
  [
    'hive impala-shell presto trino sqoop spark-submit spark-sql pyspark',
    '-p x, --password X, -u _, -n _, --conf k=X, --hiveconf k=X, --ldap_password_cmd _',
  ],
  [
    'liquibase flyway sqitch dbmate goose migrate alembic prisma atlas schemacrawler dbt evolve jailer schemaspy',
    '-password=X, --password X, -p x, -pfp _, --license-key|-licenseKey K, k=X...',
  ],
  [
    'meilisearch meilisync typesense-server manticore-searchd solr opensearch-plugin quickwit zincsearch',
    '--master-key K, --api-key K, -credentials|-u user:X',
  ],
  [
    'pgbackrest wal-g wal-e pg_probackup pgcopydb ora2pg mysql2pgsql db_dump db_load db_verify mysql-workbench',
    '-P X, -p _, --db-pass|--pass X, --repo1-cipher-pass X, --repo-cipher-pass X',
  ],
  [
    'planetscale pscale neonctl turso xata supabase fauna stepzen hasura fly-postgres upstash aiven avn timescale',
    `--service-token T, --api-key K, --admin-secret X, -p x, --password X, --db-password X, --token T, secrets set k=X..., login: --token
     T, -t _`,
  ],
  ['surreal dolt', '-p|--pass|--password X, -u|--user _'],
  ['beeline', '-p X, -u|-n|-d|-e|-f _, --hiveconf k=X'],
  ['isql iusql', '_ _ x'],
  ['gbak gfix gsec gstat nbackup', '-pas|-pass|-password|-pa X'],
  ['bteq fastload', '.logon user;X'],
  ['filebeat metricbeat packetbeat heartbeat auditbeat elastic-agent logstash kibana', 'keystore: | x'],
  ['isql-fb', '-p|-pas|-password X, -u|-user _'],
  ['rabbitmqadmin', '-p X'],
  ['zkcli.sh zkcli', 'addauth digest user:X'],
];
