import type { KeyUses } from '../recorder/key-uses.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Job } from './job.ts';

/** Writes down when keys were used last. */
export function noteKeyUse({ keyUses, recorder }: { keyUses: KeyUses; recorder: Recorder }): Job {
  return {
    name: 'note-key-use',
    everyMs: 60 * 1_000,
    async run() {
      for (const { organisation, uses } of keyUses.take()) await recorder.change(organisation, { do: 'noteKeyUse', uses });
    },
  };
}
