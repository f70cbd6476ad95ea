import { charactersMax } from '../domain/activity.ts';
import type { SecretUse } from '../domain/secret-use.ts';
import { secretsUsedMax } from '../domain/secret-use.ts';
import type { Refuse } from './refusals.ts';
import { checkText } from './refusals.ts';

/** A use of a secret as a caller sends it. */
export type SecretUseInput = { secret: string; granted?: boolean | null; reason?: string | null };

/** Null where none was sent, so that an activity without secrets is stored as it was before there were any. */
export function checkSecretsUsed(sent: readonly SecretUseInput[] | null | undefined, refuse: Refuse): SecretUse[] | null {
  if (sent == null || sent.length === 0) return null;
  if (sent.length > secretsUsedMax) {
    refuse(
      'TOO_LONG',
      ['secretsUsed'],
      `secretsUsed has ${sent.length} items; the limit is ${secretsUsedMax}`,
      'send them with several activities',
    );
    return null;
  }
  return sent.map(({ secret, granted, reason }, place) => {
    const field = ['secretsUsed', String(place)];
    if (secret.trim() === '')
      refuse('BLANK', [...field, 'secret'], 'secret is empty', "send its keeper's id of it, never the secret itself");
    checkText(secret, charactersMax.identifier, [...field, 'secret'], refuse);
    checkText(reason ?? '', charactersMax.short, [...field, 'reason'], refuse);
    return { secret, granted: granted ?? true, reason: reason ?? null };
  });
}
