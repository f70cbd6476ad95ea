import type { Finding } from './finding.ts';
import { findByContext } from './tokens/by-context.ts';
import { findByMiddle } from './tokens/by-middle.ts';
import { findByStart } from './tokens/by-start.ts';
import { findConventional } from './tokens/conventional.ts';
import { findPrivateKeys } from './tokens/private-keys.ts';
import { findWebTokens } from './tokens/web-tokens.ts';

/** Secrets that their own form gives away, wherever they stand: keys of vendors, JSON Web Tokens, private keys. */
export function findTokens(text: string, found: Finding[]): void {
  findByStart(text, found);
  findByMiddle(text, found);
  findWebTokens(text, found);
  findPrivateKeys(text, found);
  findConventional(text, found);
  findByContext(text, found);
}
