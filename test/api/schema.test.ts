import { readFileSync } from 'node:fs';
import type { GraphQLArgument, GraphQLNamedType } from 'graphql';
import {
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isInterfaceType,
  isSpecifiedScalarType,
  parse,
  validate,
} from 'graphql';
import { getVariableValues, OperationTypeNode, Kind } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/graphql/limits.ts';
import { schema, schemaText } from '../../src/graphql/schema.ts';
import { playgroundTabs } from '../../src/server/playground.ts';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';

const own = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));

/** Every part of a type that a reader of the schema sees, by its path, with its description. */
function described(type: GraphQLNamedType): [path: string, description: string | null | undefined][] {
  const parts: [string, string | null | undefined][] = [[type.name, type.description]];
  if (isEnumType(type)) for (const value of type.getValues()) parts.push([`${type.name}.${value.name}`, value.description]);
  if (isInputObjectType(type))
    for (const field of Object.values(type.getFields())) parts.push([`${type.name}.${field.name}`, field.description]);
  if (isObjectType(type) || isInterfaceType(type))
    for (const field of Object.values(type.getFields())) {
      parts.push([`${type.name}.${field.name}`, field.description]);
      for (const argument of field.args) parts.push([`${type.name}.${field.name}(${argument.name})`, argument.description]);
    }
  return parts;
}

/** What clients, the CLI and outside checks rely on: `Type.field: type`, or `Type.field(argument): type`. */
const page = '(first): Int (last): Int (after): String (before): String';
const promised = `
  Query.node: Node (id): ID!
  Query.nodes: [Node]! (ids): [ID!]!
  Query.viewer: Viewer
  Query.activities: ActivityConnection (filter): ActivityFilter (orderBy): ActivityOrder ${page}
  Query.sessions: SessionConnection (filter): SessionFilter (orderBy): SessionOrder ${page}
  Query.users: UserConnection (filter): UserFilter (orderBy): UserOrder ${page}
  Query.anomalies: AnomalyConnection (filter): AnomalyFilter (orderBy): AnomalyOrder ${page}
  Query.alerts: AlertConnection (filter): AlertFilter (orderBy): AlertOrder ${page}
  Query.secretUsages: SecretUsageConnection (filter): SecretUsageFilter ${page}
  Query.knownSecrets: [KnownSecret!]
  Query.user: User (externalId): String!
  Query.session: Session (externalId): String!
  Query.summaries: [ActivitySummary!] (period): SummaryPeriod! (from): DateTimeOrDuration (to): DateTimeOrDuration (user): String
  Query.detectors: [Detector!]
  Query.system: SystemStatus
  Mutation.trackActivity: TrackActivityPayload (input): TrackActivityInput!
  Mutation.trackActivities: TrackActivitiesPayload (input): TrackActivitiesInput!
  Mutation.acknowledgeAlert: AlertPayload (input): AcknowledgeAlertInput!
  Mutation.resolveAlert: AlertPayload (input): ResolveAlertInput!
  Mutation.dismissAlert: AlertPayload (input): DismissAlertInput!
  Mutation.reopenAlert: AlertPayload (input): ReopenAlertInput!
  Mutation.resolveAnomaly: AnomalyPayload (input): ResolveAnomalyInput!
  Mutation.terminateSession: SessionPayload (input): TerminateSessionInput!
  Mutation.registerSecret: KnownSecretPayload (input): RegisterSecretInput!
  Mutation.forgetSecret: KnownSecretPayload (input): ForgetSecretInput!
  Mutation.createApiKey: CreateApiKeyPayload (input): CreateApiKeyInput!
  Mutation.revokeApiKey: ApiKeyPayload (input): RevokeApiKeyInput!
  Subscription.activityRecorded: ActivityStreamItem! (filter): ActivityFilter (after): Cursor
  Subscription.highRiskActivity: ActivityStreamItem! (minLevel): RiskLevel (after): Cursor
  Subscription.sessionChanged: SessionStreamItem! (filter): SessionFilter (after): Cursor
  Subscription.anomalyDetected: AnomalyStreamItem! (filter): AnomalyFilter (after): Cursor
  Subscription.alertChanged: AlertStreamItem! (filter): AlertFilter (after): Cursor
  ActivityConnection.edges: [ActivityEdge!]!
  ActivityConnection.nodes: [Activity!]!
  ActivityConnection.pageInfo: PageInfo!
  ActivityConnection.totalCount: Int
  User.activities: ActivityConnection! ${page}
  User.sessions: SessionConnection! ${page}
  Session.activities: ActivityConnection! ${page}
  Anomaly.evidence: ActivityConnection! ${page}
  ActivityEvent.cursor: Cursor!
  ActivityEvent.activity: Activity!
  Activity.id: ID!
  Activity.uuid: String!
  Activity.cursor: Cursor!
  Activity.type: ActivityType!
  Activity.user: User!
  Activity.session: Session
  Activity.occurredAt: DateTime!
  Activity.recordedAt: DateTime!
  Activity.sourceIp: String
  Activity.userAgent: String
  Activity.deviceType: DeviceType
  Activity.outcome: Outcome!
  Activity.risk: Risk!
  Activity.anomalies: [Anomaly!]!
  Activity.metadata: JSONObject
  Risk.score: Int!
  Risk.level: RiskLevel!
  Risk.factors: [RiskFactor!]!
  TrackActivityInput.user: String!
  TrackActivityInput.session: String
  TrackActivityInput.occurredAt: DateTime
  TrackActivityInput.idempotencyKey: String
  TrackActivityInput.sourceIp: String
  TrackActivityInput.userAgent: String
  TrackActivityInput.outcome: Outcome
  TrackActivityInput.onBehalfOf: String
  TrackActivityInput.metadata: JSONObject
  TrackActivityInput.detail: ActivityDetailInput!
  TrackActivitiesInput.activities: [TrackActivityInput!]!
  TrackActivityPayload.receipt: TrackReceipt
  TrackActivityPayload.userErrors: [UserError!]!
  TrackActivitiesPayload.receipts: [TrackReceipt]!
  TrackActivitiesPayload.userErrors: [UserError!]!
  TrackReceipt.activity: Activity!
  TrackReceipt.cursor: Cursor!
  TrackReceipt.duplicate: Boolean!
  TrackReceipt.risk: Risk!
  TrackReceipt.anomalies: [Anomaly!]!
  TrackReceipt.sessionStatus: SessionStatus
  UserError.code: UserErrorCode!
  UserError.field: [String!]!
  ActivityFilter.type: ActivityTypeComparator
  ActivityFilter.user: StringComparator
  ActivityFilter.session: StringComparator
  ActivityFilter.sourceIp: StringComparator
  ActivityFilter.outcome: OutcomeComparator
  ActivityFilter.riskScore: IntComparator
  ActivityFilter.riskLevel: RiskLevelComparator
  ActivityFilter.occurredAt: DateTimeComparator
  ActivityFilter.recordedAt: DateTimeComparator
  ActivityFilter.text: StringComparator
  ActivityFilter.and: [ActivityFilter!]
  ActivityFilter.or: [ActivityFilter!]
  StringComparator.in: [String!]
  StringComparator.nin: [String!]
  StringComparator.null: Boolean
  IntComparator.eq: Int
  DateTimeComparator.gte: DateTimeOrDuration
  ActivityOrder.field: ActivityOrderField!
  ActivityOrder.direction: OrderDirection!`;

