/** By how much an interval's evidence is divided for noise: by what such noise does at its share and bad events. */
import type { CountNoise } from "./count-noise.ts";

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
  /** Bad events count up to this multiple of what stable's own would make of both sides: a bad candidate is no noise. */
  readonly candidateMultiple: number;
  /** Bad events beyond this multiple of the usual were never seen: there longRun may be this many errors larger. */
  readonly beyond: number;
  readonly errors: number;
}

/** Chosen by simulation: false rollbacks stay below alpha with a day of history (docs/VERDICT-NOTES.md). */
export const SHIPPED_CAUTION: Caution = {
  atHalf: 1.1,
  towardsNone: 0.93,
  persistence: 0.9,
  perHour: 0.6,
  candidateMultiple: 2,
  beyond: 3,
  errors: 6,
};

export interface NoisyInterval {
  /** The candidate's share of requests. */
  readonly share: number;
  readonly candidateBad: number;
  readonly stableBad: number;
  readonly seconds: number;
}

/**
 * f ≥ 1. Excess variance e of equal halves is 4w(1−w)·e·M/M̄ at share w and M bad events, M at least the usual M̄: a
 * shock to both fleets scales the noise with the bad events. What the candidate alone adds is no shock.
 */
export function deflationOf(
  noise: CountNoise,
  interval: NoisyInterval,
  caution: Caution = SHIPPED_CAUTION,
): number {
  const { share, candidateBad, stableBad, seconds } = interval;
  const hours = Math.max(noise.intervals, 1) / 60;
  const skew = caution.towardsNone * Math.max(0, 1 - 2 * share);
  const factor = (caution.atHalf + skew) * (1 + caution.perHour / hours);
  const excess = factor * (noise.excess + caution.persistence * (noise.longRun - noise.excess));
  // Noise in the long run is the same at any interval: bad events are brought to the history's length.
  const bad = Math.min(candidateBad + stableBad, (caution.candidateMultiple * stableBad) / (1 - share));
  const multiple = Math.max(1, (bad * noise.seconds) / seconds / noise.meanBad);
  const seen = excess * Math.min(multiple, caution.beyond);
  const unseen = (excess + caution.errors * noise.error) * Math.max(0, multiple - caution.beyond);
  return 1 + 4 * share * (1 - share) * (seen + unseen);
}
