import { readSettings } from '../../db/queries/settings.ts';
import { detectors, limitsOf } from '../../detection/catalogue.ts';
import type { Detector as DetectorRow, Limits, Threshold as ThresholdRow, Thresholds } from '../../detection/detector.ts';
import type { OrganisationSettings } from '../../domain/organisation-settings.ts';
import type { UserError as UserErrorRow } from '../../domain/user-error.ts';
import type { DetectorInput } from '../../recorder/settings-intake.ts';
import { checkDetector } from '../../recorder/settings-intake.ts';
import { builder } from '../builder.ts';
import { wrongRemark } from '../changes.ts';
import { ActivityType, AnomalyType } from '../enums.ts';
import { UserError } from './user-error.ts';

/** A detector as it stands in one organisation. */
type Row = { detector: DetectorRow; enabled: boolean; limits: Limits<Thresholds> };

const rowOf = (detector: DetectorRow, { detectors: set }: OrganisationSettings): Row => ({
  detector,
  enabled: set[detector.id]?.enabled ?? true,
  limits: limitsOf(detector, set),
});

type Bound = Omit<ThresholdRow, 'value'> & { name: string; value: number; default: number };

const Threshold = builder.objectRef<Bound>('DetectorThreshold').implement({
  description: 'A number a detector judges by.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it bounds.' }),
    value: t.exposeFloat('value', { description: 'The number in force: as the organisation has set it, else the default.' }),
    default: t.exposeFloat('default', { description: 'The number where the organisation sets none.' }),
    min: t.exposeFloat('min', { description: 'The least it may be set to.' }),
    max: t.exposeFloat('max', { description: 'The most it may be set to.' }),
    unit: t.exposeString('unit', { description: 'What it counts.' }),
    source: t.exposeString('source', { description: 'Why the default is this number.' }),
  }),
});

const Detector = builder.objectRef<Row>('Detector').implement({
  description: 'What looks for one kind of anomaly, as the organisation has set it.',
  fields: (t) => ({
    id: t.string({ description: 'Stable name, as in `Anomaly.detector`.', resolve: ({ detector }) => detector.id }),
    type: t.field({ type: AnomalyType, description: 'What it claims.', resolve: ({ detector }) => detector.type }),
    types: t.field({
      type: [ActivityType],
      nullable: true,
      description: 'The types of activities it looks at; null: all.',
      resolve: ({ detector }) => (detector.types === 'ANY' ? null : [...detector.types]),
    }),
    looksFor: t.string({ description: 'What it looks for, in one sentence.', resolve: ({ detector }) => detector.looksFor }),
    thresholds: t.field({
      type: [Threshold],
      description: 'The numbers it judges by.',
      resolve: ({ detector, limits }) =>
        Object.entries(detector.thresholds).map(([name, { value, ...bound }]) => ({
          ...bound,
          name,
          default: value,
          value: limits[name] ?? value,
        })),
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether it judges.' }),
    failures: t.int({
      description: 'How often it threw since this process started; each cost one verdict, never an activity.',
      resolve: ({ detector }, _args, { detectorCounts, organisation }) => detectorCounts.failures(organisation.id, detector.id),
    }),
  }),
});

builder.queryField('detectors', (t) =>
  t.field({
    type: [Detector],
    nullable: true,
    description: 'Every detector, as it stands in the organisation.',
    async resolve(_root, _args, { database, reader, organisation }) {
      const { settings } = await readSettings(reader, database.tables, organisation.id);
      return detectors.map((detector) => rowOf(detector, settings));
    },
  }),
);

const DetectorPayload = builder.objectRef<{ detector: Row | null; userErrors: UserErrorRow[] }>('DetectorPayload').implement({
  description: 'A detector after a change.',
  fields: (t) => ({
    detector: t.field({
      type: Detector,
      nullable: true,
      description: 'The detector; null where the change was refused.',
      resolve: ({ detector }) => detector,
    }),
    userErrors: t.field({ type: [UserError], description: 'Why it was refused.', resolve: ({ userErrors }) => userErrors }),
  }),
});

export const ThresholdInput = builder.inputRef<{ name: string; value: number }>('DetectorThresholdInput').implement({
  description: 'A number for a detector to judge by.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Which: as in `thresholds` of the detector.' }),
    value: t.float({ required: true, description: 'The number, between its `min` and `max`.' }),
  }),
});

const UpdateDetectorInput = builder.inputRef<DetectorInput & { id: string; reason?: string | null }>('UpdateDetectorInput').implement({
  description: 'What holds for a detector from the next activity on, on every process.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'Which: its `id`, e.g. "new-location".' }),
    enabled: t.boolean({ description: 'Whether it judges. Left out: as it is.' }),
    thresholds: t.field({ type: [ThresholdInput], description: 'The numbers to change, each once. Others stay as they are.' }),
    reset: t.boolean({ defaultValue: false, description: 'First all of it as by default; what is given besides holds then.' }),
    reason: t.string({ description: 'Why, for the audit log. At most 1,024 characters.' }),
  }),
});

const paths = { id: ['input', 'id'], thresholds: ['input', 'thresholds'] };

builder.mutationField('updateDetector', (t) =>
  t.field({
    type: DetectorPayload,
    nullable: true,
    description: 'Switches a detector on or off, or sets its thresholds, for the organisation.',
    args: { input: t.arg({ type: UpdateDetectorInput, required: true, description: 'Which, and what to change.' }) },
    resolve: async (_root, { input: { id, reason = null, ...input } }, { recorder, organisation, viewer }) => {
      const checked = checkDetector(id, input, paths);
      if ('errors' in checked) return { detector: null, userErrors: checked.errors };
      const remark = wrongRemark({ field: 'reason', text: reason });
      if (remark) return { detector: null, userErrors: [remark] };
      const { detector, change } = checked;
      const { settings } = await recorder.change(organisation, { do: 'updateDetector', actor: viewer.principal, id, change, reason });
      return { detector: rowOf(detector, settings), userErrors: [] };
    },
  }),
);
