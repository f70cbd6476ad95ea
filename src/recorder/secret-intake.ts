import type { UserError } from '../domain/user-error.ts';
import { knownSecretMax, knownSecretMin } from '../redaction/known.ts';
import type { Refuse } from './refusals.ts';
import { checkText } from './refusals.ts';

/** What somebody sends to have a secret found wherever it stands. */
export type SecretInput = { name: string; secret: string; reason?: string | null };

/** What is wrong with a secret that is to be registered, in words that tell nothing of it. */
export function checkSecret({ secret, ...kept }: SecretInput): UserError[] {
  const errors: UserError[] = [];
  const refuse: Refuse = (code, field, message, hint = null) => void errors.push({ code, field, message, hint });
  const field = ['input', 'secret'];
  if (secret.length < knownSecretMin) {
    const message = `secret has ${secret.length} characters; it takes at least ${knownSecretMin}`;
    refuse('TOO_SHORT', field, message, 'what is shorter would be found in ordinary text');
    return errors;
  }
  if (secret.trim() === '') refuse('BLANK', field, 'secret is empty', 'give it a value');
  checkText(secret, knownSecretMax, field, refuse);
  for (const [name, text] of Object.entries(kept)) {
    if (text?.includes(secret)) refuse('HOLDS_SECRET', ['input', name], `${name} holds the secret`, 'say it without');
  }
  return errors;
}
