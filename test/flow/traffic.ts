import { setTimeout as sleep } from 'node:timers/promises';
import { adminKey } from '../harness/service.ts';
import { failure, login, pageView, rows, until } from './harness.ts';

/** Writers as a system in production has them: every activity has a key, and is sent again under it until there is a receipt. */

/** Numbers that a seed settles: those of mulberry32. */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** A whole number from 0 to `end`, without it. */
  const below = (end: number) => Math.floor(next() * end);
  return { next, below, pick: <T>(of: readonly T[]): T => of[below(of.length)]! };
}
export type Random = ReturnType<typeof createRandom>;

/** LAPWING_TEST_SEED, or one that nobody chose. */
export const chosenSeed = () => Number(process.env.LAPWING_TEST_SEED ?? Date.now() % 1_000_000);

type Receipt = { activity: { uuid: string } };
type Body = {
  data?: { trackActivity?: { receipt: Receipt | null }; trackActivities?: { receipts: (Receipt | null)[] } } | null;
  errors?: { extensions?: { code?: string } }[];
};
/** What became of a request: `outcome` is ANSWERED, the code of an error, or how the connection failed. */
type Sent = { outcome: string; body: Body | null };

/** The ways in which a connection may fail before any of the answer has come. */
export const cleanFailures = ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'];
/** What a caller may be answered who then does right to send the same again. */
export const retryable = ['OVERLOADED', 'UNAVAILABLE', 'RATE_LIMITED'];

async function send(url: string, query: string, variables: object): Promise<Sent> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    });
  } catch (error) {
    return { outcome: failureOf(error), body: null };
  }
  const text = await response.text().catch(() => null);
  if (text === null) return { outcome: 'TORN', body: null };
  const body = JSON.parse(text) as Body;
  return { outcome: body.errors ? String(body.errors[0]?.extensions?.code) : 'ANSWERED', body };
}

function failureOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError) return failureOf(cause.errors[0]);
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : String(cause);
}

const trackOne = 'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { activity { uuid } } } }';
const trackMany = 'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { activity { uuid } } } }';

/** Whom the writer with this number attacks from: an address that nobody ever signs in from. */
export const attackerOf = (writer: number) => `203.0.113.${writer}`;

/** Mostly people who look at pages; one in four is a failed sign-in of an attack, each at a name of its own. */
function makeActivity(random: Random, writer: number, turn: number, idempotencyKey: string): object {
  const user = `user-${random.below(20)}`;
  const kind = random.below(20);
  if (kind < 5) return failure(`victim-${idempotencyKey}`, attackerOf(writer), { idempotencyKey });
  if (kind < 7) return login(user, { idempotencyKey });
  if (kind < 8) return { user, session: `pty-${user}`, detail: { terminal: { command: 'sudo rm -rf /' } }, idempotencyKey };
  return pageView(user, `web-${user}-${Math.floor(turn / 20)}`, { idempotencyKey });
}

type Options = {
  /** Where the service is; asked anew for each try, so that a writer turns to whoever is there. */
  addresses(): readonly { url: string }[];
  writers: number;
  seed: number;
  /** What the keys begin with, where one test has several of these. */
  name?: string;
  /** Activities of a batch at most. */
  batchItemsMax?: number;
};

