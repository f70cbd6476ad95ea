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
  /**
   * From now on nothing passes in either direction, and nobody is told: as a machine that has vanished. False: all of it passes.
   * `whose`: only on lines that were opened under this name.
   */
  hold(held: boolean, whose?: string): void;
  close(): Promise<void>;
};

/** `passes` is asked of what the server says; where it answers false, that is swallowed and the line cut. */
export async function startProxy(socket: string, passes: (said: Buffer) => boolean = () => true): Promise<Proxy> {
  const lines = new Map<Socket, { opening: string }>();
  let target = socket;
  let held: string | null = null;
  const isHeld = ({ opening }: { opening: string }) => held !== null && opening.includes(held);
  const cut = () => {
    for (const line of lines.keys()) line.destroy();
  };
  const server = createServer((client) => {
    const database = connect(target);
    const about = { opening: '' };
    for (const [line, other] of [
      [client, database],
      [database, client],
    ] as const) {
      lines.set(line, about);
      line.on('error', () => undefined);
      line.on('close', () => {
        lines.delete(line);
        other.destroy();
      });
    }
    client.on('data', (asked) => {
      about.opening ||= String(asked);
      database.write(asked);
    });
    database.on('data', (said) => {
      if (passes(said)) client.write(said);
      else client.destroy();
    });
    if (isHeld(about)) for (const line of [client, database]) line.pause();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(next) {
      target = next;
      cut();
    },
    cut,
    hold(isOn, whose = '') {
      held = isOn ? whose : null;
      for (const [line, about] of lines) line[isHeld(about) ? 'pause' : 'resume']();
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
