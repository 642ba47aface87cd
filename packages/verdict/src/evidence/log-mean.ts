/**
 * Evidence that the candidate's mean latency is above stable's: the log of the two means' ratio is close to normal,
 * with a variance from the requests' own spread and from the noise that whole minutes share.
 */
import type { MeanSample } from "../observations/samples.ts";
import type { LatencyNoise } from "./latency-noise.ts";

/** Alternatives: by how much ln(mean) lies above the tolerance (5 %, 10 %, 20 %, 35 %, 65 %, 120 % slower). */
export const SLOWER_LOGS: readonly number[] = [0.05, 0.1, 0.182, 0.3, 0.5, 0.8];
export const SLOWER_WEIGHTS: readonly number[] = SLOWER_LOGS.map(() => 1 / SLOWER_LOGS.length);

/** Where a KPI names none, safe means "surely takes less than half as long again". */
export const MEAN_SAFETY_TOLERANCE = 0.5;

/** One interval counts as at most so many standard deviations: a single slow request may be any number of them. */
const MOST_DEVIATIONS = 3;

export interface LogRatio {
  /** ln(mean of candidate / mean of stable). */
  readonly difference: number;
  readonly variance: number;
}

/** Null where either side had no request or no positive mean: then nothing is learnt. */
export function logRatioOf(candidate: MeanSample, stable: MeanSample, noise: LatencyNoise): LogRatio | null {
  if (candidate.count <= 0 || stable.count <= 0 || candidate.mean <= 0 || stable.mean <= 0) return null;
  const spread = squaredCv(candidate, noise) / candidate.count + squaredCv(stable, noise) / stable.count;
  const shared = (2 * noise.minuteVariance * (1 + noise.autocorrelation)) / (1 - noise.autocorrelation);
  return { difference: Math.log(candidate.mean / stable.mean), variance: spread + shared };
}

/**
 * ln of the normal likelihood at each mean over that at `nullMean`, for ln(ratio). Whatever an interval shows, it speaks for
 * an alternative by no more than one would that lies three standard deviations from the null, and for none by more than
 * such a one does at most: 4.5 nats.
 */
export function logNormalRatios(
  seen: LogRatio,
  hypotheses: { readonly nullMean: number; readonly shifts: readonly number[] },
): number[] {
  const sd = Math.sqrt(seen.variance);
  const deviations = (seen.difference - hypotheses.nullMean) / sd;
  return hypotheses.shifts.map((shift) => {
    const apart = Math.abs(shift) / sd;
    const towards = Math.max(-MOST_DEVIATIONS, Math.sign(shift) * deviations);
    return Math.min(apart * towards - apart ** 2 / 2, mostGained(apart));
  });
}

/** By the farthest deviation that counts, for an alternative so many standard deviations from the null. */
function mostGained(apart: number): number {
  const farthest = Math.min(apart, MOST_DEVIATIONS);
  return farthest * MOST_DEVIATIONS - farthest ** 2 / 2;
}

function squaredCv(sample: MeanSample, noise: LatencyNoise): number {
  const cv = sample.sd === undefined ? noise.requestCv : sample.sd / sample.mean;
  return cv * cv;
}
