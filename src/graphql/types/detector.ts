import { detectors } from '../../detection/catalogue.ts';
import type { Detector as Row, Threshold as ThresholdRow } from '../../detection/detector.ts';
import { builder } from '../builder.ts';
import { AnomalyType } from '../enums.ts';

const Threshold = builder.objectRef<ThresholdRow & { name: string }>('DetectorThreshold').implement({
  description: 'A number a detector judges by.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it bounds.' }),
    value: t.exposeFloat('value', { description: 'The number.' }),
    unit: t.exposeString('unit', { description: 'What it counts.' }),
    source: t.exposeString('source', { description: 'Why it is this number.' }),
  }),
});

const Detector = builder.objectRef<Row>('Detector').implement({
  description: 'What looks for one kind of anomaly.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Stable name, as in `Anomaly.detector`.' }),
    type: t.field({ type: AnomalyType, description: 'What it claims.', resolve: ({ type }) => type }),
    looksFor: t.exposeString('looksFor', { description: 'What it looks for, in one sentence.' }),
    thresholds: t.field({
      type: [Threshold],
      description: 'The numbers it judges by.',
      resolve: ({ thresholds }) => Object.entries(thresholds).map(([name, threshold]) => ({ name, ...threshold })),
    }),
    enabled: t.boolean({ description: 'Whether it judges.', resolve: () => true }),
    failures: t.int({
      description: 'How often it threw since this process started; each cost one verdict, never an activity.',
      resolve: ({ id }, _args, { detectorCounts, organisation }) => detectorCounts.failures(organisation.id, id),
    }),
  }),
});

builder.queryField('detectors', (t) =>
  t.field({
    type: [Detector],
    nullable: true,
    description: 'Every detector.',
    resolve: () => [...detectors],
  }),
);
