import { erasedThings } from '../domain/erasure.ts';
import { roles, scopes } from '../domain/access.ts';
import { activityKinds, activityTypes, details, outcomes } from '../domain/activity.ts';
import { alertChanges, alertStatuses, resolutions } from '../domain/alert.ts';
import { auditActions } from '../domain/audit.ts';
import { alertTypes, anomalyTypes } from '../domain/anomaly.ts';
import { exportedKinds } from '../domain/user-export.ts';
import { deviceTypes } from '../domain/device.ts';
import { exclusionSubjects, typedTexts } from '../domain/organisation-settings.ts';
import { usedSecretKinds } from '../domain/secret-use.ts';
import { riskLevels } from '../domain/risk.ts';
import { sessionChanges, sessionKinds, sessionStatuses } from '../domain/session.ts';
import { integrityChangeKinds } from '../domain/session-integrity.ts';
import { principalKinds } from '../domain/viewer.ts';
import { failureCauses } from '../recorder/failure-counts.ts';
import { builder } from './builder.ts';
import { userErrorCodes } from '../domain/user-error.ts';

/** The domain's tables of words as GraphQL enums, descriptions included. */
function enumOf<Name extends string>(name: string, choices: Record<Name, string>, description: string) {
  const values = Object.fromEntries(
    Object.entries<string>(choices).map(([value, text]) => [value, { value, description: text }]),
  ) as Record<Name, { value: Name; description: string }>;
  return builder.enumType(name, { description, values });
}

function descriptionsOf<Name extends string>(table: Record<Name, { description: string }>): Record<Name, string> {
  return Object.fromEntries(Object.entries<{ description: string }>(table).map(([name, { description }]) => [name, description])) as Record<
    Name,
    string
  >;
}

export const ActivityType = enumOf('ActivityType', activityTypes, 'What happened, as one flat name.');
export const Outcome = enumOf('Outcome', outcomes, 'How it ended.');
export const DeviceType = enumOf('DeviceType', deviceTypes, 'What kind of device, read from the user agent.');
export const RiskLevel = enumOf('RiskLevel', riskLevels, 'How dangerous, in four steps of the score.');
export const SessionStatus = enumOf('SessionStatus', sessionStatuses, 'Where a session stands, by the time since its last activity.');
export const SessionKind = enumOf('SessionKind', sessionKinds, 'What kind of sign-in, by what opened it.');
export const SessionChange = enumOf(
  'SessionChange',
  { ...sessionChanges, CURRENT: 'Nothing: it is how the session stood when the subscription began, asked for by `snapshot`.' },
  'What happened to a session.',
);
export const SessionIntegrityChangeKind = enumOf('SessionIntegrityChangeKind', integrityChangeKinds, 'What was new inside a session.');
export const AnomalyType = enumOf('AnomalyType', anomalyTypes, 'What kind of anomaly.');
export const AlertType = enumOf('AlertType', alertTypes, 'What an alert is about.');
export const AlertStatus = enumOf('AlertStatus', alertStatuses, 'Where an alert stands.');
export const AlertChange = enumOf('AlertChange', alertChanges, 'What happened to an alert.');
export const Resolution = enumOf('Resolution', resolutions, 'How something was settled.');
export const Role = enumOf('Role', descriptionsOf(roles), 'What a key or person may do and see.');
export const Scope = enumOf('Scope', scopes, 'One thing that a key or person may do.');
export const PrincipalKind = enumOf('PrincipalKind', principalKinds, 'What kind of principal.');
export const AuditAction = enumOf('AuditAction', auditActions, 'What an audit entry tells of.');
export const SecretKind = enumOf('SecretKind', usedSecretKinds, 'What a secret is, as far as its form or its place tells.');
export const ErasedThing = enumOf('ErasedThing', erasedThings, 'What is erased with a user.');
export const ExportedKind = enumOf('ExportedKind', exportedKinds, 'What a record of an export is.');
export const UserErrorCode = enumOf('UserErrorCode', userErrorCodes, 'What is wrong with an input.');
export const FailureCause = enumOf('FailureCause', failureCauses, 'Why something was refused, failed or lagged.');
export const TypedText = enumOf('TypedText', typedTexts, 'Texts that are stored only where an organisation wants them.');
export const ExclusionSubject = enumOf('ExclusionSubject', exclusionSubjects, 'What the pattern of an exclusion is compared with.');
export const OrderDirection = enumOf(
  'OrderDirection',
  { ASC: 'Smallest or oldest first.', DESC: 'Greatest or newest first.' },
  'Which end comes first.',
);

/** The enums that the fields of activity details use, by name. */
export const detailEnums = new Map(
  activityKinds.flatMap((kind) =>
    Object.values(details[kind]).flatMap((field) =>
      'of' in field ? [[field.name, enumOf<string>(field.name, field.of, field.description)] as const] : [],
    ),
  ),
);
