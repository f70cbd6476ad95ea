import type { KnownSecretRow } from '../../db/entities/known-secret.ts';
import { countKnownSecrets } from '../../db/queries/known-secrets.ts';
import type { Actor } from '../../domain/viewer.ts';
import { knownSecretsMax } from '../../redaction/known.ts';
import { audit } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing, Refused } from '../changes.ts';
import type { SealedSecret } from '../intake-policies.ts';
import { conflict, notFound, one } from './finding.ts';
import { settingsOf, writeSettings } from './settings.ts';

type Gives = { knownSecret: KnownSecretRow } | Refused;

export type SecretChanges = {
  registerSecret: { asks: { name: string; sealed: SealedSecret; actor: Actor; reason: string | null }; gives: Gives };
  forgetSecret: { asks: { id: string; actor: Actor; reason: string | null }; gives: Gives };
};
type Asked<Do extends keyof SecretChanges> = SecretChanges[Do]['asks'];

export async function registerSecret(changing: Changing, { name, sealed, actor, reason }: Asked<'registerSecret'>): Promise<Gives> {
  const { em, tables, batch } = changing;
  const { organisationId } = batch;
  const [known] = await tables.knownSecret.select(em, 'where t.organisation_id = $1 and t.hash = $2', [organisationId, sealed.hash]);
  if (known) return conflict('this secret is registered already');
  if ((await countKnownSecrets(em, organisationId)) >= knownSecretsMax) {
    return { refused: 'TOO_MANY', message: `an organisation registers at most knownSecretsMax = ${knownSecretsMax} secrets` };
  }
  const registered = { registeredAt: batch.now, registeredBy: actor.name, forgottenAt: null };
  return keep(changing, { id: batch.newId(), organisationId, name, ...sealed, ...registered }, 'SECRET_REGISTERED', actor, reason);
}

export async function forgetSecret(changing: Changing, { id, actor, reason }: Asked<'forgetSecret'>): Promise<Gives> {
  const before = await one(changing.tables.knownSecret, changing, id);
  if (!before) return notFound('registered secret');
  if (before.forgottenAt !== null) return conflict('this secret is already forgotten');
  const forgotten = { ...before, fingerprint: null, hash: null, prefixHash: null, length: null, forgottenAt: changing.batch.now };
  return keep(changing, forgotten, 'SECRET_FORGOTTEN', actor, reason);
}

/** With a new revision of the settings, so that it holds exactly from the next activity on, in every process. */
async function keep(
  changing: Changing,
  knownSecret: KnownSecretRow,
  kind: 'SECRET_REGISTERED' | 'SECRET_FORGOTTEN',
  actor: Actor,
  reason: string | null,
): Promise<{ knownSecret: KnownSecretRow }> {
  const { batch } = changing;
  writeSettings(changing, actor, (await settingsOf(changing)).own);
  batch.knownSecrets.add(knownSecret);
  append(batch, { kind, knownSecret, user: null, session: null });
  audit(batch, { actor, action: kind, target: `KnownSecret:${knownSecret.id}`, after: { name: knownSecret.name }, reason });
  return { knownSecret };
}
