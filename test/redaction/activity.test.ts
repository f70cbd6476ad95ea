import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/domain/organisation-settings.ts';
import { secretsFoundMax } from '../../src/domain/secret-use.ts';
import { checkActivity } from '../../src/recorder/intake.ts';
import type { TrackInput } from '../../src/recorder/intake.ts';
import { policyOf } from '../../src/recorder/intake-policies.ts';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';
import { createKnownSecrets, knownSecretEntry } from '../../src/redaction/known.ts';

const keyedHashes = createKeyedHashes(randomBytes(32));
const hash = keyedHashes('organisation', 'known-secret');
const known = createKnownSecrets(
  ['correct horse', 'battery staple'].map((secret) => knownSecretEntry(secret, hash)),
  hash,
);
const policy = { ...policyOf('organisation', { settings: defaultSettings, revision: 0, hasPlainKeys: false }, keyedHashes), known };
const marker = '‹redacted:known›';

function recorded(input: Partial<TrackInput>) {
  const checked = checkActivity({ user: 'jo', detail: { web: { page: '/' } }, ...input }, { now: 0, placeOf: () => null, policy });
  if (!('draft' in checked)) throw new Error(JSON.stringify(checked));
  return checked.draft;
}
const uses = (input: Partial<TrackInput>) => recorded(input).secretsUsed ?? [];

describe('an activity', () => {
  it.each([
    'jo@example.com',
    'CORP\\jo',
    'cn=jo,ou=people',
    '123e4567-e89b-12d3-a456-426614174000',
    'd41d8cd98f00b204e9800998ecf8427e',
    '4711',
    'jo/admin',
  ])('keeps its ids: %s', (id) => {
    const draft = recorded({ user: id, session: id, onBehalfOf: id, secretsUsed: [{ secret: id }] });
    expect([draft.user, draft.session, draft.onBehalfOf, draft.secretsUsed?.map(({ secret }) => secret)]).toEqual([id, id, id, [id]]);
  });

  it('has an id that is a secret told apart by its fingerprint, the same for the same', () => {
    const [one, same, other] = ['correct horse', 'correct horse', 'correct horse 2'].map((session) => recorded({ session }).session!);
    expect(one).toMatch(/^‹redacted:known›#[0-9a-f]{16}$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
    expect(recorded({ user: 'correct horse' }).user).toBe(one);
    expect(recorded({ session: one! }).session).toBe(one);
  });

  it('tells where each secret was: the field, and the place of its marker in the stored text', () => {
    const draft = recorded({
      userAgent: 'x/1 correct horse',
      metadata: { a: ['battery staple'] },
      detail: { terminal: { command: 'echo correct horse' } },
    });
    expect(draft.userAgent).toBe(`x/1 ${marker}`);
    expect(draft.metadata).toEqual({ a: [marker] });
    expect(draft.secretsUsed?.map(({ found }) => found)).toEqual([
      { kind: 'KNOWN', field: ['detail', 'command'], at: 5 },
      { kind: 'KNOWN', field: ['userAgent'], at: 4 },
      { kind: 'KNOWN', field: ['metadata', 'a', '0'], at: 0 },
    ]);
    const [first, second, third] = draft.secretsUsed!.map(({ secret }) => secret);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('has a use denied where it was denied itself', () => {
    const detail = { terminal: { command: 'echo correct horse' } };
    expect(uses({ detail, outcome: 'DENIED' })[0]).toMatchObject({ granted: false, reason: "the activity's outcome is DENIED" });
    expect(uses({ detail })[0]).toMatchObject({ granted: true, reason: null });
  });

  it(`tells of at most ${secretsFoundMax} secrets, and loses all of them`, () => {
    for (const count of [secretsFoundMax - 1, secretsFoundMax, secretsFoundMax + 1]) {
      const draft = recorded({ detail: { terminal: { command: 'correct horse '.repeat(count) } } });
      expect(draft.secretsUsed?.length).toBe(Math.min(count, secretsFoundMax));
      expect(JSON.stringify(draft)).not.toContain('horse');
    }
  });

  it('loses secrets in every text that comes with it', () => {
    const said = 'say correct horse';
    const draft = recorded({
      onBehalfOf: said,
      secretsUsed: [{ secret: said, granted: false, reason: said }],
      location: { country: 'DE', region: said, city: said },
      detail: { access: { change: 'SUDO_POLICY_VIOLATION', target: said, before: said, after: said } },
    });
    expect(JSON.stringify(draft)).not.toContain('horse');
    expect(draft.place).toMatchObject({ country: 'DE', region: `say ${marker}`, city: `say ${marker}` });
  });
});
