import { defineDetector, score } from '../detector.ts';
import { commandTypes } from '../../domain/activity.ts';
import { commandPoints, lowestScore } from '../../domain/risk.ts';
import { microsPerHour } from '../../domain/time.ts';

const commandShownMax = 200; // characters of a command repeated in the details

export const suspiciousCommand = defineDetector({
  id: 'suspicious-command',
  type: 'SUSPICIOUS_COMMAND',
  types: commandTypes,
  looksFor:
    'A command that removes system paths, opens permissions to all, runs what it downloads, opens a shell to the network, reads credential stores, …: judged by what the shell would run.',
  thresholds: { score: score(80, 'FEATURES B18') },
  judge(judged, _view, limits) {
    if (judged.kind !== 'terminal' || commandPoints(judged.suspicions) < lowestScore.MEDIUM) return null;
    const codes = judged.suspicions.map((suspicion) => suspicion.code).toSorted();
    const reasons = judged.suspicions.map((suspicion) => suspicion.reason).join('; ');
    return {
      key: `${judged.user} ${codes.join(' ')}`,
      quiet: microsPerHour,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Suspicious commands of ${judged.user}`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} ran a command that ${reasons}${count > 1 ? ` (${count} times)` : ''}.`,
        details: { codes, reasons, command: judged.detail.command.slice(0, commandShownMax), commands: count },
      }),
    };
  },
});
