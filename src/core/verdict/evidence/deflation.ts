/**
 * By how much an interval's evidence is divided for noise: by what such noise does at its share and bad events. It is
 * a function of the interval's bad events in all and of intervals counted before, never of which side had them: the
 * evidence, divided, then still has a mean of at most what it was (Jensen), whatever the noise was measured to be.
 */
import type { CountNoise } from "./count-noise.ts";
import { noisyBad, type Pace, perInterval, stirOf } from "./pace.ts";

/** How far the deflation goes beyond the noise measured. */
export interface Caution {
  /** Factor at equal shares, where a heavy tail on one side is matched by the other's. */
  readonly atHalf: number;
  /** What it grows by towards small shares, where the candidate's heavy tail stands alone. */
  readonly towardsNone: number;
  /** Factor on the part that builds up over many intervals. */
  readonly persistence: number;
  /** Grows by this over the hours of history, in hours of minutes. */
  readonly perHour: number;
  /** Bad events beyond this multiple of the usual were never seen: there longRun may be this many errors larger. */
  readonly beyond: number;
  readonly errors: number;
}

/** Chosen by simulation: false rollbacks stay below alpha with a day of history (docs/VERDICT-NOTES.md). */
export const SHIPPED_CAUTION: Caution = {
  atHalf: 1,
  towardsNone: 0.93,
  persistence: 0.8,
  perHour: 0.6,
  beyond: 3,
  errors: 6,
};

export interface NoisyInterval {
  /** The candidate's share of requests. */
  readonly share: number;
  /** Bad events and requests of both sides. */
  readonly bad: number;
  readonly requests: number;
  readonly seconds: number;
}

/**
 * f ≥ 1. Where each fleet's rate wavers by itself, the excess variance e of equal halves is 4w(1−w)·e·M/M̄ at share w
 * and M bad events, M at least the usual M̄: a shock to both fleets scales the noise with the bad events. Where bad
 * events come in clusters, it is the same at any share.
 */
export function deflationOf(
  noise: CountNoise,
  pace: Pace,
  interval: NoisyInterval,
  caution: Caution = SHIPPED_CAUTION,
): number {
  const { share, bad, requests, seconds } = interval;
  const hours = Math.max(noise.intervals, 1) / 60;
  const skew = caution.towardsNone * Math.max(0, 1 - 2 * share);
  const factor = (caution.atHalf + skew) * (1 + caution.perHour / hours);
  const wavering = Math.max(0, noise.excess - noise.cluster);
  const fleets = factor * (wavering + caution.persistence * (noise.longRun - noise.excess));
  const likely = Math.min(bad, noisyBad(pace, noise, requests));
  // Noise in the long run is the same at any interval: bad events are brought to the history's length.
  const multiple = Math.max(1, likely / perInterval(noise, seconds));
  const seen = fleets * Math.min(multiple, caution.beyond);
  const unseen = (fleets + caution.errors * noise.error) * Math.max(0, multiple - caution.beyond);
  const spread = 4 * share * (1 - share);
  const before = noise.heaviness * (1 + factor * noise.cluster + spread * (seen + unseen));
  const stir = stirOf(pace, noise, seconds);
  const now = Math.max(stir.surplus, (spread * stir.lasting * likely) / 2);
  return before + noise.heaviness * caution.atHalf * now;
}
