/**
 * How the texts of the API show people in pseudonymise mode. What is not named here, as whatever somebody adds tomorrow, is
 * looked through for the names of users (TEXT). NAME: all of it is an external id. SUBJECT: `user:<external id>`, or of
 * something else. AS_IS: it holds no name of a monitored user as one: words of Lapwing's own, ids, addresses, countries, teams,
 * and the staff who did something, who are to be known.
 */
export type Shown = 'TEXT' | 'NAME' | 'SUBJECT' | 'AS_IS';

const exceptions: Record<string, Partial<Record<Exclude<Shown, 'TEXT'>, string>>> = {
  User: { NAME: 'externalId displayName', AS_IS: 'teams timeZone' },
  RevealedUser: { AS_IS: 'externalId displayName pseudonym' },
  Activity: { NAME: 'onBehalfOf', AS_IS: 'uuid sourceIp' },
  Location: { AS_IS: 'country' },
  RiskFactor: { AS_IS: 'code' },
  Session: { AS_IS: 'sourceIp terminatedBy' },
  Anomaly: { SUBJECT: 'subject', AS_IS: 'reference detector resolvedBy' },
  PreviewedAnomaly: { SUBJECT: 'subject', NAME: 'user' },
  UserRiskFactor: { AS_IS: 'code' },
  Alert: { SUBJECT: 'subject', AS_IS: 'acknowledgedBy resolvedBy' },
  AlertHistoryEntry: { AS_IS: 'actor' },
  ActivitySummary: { NAME: 'user', AS_IS: 'timeZone' },
  Baseline: { AS_IS: 'addresses' },
  UsualHours: { AS_IS: 'from to' },
  Settings: { NAME: 'serviceAccounts', AS_IS: 'trustedNetworks timeZone updatedBy' },
  Detector: { AS_IS: 'id looksFor' },
  DetectorThreshold: { AS_IS: 'name unit source' },
  SystemStatus: { AS_IS: 'version' },
  DatabaseStatus: { AS_IS: 'version' },
  Job: { AS_IS: 'name' },
  Viewer: { AS_IS: 'name user teams leads' },
  Principal: { AS_IS: 'id name' },
  Organisation: { AS_IS: 'name timeZone' },
  UserError: { AS_IS: 'field' },
  PageInfo: { AS_IS: 'startCursor endCursor' },
};

const table = new Map<string, Shown>();
for (const [type, byKind] of Object.entries(exceptions)) {
  for (const [shown, fields] of Object.entries(byKind)) {
    for (const field of fields.split(' ')) table.set(`${type}.${field}`, shown as Shown);
  }
}

/** Those that are named, as `Type.field`. */
export const shownOtherwise: ReadonlyMap<string, Shown> = table;

/** Scalars that no name is in. The cursors of lists are texts of their own, and hold no name for who may not order by it. */
const nameless = new Set(['ID', 'Int', 'Float', 'Boolean', 'DateTime', 'Date', 'Cursor']);
const isEdgeCursor = (coordinate: string) => coordinate.endsWith('Edge.cursor');

/** How a field shows people, by its name in the schema and that of its scalar. */
export function shownAs(coordinate: string, scalar: string): Shown {
  return nameless.has(scalar) || isEdgeCursor(coordinate) ? 'AS_IS' : (table.get(coordinate) ?? 'TEXT');
}
