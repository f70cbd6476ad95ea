import './scalars.ts';
import './types/activity.ts';
import './types/alert.ts';
import './types/anomaly.ts';
import './types/api-key.ts';
import './types/detector.ts';
import './types/detector-preview.ts';
import './types/known-secret.ts';
import './types/erasure.ts';
import './types/person.ts';
import './types/organisation.ts';
import './types/audit-entry.ts';
import './types/secret-usage.ts';
import './types/reveal.ts';
import './types/session-changes.ts';
import './types/session-control.ts';
import './types/session.ts';
import './types/settings.ts';
import './types/summary.ts';
import './types/system.ts';
import './types/track.ts';
import './types/user-risk.ts';
import './types/user-export.ts';
import './types/user.ts';
import './types/viewer.ts';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.ts';

export const schema = builder.toSchema();

/** The schema as text, the way it is committed in schema.graphql. */
export const schemaText = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
