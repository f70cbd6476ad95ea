/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A change of accounts, roles or permissions. What is not known is left out. */
export type AccessActivityInput = {
  /** The value after. At most 1,024 characters. */
  after?: string | null | undefined;
  /** The value before. At most 1,024 characters. */
  before?: string | null | undefined;
  /** What changed. */
  change: AccessChange;
  /** Whom or what the change is about: an account, a role, a path. At most 4,096 characters. */
  target?: string | null | undefined;
};

/** What changed. */
export type AccessChange =
  /** Permissions on something changed. */
  | 'PERMISSION'
  /** A role was given or taken. */
  | 'ROLE'
  /** A command was refused by the sudo policy. */
  | 'SUDO_POLICY_VIOLATION'
  /** An account was created. */
  | 'USER_CREATED'
  /** An account was deleted. */
  | 'USER_DELETED';

/** What happened: exactly one kind. */
export type ActivityDetailInput =
  {   /** A change of accounts, roles or permissions. */
  access: AccessActivityInput; auth?: never; browser?: never; desktop?: never; file?: never; terminal?: never; web?: never; }
  |  { access?: never;   /** A sign-in, sign-out or failure of one. */
  auth: AuthActivityInput; browser?: never; desktop?: never; file?: never; terminal?: never; web?: never; }
  |  { access?: never; auth?: never;   /** Something done in a tracked browser. */
  browser: BrowserActivityInput; desktop?: never; file?: never; terminal?: never; web?: never; }
  |  { access?: never; auth?: never; browser?: never;   /** Something done on a tracked desktop. */
  desktop: DesktopActivityInput; file?: never; terminal?: never; web?: never; }
  |  { access?: never; auth?: never; browser?: never; desktop?: never;   /** Something done to a file. */
  file: FileActivityInput; terminal?: never; web?: never; }
  |  { access?: never; auth?: never; browser?: never; desktop?: never; file?: never;   /** A shell command. */
  terminal: TerminalActivityInput; web?: never; }
  |  { access?: never; auth?: never; browser?: never; desktop?: never; file?: never; terminal?: never;   /** A page view, API call or download. */
  web: WebActivityInput; };

/** What happened, as one flat name. */
export type ActivityType =
  /** An API endpoint was called. */
  | 'API_CALL'
  /** A sign-in failed. */
  | 'AUTH_FAILURE'
  /** An element was clicked in a tracked browser. */
  | 'BROWSER_CLICK'
  /** A page was opened in a tracked browser. */
  | 'BROWSER_NAVIGATE'
  /** A page was scrolled in a tracked browser. */
  | 'BROWSER_SCROLL'
  /** A form was submitted in a tracked browser. */
  | 'BROWSER_SUBMIT'
  /** Text was typed in a tracked browser. */
  | 'BROWSER_TYPE'
  /** A shell command ran with the user's own rights. */
  | 'COMMAND'
  /** A mouse button was pressed on a tracked desktop. */
  | 'DESKTOP_CLICK'
  /** A window got the focus on a tracked desktop. */
  | 'DESKTOP_FOCUS'
  /** The mouse was moved on a tracked desktop. */
  | 'DESKTOP_MOVE'
  /** A tracked desktop was captured. */
  | 'DESKTOP_SCREENSHOT'
  /** Text was typed on a tracked desktop. */
  | 'DESKTOP_TYPE'
  /** A file was created. */
  | 'FILE_CREATE'
  /** A file was deleted. */
  | 'FILE_DELETE'
  /** A file was downloaded, over the web or as a file operation. */
  | 'FILE_DOWNLOAD'
  /** A file was moved. */
  | 'FILE_MOVE'
  /** A file was read. */
  | 'FILE_READ'
  /** A file was renamed. */
  | 'FILE_RENAME'
  /** A file was changed. */
  | 'FILE_UPDATE'
  /** A file was uploaded. */
  | 'FILE_UPLOAD'
  /** A sign-in succeeded. */
  | 'LOGIN'
  /** A sign-out. */
  | 'LOGOUT'
  /** A second factor was asked for. */
  | 'MFA_CHALLENGE'
  /** A second factor was refused. */
  | 'MFA_FAILURE'
  /** A page was shown. */
  | 'PAGE_VIEW'
  /** Permissions changed. */
  | 'PERMISSION_CHANGE'
  /** Something was refused by a policy. */
  | 'POLICY_VIOLATION'
  /** A role was given or taken. */
  | 'ROLE_CHANGE'
  /** An SSH sign-in succeeded. */
  | 'SSH_LOGIN'
  /** An SSH sign-in ended. */
  | 'SSH_LOGOUT'
  /** A shell command ran with elevated rights. */
  | 'SUDO_COMMAND'
  /** An account was created. */
  | 'USER_CREATED'
  /** An account was deleted. */
  | 'USER_DELETED';

