import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** Stands between a service and its PostgreSQL, as a load balancer or a bad network does. */
export type Proxy = {
  port: number;
  /** Where new lines lead from now on; the old ones are cut. */
  leadTo(socket: string): void;
  /** Cuts every line. */
  cut(): void;
  /** From now on nothing passes in either direction, and nobody is told: as a machine that has vanished. */
  goDeaf(deaf: boolean): void;
  close(): Promise<void>;
};

/** `passes` is asked of what the server says; where it answers false, that is swallowed and the line cut. */
export async function startProxy(socket: string, passes: (said: Buffer) => boolean = () => true): Promise<Proxy> {
  const lines = new Set<Socket>();
  let target = socket;
  let isDeaf = false;
  const cut = () => {
    for (const line of lines) line.destroy();
  };
  const server = createServer((client) => {
    const database = connect(target);
    for (const [line, other] of [
      [client, database],
      [database, client],
    ] as const) {
      lines.add(line);
      line.on('error', () => undefined);
      line.on('close', () => {
        lines.delete(line);
        other.destroy();
      });
    }
    client.on('data', (asked) => !isDeaf && database.write(asked));
    database.on('data', (said) => {
      if (isDeaf) return;
      if (passes(said)) client.write(said);
      else client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(next) {
      target = next;
      cut();
    },
    cut,
    goDeaf: (deaf) => void (isDeaf = deaf),
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
