/**
 * What can happen: seven kinds of activity and, for each, the fields a caller may send. Everything else is derived
 * from these tables: the GraphQL inputs and types, the validation and its limits, and the stored detail.
 */

/** Longest accepted text, in UTF-16 code units. One table, so that every limit has a name and a place. */
export const charactersMax = {
  identifier: 256,
  short: 1_024,
  path: 4_096,
  userAgent: 2_048,
  command: 65_536,
  output: 65_536,
  inputText: 8_192,
  metadataJson: 16_384,
  pattern: 256,
} as const;

/** Most levels of objects and arrays in `metadata`. */
export const metadataDepthMax = 8;

export type Field = { description: string; required?: true } & (
  | { type: 'text'; charactersMax: number }
  | { type: 'integer'; min: number; max: number }
  | { type: 'number'; min: number; max: number }
  | { type: 'boolean' }
  | { type: 'choice'; name: string; of: Record<string, string> }
);

const text = (limit: number, description: string) => ({ type: 'text', charactersMax: limit, description }) as const;
const integer = (min: number, max: number, description: string) => ({ type: 'integer', min, max, description }) as const;
const choice = <const T extends Record<string, string>>(name: string, of: T, description: string) =>
  ({ type: 'choice', name, of, description }) as const;
const required = <const T extends Field>(field: T) => ({ ...field, required: true }) as const;

const int32Max = 2_147_483_647;

const webActions = {
  PAGE_VIEW: 'A page was shown.',
  API_CALL: 'An endpoint was called.',
  FILE_DOWNLOAD: 'A file was downloaded.',
} as const;

const fileOperations = {
  CREATE: 'The file was created.',
  READ: 'The file was read.',
  UPDATE: 'The file was changed.',
  DELETE: 'The file was deleted.',
  RENAME: 'The file got another name; `newPath` says which.',
  MOVE: 'The file was moved; `newPath` says where to.',
  UPLOAD: 'The file was uploaded.',
  DOWNLOAD: 'The file was downloaded.',
} as const;

const browserActions = {
  NAVIGATE: 'A page was opened.',
  CLICK: 'An element was clicked.',
  TYPE: 'Text was typed into an element.',
  SUBMIT: 'A form was submitted.',
  SCROLL: 'The page was scrolled.',
} as const;

const desktopActions = {
  CLICK: 'A mouse button was pressed.',
  TYPE: 'Text was typed.',
  MOVE: 'The mouse was moved.',
  SCREENSHOT: 'The screen was captured.',
  FOCUS: 'A window got the focus.',
} as const;

const authEvents = {
  LOGIN: 'A sign-in that succeeded.',
  LOGOUT: 'A sign-out; it ends the session.',
  SSH_LOGIN: 'An SSH sign-in that succeeded.',
  SSH_LOGOUT: 'The end of an SSH sign-in; it ends the session.',
  FAILURE: 'A sign-in that failed.',
  MFA_CHALLENGE: 'A second factor was asked for.',
  MFA_FAILURE: 'A second factor was refused.',
} as const;

const accessChanges = {
  PERMISSION: 'Permissions on something changed.',
  ROLE: 'A role was given or taken.',
  USER_CREATED: 'An account was created.',
  USER_DELETED: 'An account was deleted.',
  SUDO_POLICY_VIOLATION: 'A command was refused by the sudo policy.',
} as const;

