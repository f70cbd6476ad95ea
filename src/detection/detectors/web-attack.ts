import { defineDetector, score } from '../detector.ts';
import { microsPerHour } from '../../domain/time.ts';

const pageShownMax = 200; // characters of a page repeated in the details

export const webAttack = defineDetector({
  id: 'web-attack',
  type: 'WEB_ATTACK',
  types: ['PAGE_VIEW', 'API_CALL', 'FILE_DOWNLOAD'],
  looksFor:
    'A web request that tries a weakness or looks for one: climbing out of folders, system files, SQL, scripts, commands or code in parameters, files with secrets, consoles of products that are not here, scanners.',
  thresholds: {
    points: {
      value: 30,
      unit: 'points of the gravest rule',
      source: 'rules of requests are graded as those of commands: 30 is worth a look by itself',
      min: 1,
      max: 50,
    },
    score: score(60, 'HIGH; below the alert threshold, for whoever is on the internet is probed every day'),
  },
  judge(judged, _view, limits) {
    const [gravest] = judged.webAttacks;
    if (judged.kind !== 'web' || gravest === undefined || gravest.points < limits.points) return null;
    const codes = judged.webAttacks.map(({ code }) => code);
    const reasons = judged.webAttacks.map(({ reason }) => reason).join('; ');
    const page = (judged.detail.page ?? judged.detail.endpoint)?.slice(0, pageShownMax) ?? null;
    return {
      key: judged.user,
      quiet: microsPerHour,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Web attacks of ${judged.user}`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} sent a request that ${reasons}${count > 1 ? ` (${count} requests)` : ''}.`,
        details: { codes, reasons, page, statusCode: judged.detail.statusCode, requests: count },
      }),
    };
  },
});
