/** The calls of an outside client: nothing but the endpoint and a key. */

export type Service = { url: string; key: string };
export type Activity = { user: string; occurredAt: string; detail: Record<string, Record<string, unknown>> } & Record<string, unknown>;
export type Receipt = { risk: { score: number; level: string }; anomalies: { type: string; score: number }[] };

const batchItems = 200;
const batchesAtOnce = 4;

export async function ask<Data>({ url, key }: Service, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (data === undefined || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

const mutation = `mutation($activities: [TrackActivityInput!]!) { trackActivities(input: { activities: $activities }) {
  receipts { risk { score level } anomalies { type score } } userErrors { message field } } }`;
type Payload = { trackActivities: { receipts: (Receipt | null)[]; userErrors: unknown[] } };

/** Sends activities and answers with their receipts, in order; null where one was refused. Those of one lane are sent in order. */
export async function track(service: Service, lanes: readonly (readonly Activity[])[], sent: (activities: number) => void) {
  const receipts = lanes.map((): (Receipt | null)[] => []);
  const waiting = lanes.map((activities, place) => ({ activities, into: receipts[place]! }));
  const worker = async () => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      for (let start = 0; start < lane.activities.length; start += batchItems) {
        const activities = lane.activities.slice(start, start + batchItems);
        const { trackActivities } = await ask<Payload>(service, mutation, { activities });
        lane.into.push(...trackActivities.receipts);
        sent(activities.length);
      }
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, worker));
  return receipts;
}