/** The fields of each kind's detail. `required` ones must be sent; all others may be left out. */
export const details = {
  web: {
    action: choice('WebAction', webActions, 'What was done. Default: API_CALL when `endpoint` is given, else PAGE_VIEW.'),
    page: text(charactersMax.path, 'Path or URL of the page.'),
    pageTitle: text(charactersMax.short, 'Title of the page as shown.'),
    endpoint: text(charactersMax.path, 'Path or URL of the API endpoint.'),
    method: text(16, 'HTTP method, e.g. GET.'),
    statusCode: integer(100, 599, 'HTTP status code answered, 100–599.'),
    durationMs: integer(0, int32Max, 'How long it took, in milliseconds.'),
    referrer: text(charactersMax.path, 'Where the visitor came from: the Referer header.'),
  },
  terminal: {
    command: required(text(charactersMax.command, 'The command line as the shell got it.')),
    workingDirectory: text(charactersMax.path, 'Directory in which it ran.'),
    exitCode: integer(-int32Max, int32Max, 'Exit status of the command.'),
    output: text(charactersMax.output, 'What the command printed.'),
    shell: text(64, 'Shell that ran it, e.g. bash.'),
    elevated: { type: 'boolean', description: 'Whether it ran with more rights (sudo, doas, root). Default: read from the command.' },
  },
  file: {
    operation: required(choice('FileOperation', fileOperations, 'What was done to the file.')),
    path: required(text(charactersMax.path, 'Path of the file.')),
    newPath: text(charactersMax.path, 'Path after a rename or move.'),
    fileType: text(charactersMax.identifier, 'Kind of file: a MIME type or an extension.'),
    sizeBytes: { type: 'number', min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Size in bytes, 0 to 2^53 - 1.' },
  },
  browser: {
    action: required(choice('BrowserAction', browserActions, 'What was done in the browser.')),
    url: text(charactersMax.path, 'Address of the page.'),
    selector: text(charactersMax.short, 'CSS selector of the element.'),
    inputValue: text(charactersMax.inputText, 'Text that was entered.'),
    statusCode: integer(100, 599, 'HTTP status code of a navigation, 100–599.'),
  },
  desktop: {
    action: required(choice('DesktopAction', desktopActions, 'What was done on the desktop.')),
    x: integer(-65_536, 65_536, 'Horizontal position in pixels from the left.'),
    y: integer(-65_536, 65_536, 'Vertical position in pixels from the top.'),
    windowTitle: text(charactersMax.short, 'Title of the window.'),
    application: text(charactersMax.identifier, 'Name of the application.'),
    inputText: text(charactersMax.inputText, 'Text that was typed.'),
    screenshotPath: text(charactersMax.path, 'Where the screenshot lies.'),
  },
  auth: {
    event: required(choice('AuthEvent', authEvents, 'What happened at the sign-in.')),
    method: text(64, 'How: password, publickey, otp, webauthn, …'),
    reason: text(charactersMax.short, 'Why it failed or ended.'),
    host: text(charactersMax.identifier, 'Host that was signed in to.'),
  },
  access: {
    change: required(choice('AccessChange', accessChanges, 'What changed.')),
    target: text(charactersMax.path, 'Whom or what the change is about: an account, a role, a path.'),
    before: text(charactersMax.short, 'The value before.'),
    after: text(charactersMax.short, 'The value after.'),
  },
} as const satisfies Record<string, Record<string, Field>>;

export type ActivityKind = keyof typeof details;
export const activityKinds = Object.keys(details) as ActivityKind[];

type ValueOf<F> = F extends { type: 'choice'; of: infer C }
  ? keyof C & string
  : F extends { type: 'text' }
    ? string
    : F extends { type: 'boolean' }
      ? boolean
      : number;

/** The detail of one kind as it is stored: every field present, null where it was not sent. */
export type Detail<K extends ActivityKind> = {
  [F in keyof (typeof details)[K]]: (typeof details)[K][F] extends { required: true }
    ? ValueOf<(typeof details)[K][F]>
    : ValueOf<(typeof details)[K][F]> | null;
};

/** A kind with its detail: the discriminated union rules work on. */
export type AnyDetail = { [K in ActivityKind]: { kind: K; detail: Detail<K> } }[ActivityKind];

/** The flat names used in filters. */
export const activityTypes = {
  PAGE_VIEW: 'A page was shown.',
  API_CALL: 'An API endpoint was called.',
  FILE_DOWNLOAD: 'A file was downloaded, over the web or as a file operation.',
  COMMAND: "A shell command ran with the user's own rights.",
  SUDO_COMMAND: 'A shell command ran with elevated rights.',
  FILE_CREATE: 'A file was created.',
  FILE_READ: 'A file was read.',
  FILE_UPDATE: 'A file was changed.',
  FILE_DELETE: 'A file was deleted.',
  FILE_RENAME: 'A file was renamed.',
  FILE_MOVE: 'A file was moved.',
  FILE_UPLOAD: 'A file was uploaded.',
  BROWSER_NAVIGATE: 'A page was opened in a tracked browser.',
  BROWSER_CLICK: 'An element was clicked in a tracked browser.',
  BROWSER_TYPE: 'Text was typed in a tracked browser.',
  BROWSER_SUBMIT: 'A form was submitted in a tracked browser.',
  BROWSER_SCROLL: 'A page was scrolled in a tracked browser.',
  DESKTOP_CLICK: 'A mouse button was pressed on a tracked desktop.',
  DESKTOP_TYPE: 'Text was typed on a tracked desktop.',
  DESKTOP_MOVE: 'The mouse was moved on a tracked desktop.',
  DESKTOP_SCREENSHOT: 'A tracked desktop was captured.',
  DESKTOP_FOCUS: 'A window got the focus on a tracked desktop.',
  LOGIN: 'A sign-in succeeded.',
  LOGOUT: 'A sign-out.',
  SSH_LOGIN: 'An SSH sign-in succeeded.',
  SSH_LOGOUT: 'An SSH sign-in ended.',
  AUTH_FAILURE: 'A sign-in failed.',
  MFA_CHALLENGE: 'A second factor was asked for.',
  MFA_FAILURE: 'A second factor was refused.',
  PERMISSION_CHANGE: 'Permissions changed.',
  ROLE_CHANGE: 'A role was given or taken.',
  USER_CREATED: 'An account was created.',
  USER_DELETED: 'An account was deleted.',
  POLICY_VIOLATION: 'Something was refused by a policy.',
} as const;

export type ActivityType = keyof typeof activityTypes;

export const pageTypes = ['PAGE_VIEW', 'BROWSER_NAVIGATE'] as const satisfies readonly ActivityType[];
export const signInTypes = ['LOGIN', 'SSH_LOGIN'] as const satisfies readonly ActivityType[];
/** A sign-in that was tried. */
export const attemptTypes = ['AUTH_FAILURE', ...signInTypes] as const satisfies readonly ActivityType[];
export const commandTypes = ['COMMAND', 'SUDO_COMMAND'] as const satisfies readonly ActivityType[];
export const fileTypes = [
  'FILE_CREATE',
  'FILE_READ',
  'FILE_UPDATE',
  'FILE_DELETE',
  'FILE_RENAME',
  'FILE_MOVE',
  'FILE_UPLOAD',
  'FILE_DOWNLOAD',
] as const satisfies readonly ActivityType[];

export const changeTypes = [
  'PERMISSION_CHANGE',
  'ROLE_CHANGE',
  'USER_CREATED',
  'USER_DELETED',
  'POLICY_VIOLATION',
] as const satisfies readonly ActivityType[];
/** A file that went from one machine to another. */
export const transferTypes = ['FILE_UPLOAD', 'FILE_DOWNLOAD'] as const satisfies readonly ActivityType[];

export const isPage = (type: string): boolean => pageTypes.some((one) => one === type);
export const isTransfer = (type: string): boolean => transferTypes.some((one) => one === type);
export const isAttempt = (type: string): boolean => attemptTypes.some((one) => one === type);

export const isChange = (type: string): boolean => changeTypes.some((one) => one === type);
/** Whether it is judged by what happens anywhere in the organisation: a sign-in tried, a change of accounts or rights, or their use. */

export const outcomes = {
  SUCCESS: 'It worked.',
  FAILURE: 'It was tried and failed.',
  DENIED: 'It was refused by a rule.',
  UNKNOWN: 'The caller does not know.',
} as const;
export type Outcome = keyof typeof outcomes;

/** Whether the reason of a failed sign-in says that nobody is called so: "invalid user", "user not found", "unknown account", … */
export const namesNoAccount = (reason: string | null): boolean => reason !== null && noAccount.test(reason);
const noAccount =
  /\b(?:(?:invalid|illegal|unknown|no such|non-?existent) (?:user|account|login)|(?:user|account) (?:is )?(?:not found|unknown|does not exist))/i;

const typeOfAuth = {
  LOGIN: 'LOGIN',
  LOGOUT: 'LOGOUT',
  SSH_LOGIN: 'SSH_LOGIN',
  SSH_LOGOUT: 'SSH_LOGOUT',
  FAILURE: 'AUTH_FAILURE',
  MFA_CHALLENGE: 'MFA_CHALLENGE',
  MFA_FAILURE: 'MFA_FAILURE',
} as const satisfies Record<Detail<'auth'>['event'], ActivityType>;

const typeOfAccess = {
  PERMISSION: 'PERMISSION_CHANGE',
  ROLE: 'ROLE_CHANGE',
  USER_CREATED: 'USER_CREATED',
  USER_DELETED: 'USER_DELETED',
  SUDO_POLICY_VIOLATION: 'POLICY_VIOLATION',
} as const satisfies Record<Detail<'access'>['change'], ActivityType>;

/** Whether an event, or the flat type of the same name, is a successful sign-in. */
export const isSignIn = (name: Detail<'auth'>['event'] | ActivityType): boolean => signInTypes.some((one) => one === name);

/** How it happened: whether a command runs with more rights than the user's own, and how it ended. */
export type Manner = { elevated: boolean; outcome: Outcome };

/** The flat type of a detail. A sign-in that was refused is a failed sign-in, whatever event the caller names it. */
export function typeOf(what: AnyDetail, { elevated, outcome }: Manner): ActivityType {
  switch (what.kind) {
    case 'web':
      return what.detail.action ?? (what.detail.endpoint === null ? 'PAGE_VIEW' : 'API_CALL');
    case 'terminal':
      return elevated ? 'SUDO_COMMAND' : 'COMMAND';
    case 'file':
      return `FILE_${what.detail.operation}`;
    case 'browser':
      return `BROWSER_${what.detail.action}`;
    case 'desktop':
      return `DESKTOP_${what.detail.action}`;
    case 'auth':
      return isSignIn(what.detail.event) && (outcome === 'FAILURE' || outcome === 'DENIED')
        ? 'AUTH_FAILURE'
        : typeOfAuth[what.detail.event];
    case 'access':
      return typeOfAccess[what.detail.change];
  }
}

/** The account that was created; null for all else. */
/** Size in bytes of a file, HTTP status of a web or browser activity; null for others and where it was not told. */
export function amountOf(what: AnyDetail): number | null {
  if (what.kind === 'file') return what.detail.sizeBytes;
  return what.kind === 'web' || what.kind === 'browser' ? what.detail.statusCode : null;
}

/** HTTP method of a web activity; null for others and where it was not told. */
export const methodOf = (what: AnyDetail): string | null => (what.kind === 'web' ? what.detail.method : null);

/** The one text of an activity that a search looks in: command, page, path or address. */
export function searchText(what: AnyDetail): string | null {
  switch (what.kind) {
    case 'web':
      return what.detail.page ?? what.detail.endpoint;
    case 'terminal':
      return what.detail.command;
    case 'file':
      return what.detail.path;
    case 'browser':
      return what.detail.url;
    case 'desktop':
      return what.detail.windowTitle;
    case 'auth':
      return what.detail.host;
    case 'access':
      return what.detail.target;
  }
}
