import type { Micros } from './time.ts';
import { microsPerDay } from './time.ts';

/** What is usual for a user, learned from sign-ins that raised no anomaly. */
export type Baseline = {
  /** Sign-ins of the last 30 days, oldest first: at most one per half hour of the user's day. */
  signIns: SignIn[];
  /** Addresses signed in from, oldest first. */
  addresses: KnownAddress[];
};
export type SignIn = { at: Micros; day: string; minute: number };
export type KnownAddress = { address: string; firstAt: Micros };

/** A baseline looks back this far (FEATURES, B26). */
export const baselineSpan = 30 * microsPerDay;
/** Before it has seen sign-ins on this many days a baseline is still learning: one working week. */
export const learningDaysMin = 5;
/** Four half hours on each of 30 days; more would not say more, and a user stays under 16 KiB. */
export const signInsMax = 120;
export const addressesMax = 120;

const minutesPerSlot = 30;

export const emptyBaseline = (): Baseline => ({ signIns: [], addresses: [] });

/** The sign-ins that may judge something that happened at `at`: of the 30 days before it, never later ones. */
export function signInsBefore(baseline: Baseline, at: Micros): SignIn[] {
  return baseline.signIns.filter((signIn) => signIn.at < at && signIn.at >= at - baselineSpan);
}

/** Whether there is enough to judge by. */
export function isMature(baseline: Baseline, at: Micros): boolean {
  return new Set(signInsBefore(baseline, at).map((signIn) => signIn.day)).size >= learningDaysMin;
}

/** The baseline after a sign-in; the same object where there was nothing new in it. */
export function learn(baseline: Baseline, signIn: SignIn, address: string | null): Baseline {
  const signIns = learnSignIn(baseline.signIns, signIn);
  const addresses = address === null ? baseline.addresses : learnAddress(baseline.addresses, { address, firstAt: signIn.at });
  return signIns === baseline.signIns && addresses === baseline.addresses ? baseline : { signIns, addresses };
}

function learnSignIn(known: SignIn[], signIn: SignIn): SignIn[] {
  const slot = (one: SignIn) => `${one.day} ${Math.floor(one.minute / minutesPerSlot)}`;
  if (known.some((one) => slot(one) === slot(signIn))) return known;
  const newest = Math.max(signIn.at, known.at(-1)?.at ?? signIn.at);
  return [...known, signIn]
    .filter((one) => one.at >= newest - baselineSpan)
    .sort((a, b) => a.at - b.at)
    .slice(-signInsMax);
}

function learnAddress(known: KnownAddress[], address: KnownAddress): KnownAddress[] {
  const before = known.find((one) => one.address === address.address);
  if (before && before.firstAt <= address.firstAt) return known;
  return [...known.filter((one) => one !== before), address].sort((a, b) => a.firstAt - b.firstAt).slice(-addressesMax);
}
