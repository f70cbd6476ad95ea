import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import { openDatabase } from '../../src/db/database.ts';
import { createOrganisation } from '../../src/db/queries/organisations.ts';
import { createPartitionCheck } from '../../src/db/queries/partitions.ts';
import { defaultSettings } from '../../src/domain/organisation-settings.ts';
import { systemClock } from '../../src/domain/time.ts';
import type { LogItem } from '../../src/recorder/batch.ts';
import { policyOf } from '../../src/recorder/intake-policies.ts';
import type { TrackInput } from '../../src/recorder/intake.ts';
import { checkActivity } from '../../src/recorder/intake.ts';
import type { Receipt } from '../../src/recorder/judge.ts';
import { createRecorder } from '../../src/recorder/recorder.ts';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';

/**
 * The least that could stand in front of the recorder: node:http, JSON.parse, Lapwing's own check and recorder, one constant key;
 * no GraphQL, no scopes, no limits, no log, no metrics. What is above it is the price of all these.
 */

const { DATABASE_URL = '', PORT = '', KEY = '', TIME_ZONE = '' } = process.env;
const database = await openDatabase({ url: DATABASE_URL }, () => {});
const { organisation } = await createOrganisation(database.control, 'default', TIME_ZONE, systemClock.now());
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const recorder = createRecorder({
  transact: database.transact,
  tables: database.tables,
  clock: systemClock,
  newId: randomUUIDv7,
  elapsedMs: () => performance.now(),
  partitionReady: createPartitionCheck(database.recorderControl),
  committed: () => {},
  detectorFailed: () => {},
  published: (_organisationId, items) => items.forEach(push),
});

const policy = policyOf(
  organisation.id,
  { settings: defaultSettings, revision: 0, hasPlainKeys: false },
  createKeyedHashes(randomBytes(32)),
);

type Sent = Omit<TrackInput, 'occurredAt'> & { occurredAt?: string };
type Body = { input: Sent } | { activities: Sent[] };

async function record(body: Body) {
  const inputs = 'input' in body ? [body.input] : body.activities;
  const now = systemClock.now();
  const checked = inputs.map(({ occurredAt, ...input }) =>
    checkActivity(
      { outcome: 'SUCCESS', ...input, occurredAt: occurredAt === undefined ? null : Date.parse(occurredAt) * 1_000 },
      { now, placeOf: () => null, policy },
    ),
  );
  const receipts = await recorder.track(
    organisation,
    checked.flatMap((one) => ('draft' in one ? [one.draft] : [])),
  );
  return {
    receipts: receipts.map((one) => ('activity' in one ? receiptOf(one) : null)),
    userErrors: checked.flatMap((one) => ('errors' in one ? one.errors : [])),
  };
}

const receiptOf = ({ activity, duplicate, sessionStatus }: Receipt) => ({
  cursor: activity.seq,
  duplicate,
  sessionStatus,
  risk: { score: activity.riskScore },
  activity: { uuid: activity.id },
});

function push(item: LogItem): void {
  if (item.kind !== 'ACTIVITY' || sockets.clients.size === 0) return;
  const { id, type, occurredAt, outcome, sourceIp, riskScore, seq } = item.activity;
  const frame = JSON.stringify({ cursor: seq, activity: { uuid: id, type, occurredAt, outcome, sourceIp, user: item.user, riskScore } });
  for (const socket of sockets.clients) socket.send(frame);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const server = createServer((request, response) => {
  const answer = (status: number, content: unknown) => {
    const json = JSON.stringify(content);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }).end(json);
  };
  if (request.headers.authorization !== `Bearer ${KEY}`) return answer(401, {});
  readBody(request)
    .then((text) => record(JSON.parse(text) as Body))
    .then((recorded) => answer(200, recorded))
    .catch((error: unknown) => answer(500, { errors: String(error) }));
});
server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, () => {}));
server.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