/** What kind of anomaly. */
export type AnomalyType =
  /** Activity outside working hours. */
  | 'AFTER_HOURS'
  /** More files read, downloaded or sent than work needs. */
  | 'BULK_DOWNLOAD'
  /** One user in more sessions at once than usual for a person. */
  | 'CONCURRENT_SESSIONS'
  /** Many users tried about once each, from many addresses. */
  | 'CREDENTIAL_STUFFING'
  /** An account that comes back to life. */
  | 'DORMANT_ACCOUNT'
  /** Many failed sign-ins from one address or of one user. */
  | 'FAILED_LOGIN_BURST'
  /** Something that this user, their team or the whole organisation had never used. */
  | 'FIRST_SEEN'
  /** Sign-ins at places between which nobody travels that fast. */
  | 'IMPOSSIBLE_TRAVEL'
  /** History, audit or logging switched off or destroyed. */
  | 'LOG_TAMPERING'
  /** Commands that are not like those the user usually runs. */
  | 'MASQUERADE'
  /** Many files deleted or renamed at once. */
  | 'MASS_DELETE'
  /** A user who is asked for a second factor again and again. */
  | 'MFA_FATIGUE'
  /** Rights used by an account that has just appeared. */
  | 'NEW_ACCOUNT'
  /** A sign-in from an address this user never signed in from. */
  | 'NEW_LOCATION'
  /** One address that tries a few passwords on many users. */
  | 'PASSWORD_SPRAYING'
  /** A change of permissions or roles. */
  | 'PERMISSION_CHANGE'
  /** Rights gained, and then used. */
  | 'PRIVILEGE_ESCALATION'
  /** Pages opened faster than a person reads, or by a program. */
  | 'RAPID_NAVIGATION'
  /** Secrets denied to one user again and again. */
  | 'SECRET_DENIED'
  /** Many secrets in a short time that are new to the user. */
  | 'SECRET_USE'
  /** An account that programs use, used by a person. */
  | 'SERVICE_ACCOUNT_INTERACTIVE'
  /** A session that goes on with another network and client, or with another user. */
  | 'SESSION_DRIFT'
  /** A steady source of activities that stopped. */
  | 'SILENCE'
  /** A sign-in after many that failed: a guessed password. */
  | 'SUCCESS_AFTER_FAILURES'
  /** A command that does what attackers do. */
  | 'SUSPICIOUS_COMMAND'
  /** A sign-in at an hour at which this user does not usually sign in. */
  | 'UNUSUAL_TIME'
  /** Far more activities than usual for this user. */
  | 'UNUSUAL_VOLUME'
  /** Web requests that look for weaknesses or use them. */
  | 'WEB_ATTACK';

/** A sign-in, sign-out or failure of one. What is not known is left out. */
export type AuthActivityInput = {
  /** What happened at the sign-in. */
  event: AuthEvent;
  /** Host that was signed in to. At most 256 characters. */
  host?: string | null | undefined;
  /** How: password, publickey, otp, webauthn, … At most 64 characters. */
  method?: string | null | undefined;
  /** Why it failed or ended. At most 1,024 characters. */
  reason?: string | null | undefined;
};

/** What happened at the sign-in. */
export type AuthEvent =
  /** A sign-in that failed. */
  | 'FAILURE'
  /** A sign-in that succeeded. */
  | 'LOGIN'
  /** A sign-out; it ends the session. */
  | 'LOGOUT'
  /** A second factor was asked for. */
  | 'MFA_CHALLENGE'
  /** A second factor was refused. */
  | 'MFA_FAILURE'
  /** An SSH sign-in that succeeded. */
  | 'SSH_LOGIN'
  /** The end of an SSH sign-in; it ends the session. */
  | 'SSH_LOGOUT';

