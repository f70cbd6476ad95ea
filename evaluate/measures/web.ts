import type { Activity } from '../api.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Figure } from '../figures.ts';
import { share } from '../figures.ts';
import { readRows } from '../rows.ts';

type Row = {
  visitor: string;
  timestamp: string;
  method?: string;
  page: string;
  status?: number;
  referrer?: string;
  userAgent?: string;
  sourceIp?: string;
  label: 'human' | 'bot' | 'attack';
};

const mediumScore = 30;

/** One page view per row, in order; a visitor is flagged by an anomaly or a page view at MEDIUM: a remark below it flags nobody. */
export async function web({ folder, track }: Evaluation): Promise<Figure[] | null> {
  const rows = readRows<Row>(folder, 'web');
  if (rows === null) return null;
  const visitors = [...Map.groupBy(rows, ({ visitor }) => visitor).entries()];
  const receipts = await track(
    'web',
    visitors.map(([visitor, views]) => views.map((row) => activityOf(visitor, row))),
  );
  const judged = visitors.map(([, views], n) => ({
    hostile: views.some(({ label }) => label !== 'human'),
    flagged: receipts[n]!.some((receipt) => [receipt?.risk, ...(receipt?.anomalies ?? [])].some((one) => (one?.score ?? 0) >= mediumScore)),
  }));
  return [true, false].map((hostile): Figure => {
    const those = judged.filter((one) => one.hostile === hostile);
    const flagged = those.filter((one) => one.flagged);
    return {
      measure: hostile ? 'automated and hostile visitors caught' : 'people flagged',
      value: share(flagged.length, those.length),
      unit: '%',
      of: `${flagged.length} of ${those.length} visitors`,
      mark: hostile ? { atLeast: 60 } : { atMost: 0.5 },
    };
  });
}

const told = (value: string | undefined) => (value === undefined || value === '-' || value === '' ? undefined : value);

const activityOf = (visitor: string, { timestamp, method, page, status, referrer, userAgent, sourceIp }: Row): Activity => ({
  user: `visitor-${visitor}`,
  session: `visitor-${visitor}`,
  occurredAt: new Date(timestamp).toISOString(),
  sourceIp: told(sourceIp),
  userAgent: told(userAgent),
  detail: { web: { page, method: told(method), statusCode: status, referrer: told(referrer), action: 'PAGE_VIEW' } },
});
