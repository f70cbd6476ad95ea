import type { Judged } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import type { RobotKind } from '../../domain/robot.ts';
import { robotKinds } from '../../domain/robot.ts';
import { robotOf } from '../../domain/device.ts';
import { microsPerDay } from '../../domain/time.ts';

const agentShownMax = 200; // characters of a user agent repeated in the details

export const automatedVisitor = defineDetector({
  id: 'automated-visitor',
  type: 'RAPID_NAVIGATION',
  types: ['PAGE_VIEW'],
  looksFor:
    'A page opened by a program: one whose user agent names a robot, a tool, a driven browser or whom to complain to, or whose request had none.',
  thresholds: { score: score(40, 'FEATURES A15: warning, which maps to MEDIUM; robots are everyday, so it opens no alert') },
  judge(judged, _view, limits) {
    const robot = robotIn(judged);
    if (robot === null) return null;
    const userAgent = judged.userAgent?.slice(0, agentShownMax) ?? null;
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Automated visits of ${judged.user}`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} opened ${count} ${count === 1 ? 'page' : 'pages'} with ${whatIs(robot)}.`,
        details: { robot, userAgent, pages: count },
      }),
    };
  },
});

const whatIs = (robot: RobotKind | 'NONE') => (robot === 'NONE' ? 'a program that sent no user agent' : robotKinds[robot]);

/** Feed readers and callers that do not say what the agent is are no robots. */
function robotIn({ kind, detail, userAgent }: Judged): RobotKind | 'NONE' | null {
  if (kind !== 'web' || userAgent === null) return null;
  const text = userAgent.trim();
  // A dash is how access logs write that there was none. That an agent is blank means so only where the rest of a request was told.
  if (text === '-' || (text === '' && detail.method !== null && detail.statusCode !== null)) return 'NONE';
  return text === '' ? null : robotOf(userAgent);
}
