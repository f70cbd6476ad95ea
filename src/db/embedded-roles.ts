import { Client } from 'pg';
import { applicationRole, database, ownerRole, superuser } from './embedded-cluster.ts';
import { embeddedPort } from './embedded-socket.ts';

/**
 * In data folders of the first version the role that serves owns the database and its tables, and so could lift the policies:
 * they get the owner that new ones are made with. Does nothing where that has been done.
 */
export async function ensureOwner(socketDir: string): Promise<void> {
  const client = new Client({ host: socketDir, port: embeddedPort, user: superuser, database });
  await client.connect();
  const mending = client.query(`
    do $$ begin
      if to_regrole('${ownerRole}') is null then create role ${ownerRole} login; end if;
      if (select datdba from pg_database where datname = '${database}') <> '${ownerRole}'::regrole then
        reassign owned by ${applicationRole} to ${ownerRole};
      end if;
    end $$`);
  await mending.finally(() => client.end());
}
