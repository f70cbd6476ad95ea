import { graphql } from './generated/gql.ts';

/** Operations whose answers are typed by codegen (`npm run codegen`). A document that does not fit the schema fails there. */

export const TrackOne = graphql(/* GraphQL */ `
  mutation TrackOne($input: TrackActivityInput!) {
    trackActivity(input: $input) {
      receipt {
        cursor
        duplicate
        sessionStatus
        risk {
          score
          level
          factors {
            code
            points
          }
        }
        anomalies {
          type
          score
        }
      }
      userErrors {
        code
        field
      }
    }
  }
`);

export const ActivitiesOfUser = graphql(/* GraphQL */ `
  query ActivitiesOfUser($user: String!, $first: Int!, $after: String) {
    activities(filter: { user: { eq: $user } }, first: $first, after: $after, orderBy: { field: OCCURRED_AT, direction: ASC }) {
      nodes {
        type
        occurredAt
        ... on TerminalActivity {
          command
        }
        ... on AuthActivity {
          event
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const RecordedActivities = graphql(/* GraphQL */ `
  subscription RecordedActivities($user: String!, $after: Cursor) {
    activityRecorded(filter: { user: { eq: $user } }, after: $after) {
      ... on ActivityEvent {
        cursor
        activity {
          type
          user {
            externalId
          }
        }
      }
      ... on Lagged {
        cursor
        missed
      }
    }
  }
`);
