import { startEmbedded } from '../src/db/embedded.ts';
import { MikroORM } from '@mikro-orm/postgresql';
import { rmSync, readFileSync, readdirSync } from 'node:fs';
const end = performance.now() + Number(process.argv[3]) * 1000; let n = 0, slowest = 0;
const dump = (dir: string) => {
  const pid = Number.parseInt(readFileSync(dir + '/postgres/postmaster.pid', 'utf8'), 10);
  for (const p of readdirSync('/proc').filter((x) => /^\d+$/.test(x))) {
    try {
      const stat = readFileSync(`/proc/${p}/stat`, 'utf8');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]);
      if (Number(p) !== pid && ppid !== pid) continue;
      const f = (x: string) => { try { return readFileSync(`/proc/${p}/${x}`, 'utf8').replaceAll('\0', ' ').trim(); } catch (e) { return String(e); } };
      console.log(p, f('cmdline').slice(0, 90), stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3), 'wchan', f('wchan'), 'syscall', f('syscall'), f('status').match(/Sig\w+:.*|ShdPnd.*/g)?.join(' '));
    } catch {}
  }
  console.log(readFileSync(dir + '/postgres.log', 'utf8').split('\n').slice(-12).join('\n'));
};
while (performance.now() < end) {
  const dir = process.argv[2]!; if (n % 4 === 0) rmSync(dir, { recursive: true, force: true });
  const t0 = performance.now();
  const e = await startEmbedded({ dataDir: dir, log: () => {} });
  const t1 = performance.now();
  const orm = await MikroORM.init({ host: e.socketDir, port: e.port, user: e.superuser, dbName: e.database, entities: [], discovery: { warnWhenNoEntities: false } });
  await orm.em.getConnection().execute(`create table if not exists kept (id int); insert into kept values (1)`);
  await orm.close(true);
  const t2 = performance.now();
  const timer = setTimeout(() => { console.log('SLOW STOP', new Date().toISOString()); dump(dir); }, 2500);
  await e.stop(); clearTimeout(timer);
  const t3 = performance.now(); slowest = Math.max(slowest, t3 - t2); n++;
  if (t3 - t0 > 4000) console.log('slow', (t1 - t0) | 0, (t2 - t1) | 0, (t3 - t2) | 0);
}
console.log(process.pid, n, 'cycles, slowest stop', slowest | 0);