/** What was done in the browser. */
export type BrowserAction =
  /** An element was clicked. */
  | 'CLICK'
  /** A page was opened. */
  | 'NAVIGATE'
  /** The page was scrolled. */
  | 'SCROLL'
  /** A form was submitted. */
  | 'SUBMIT'
  /** Text was typed into an element. */
  | 'TYPE';

/** Something done in a tracked browser. What is not known is left out. */
export type BrowserActivityInput = {
  /** What was done in the browser. */
  action: BrowserAction;
  /** Text that was entered. At most 8,192 characters. Stored where FORM_VALUES is one of `settings { storedTexts }`. */
  inputValue?: string | null | undefined;
  /** CSS selector of the element. At most 1,024 characters. */
  selector?: string | null | undefined;
  /** HTTP status code of a navigation, 100–599. */
  statusCode?: number | null | undefined;
  /** Address of the page. At most 4,096 characters. */
  url?: string | null | undefined;
};

/** What was done on the desktop. */
export type DesktopAction =
  /** A mouse button was pressed. */
  | 'CLICK'
  /** A window got the focus. */
  | 'FOCUS'
  /** The mouse was moved. */
  | 'MOVE'
  /** The screen was captured. */
  | 'SCREENSHOT'
  /** Text was typed. */
  | 'TYPE';

/** Something done on a tracked desktop. What is not known is left out. */
export type DesktopActivityInput = {
  /** What was done on the desktop. */
  action: DesktopAction;
  /** Name of the application. At most 256 characters. */
  application?: string | null | undefined;
  /** Text that was typed. At most 8,192 characters. Stored where KEYSTROKES is one of `settings { storedTexts }`. */
  inputText?: string | null | undefined;
  /** Where the screenshot lies. At most 4,096 characters. */
  screenshotPath?: string | null | undefined;
  /** Title of the window. At most 1,024 characters. */
  windowTitle?: string | null | undefined;
  /** Horizontal position in pixels from the left. */
  x?: number | null | undefined;
  /** Vertical position in pixels from the top. */
  y?: number | null | undefined;
};

/** Something done to a file. What is not known is left out. */
export type FileActivityInput = {
  /** Kind of file: a MIME type or an extension. At most 256 characters. */
  fileType?: string | null | undefined;
  /** Path after a rename or move. At most 4,096 characters. */
  newPath?: string | null | undefined;
  /** What was done to the file. */
  operation: FileOperation;
  /** Path of the file. At most 4,096 characters. */
  path: string;
  /** Size in bytes, 0 to 2^53 - 1. */
  sizeBytes?: number | null | undefined;
};

/** What was done to the file. */
export type FileOperation =
  /** The file was created. */
  | 'CREATE'
  /** The file was deleted. */
  | 'DELETE'
  /** The file was downloaded. */
  | 'DOWNLOAD'
  /** The file was moved; `newPath` says where to. */
  | 'MOVE'
  /** The file was read. */
  | 'READ'
  /** The file got another name; `newPath` says which. */
  | 'RENAME'
  /** The file was changed. */
  | 'UPDATE'
  /** The file was uploaded. */
  | 'UPLOAD';

/** Where an address is. What is not known is left out. */
export type LocationInput = {
  /** Kilometres around the coordinates within which it is, 0 to 20,038. */
  accuracyKm?: number | null | undefined;
  /** Whether it is an exit that many share (VPN, proxy, hosting), which tells nothing of where a person is. */
  anonymous?: boolean | null | undefined;
  /** City. At most 256 characters. */
  city?: string | null | undefined;
  /** Country: two capital letters of ISO 3166-1. */
  country?: string | null | undefined;
  /** Degrees north, −90 to 90. */
  latitude?: number | null | undefined;
  /** Degrees east, −180 to 180. */
  longitude?: number | null | undefined;
  /** Region of the country: a state, a province. At most 256 characters. */
  region?: string | null | undefined;
};

/** How it ended. */
export type Outcome =
  /** It was refused by a rule. */
  | 'DENIED'
  /** It was tried and failed. */
  | 'FAILURE'
  /** It worked. */
  | 'SUCCESS'
  /** The caller does not know. */
  | 'UNKNOWN';

/** How dangerous, in four steps of the score. */
export type RiskLevel =
  /** Score 70–100: look now. */
  | 'CRITICAL'
  /** Score 50–69: look soon. */
  | 'HIGH'
  /** Score 0–29: ordinary. */
  | 'LOW'
  /** Score 30–49: worth a look. */
  | 'MEDIUM';

