import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import type { Child } from './children.ts';

/**
 * A look at the heap of a running service, after a full collection. The service is started as shipped; the signal opens node's
 * inspector in it, at a port that `inspectable` lets it choose.
 */
export const inspectable = { NODE_OPTIONS: '--inspect-port=0' };

export type Memory = { heap: number; resident: number };

export async function openInspector(child: Child): Promise<{ measure(): Promise<Memory>; close(): void }> {
  process.kill(child.pid, 'SIGUSR1');
  const url = await saidUrl(child);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  let asked = 0;
  socket.on('message', (message: Buffer) => {
    const { id, result } = JSON.parse(message.toString()) as { id: number; result: Record<string, unknown> };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const ask = (method: string, params = {}) =>
    new Promise<Record<string, unknown>>((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      socket.send(JSON.stringify({ id: asked, method, params }));
    });
  await ask('HeapProfiler.enable');
  const once = async (): Promise<Memory> => {
    await ask('HeapProfiler.collectGarbage');
    const expression = 'JSON.stringify(process.memoryUsage())';
    const { result } = (await ask('Runtime.evaluate', { expression })) as { result: { value: string } };
    const { heapUsed, external, rss } = JSON.parse(result.value) as NodeJS.MemoryUsage;
    return { heap: heapUsed + external, resident: rss };
  };
  return {
    /** The least of several, for what is on its way counts in one. */
    async measure() {
      const least = { heap: Infinity, resident: Infinity };
      for (let look = 0; look < 5; look += 1) {
        await sleep(300);
        const { heap, resident } = await once();
        least.heap = Math.min(least.heap, heap);
        least.resident = Math.min(least.resident, resident);
      }
      return least;
    },
    close: () => socket.close(),
  };
}

async function saidUrl(child: Child): Promise<string> {
  for (let look = 0; look < 100; look += 1) {
    const url = /Debugger listening on (ws:\S+)/.exec(child.said())?.[1];
    if (url !== undefined) return url;
    await sleep(50);
  }
  throw new Error('the service did not open its inspector');
}
