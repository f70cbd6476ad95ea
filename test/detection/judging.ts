import type { AnomalyType } from '../../src/domain/anomaly.ts';
import { data } from '../harness/client.ts';
import type { Activity } from './sample.ts';

/** An anomaly as a stranger reads it from a receipt. */
export type Found = {
  id: string;
  detector: string;
  type: AnomalyType;
  score: number;
  learning: boolean;
  count: number;
  details: Record<string, unknown>;
  firstAt: string;
  lastAt: string;
  subject: string;
  alert: { id: string; count: number; severity: string } | null;
};
type Payload = { receipts: ({ anomalies: Found[] } | null)[]; userErrors: { message: string }[] };

const batchItems = 500;

/** Tracks the activities in order, through the real API, and returns every anomaly they raised as it stood at last. */
async function judgeAll(service: { url: string }, activities: readonly Activity[]): Promise<Found[]> {
  const found = new Map<string, Found>();
  for (let start = 0; start < activities.length; start += batchItems) {
    const answer: { trackActivities: Payload } = await data(
      service,
      `mutation($activities: [TrackActivityInput!]!) { trackActivities(input: { activities: $activities }) {
        receipts { anomalies { id detector type score learning count details firstAt lastAt subject alert { id count severity } } } userErrors { message } } }`,
      { activities: activities.slice(start, start + batchItems) },
    );
    const { receipts, userErrors } = answer.trackActivities;
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
    for (const anomaly of receipts.flatMap((receipt) => receipt?.anomalies ?? [])) found.set(anomaly.id, anomaly);
  }
  return [...found.values()];
}

/** As they are about a user or an address: what everybody does at that time is judged together, which is no part of a sample. */
export async function judge(service: { url: string }, activities: readonly Activity[]): Promise<Found[]> {
  return (await judgeAll(service, activities)).filter(({ subject }) => subject !== 'organisation:');
}

/** Only what one detector claims. */
export async function judgeBy(service: { url: string }, detector: string, activities: readonly Activity[]): Promise<Found[]> {
  return (await judgeAll(service, activities)).filter((anomaly) => anomaly.detector === detector);
}