/** A secret that was asked for. Never send the secret itself. */
export type SecretUseInput = {
  /** Whether it was given. */
  granted?: boolean | null | undefined;
  /** Why it was denied. At most 1,024 characters. */
  reason?: string | null | undefined;
  /** The id its keeper knows it by. At most 256 characters. */
  secret: string;
};

/** Where a session stands, by the time since its last activity. */
export type SessionStatus =
  /** The last activity is less than 5 minutes old. */
  | 'ACTIVE'
  /** The user signed out. */
  | 'ENDED'
  /** The last activity is 25 minutes old or older. */
  | 'EXPIRED'
  /** The last activity is 5 to less than 15 minutes old. */
  | 'IDLE'
  /** An administrator ended it; it stays so. */
  | 'TERMINATED'
  /** The last activity is 15 to less than 25 minutes old. */
  | 'WARNING';

/** A shell command. What is not known is left out. */
export type TerminalActivityInput = {
  /** The command line as the shell got it. At most 65,536 characters. */
  command: string;
  /** Whether it ran with more rights (sudo, doas, root). Default: read from the command. */
  elevated?: boolean | null | undefined;
  /** Exit status of the command. */
  exitCode?: number | null | undefined;
  /** What the command printed. At most 65,536 characters. Stored where TERMINAL_OUTPUT is one of `settings { storedTexts }`. */
  output?: string | null | undefined;
  /** Shell that ran it, e.g. bash. At most 64 characters. */
  shell?: string | null | undefined;
  /** Directory in which it ran. At most 4,096 characters. */
  workingDirectory?: string | null | undefined;
};

/** An activity to record. */
export type TrackActivityInput = {
  /** What happened. */
  detail: ActivityDetailInput;
  /** The same activity again under the same key answers the first receipt with `duplicate: true` and records nothing; another activity under it is refused, and so is the same where what was recorded is not kept any more. At most 256 characters. */
  idempotencyKey?: string | null | undefined;
  /** Where that address is, where the caller knows better than the operator's file. */
  location?: LocationInput | null | undefined;
  /** Anything else; at most 16,384 characters as JSON and 8 levels deep. */
  metadata?: Record<string, unknown> | null | undefined;
  /** When it happened. Default: now. More than 5 minutes ahead is refused; any past time is taken. */
  occurredAt?: string | null | undefined;
  /** The human an agent or service acts for. At most 256 characters. */
  onBehalfOf?: string | null | undefined;
  /** How it ended. A failed sign-in is always FAILURE. */
  outcome?: Outcome | null | undefined;
  /** Secrets that were asked for with it, by the ids their keeper knows them by; at most 20. */
  secretsUsed?: Array<SecretUseInput> | null | undefined;
  /** The calling system's session id; first sight of it opens the session. At most 256 characters. */
  session?: string | null | undefined;
  /** IPv4 or IPv6 address it came from. */
  sourceIp?: string | null | undefined;
  /** The monitored person's id in the calling system. At most 256 characters. */
  user: string;
  /** The User-Agent header or the like. At most 2,048 characters. */
  userAgent?: string | null | undefined;
  /** IANA time zone of the user, e.g. "Europe/Berlin"; remembered. Default: the organisation's. */
  userTimeZone?: string | null | undefined;
};

/** What is wrong with an input. */
export type UserErrorCode =
  /** Not an IPv4 or IPv6 address. */
  | 'BAD_ADDRESS'
  /** A text holds NUL or half of a surrogate pair, which cannot be stored. */
  | 'BAD_CHARACTER'
  /** Not a network in CIDR notation. */
  | 'BAD_NETWORK'
  /** More than whoever asks may do themselves. */
  | 'BEYOND_SCOPE'
  /** A text that must say something is empty. */
  | 'BLANK'
  /** Not possible in the state it is in. */
  | 'CONFLICT'
  /** What was recorded under the idempotency key is not kept any more: it was erased, or is too old. */
  | 'GONE'
  /** A text that is kept holds the secret that is not to be kept. */
  | 'HOLDS_SECRET'
  /** The idempotency key stands for another activity. */
  | 'IDEMPOTENCY_CONFLICT'
  /** Of several fields exactly one has to be given. */
  | 'NOT_EXACTLY_ONE'
  /** There is nothing with this id that you may see. */
  | 'NOT_FOUND'
  /** A number is outside its range. */
  | 'OUT_OF_RANGE'
  /** An object nests deeper than its limit. */
  | 'TOO_DEEP'
  /** The instant is more than five minutes ahead of the service's clock. */
  | 'TOO_FAR_AHEAD'
  /** A text has more characters than its limit. */
  | 'TOO_LONG'
  /** A list has more items than its limit. */
  | 'TOO_MANY'
  /** A text has fewer characters than it takes. */
  | 'TOO_SHORT'
  /** Not a country code of ISO 3166-1. */
  | 'UNKNOWN_COUNTRY'
  /** Not an IANA time zone. */
  | 'UNKNOWN_TIME_ZONE';