/** Names of fields whose types follow from their kind. */
const names = {
  WebActivity: 'page pageTitle endpoint method statusCode durationMs referrer action',
  TerminalActivity: 'command workingDirectory exitCode output shell elevated',
  FileActivity: 'operation path newPath fileType sizeBytes',
  BrowserActivity: 'action url selector inputValue statusCode',
  DesktopActivity: 'action x y windowTitle application inputText screenshotPath',
  AuthActivity: 'event method reason host',
  AccessActivity: 'change target before after',
  ActivityDetailInput: 'web terminal file browser desktop auth access',
  StringComparator: 'eq neq in nin startsWith contains null',
  IntComparator: 'eq gt gte lt lte',
  DateTimeComparator: 'gte gt lte lt',
  ActivityTypeComparator: 'eq neq in nin',
  Session:
    'externalId kind user status startedAt lastActivityAt endedAt durationMs lastPage lastEndpoint activityCount commandCount deviceType sourceIp risk terminatedBy activities',
  Anomaly: 'reference type detector user session detectedAt score level summary evidence details resolved resolvedAt resolvedBy alert',
  Alert:
    'status severity title user anomalies count firstSeenAt lastSeenAt history acknowledgedAt acknowledgedBy resolvedAt resolvedBy resolution',
  ActivitySummary:
    'period from to timeZone user activities pageViews apiCalls commands sudoCommands fileAccesses authFailures uniqueUsers uniqueIps sessions averageSessionSeconds peakConcurrentUsers peakHour topPages byType byRiskLevel final',
  User: 'externalId baseline timeZone sessions activities anomalies alerts',
  RiskFactor: 'code points reason',
  UserError: 'code field message hint',
  RiskLevel: 'LOW MEDIUM HIGH CRITICAL',
  Outcome: 'SUCCESS FAILURE DENIED UNKNOWN',
  ActivityOrderField: 'OCCURRED_AT RECORDED_AT RISK_SCORE',
  AlertStatus: 'OPEN ACKNOWLEDGED RESOLVED DISMISSED',
  SessionKind: 'WEB SSH PTY DESKTOP API',
  SessionStatus: 'ACTIVE IDLE WARNING EXPIRED ENDED TERMINATED',
  SessionChange: 'STARTED UPDATED IDLE WARNING ENDED EXPIRED TERMINATED',
  ActivityType:
    'PAGE_VIEW API_CALL FILE_DOWNLOAD COMMAND SUDO_COMMAND FILE_CREATE FILE_READ FILE_UPDATE FILE_DELETE FILE_RENAME FILE_MOVE FILE_UPLOAD BROWSER_NAVIGATE BROWSER_CLICK BROWSER_TYPE BROWSER_SUBMIT BROWSER_SCROLL DESKTOP_CLICK DESKTOP_TYPE DESKTOP_MOVE DESKTOP_SCREENSHOT DESKTOP_FOCUS LOGIN LOGOUT SSH_LOGIN SSH_LOGOUT AUTH_FAILURE MFA_CHALLENGE MFA_FAILURE PERMISSION_CHANGE ROLE_CHANGE USER_CREATED USER_DELETED POLICY_VIOLATION',
  AnomalyType: 'UNUSUAL_TIME NEW_LOCATION SUSPICIOUS_COMMAND AFTER_HOURS CONCURRENT_SESSIONS RAPID_NAVIGATION FAILED_LOGIN_BURST',
};

