import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { data, makeKey, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';

/** The command that tells who has a pseudonym, against a service. */

const main = join(import.meta.dirname, '../../src/cli/main.ts');
let service: Service;
let analyst: string;
beforeAll(async () => {
  service = await startService();
  await track(service, { user: 'ada', detail: { web: { page: '/' } } });
  await data(service, 'mutation { updateSettings(input: { pseudonymise: true }) { userErrors { code } } }');
  analyst = (await makeKey(service, { role: 'ANALYST' })).secret;
});
afterAll(() => service.close());

const lapwing = (words: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...words],
      {
        env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LAPWING_URL: service.url, LAPWING_KEY: analyst },
      },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

it('tells the name once, for a reason that is in the audit log', async () => {
  const { users } = await data(service, '{ users { nodes { externalId } } }', {}, analyst);
  const [{ externalId: pseudonym }] = users.nodes as [{ externalId: string }];
  expect(await lapwing(['user', 'reveal', pseudonym, '--reason', 'case 7'])).toEqual({ code: 0, stdout: 'ada\n', stderr: '' });
  const { auditEntries } = await data(service, '{ auditEntries(filter: { action: { eq: USER_REVEALED } }) { nodes { reason } } }');
  expect(auditEntries.nodes).toEqual([{ reason: 'case 7' }]);
  const nobody = await lapwing(['user', 'reveal', 'ada', '--reason', 'case 7']);
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody whom you see has the pseudonym ada') });
});
