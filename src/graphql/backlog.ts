import { queueItemsMax } from '../recorder/hub.ts';
import type { Frame } from './channels.ts';

/** Most bytes of frames that one channel keeps for its slow members; who needs an older one lags. */
export const channelBytesMax = 16 * 1024 * 1024;
/** The same for all channels of the process together. */
export const channelsBytesMax = 64 * 1024 * 1024;

/** What all channels keep just now. */
export type Budget = { bytes: number };

/** Somebody who has yet to be given the frames from `next` on. */
type Holder = { readonly next: number };

/** The newest frames of a channel, kept once for all its slow members and only while there are any. */
export function createBacklog<H extends Holder>(budget: Budget) {
  const frames: Frame[] = [];
  const holders = new Set<H>();
  let made = 0;
  let bytes = 0;

  const drop = (count: number) => {
    const freed = frames.splice(0, count).reduce((sum, { payload }) => sum + payload.length, 0);
    bytes -= freed;
    budget.bytes -= freed;
  };
  const excess = () => {
    let count = Math.max(0, frames.length - queueItemsMax);
    let freed = frames.slice(0, count).reduce((sum, { payload }) => sum + payload.length, 0);
    while (count < frames.length && (bytes - freed > channelBytesMax || budget.bytes - freed > channelsBytesMax)) {
      freed += frames[count]!.payload.length;
      count += 1;
    }
    return count;
  };
  return {
    frames: frames as readonly Frame[],
    /** How many frames there ever were. */
    made: () => made,
    /** The number of the first one that is kept. */
    first: () => made - frames.length,
    /** Keeps the next frames, where somebody needs them; returns who is left behind because there was no room for theirs. */
    add(fresh: readonly Frame[]): H[] {
      made += fresh.length;
      if (holders.size === 0) return [];
      for (const frame of fresh) frames.push(frame);
      const added = fresh.reduce((sum, { payload }) => sum + payload.length, 0);
      bytes += added;
      budget.bytes += added;
      drop(excess());
      const left = [...holders].filter(({ next }) => next < made - frames.length);
      for (const holder of left) holders.delete(holder);
      return left;
    },
    hold: (holder: H): void => void holders.add(holder),
    release(holder: H): void {
      holders.delete(holder);
      if (holders.size === 0) drop(frames.length);
    },
  };
}
