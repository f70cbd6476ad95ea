import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/redaction/finding.ts';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';
import type { KnownSecrets } from '../../src/redaction/known.ts';
import { createKnownSecrets, knownSecretEntry, knownSecretMax, knownSecretMin, knownSecretsMax } from '../../src/redaction/known.ts';

const keyedHashes = createKeyedHashes(randomBytes(32));
const hashOf = (organisationId: string) => keyedHashes(organisationId, 'known-secret');
const hash = hashOf('one');
const knowing = (...secrets: string[]) =>
  createKnownSecrets(
    secrets.map((secret) => knownSecretEntry(secret, hash)),
    hash,
  );
const foundIn = (text: string, known: KnownSecrets): string[] => {
  const found: Finding[] = [];
  known.find(text, found);
  return found.map(({ start, end }) => text.slice(start, end));
};

const secretText = fc.string({ unit: 'grapheme', minLength: knownSecretMin, maxLength: 60 });

describe('known secrets', () => {
  it('are found wherever they stand, at the very begin and end as well, and nothing else is', () => {
    const known = knowing('correct horse', 'battery staple', 'ünïcödé 🐎 key');
    expect(foundIn('correct horse, then battery staple', known)).toEqual(['correct horse', 'battery staple']);
    expect(foundIn('<ünïcödé 🐎 key>', known)).toEqual(['ünïcödé 🐎 key']);
    expect(foundIn('correct hors', known)).toEqual([]);
    expect(foundIn('correct Horse and battery stable', known)).toEqual([]);
    expect(foundIn('', known)).toEqual([]);
  });

  it('are found in any text around them', () => {
    fc.assert(
      fc.property(secretText, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (secret, before, after) => {
        expect(foundIn(before + secret + after, knowing(secret, 'another one'))).toContain(secret);
      }),
    );
  });

  it('have at least 8 and at most 8,192 characters', () => {
    for (const length of [knownSecretMin, knownSecretMin + 1, knownSecretMax]) {
      const secret = randomBytes(length).toString('hex').slice(0, length);
      expect(foundIn(`${secret}-`, knowing(secret))).toEqual([secret]);
    }
  });

  it('go whole where one begins with another', () => {
    const known = knowing('password1', 'password1-longer');
    expect(foundIn('password1-longer password1-long', known)).toEqual(['password1-longer', 'password1']);
  });

  it('can be as many as 1,000', () => {
    const secrets = Array.from({ length: knownSecretsMax }, () => randomBytes(12).toString('base64'));
    expect(foundIn(secrets.join(' '), knowing(...secrets))).toEqual(secrets);
  });

  it('of one organisation are not found for another, under the same key of the service', () => {
    const entries = [knownSecretEntry('correct horse', hash)];
    expect(foundIn('correct horse', createKnownSecrets(entries, hashOf('two')))).toEqual([]);
    expect(foundIn('correct horse', createKnownSecrets(entries, createKeyedHashes(randomBytes(32))('one', 'known-secret')))).toEqual([]);
  });

  it('leave nothing of themselves in their entry: no two that begin the same look alike', () => {
    const [first, second] = ['correct horse 1', 'correct horse 2'].map((secret) => knownSecretEntry(secret, hash));
    expect(Object.keys(first!)).toEqual(['hash', 'length', 'prefixHash']);
    expect(first!.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(Number.isInteger(first!.prefixHash) && first!.prefixHash >= 0 && first!.prefixHash < 2 ** 32).toBe(true);
    expect(first!.prefixHash).not.toBe(second!.prefixHash);
    expect(knownSecretEntry('correct horse 1', hashOf('two')).hash).not.toBe(first!.hash);
  });

  it('cost no more hashes than the text has room for, and what begins like one behind that goes too', () => {
    let hashes = 0;
    const counting = (text: string) => {
      hashes += 1;
      return hash(text);
    };
    const secrets = Array.from({ length: 50 }, (_, place) => 'x'.repeat(100 + place) + 'y');
    const known = createKnownSecrets(
      secrets.map((secret) => knownSecretEntry(secret, hash)),
      counting,
    );
    const hashesFor = (length: number) => {
      hashes = 0;
      foundIn('x'.repeat(length), known);
      return hashes;
    };
    const [short, long] = [hashesFor(4_096), hashesFor(65_536)];
    expect(short).toBeLessThanOrEqual(256 + 4_096 / 64 + 1);
    expect(long).toBeLessThanOrEqual(256 + 65_536 / 64 + 1);
    expect(foundIn('x'.repeat(65_536), known).length).toBeGreaterThan(0);
  });
});
