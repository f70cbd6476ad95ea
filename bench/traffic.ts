import { randomBytes } from 'node:crypto';

/** What a caller sends: the input of `trackActivity`, as JSON. */
export type Input = {
  user: string;
  session: string | null;
  occurredAt: string;
  idempotencyKey: string | null;
  sourceIp: string;
  userAgent: string;
  outcome: 'SUCCESS' | 'FAILURE';
  metadata: Record<string, unknown> | null;
  detail: Record<string, Record<string, unknown>>;
};
export type Traffic = { next(): Input; take(count: number): Input[] };

const users = 2_000;
/** Each user acts every 20 seconds of event time, however fast the load is: else everybody would be a burst. */
const stepMs = (20 * 1_000) / users;
const beginsMsAgo = 50 * 60_000;

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
];
const pages = ['orders', 'customers', 'invoices', 'reports', 'settings', 'search', 'tickets', 'dashboard'];
const commands = [
  'git status',
  'ls -la /srv/app',
  'kubectl get pods -n shop',
  'tail -n 200 /var/log/app.log',
  'npm test',
  'df -h',
  'vim notes.md',
];
const methods = ['GET', 'GET', 'GET', 'POST', 'PUT'];

/**
 * A day at the office, from a seed: the same sequence for every side, all activities distinct. Pages 35 %, API calls 45 %,
 * terminal 8 %, files 4 %, sign-ins and sign-outs 7 %, failed sign-ins 1 %; a third with metadata.
 */
export function createTraffic(seed: number): Traffic {
  const random = mulberry32(seed);
  const pick = <One>(choices: readonly One[]): One => choices[Math.floor(random() * choices.length)]!;
  const whole = (below: number) => Math.floor(random() * below);
  const sessions = new Uint32Array(users);
  const run = randomBytes(6).toString('hex'); // keys of one run never meet those of another
  const begin = Date.now() - beginsMsAgo;
  let sent = 0;

  const detail = (user: number): Input['detail'] => {
    const draw = random() * 100;
    const page = pick(pages);
    const id = whole(1e6);
    if (draw < 35)
      return {
        web: {
          page: `/${page}/${id}`,
          pageTitle: `${page} ${id}`,
          referrer: `https://shop.example/${pick(pages)}`,
          durationMs: whole(4e3),
        },
      };
    if (draw < 80)
      return {
        web: { endpoint: `/api/v2/${page}/${id}`, method: pick(methods), statusCode: whole(20) === 0 ? 404 : 200, durationMs: whole(400) },
      };
    if (draw < 88)
      return { terminal: { command: `${pick(commands)} # ${id}`, exitCode: 0, shell: 'bash', workingDirectory: `/home/user-${user}` } };
    if (draw < 92)
      return { file: { operation: pick(['READ', 'UPDATE']), path: `/home/user-${user}/documents/${page}-${id}.pdf`, sizeBytes: id } };
    if (draw < 96) return { auth: { event: 'LOGIN', method: 'password', host: 'shop.example' } };
    if (draw < 99) {
      sessions[user]! += 1;
      return { auth: { event: 'LOGOUT', host: 'shop.example' } };
    }
    return { auth: { event: 'FAILURE', method: 'password', reason: 'wrong password', host: 'shop.example' } };
  };

  const next = (): Input => {
    const user = whole(users);
    const session = sessions[user]!;
    const what = detail(user);
    sent += 1;
    return {
      user: `user-${user}@shop.example`,
      session: `session-${user}-${session}`,
      occurredAt: new Date(Math.min(begin + sent * stepMs, Date.now())).toISOString(),
      idempotencyKey: `${run}-${sent}`,
      sourceIp: `10.${user >> 8}.${user & 255}.${1 + (user % 250)}`,
      userAgent: agents[(user + session) % agents.length]!,
      outcome: what.auth?.event === 'FAILURE' ? 'FAILURE' : 'SUCCESS',
      metadata:
        random() < 0.33
          ? { requestId: run + whole(1e9).toString(16), region: pick(['eu-1', 'us-2']), release: '2026.47.1', cached: random() < 0.5 }
          : null,
      detail: what,
    };
  };
  return { next, take: (count) => Array.from({ length: count }, next) };
}

/** Public domain, by Tommy Ettinger: small, fast and the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
