import type { Rule } from '../domain/access.ts';

/**
 * Who may read or use which field: the one table. Every field of every type has exactly one rule here, or the schema is
 * not built. A field of an interface has its rule under the interface. Filters and orders take the rule of the field they
 * look at. Whose rows somebody sees is no matter of this table but of the audience (src/domain/access.ts), which
 * row-level security and the streams go by.
 */
export const rules: Record<string, Partial<Record<Rule, string>>> = {
  Query: {
    ANYONE: 'viewer node nodes',
    READ: 'activities sessions session users user anomalies alerts summaries secretUsages',
    STAFF: 'detectors previewDetector settings system organisationBaseline teamBaseline',
    CHECK_SESSIONS: 'sessionAllowed',
    AUDIT: 'auditEntries',
    ADMINISTER: 'apiKeys people knownSecrets userExport',
  },
  Mutation: {
    TRACK: 'trackActivity trackActivities',
    TRIAGE: 'acknowledgeAlert resolveAlert dismissAlert reopenAlert resolveAnomaly revealUser',
    TERMINATE: 'terminateSession terminateSessions',
    ADMINISTER:
      'createApiKey rotateApiKey revokeApiKey updatePerson updateUser updateSettings updateDetector registerSecret forgetSecret eraseUser setLegalHold liftLegalHold',
    OPERATE: 'createOrganisation',
  },
  Subscription: {
    READ: 'activityRecorded highRiskActivity sessionChanged anomalyDetected alertChanged userRiskChanged',
    CHECK_SESSIONS: 'sessionTerminated',
  },

  Node: { ANYONE: 'id' },
  PageInfo: { ANYONE: 'hasNextPage hasPreviousPage startCursor endCursor' },
  UserError: { ANYONE: 'code field message hint' },
  Lagged: { ANYONE: 'cursor missed' },

  Viewer: { ANYONE: 'name principal roles scopes organisation user teams leads expiresAt' },
  Principal: { ANYONE: 'kind id name' },
  Organisation: { ANYONE: 'name timeZone' },

  Activity: {
    RECEIPT:
      'id uuid cursor type occurredAt recordedAt late lateByMs sourceIp location userAgent deviceType outcome onBehalfOf risk secrets metadata',
    READ: 'user session anomalies',
  },
  Location: { RECEIPT: 'country region city latitude longitude accuracyKm anonymous' },
  WebActivity: { RECEIPT: 'id action page pageTitle endpoint method statusCode durationMs referrer' },
  TerminalActivity: { RECEIPT: 'id command workingDirectory exitCode output outputShape shell elevated' },
  FileActivity: { RECEIPT: 'id operation path newPath fileType sizeBytes' },
  BrowserActivity: { RECEIPT: 'id action url selector inputValue inputValueShape statusCode' },
  DesktopActivity: { RECEIPT: 'id action x y windowTitle application inputText inputTextShape screenshotPath' },
  AuthActivity: { RECEIPT: 'id event method reason host' },
  AccessActivity: { RECEIPT: 'id change target before after' },
  TextShape: { RECEIPT: 'characters lines shape' },
  ActivityConnection: { READ: 'edges nodes pageInfo totalCount' },
  ActivityEdge: { READ: 'cursor node' },
  ActivityEvent: { READ: 'cursor activity' },
  Risk: { RECEIPT: 'score level factors policyVersion' },
  SecretUsage: { RECEIPT: 'secret kind fingerprint granted reason field at occurredAt recordedAt', READ: 'user session activity' },
  SecretUsageConnection: { READ: 'edges nodes pageInfo totalCount' },
  SecretUsageEdge: { READ: 'cursor node' },
  RiskFactor: { RECEIPT: 'code points reason' },
  TrackActivityPayload: { TRACK: 'receipt excluded userErrors' },
  TrackActivitiesPayload: { TRACK: 'receipts excluded userErrors' },
  TrackReceipt: { TRACK: 'activity cursor duplicate risk anomalies sessionStatus' },

  Session: {
    READ: 'id externalId kind user status startedAt lastActivityAt endedAt durationMs lastPage lastEndpoint activityCount commandCount deviceType sourceIp location userAgent risk integrity terminatedAt activities',
    STAFF: 'terminatedBy terminationReason',
  },
  SessionIntegrity: { READ: 'score changes' },
  SessionIntegrityChange: { READ: 'change points at', STAFF: 'from to' },
  SessionConnection: { READ: 'edges nodes pageInfo totalCount' },
  SessionEdge: { READ: 'cursor node' },
  SessionEvent: { READ: 'cursor change session' },
  SessionTerminatedEvent: { CHECK_SESSIONS: 'cursor externalId terminatedAt' },
  SessionPayload: { TERMINATE: 'session userErrors' },
  SessionsPayload: { TERMINATE: 'sessions more userErrors' },

  User: {
    READ: 'id externalId displayName teams timeZone firstSeenAt erasedAt activities sessions anomalies alerts risk',
    STAFF: 'baseline',
    ADMINISTER: 'legalHold',
  },
  Baseline: {
    STAFF:
      'summary maturity mature signIns hours addresses knownAddresses networks countries devices clients programs hosts resources kinds commandSurprise commandBlocks',
  },
  BaselineMaturity: { STAFF: 'days daysNeeded learning' },
  UsualHours: { STAFF: 'from to signIns' },
  KnownValue: { STAFF: 'value firstSeenAt' },
  SharedValue: { STAFF: 'kind value users firstSeenAt' },
  UserRisk: { READ: 'score level halfLifeHours factors' },
  UserRiskFactor: { READ: 'code points reason originalPoints at anomaly' },
  UserRiskEvent: { READ: 'cursor user risk' },
  UserConnection: { READ: 'edges nodes pageInfo totalCount' },
  UserEdge: { READ: 'cursor node' },
  LegalHold: { ADMINISTER: 'reason since until by active' },
  EraseUserPayload: { ADMINISTER: 'user erased more people apiKeys userErrors' },
  ErasedRows: { ADMINISTER: 'what rows' },
  UserExport: { ADMINISTER: 'records next' },
  UserExportRecord: { ADMINISTER: 'kind at data' },
  UserPayload: { ADMINISTER: 'user userErrors' },
  RevealUserPayload: { TRIAGE: 'revealed userErrors' },
  RevealedUser: { TRIAGE: 'externalId displayName pseudonym' },

  Anomaly: {
    RECEIPT:
      'id reference type detector subject detectedAt firstAt lastAt late score level learning summary count details alertId resolved resolvedAt',
    READ: 'user session evidence alert',
    STAFF: 'resolvedBy resolution',
  },
  AnomalyConnection: { READ: 'edges nodes pageInfo totalCount' },
  AnomalyEdge: { READ: 'cursor node' },
  AnomalyEvent: { READ: 'cursor anomaly' },
  AnomalyPayload: { TRIAGE: 'anomaly userErrors' },

  Alert: {
    READ: 'id type status severity title subject user count anomalies criticalActivities openedAt firstSeenAt lastSeenAt acknowledgedAt resolvedAt',
    STAFF: 'acknowledgedBy resolvedBy resolution history',
  },
  AlertHistoryEntry: { STAFF: 'change changedAt actor note' },
  AlertConnection: { READ: 'edges nodes pageInfo totalCount' },
  AlertEdge: { READ: 'cursor node' },
  AlertEvent: { READ: 'cursor change alert' },
  AlertPayload: { TRIAGE: 'alert userErrors' },

  ActivitySummary: {
    READ: 'period from to timeZone user activities pageViews apiCalls commands sudoCommands fileAccesses authFailures uniqueUsers uniqueIps sessions averageSessionSeconds peakConcurrentUsers peakHour topPages byType byRiskLevel final',
  },
  ActivityTypeCount: { READ: 'type count' },
  RiskLevelCount: { READ: 'level count' },
  PageCount: { READ: 'page views' },

  Settings: {
    STAFF:
      'policyVersion workdays holidays trustedNetworks serviceAccounts storedTexts exclusions pseudonymise timeZone updatedAt updatedBy',
  },
  Exclusion: { STAFF: 'subject pattern' },
  SettingsPayload: { ADMINISTER: 'settings userErrors' },
  Detector: { STAFF: 'id type types looksFor thresholds enabled failures' },
  DetectorThreshold: { STAFF: 'name value default min max unit source' },
  DetectorPreview: { STAFF: 'from to activities anomalies truncated complete failures userErrors' },
  PreviewedAnomaly: { STAFF: 'key type score level summary details firstAt lastAt late count subject user wouldAlert' },
  DetectorPayload: { ADMINISTER: 'detector userErrors' },
  SystemStatus: {
    STAFF:
      'version startedAt now database logHead logEntries ingestLagMs backlogActivities backlogActivitiesMax listening failures excluded jobs detectorFailures',
  },
  FailureCount: { STAFF: 'cause count lastAt' },
  ExcludedCount: { STAFF: 'subject count lastAt' },
  DatabaseStatus: { STAFF: 'version', OPERATE: 'sizeBytes' },
  Job: { STAFF: 'name everyMs lastRunAt lastRunMs failures' },

  ApiKey: {
    ADMINISTER: 'id name role user leads scopes createdAt createdBy expiresAt lastUsedAt previousSecretUntil revokedAt',
  },
  CreateApiKeyPayload: { ADMINISTER: 'apiKey secret userErrors' },
  ApiKeyPayload: { ADMINISTER: 'apiKey userErrors' },
  KnownSecret: { ADMINISTER: 'id name registeredAt registeredBy uses lastFoundAt' },
  KnownSecretPayload: { ADMINISTER: 'knownSecret userErrors' },
  Person: {
    ADMINISTER: 'id issuer subject name user roles teams leads claimed assigned suspended suspendedAt firstSeenAt',
  },
  PersonAccess: { ADMINISTER: 'roles teams leads' },
  PersonConnection: { ADMINISTER: 'edges nodes pageInfo totalCount' },
  PersonEdge: { ADMINISTER: 'cursor node' },
  PersonPayload: { ADMINISTER: 'person userErrors' },
  CreateOrganisationPayload: { OPERATE: 'organisation secret userErrors' },

  AuditEntry: { AUDIT: 'id cursor recordedAt action actor target operation reads rows before after reason' },
  AuditRead: { AUDIT: 'field arguments' },
  AuditEntryConnection: { AUDIT: 'edges nodes pageInfo totalCount' },
  AuditEntryEdge: { AUDIT: 'cursor node' },
};

const table = new Map<string, Rule>();
for (const [type, byRule] of Object.entries(rules)) {
  for (const [rule, fields] of Object.entries(byRule)) {
    for (const field of fields.split(' ')) {
      const coordinate = `${type}.${field}`;
      if (table.has(coordinate)) throw new Error(`${coordinate} has two rules in src/graphql/rules.ts`);
      table.set(coordinate, rule as Rule);
    }
  }
}

/** Properties that filters and orders look at, where the schema shows them in a field of another name. */
const shownIn: Record<string, string> = {
  riskScore: 'risk',
  riskLevel: 'risk',
  integrityScore: 'integrity',
  text: 'type',
};

/** The rule for filtering or ordering by a property of a noun: that of the field which shows it. */
export const ruleOfProperty = (noun: string, property: string): Rule => ruleOf(`${noun}.${shownIn[property] ?? property}`);

/** The rule of a field, by its name in the schema: `Type.field`. */
export function ruleOf(coordinate: string): Rule {
  const rule = table.get(coordinate);
  if (rule === undefined) throw new Error(`${coordinate} has no rule: give it one in src/graphql/rules.ts`);
  return rule;
}
