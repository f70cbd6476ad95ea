/** As much of Lapwing's schema as the operations of the bench touch, for the peers that speak GraphQL. */
export const typeDefs = /* GraphQL */ `
  scalar JSON
  scalar DateTime
  type Query {
    ready: Boolean
  }
  type Mutation {
    trackActivity(input: TrackActivityInput!): TrackActivityPayload
    trackActivities(input: TrackActivitiesInput!): TrackActivitiesPayload
  }
  type Subscription {
    activityRecorded(filter: ActivityFilter): ActivityStreamItem!
  }
  input TrackActivityInput {
    user: String!
    session: String
    occurredAt: DateTime
    idempotencyKey: String
    sourceIp: String
    userAgent: String
    outcome: Outcome = SUCCESS
    metadata: JSON
    detail: JSON!
  }
  input TrackActivitiesInput {
    activities: [TrackActivityInput!]!
  }
  input ActivityFilter {
    riskScore: JSON
  }
  enum Outcome {
    SUCCESS
    FAILURE
  }
  enum RiskLevel {
    LOW
    MEDIUM
    HIGH
    CRITICAL
  }
  type TrackActivityPayload {
    receipt: TrackReceipt
    userErrors: [UserError!]!
  }
  type TrackActivitiesPayload {
    receipts: [TrackReceipt]!
    userErrors: [UserError!]!
  }
  type TrackReceipt {
    cursor: String!
    duplicate: Boolean!
    sessionStatus: String
    risk: Risk!
    activity: Activity!
  }
  type UserError {
    code: String!
    field: [String!]!
    message: String!
  }
  type Risk {
    score: Int!
    level: RiskLevel!
  }
  type User {
    externalId: String!
  }
  type Activity {
    uuid: ID!
    type: String!
    occurredAt: DateTime!
    outcome: Outcome!
    sourceIp: String
    user: User!
    risk: Risk!
  }
  union ActivityStreamItem = ActivityEvent | Lagged
  type ActivityEvent {
    cursor: String!
    activity: Activity!
  }
  type Lagged {
    cursor: String!
    missed: Int!
  }
`;
