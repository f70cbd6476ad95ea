import type { AnomalyRow } from '../../db/entities/anomaly.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { userOfSubject } from '../../detection/detector.ts';
import { alertThreshold } from '../../domain/alert.ts';
import { baselineSpan } from '../../domain/baseline.ts';
import { levelOf } from '../../domain/risk.ts';
import { microsPerDay } from '../../domain/time.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import type { Preview } from '../../recorder/preview.ts';
import { withDetector } from '../../recorder/changes/settings.ts';
import type { DetectorInput } from '../../recorder/settings-intake.ts';
import { checkDetector } from '../../recorder/settings-intake.ts';
import { builder } from '../builder.ts';
import { AnomalyType, RiskLevel } from '../enums.ts';
import { limits } from '../limits.ts';
import { instantOf } from '../scalars.ts';
import { ThresholdInput } from './detector.ts';
import { UserError } from './user-error.ts';

const PreviewedAnomaly = builder.objectRef<AnomalyRow>('PreviewedAnomaly').implement({
  description: 'An anomaly that the detector would have raised. It is not recorded anywhere.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'What makes a later claim the same anomaly.' }),
    type: t.field({ type: AnomalyType, description: 'What it is about.', resolve: ({ type }) => type }),
    score: t.exposeInt('score', { description: 'How grave, 0–100.' }),
    level: t.field({ type: RiskLevel, description: 'The score in four steps.', resolve: ({ score }) => levelOf(score) }),
    summary: t.exposeString('summary', { description: 'One sentence for a human.' }),
    details: t.field({
      type: 'JSONObject',
      description: 'What the detector found, as in `Anomaly.details`.',
      resolve: ({ details }) => details,
    }),
    firstAt: t.field({ type: 'DateTime', description: 'When the first activity behind it happened.', resolve: ({ firstAt }) => firstAt }),
    lastAt: t.field({ type: 'DateTime', description: 'When the last activity behind it happened.', resolve: ({ lastAt }) => lastAt }),
    late: t.exposeBoolean('late', { description: 'Whether the activity that made it came late.' }),
    count: t.exposeInt('count', { description: 'Activities behind it, those before the stretch included.' }),
    subject: t.exposeString('subject', { description: 'Whom it is about, as in `Anomaly.subject`.' }),
    user: t.string({
      nullable: true,
      description: 'External id of the user it is about; null where it is about an address or the organisation.',
      resolve: ({ subject }) => userOfSubject(subject),
    }),
    wouldAlert: t.boolean({
      description: `Whether it would have opened an alert: a score of ${alertThreshold} or more.`,
      resolve: ({ score }) => score >= alertThreshold,
    }),
  }),
});

type Answer = Preview & { userErrors: UserErrorRow[] };

const DetectorPreview = builder.objectRef<Answer>('DetectorPreview').implement({
  description: 'What a detector would have raised over recorded history, with the same code that judges live. Nothing of it is recorded.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Start of what was gone through, by when it happened.', resolve: ({ from }) => from }),
    to: t.field({ type: 'DateTime', description: 'End of what was gone through.', resolve: ({ to }) => to }),
    activities: t.exposeInt('activities', { description: 'Activities of the stretch that were judged.' }),
    anomalies: t.field({
      type: [PreviewedAnomaly],
      description: `Those with activities in the stretch, as they stand at its end, oldest first; at most ${limits.previewAnomaliesMax}.`,
      resolve: ({ anomalies }) => anomalies,
    }),
    truncated: t.exposeBoolean('truncated', {
      description: 'Whether not all of the stretch was gone through, because it is too long: `from` and `to` say what was. Ask for less.',
    }),
    complete: t.exposeBoolean('complete', {
      description: `Whether all of the stretch was gone through, and all of the ${baselineSpan / microsPerDay} days before it, which warm the baselines.`,
    }),
    failures: t.exposeInt('failures', { description: 'Verdicts that were lost because a detector threw.' }),
    userErrors: t.field({ type: [UserError], description: 'Why there is no preview.', resolve: ({ userErrors }) => userErrors }),
  }),
});

const DetectorSettingsInput = builder.inputRef<DetectorInput>('DetectorSettingsInput').implement({
  description: 'How a detector would be set. What is left out is as the organisation has set it.',
  fields: (t) => ({
    enabled: t.boolean({ defaultValue: true, description: 'Whether it judges.' }),
    thresholds: t.field({ type: [ThresholdInput], description: 'The numbers to change, each once.' }),
    reset: t.boolean({ defaultValue: false, description: 'First all of it as by default; what is given besides holds then.' }),
  }),
});

const paths = { id: ['id'], thresholds: ['settings', 'thresholds'] };
/** As many fields as a long list of anomalies has; the work itself is bounded by what it goes through. */
const previewCost = 500;

builder.queryField('previewDetector', (t) =>
  t.field({
    type: DetectorPreview,
    nullable: true,
    complexity: previewCost,
    description: `What a detector would have raised with other settings: what is recorded is judged again, at most ${limits.previewActivitiesMax.toLocaleString('en')} activities with those that warm the baselines, one preview of an organisation at a time.`,
    args: {
      id: t.arg.string({ required: true, description: 'Which detector: its `id`, e.g. "new-location".' }),
      settings: t.arg({ type: DetectorSettingsInput, description: 'How it would be set. Default: as it is, and switched on.' }),
      from: t.arg({ type: 'DateTimeOrDuration', required: true, description: 'From when on, by when activities happened.' }),
      to: t.arg({ type: 'DateTimeOrDuration', description: 'Until when. Default: now.' }),
    },
    async resolve(_root, args, { database, reader, organisation, previews, reads, now }): Promise<Answer> {
      const [from, to] = [instantOf(args.from, now), args.to == null ? now : instantOf(args.to, now)];
      const refused = (userErrors: UserErrorRow[]): Answer => ({ ...nothing, from, to, userErrors });
      const checked = checkDetector(args.id, { enabled: true, ...args.settings }, paths);
      if ('errors' in checked) return refused(checked.errors);
      if (from > to) return refused([fromAfterTo]);
      const { detector, change } = checked;
      const { settings } = await readSettings(reader, database.tables, organisation.id);
      const detectors = withDetector(settings.detectors, detector.id, change);
      const preview = await previews.run({ reader, organisation, settings: { ...settings, detectors }, detector, from, to });
      reads.rows(preview.anomalies.length);
      return { ...preview, userErrors: [] };
    },
  }),
);

const nothing = { activities: 0, anomalies: [], truncated: false, complete: false, failures: 0 };
const fromAfterTo: UserErrorRow = {
  code: 'OUT_OF_RANGE',
  field: ['from'],
  message: '`from` is after `to`',
  hint: 'give an earlier `from`, or a later `to`',
};
