import type { Detail } from '../../domain/activity.ts';
import { fact, isMature, knows } from '../../domain/baseline.ts';
import { learningScoreMax } from '../../domain/risk.ts';
import { microsPerHour } from '../../domain/time.ts';
import { defineDetector, score } from '../detector.ts';
import { givesPower, opensToAll } from '../rights.ts';

/** HIGH, but no alert by itself: rights are given every day, and somebody should see it. */
const graveScore = 60;
const changesShownMax = 20;

export const permissionChange = defineDetector({
  id: 'permission-change',
  type: 'PERMISSION_CHANGE',
  types: ['PERMISSION_CHANGE', 'ROLE_CHANGE'],
  looksFor:
    'A change of permissions or roles: a note of whoever does it usually, MEDIUM of whoever never did, HIGH where it lets everybody in or makes an administrator.',
  thresholds: { score: score(40, "MEDIUM: a user's first change of access is worth a look") },
  judge(judged, view, limits) {
    if (judged.kind !== 'access' || (judged.outcome !== 'SUCCESS' && judged.outcome !== 'UNKNOWN')) return null;
    const { detail } = judged;
    if (detail.before !== null && detail.before === detail.after) return null;
    const grave = givesPower(detail) ? 'gives power' : opensToAll(detail) ? 'opens to everybody' : null;
    const usual = knows(view.baseline, fact('kind', 'access'), judged.at);
    const points = usual ? Math.min(limits.score, learningScoreMax) : limits.score;
    const level = grave === null ? (usual ? 'USUAL' : 'FIRST') : 'GRAVE';
    return {
      key: `${judged.user} ${level}`,
      quiet: microsPerHour,
      subject: { by: 'user', key: judged.user },
      score: grave === null ? points : Math.max(points, graveScore),
      learning: grave === null && !isMature(view.baseline, judged.at),
      teaches: grave === null,
      title: `Access changed by ${judged.user}`,
      evidence: [],
      describe(count, before) {
        const changes = gather(before?.changes, shown(judged.type, detail));
        return {
          summary: `${judged.user} changed access${count > 1 ? ` ${count} times, for one the` : ': the'} ${changes[0]}${grave === null ? '' : `, which ${grave}`}.`,
          details: { level, changes, count },
        };
      },
    };
  },
});

const shown = (type: string, { target, before, after }: Detail<'access'>) =>
  `${type === 'ROLE_CHANGE' ? 'role' : 'permission'} of ${short(target)} from ${short(before)} to ${short(after)}`;

const charactersShownMax = 80;
const short = (value: string | null) => value?.slice(0, charactersShownMax) ?? 'unknown';

/** The first so many by name: the same ones in whatever order they come. */
function gather(before: unknown, change: string): string[] {
  const earlier = Array.isArray(before) ? before.filter((one) => typeof one === 'string') : [];
  return [...new Set([...earlier, change])].toSorted().slice(0, changesShownMax);
}
