/** The operations the playground opens with, one tab each. A test validates them against the schema. */
export type PlaygroundTab = { query: string; variables?: string };

export const playgroundTabs: readonly PlaygroundTab[] = [
  {
    query: `# Press the play button. The key you signed in with is in "Headers" below.
query RecentActivities {
  activities(first: 20) {
    nodes {
      type
      occurredAt
      user { externalId }
      sourceIp
      outcome
      risk { score level factors { code points reason } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `mutation TrackAnActivity($input: TrackActivityInput!) {
  trackActivity(input: $input) {
    receipt {
      activity { id type }
      cursor
      duplicate
      risk { score level factors { code points reason } }
      anomalies { type summary }
      sessionStatus
    }
    userErrors { code field message hint }
  }
}
`,
    variables: JSON.stringify(
      { input: { user: 'ada', session: 'try-1', sourceIp: '203.0.113.7', detail: { terminal: { command: 'sudo cat /etc/shadow' } } } },
      null,
      2,
    ),
  },
  {
    query: `# Keep this running and send the second tab: the activity arrives here.
subscription HighRiskActivity {
  highRiskActivity(minLevel: MEDIUM) {
    __typename
    ... on ActivityEvent {
      cursor
      activity { type occurredAt user { externalId } risk { score level } }
    }
    ... on Lagged { cursor missed }
  }
}
`,
  },
  {
    query: `query OpenAlerts {
  alerts(filter: { status: { eq: OPEN } }, first: 20) {
    nodes { id status severity title count firstSeenAt lastSeenAt user { externalId } anomalies { type summary } }
  }
}

mutation AcknowledgeAlert($id: ID!) {
  acknowledgeAlert(input: { id: $id }) {
    alert { id status acknowledgedAt }
    userErrors { code field message }
  }
}
`,
    variables: JSON.stringify({ id: 'the id of an alert' }, null, 2),
  },
  {
    query: `query Sessions {
  sessions(first: 20) {
    nodes { externalId kind status startedAt lastActivityAt activityCount deviceType sourceIp user { externalId } risk { score level } }
  }
}
`,
  },
];