/** All that the schema offers, spelled as in `promised`, and the plain names. */
function offered(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map((value) => `${type.name}.${value.name}`);
  if (!isInputObjectType(type) && !isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const name = `${type.name}.${field.name}`;
    const args =
      'args' in field ? field.args.map((argument: GraphQLArgument) => `${name}(${argument.name}): ${String(argument.type)}`) : [];
    return [name, `${name}: ${String(field.type)}`, ...args];
  });
}

describe('the schema', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('is what schema.graphql says', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(schemaText());
  });

  it('describes every type, field, argument and enum value', () => {
    const silent = own.flatMap(described).filter(([, description]) => !description?.trim());
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it('has every name that clients were promised, with its type', () => {
    const lines = promised
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [field = '', ...args] = line.trim().split(/ (?=\()/);
        return [field, ...args.map((argument) => field.split(':')[0] + argument)];
      });
    const words = Object.entries(names).flatMap(([type, fields]) => fields.split(' ').map((field) => `${type}.${field}`));
    const present = new Set(own.flatMap(offered));
    expect([...lines, ...words].filter((name) => !present.has(name))).toEqual([]);
  });

  it('is the same over the wire, with every activity kind behind the interface', async () => {
    const { __type: activity, __schema } = await data(
      service,
      '{ __type(name: "Activity") { possibleTypes { name interfaces { name } } } __schema { types { name isOneOf } } }',
    );
    const kinds = Object.keys(names).slice(0, 7).toSorted();
    expect(activity.possibleTypes.map((type: { name: string }) => type.name).toSorted()).toEqual(kinds);
    for (const { interfaces } of activity.possibleTypes)
      expect(interfaces.map((one: { name: string }) => one.name).toSorted()).toEqual(['Activity', 'Node']);
    expect(__schema.types.find((type: { name: string }) => type.name === 'ActivityDetailInput').isOneOf).toBe(true);
  });
});

describe('the playground', () => {
  it.each(playgroundTabs.map(({ query, variables }) => [/(?:query|mutation|subscription) (\w+)/.exec(query)?.[1], query, variables]))(
    'opens with %s, which the schema understands, variables included',
    (_name, query = '', variables = '{}') => {
      const document = parse(query, { maxTokens: limits.documentTokensMax });
      expect(validate(schema, document)).toEqual([]);
      for (const operation of document.definitions) {
        if (operation.kind !== Kind.OPERATION_DEFINITION || !operation.variableDefinitions?.length) continue;
        const { errors } = getVariableValues(schema, operation.variableDefinitions, JSON.parse(variables));
        expect(errors).toBeUndefined();
      }
    },
  );

  it('shows a query, a mutation and a subscription', () => {
    const kinds = playgroundTabs.flatMap(({ query }) =>
      parse(query).definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition.operation] : [])),
    );
    expect(new Set(kinds)).toEqual(new Set(Object.values(OperationTypeNode)));
  });
});
