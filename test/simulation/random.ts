/** Numbers that follow from a seed alone: the same seed, the same run. Mulberry32, which has the whole 32 bits as its period. */
export type Random = ReturnType<typeof createRandom>;

export function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const fraction = () => next() / 2 ** 32;
  const hex = (digits: number) => next().toString(16).padStart(8, '0').slice(0, digits);
  return {
    fraction,
    below: (end: number) => Math.floor(fraction() * end),
    between: (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1)),
    chance: (probability: number) => fraction() < probability,
    pick: <T>(items: readonly T[]): T => items[Math.floor(fraction() * items.length)]!,
    /** A stream of its own, so that what one part draws does not change what another gets. */
    split: () => createRandom(next()),
    /** A UUID of the shape of version 7. */
    newId: () => `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(8)}${hex(4)}`,
  };
}