/** Writes until it is told to stop: singles and batches in turn, by several writers at once. */
export function startTraffic({ addresses, writers, seed, name = 'key', batchItemsMax = 40 }: Options) {
  const acknowledged = new Map<string, string>();
  const outcomes = new Map<string, number>();
  const unexpected: string[] = [];
  let isWriting = true;
  let isRetrying = true;

  const sendUntilAnswered = async (random: Random, activities: (readonly [key: string, activity: object])[]) => {
    const inputs = activities.map(([, activity]) => activity);
    const isSingle = inputs.length === 1;
    do {
      const variables = { input: isSingle ? inputs[0] : { activities: inputs } };
      const { outcome, body } = await send(random.pick(addresses()).url, isSingle ? trackOne : trackMany, variables);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === 'ANSWERED') {
        const receipts = isSingle ? [body?.data?.trackActivity?.receipt] : body?.data?.trackActivities?.receipts;
        for (const [place, [key]] of activities.entries()) {
          const receipt = receipts?.[place];
          if (receipt) acknowledged.set(key, receipt.activity.uuid);
          else unexpected.push(`${key}: ${JSON.stringify(body)}`);
        }
        return;
      }
      await sleep(20 + random.below(30));
    } while (isRetrying);
  };
  const write = async (writer: number) => {
    const random = createRandom(seed + writer);
    for (let turn = 0; isWriting; turn += 1) {
      const count = random.below(2) === 0 ? 1 : 2 + random.below(batchItemsMax - 1);
      const keys = Array.from({ length: count }, (_, place) => `${name}-${writer}-${turn}-${place}`);
      await sendUntilAnswered(
        random,
        keys.map((key) => [key, makeActivity(random, writer, turn, key)] as const),
      );
    }
  };
  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));

  return {
    /** The id of each activity that has a receipt, by its key. */
    acknowledged: acknowledged as ReadonlyMap<string, string>,
    /** How often which outcome was met. */
    outcomes: outcomes as ReadonlyMap<string, number>,
    /** Answers that are neither a receipt nor an error. */
    unexpected: unexpected as readonly string[],
    /** Waits until so many more have a receipt. */
    async goesOn(activities: number, withinMs = 60_000): Promise<void> {
      const wanted = acknowledged.size + activities;
      await until(`${activities} more are acknowledged`, () => acknowledged.size >= wanted, withinMs);
    },
    /** Makes no more activities; resolves when all that were sent have their receipt. */
    async finish(): Promise<void> {
      isWriting = false;
      await writing;
    },
    /** Makes no more activities and sends none again; resolves when every caller knows what became of theirs. */
    async breakOff(): Promise<void> {
      isWriting = isRetrying = false;
      await writing;
    },
  };
}

export type Traffic = ReturnType<typeof startTraffic>;

/** What the tables hold, each counted for itself, and the ids of the activities. */
export async function ledgerOf(databaseUrl: string) {
  const [counted] = await rows<Record<'activities' | 'ids' | 'keys' | 'entries' | 'gaps' | 'behindHead', string>>(
    databaseUrl,
    `select (select count(*) from activity) as activities, (select count(distinct id) from activity) as ids,
       (select count(*) from idempotency_key) as keys, (select count(*) from log_entry where kind = 'ACTIVITY') as entries,
       (select sum(gap) from (select max(seq) - count(*) as gap from log_entry group by organisation_id) g) as gaps,
       (select sum(head.seq - (select max(seq) from log_entry e where e.organisation_id = head.organisation_id)) from log_head head)
         as "behindHead"`,
  );
  const ids = await rows<{ id: string }>(databaseUrl, 'select id from activity order by id');
  const { activities, ids: distinct, keys, entries, gaps, behindHead } = counted!;
  const counts = { activities, distinct, keys, entries, gaps, behindHead };
  return {
    counts: Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)])),
    ids: ids.map(({ id }) => id),
  };
}

/** What `counts` of a ledger are where exactly so many activities were recorded, each once. */
export const ledgerOfExactly = (activities: number) => ({
  activities,
  distinct: activities,
  keys: activities,
  entries: activities,
  gaps: 0,
  behindHead: 0,
});

/** Addresses whose alerts do not count exactly the failed sign-ins that came from there, and those without an alert. */
export async function wrongAlerts(databaseUrl: string): Promise<object[]> {
  return rows(
    databaseUrl,
    `select * from (select 'address:' || host(source_ip::inet) as subject, count(*)::int as failures from activity
       where type = 'AUTH_FAILURE' group by 1 having count(*) >= 5) attack
     full join (select subject, sum(count)::int as count, count(*)::int as alerts from alert
       where type = 'FAILED_LOGIN_BURST' group by 1) told using (subject)
     where failures is distinct from count or alerts <> 1`,
  );
}
