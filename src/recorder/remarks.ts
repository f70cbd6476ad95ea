import { redactText } from '../redaction/redact.ts';
import type { Change, Changes } from './changes.ts';
import type { IntakePolicies } from './intake-policies.ts';
import type { Organisation, Recorder } from './recorder.ts';

/** The fields in which people write what they like. */
const remarks = new Set(['note', 'reason', 'displayName']);

/** A recorder of changes by people: what they write beside a change is stored and shown, so it is redacted like all texts. */
export const redactingRemarks = (recorder: Recorder, policies: IntakePolicies): Recorder => ({
  ...recorder,
  change: async <Do extends keyof Changes>(organisation: Organisation, change: Change<Do>) => {
    const { known } = await policies.of(organisation.id);
    const fields = Object.entries(change).map(([name, value]) =>
      remarks.has(name) && typeof value === 'string' ? [name, redactText(value, 'TEXT', known).text] : [name, value],
    );
    return recorder.change(organisation, Object.fromEntries(fields) as Change<Do>);
  },
});
