/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation TrackOne($input: TrackActivityInput!) {\n    trackActivity(input: $input) {\n      receipt {\n        cursor\n        duplicate\n        sessionStatus\n        risk {\n          score\n          level\n          factors {\n            code\n            points\n          }\n        }\n        anomalies {\n          type\n          score\n        }\n      }\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n": typeof types.TrackOneDocument,
    "\n  query ActivitiesOfUser($user: String!, $first: Int!, $after: String) {\n    activities(filter: { user: { eq: $user } }, first: $first, after: $after, orderBy: { field: OCCURRED_AT, direction: ASC }) {\n      nodes {\n        type\n        occurredAt\n        ... on TerminalActivity {\n          command\n        }\n        ... on AuthActivity {\n          event\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ActivitiesOfUserDocument,
    "\n  subscription RecordedActivities($user: String!, $after: Cursor) {\n    activityRecorded(filter: { user: { eq: $user } }, after: $after) {\n      ... on ActivityEvent {\n        cursor\n        activity {\n          type\n          user {\n            externalId\n          }\n        }\n      }\n      ... on Lagged {\n        cursor\n        missed\n      }\n    }\n  }\n": typeof types.RecordedActivitiesDocument,
};
const documents: Documents = {
    "\n  mutation TrackOne($input: TrackActivityInput!) {\n    trackActivity(input: $input) {\n      receipt {\n        cursor\n        duplicate\n        sessionStatus\n        risk {\n          score\n          level\n          factors {\n            code\n            points\n          }\n        }\n        anomalies {\n          type\n          score\n        }\n      }\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n": types.TrackOneDocument,
    "\n  query ActivitiesOfUser($user: String!, $first: Int!, $after: String) {\n    activities(filter: { user: { eq: $user } }, first: $first, after: $after, orderBy: { field: OCCURRED_AT, direction: ASC }) {\n      nodes {\n        type\n        occurredAt\n        ... on TerminalActivity {\n          command\n        }\n        ... on AuthActivity {\n          event\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.ActivitiesOfUserDocument,
    "\n  subscription RecordedActivities($user: String!, $after: Cursor) {\n    activityRecorded(filter: { user: { eq: $user } }, after: $after) {\n      ... on ActivityEvent {\n        cursor\n        activity {\n          type\n          user {\n            externalId\n          }\n        }\n      }\n      ... on Lagged {\n        cursor\n        missed\n      }\n    }\n  }\n": types.RecordedActivitiesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation TrackOne($input: TrackActivityInput!) {\n    trackActivity(input: $input) {\n      receipt {\n        cursor\n        duplicate\n        sessionStatus\n        risk {\n          score\n          level\n          factors {\n            code\n            points\n          }\n        }\n        anomalies {\n          type\n          score\n        }\n      }\n      userErrors {\n        code\n        field\n      }\n    }\n  }\n"): typeof import('./graphql.ts').TrackOneDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ActivitiesOfUser($user: String!, $first: Int!, $after: String) {\n    activities(filter: { user: { eq: $user } }, first: $first, after: $after, orderBy: { field: OCCURRED_AT, direction: ASC }) {\n      nodes {\n        type\n        occurredAt\n        ... on TerminalActivity {\n          command\n        }\n        ... on AuthActivity {\n          event\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ActivitiesOfUserDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RecordedActivities($user: String!, $after: Cursor) {\n    activityRecorded(filter: { user: { eq: $user } }, after: $after) {\n      ... on ActivityEvent {\n        cursor\n        activity {\n          type\n          user {\n            externalId\n          }\n        }\n      }\n      ... on Lagged {\n        cursor\n        missed\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RecordedActivitiesDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
