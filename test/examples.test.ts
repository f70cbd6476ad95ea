import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { data, gauge, track } from './harness/client.ts';
import { adminKey, startService, type Service } from './harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

type Receipt = { cursor: string; duplicate: boolean; sessionStatus: string | null; risk: { score: number } };
type Item = { cursor: string; type: string; user: { externalId: string } };

/** Runs an example as a stranger would, with its address and key in the environment. */
function run(name: string, environment: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../examples/${name}`, import.meta.url)), ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LAPWING_URL: service.url, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errorText = '';
  child.stderr.on('data', (chunk: Buffer) => (errorText += chunk.toString()));
  const ended = new Promise<{ code: number | null; errorText: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, errorText })),
  );
  onTestFinished(() => void child.kill());
  return {
    ended,
    async take<T>(count: number): Promise<T[]> {
      const taken: T[] = [];
      while (taken.length < count) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`the example ended: ${errorText}`);
        taken.push(JSON.parse(value) as T);
      }
      return taken;
    },
  };
}

async function serviceKey(): Promise<string> {
  const { createApiKey } = await data(
    service,
    'mutation { createApiKey(input: { name: "example", role: SERVICE }) { secret userErrors { message } } }',
  );
  return createApiKey.secret;
}

describe('the examples', () => {
  it('track with fetch and a service key, and follow with graphql-ws from a cursor on', async () => {
    const key = await serviceKey();
    const first = run('track.mjs', { LAPWING_KEY: key });
    const receipts = await first.take<Receipt>(2);
    expect(receipts.map(({ duplicate, sessionStatus }) => ({ duplicate, sessionStatus }))).toEqual([
      { duplicate: false, sessionStatus: 'ACTIVE' },
      { duplicate: false, sessionStatus: 'ACTIVE' },
    ]);
    expect(await first.ended).toEqual({ code: 0, errorText: '' });

    const follower = run('follow.mjs', { LAPWING_KEY: adminKey, LAPWING_AFTER: receipts[0]!.cursor });
    const [replayed] = await follower.take<Item>(1);
    expect(replayed).toMatchObject({ cursor: receipts[1]!.cursor, type: 'SUDO_COMMAND', user: { externalId: 'ada' } });

    const again = await run('track.mjs', { LAPWING_KEY: key }).take<Receipt>(2);
    const live = await follower.take<Item>(2);
    expect(live.map(({ cursor, type }) => ({ cursor, type }))).toEqual([
      { cursor: again[0]!.cursor, type: 'SSH_LOGIN' },
      { cursor: again[1]!.cursor, type: 'SUDO_COMMAND' },
    ]);
  });

  it('ask a service key whether a session is allowed, and tell when one is terminated', async () => {
    await track(service, { user: 'ida', session: 'web-4711', detail: { web: { page: '/' } } });
    const { session } = await data(service, '{ session(externalId: "web-4711") { id } }');
    const live = await gauge(service, 'lapwing_subscriptions_live_total');
    const guard = run('guard-sessions.mjs', { LAPWING_KEY: await serviceKey() }, 'web-4711');
    expect(await guard.take(1)).toEqual([{ session: 'web-4711', allowed: true }]);
    // The service itself follows terminations since it was asked, and the example does.
    await expect.poll(() => gauge(service, 'lapwing_subscriptions_live_total'), { timeout: 10_000 }).toBe(live + 2);
    await data(service, 'mutation($id: ID!) { terminateSession(input: { id: $id }) { userErrors { code } } }', session);
    expect(await guard.take(1)).toMatchObject([{ externalId: 'web-4711' }]);
  });

  it('say what is wrong with a key', async () => {
    const [tracker, follower, withoutKey] = await Promise.all([
      run('track.mjs', { LAPWING_KEY: 'no-such-key' }).ended,
      run('follow.mjs', { LAPWING_KEY: 'no-such-key' }).ended,
      run('track.mjs', {}).ended,
    ]);
    expect([tracker.code, follower.code, withoutKey.code]).toEqual([1, 1, 1]);
    expect(tracker.errorText).toContain('UNAUTHENTICATED');
    expect(follower.errorText).toContain('stopped:');
    expect(withoutKey.errorText).toContain('set LAPWING_KEY');
  });
});
