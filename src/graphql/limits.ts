/**
 * What one caller may ask for. Constants, not settings: a client can rely on them anywhere, and nobody has to tune
 * them. At each limit the answer says which one it was, its maximum and, where it is known, the actual figure.
 */
export const limits = {
  /** Bytes of a request body or WebSocket message: a full batch of activities at 8 KiB each. */
  bodyBytesMax: 8 * 1024 * 1024,
  /** Items of one `trackActivities`: they share one transaction, which must not hold the log head for long. */
  batchItemsMax: 1_000,
  /** Lexical tokens of a document. GraphiQL's introspection has 300; values belong into variables. */
  documentTokensMax: 2_000,
  /** Nested fields of an operation, introspection apart. */
  depthMax: 12,
  /** Nested fields below `__schema` and `__type`: GraphiQL asks for 14, type wrappers being nested. */
  introspectionDepthMax: 20,
  /** Aliased fields of an operation, a fragment counting each time it is spread. */
  aliasesMax: 50,
  /** Directives used in an operation, counted likewise. */
  directivesMax: 50,
  /** Fields of the operation's root: each one may be a statement of its own. */
  rootFieldsMax: 20,
  /** Cost as @pothos/plugin-complexity counts it: fields, times the page size of the lists they are in. */
  costMax: 10_000,
  /** Items of a page when the caller names no number. */
  pageItemsDefault: 50,
  /** Items of a page at most: larger ones are slower than two. */
  pageItemsMax: 200,
  /** Ids of one `nodes`: what a client has in view; longer lists are pages. */
  nodesMax: 100,
  /** Milliseconds a query or mutation may take. */
  operationMsMax: 30_000,
  /** Activities that one preview of a detector goes through, those that warm the baselines included: some seconds of work. */
  previewActivitiesMax: 50_000,
  /** Anomalies of one preview: a detector that raises more needs no longer one. */
  previewAnomaliesMax: 1_000,
  /** Milliseconds after which a preview ends where it is, so that it is answered before `operationMsMax`. */
  previewMsMax: 20_000,
  /** Previews of an organisation at the same time, in one process. */
  previewsPerOrganisationMax: 1,
  /** Previews of all organisations at the same time, in one process: the processor is needed for recording. */
  previewsMax: 2,
  /** TCP connections of the process; beyond it new ones are dropped. */
  connectionsMax: 20_000,
  /** WebSockets and event streams open for one key or person: a front end's fan-out, or a client that leaks them. */
  streamsPerPrincipalMax: 1_000,
  /** Sockets open without a key: GraphiQL signs its operations, not its socket. */
  anonymousSocketsMax: 100,
  /** Keys and tokens not known yet that an address may present in a window; good ones do not count. */
  guessesPerAddressMax: 60,
  /** The same for all addresses together: each is a look-up in the database or a signature to check. */
  guessesMax: 5_000,
  /** Milliseconds of the window in which they are counted. */
  guessesWindowMs: 10_000,
  /** Milliseconds from the opening of such a socket to its first signed operation. */
  anonymousSocketMsMax: 30_000,
  /** Operations running on one socket. */
  subscriptionsPerSocketMax: 100,
  /** Milliseconds from the opening of a socket to its `connection_init`. */
  connectionInitMsMax: 5_000,
  /** Milliseconds between pings; a socket that has not answered by the next one is dropped. */
  pingIntervalMs: 12_000,
  /** Bytes waiting in the process for a socket whose client does not read. */
  socketBufferedBytesMax: 4 * 1024 * 1024,
  /** Milliseconds to receive one request, headers and body. */
  requestMsMax: 30_000,
  /** Milliseconds that running requests have to finish when the server closes. */
  shutdownMsMax: 10_000,
} as const;

/** The same names with any figures, so that a test can run into a limit without waiting for it. */
export type Limits = { readonly [Name in keyof typeof limits]: number };
