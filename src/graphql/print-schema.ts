import { writeFileSync } from 'node:fs';
import { schemaText } from './schema.ts';

/** Writes schema.graphql; a test fails while it is not what the code says. */
writeFileSync(new URL('../../schema.graphql', import.meta.url), schemaText());
