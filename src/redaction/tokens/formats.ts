import { bearers } from './bearers.ts';
import { chat } from './chat.ts';
import { clouds } from './clouds.ts';
import { codeHosts } from './code-hosts.ts';
import type { TokenFormat } from './format.ts';
import { hashes } from './hashes.ts';
import { keepers } from './keepers.ts';
import { models } from './models.ts';
import { observers } from './observers.ts';
import { payments } from './payments.ts';
import { services } from './services.ts';

/** All tokens that are known by how they begin. */
export const formats: readonly TokenFormat[] = [
  ...bearers,
  ...clouds,
  ...codeHosts,
  ...chat,
  ...models,
  ...payments,
  ...observers,
  ...services,
  ...keepers,
  ...hashes,
];
