/**
 * Evidence that the candidate's bad events come more often than stable's: given all bad events of an interval,
 * the candidate's are binomial with the share of traffic it had. Exact for Poisson counts, valid for Bernoulli
 * requests. Lindon and Malek, "Anytime-valid inference for multinomial count data" (2022).
 */
import type { CountSample } from "../observations/observation.ts";

/**
 * Alternatives to "within tolerance": ratios of bad rates beyond it, and their weights. Few and evenly spread on a
 * log scale: each costs the others a share of the stake; a ratio between two is found nearly as soon.
 */
export const HARM_RATIOS: readonly number[] = [1.25, 1.5, 2, 3, 5, 10, 20];
export const HARM_WEIGHTS: readonly number[] = [1, 2, 2, 2, 2, 2, 2].map((weight) => weight / 13);

/** Alternatives to "1 + safetyTolerance or worse": better, as good, half-way (on the log scale) to it. */
export function safetyRatios(safetyTolerance: number): readonly number[] {
  return [0.7, 1, Math.sqrt(1 + safetyTolerance)];
}
export const SAFETY_WEIGHTS: readonly number[] = [0.25, 0.5, 0.25];

/** The candidate's share of the interval's requests, or null where either side had none: then nothing is learnt. */
export function shareOf(candidate: CountSample, stable: CountSample): number | null {
  if (candidate.requests <= 0 || stable.requests <= 0) return null;
  return candidate.requests / (candidate.requests + stable.requests);
}

/**
 * ln of the likelihood of the interval's bad events at each ratio over that at `nullRatio`, all divided by the
 * deflation f. With q(r) = w·r / (w·r + 1 − w): x_c·ln[q(r)/q(r₀)] + x_b·ln[(1−q(r))/(1−q(r₀))].
 */
export function logLikelihoodRatios(
  counts: { readonly share: number; readonly candidateBad: number; readonly stableBad: number },
  hypotheses: { readonly nullRatio: number; readonly ratios: readonly number[]; readonly deflation: number },
): number[] {
  const { share, candidateBad, stableBad } = counts;
  const { nullRatio, ratios, deflation } = hypotheses;
  const bad = candidateBad + stableBad;
  if (bad === 0) return ratios.map(() => 0);
  const logNullMass = Math.log(share * nullRatio + 1 - share);
  return ratios.map((ratio) => {
    const logMass = Math.log(share * ratio + 1 - share);
    return (candidateBad * Math.log(ratio / nullRatio) + bad * (logNullMass - logMass)) / deflation;
  });
}