/** What was done. Default: API_CALL when `endpoint` is given, else PAGE_VIEW. */
export type WebAction =
  /** An endpoint was called. */
  | 'API_CALL'
  /** A file was downloaded. */
  | 'FILE_DOWNLOAD'
  /** A page was shown. */
  | 'PAGE_VIEW';

/** A page view, API call or download. What is not known is left out. */
export type WebActivityInput = {
  /** What was done. Default: API_CALL when `endpoint` is given, else PAGE_VIEW. */
  action?: WebAction | null | undefined;
  /** How long it took, in milliseconds. */
  durationMs?: number | null | undefined;
  /** Path or URL of the API endpoint. At most 4,096 characters. */
  endpoint?: string | null | undefined;
  /** HTTP method, e.g. GET. At most 16 characters. */
  method?: string | null | undefined;
  /** Path or URL of the page. At most 4,096 characters. */
  page?: string | null | undefined;
  /** Title of the page as shown. At most 1,024 characters. */
  pageTitle?: string | null | undefined;
  /** Where the visitor came from: the Referer header. At most 4,096 characters. */
  referrer?: string | null | undefined;
  /** HTTP status code answered, 100–599. */
  statusCode?: number | null | undefined;
};

export type TrackOneMutationVariables = Exact<{
  input: TrackActivityInput;
}>;


export type TrackOneMutation = { trackActivity: { receipt: { cursor: string, duplicate: boolean, sessionStatus: SessionStatus | null, risk: { score: number, level: RiskLevel, factors: Array<{ code: string, points: number }> }, anomalies: Array<{ type: AnomalyType, score: number }> } | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> }> } | null };

export type ActivitiesOfUserQueryVariables = Exact<{
  user: string;
  first: number;
  after?: string | null | undefined;
}>;


export type ActivitiesOfUserQuery = { activities: { nodes: Array<
      | { type: ActivityType, occurredAt: string }
      | { event: AuthEvent | null, type: ActivityType, occurredAt: string }
      | { type: ActivityType, occurredAt: string }
      | { type: ActivityType, occurredAt: string }
      | { type: ActivityType, occurredAt: string }
      | { command: string | null, type: ActivityType, occurredAt: string }
      | { type: ActivityType, occurredAt: string }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type RecordedActivitiesSubscriptionVariables = Exact<{
  user: string;
  after?: string | null | undefined;
}>;


export type RecordedActivitiesSubscription = { activityRecorded:
    | { cursor: string, activity:
        | { type: ActivityType, user: { externalId: string } }
        | { type: ActivityType, user: { externalId: string } }
        | { type: ActivityType, user: { externalId: string } }
        | { type: ActivityType, user: { externalId: string } }
        | { type: ActivityType, user: { externalId: string } }
        | { type: ActivityType, user: { externalId: string } }
        | { type: ActivityType, user: { externalId: string } }
       }
    | { cursor: string, missed: number }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const TrackOneDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<TrackOneMutation, TrackOneMutationVariables>;
export const ActivitiesOfUserDocument = new TypedDocumentString(`
    query ActivitiesOfUser($user: String!, $first: Int!, $after: String) {
  activities(
    filter: { user: { eq: $user } }
    first: $first
    after: $after
    orderBy: { field: OCCURRED_AT, direction: ASC }
  ) {
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
    `) as unknown as TypedDocumentString<ActivitiesOfUserQuery, ActivitiesOfUserQueryVariables>;
export const RecordedActivitiesDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<RecordedActivitiesSubscription, RecordedActivitiesSubscriptionVariables>;