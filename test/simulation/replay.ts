import { expect } from 'vitest';
import { createPartitionCheck } from '../../src/db/queries/partitions.ts';
import type { ActivityDraft } from '../../src/recorder/draft.ts';
import type { Change } from '../../src/recorder/changes.ts';
import type { Recorder } from '../../src/recorder/recorder.ts';
import { createRecorder } from '../../src/recorder/recorder.ts';
import type { AlertAction } from '../../src/domain/alert.ts';
import { alertActions } from '../../src/domain/alert.ts';
import type { Micros } from '../../src/domain/time.ts';
import { formatInstant } from '../../src/domain/time.ts';
import { actor } from './operators.ts';
import type { State } from './state.ts';
import { namesOf, readState } from './state.ts';
import type { World } from './world.ts';

/** The same activities and changes in the order of the log, at processes that nothing befalls. */

/** Consequences of the others, which is what is compared, and what nothing follows from. */
const derived = new Set(['ANOMALY_DETECTED', 'ALERT_OPENED', 'ALERT_GREW', 'USER_UPDATED']); // the last: what a resolution teaches
const passive = new Set(['AUDIT', 'SESSION_IDLE', 'SESSION_WARNING', 'SESSION_EXPIRED']);
const actions = new Map(Object.entries(alertActions).map(([action, { change }]) => [`ALERT_${change}`, action as AlertAction]));

/** Another organisation's keys have other hashes: the same, read from their end. */
const ofAnother = (id: string) => [...id].reverse().join('');

/** `fresh`: a process that has just started judges each stretch, so that nothing is judged from memory. */
export async function checkReplay(world: World, state: State, drafts: ReadonlyMap<string, ActivityDraft>, fresh: boolean): Promise<void> {
  const organisation = { id: world.newId(), timeZone: world.organisation.timeZone };
  await world.control.query('select create_organisation($1, $2, $3, $4)', [
    organisation.id,
    'replayed',
    organisation.timeZone,
    formatInstant(world.now()),
  ]);
  const [database] = world.databases;
  let now: Micros = 0;
  const start = (): Recorder =>
    createRecorder({
      transact: database!.transact,
      tables: database!.tables,
      clock: { now: () => now },
      newId: world.newId,
      elapsedMs: () => now / 1_000,
      partitionReady: createPartitionCheck(database!.recorderControl),
      detectorFailed: () => {},
      published: () => {},
      committed: () => {},
    });
  let recorder = start();
  const names = namesOf(state);
  let waiting: ActivityDraft[] = [];
  const flush = async () => {
    if (fresh) recorder = start();
    await recorder.track(organisation, waiting);
    waiting = [];
  };
  for (const { kind, ref, recordedAt } of state.entries) {
    if (derived.has(kind) || passive.has(kind)) continue;
    const draft = drafts.get(names.get(ref)!);
    if (kind === 'ACTIVITY') waiting.push({ ...draft!, key: { ...draft!.key!, id: ofAnother(draft!.key!.id) } });
    else {
      await flush();
      now = recordedAt;
      const replayed = namesOf(await readState(database!, organisation.id, ofAnother));
      const [id] = [...replayed].find(([, name]) => name === names.get(ref)) ?? ['nothing'];
      await recorder.change(organisation, changeOf(kind, id, state, ref));
    }
    now = recordedAt;
    if (waiting.length >= (fresh ? 8 : 50)) await flush();
  }
  await flush();
  expect(judgementOf(await readState(database!, organisation.id, ofAnother)), 'one process that sees the log judges alike').toEqual(
    judgementOf(state),
  );
}

function changeOf(kind: string, id: string, { alerts, anomalies }: State, ref: string): Change {
  if (kind === 'SESSION_TERMINATED') return { do: 'terminateSession', id, actor, reason: null };
  if (kind === 'ANOMALY_RESOLVED') {
    return { do: 'resolveAnomaly', id, actor, resolution: anomalies.find((anomaly) => anomaly.id === ref)!.resolution! };
  }
  const resolution = alerts.find((alert) => alert.id === ref)!.resolution;
  return { do: 'actOnAlert', id, action: actions.get(kind)!, actor, note: null, resolution };
}

const isKept = ([property]: [string, unknown]) => !['id', 'organisationId', 'nextStatusAt'].includes(property);

/** All that was judged, without ids and without the moments at which it was recorded. */
function judgementOf(state: State) {
  const { activities, anomalies, alerts, sessions, users, evidence, alertAnomalies } = state;
  const names = namesOf(state);
  const name = (id: string | null) => (id === null ? null : (names.get(id) ?? users.find((user) => user.id === id)?.externalId ?? id));
  return {
    log: state.entries.filter(({ kind }) => !passive.has(kind)).map(({ kind, ref }) => `${kind} ${name(ref)}`),
    activities: activities.map(({ id, userId, sessionId, sessionChange, riskScore, riskFactors, alertId }) => {
      return { key: name(id), user: name(userId), session: name(sessionId), sessionChange, riskScore, riskFactors, alert: name(alertId) };
    }),
    anomalies: anomalies.map(
      ({ id, subject, userId, sessionId, firstAt, lastAt, score, summary, details, count, alertId, ...anomaly }) => ({
        name: name(id),
        isResolved: anomaly.resolvedAt !== null,
        user: name(userId),
        session: name(sessionId),
        alert: name(alertId),
        ongoing: [subject, firstAt, lastAt, score, summary, details, count],
      }),
    ),
    evidence: evidence.map(({ anomalyId, activityId }) => `${name(anomalyId)}: ${name(activityId)}`).toSorted(),
    alerts: alerts.map(({ id, userId, status, severity, title, count, firstSeenAt, lastSeenAt }) => {
      return { name: name(id), user: name(userId), status, severity, title, count, firstSeenAt, lastSeenAt };
    }),
    alertAnomalies: alertAnomalies.map(({ alertId, anomalyId }) => `${name(alertId)}: ${name(anomalyId)}`).toSorted(),
    sessions: sessions.map(({ userId, ...session }) => ({
      ...Object.fromEntries(Object.entries(session).filter(isKept)),
      user: name(userId),
    })),
    users: users.map(({ externalId, timeZone, firstSeenAt, baseline }) => {
      const pending = baseline.pending.map(({ id, ...lesson }) => ({ ...lesson, of: name(id) }));
      return { externalId, timeZone, firstSeenAt, baseline: { ...baseline, pending } };
    }),
  };
}
