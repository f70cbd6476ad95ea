import type { Finding } from './finding.ts';

/** The secrets an organisation has registered: finds them anywhere in a text, without holding them. */
export type KnownSecrets = { find(text: string, found: Finding[]): void };

export const noKnownSecrets: KnownSecrets = { find: () => undefined };
