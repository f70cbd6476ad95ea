import { redactText } from '../redaction/redact.ts';
import type { Change, Changes } from './changes.ts';
import type { IntakePolicies } from './intake-policies.ts';
import type { Organisation, Recorder } from './recorder.ts';

/** The fields in which people write what they like. */
const remarks = new Set(['note', 'reason', 'displayName', 'name']);

/** A recorder of changes by people: what they write beside a change is stored and shown, so it is redacted like all texts. */
export const redactingRemarks = (recorder: Recorder, policies: IntakePolicies): Recorder => ({
  ...recorder,
  change: async <Do extends keyof Changes>(organisation: Organisation, change: Change<Do>) => {
    const written = Object.entries(change).filter(([name, value]) => remarks.has(name) && typeof value === 'string');
    if (written.length === 0) return recorder.change(organisation, change);
    policies.forget(organisation.id); // another process may have registered a secret meanwhile, of which only the recorder hears
    const { known } = await policies.of(organisation.id);
    const redacted = written.map(([name, value]) => [name, redactText(String(value), 'TEXT', known).text]);
    return recorder.change(organisation, { ...change, ...Object.fromEntries(redacted) });
  },
});
