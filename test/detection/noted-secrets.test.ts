import { describe, expect, it } from 'vitest';
import { factsOf } from '../../src/detection/facts.ts';
import type { FoundSecret, NotedSecret, SecretUse } from '../../src/domain/secret-use.ts';
import { notedSecrets } from '../../src/domain/secret-use.ts';

const fingerprint = '0123456789abcdef'.repeat(4);
const found = (granted: boolean, field: string[], more: Partial<FoundSecret> = {}): SecretUse => ({
  secret: fingerprint,
  granted,
  reason: granted ? null : "the activity's outcome is FAILURE",
  found: { kind: 'PASSWORD_HASH', field, at: 0, ...more },
});
const command = ['detail', 'command'];
const output = ['detail', 'output'];
const registered = { name: 'billing database' };

describe('what detection notes of the use of a secret', () => {
  it.each<[use: string, of: SecretUse, how: NotedSecret['how'] | null]>([
    ['that its keeper gave', { secret: 'vault', granted: true, reason: null }, 'GIVEN'],
    ['that its keeper denied', { secret: 'vault', granted: false, reason: 'no' }, 'DENIED'],
    ['that an output shows', found(true, output), 'GIVEN'],
    ['that an output shows of a command that failed', found(false, output), 'GIVEN'],
    ['that is typed', found(true, command), null],
    ['that is typed and fails', found(false, command), 'TRIED'],
    ['that is registered, and typed', found(true, command, registered), 'GIVEN'],
    ['that is registered, and fails anywhere', found(false, ['metadata', 'password'], registered), 'TRIED'],
    ['in an address', found(true, ['detail', 'endpoint']), null],
    ['in an address that is refused', found(false, ['detail', 'endpoint']), null],
    ['in metadata called as an output is', found(true, ['metadata', 'output']), null],
  ])('%s', (_use, of, how) => {
    expect(notedSecrets([of])?.map((noted) => noted.how) ?? null).toEqual(how === null ? null : [how]);
  });

  it('tells it by its whole fingerprint, and people by its id, its name or its kind', () => {
    const uses: SecretUse[] = [{ secret: 'vault', granted: true, reason: null }, found(true, output), found(true, command, registered)];
    expect(notedSecrets(uses)?.map(({ secret, label }) => [secret, label])).toEqual([
      ['vault', 'vault'],
      [fingerprint, 'password hash 0123456789ab'],
      [fingerprint, 'billing database'],
    ]);
  });

  it('is nothing where there are none, or none of interest', () => {
    expect([notedSecrets(null), notedSecrets([]), notedSecrets([found(true, command)])]).toEqual([null, null, null]);
  });

  it('becomes a habit of the user where it was given', () => {
    const told = { address: null, place: null, userAgent: null, deviceType: null, programs: [], elevated: false } as const;
    const web = { kind: 'web', detail: { page: '/a', endpoint: null, action: null, method: null } } as const;
    const uses: SecretUse[] = [found(true, output), { secret: 'vault', granted: true, reason: null }, found(false, command)];
    const rest = { pageTitle: null, statusCode: null, durationMs: null, referrer: null };
    const facts = factsOf({ ...told, ...web, detail: { ...web.detail, ...rest }, secretsUsed: uses });
    expect(facts.filter((fact) => fact.startsWith('secret:'))).toEqual([`secret:${fingerprint}`, 'secret:vault']);
  });
});
