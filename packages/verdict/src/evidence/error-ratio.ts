/**
 * Evidence that the candidate's bad events come more often than stable's: given all bad events of an interval,
 * the candidate's are binomial with the share of traffic it had. Exact for Poisson counts, valid for Bernoulli
 * requests. Lindon and Malek, "Anytime-valid inference for multinomial count data" (2022).
 */
import type { CountSample } from "../observations/samples.ts";

/**
 * Alternatives to "within tolerance": ratios of bad rates beyond it. Few, and spread on a log scale: each costs the
 * others a share of the stake; a ratio between two is found nearly as soon.
 */
export const HARM_RATIOS: readonly number[] = [1.25, 1.5, 2, 3, 5, 10, 20];

/**
 * While a stage settles, caches and connections are cold: up to this multiple of the acceptable ratio is put down to
 * that, and these alternatives, ratios beyond the multiple, are all that count (5, 10 and 20 times stable's rate).
 */
export const SETTLING_MULTIPLE = 3;
export const SETTLING_RATIOS: readonly number[] = [5 / 3, 10 / 3, 20 / 3];

/** Alternatives in the order of a count's stakes: those of steady minutes, then those of settling ones. */
export const STEADY = {
  ratios: [...HARM_RATIOS, ...SETTLING_RATIOS.map(() => 1)],
  logRatios: [...HARM_RATIOS.map(Math.log), ...SETTLING_RATIOS.map(() => 0)],
};
export const SETTLING = {
  ratios: [...HARM_RATIOS.map(() => 1), ...SETTLING_RATIOS],
  logRatios: [...HARM_RATIOS.map(() => 0), ...SETTLING_RATIOS.map(Math.log)],
};

/**
 * Where a KPI names none, safe means "surely fails less than twice as often". Failures are few: to rule out half as many
 * again takes three times as long.
 */
export const COUNT_SAFETY_TOLERANCE = 1;

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

/** Per ratio r: ln[(w·r₀ + 1 − w) / (w·r + 1 − w)], by how much less likely a bad event of stable's becomes. */
export function logShrinksOf(share: number, nullRatio: number, ratios: readonly number[]): number[] {
  const nullMass = share * nullRatio + 1 - share;
  return ratios.map((ratio) => Math.log(nullMass / (share * ratio + 1 - share)));
}

/**
 * ln of the likelihood of the interval's bad events at each ratio over that at the null's, all divided by the
 * deflation f. With q(r) = w·r / (w·r + 1 − w): x_c·ln[q(r)/q(r₀)] + x_b·ln[(1−q(r))/(1−q(r₀))], that is
 * x_c·ln(r/r₀) + (x_c + x_b)·ln[(w·r₀ + 1 − w)/(w·r + 1 − w)].
 */
export function logLikelihoodRatios(
  counts: { readonly candidateBad: number; readonly bad: number },
  alternatives: {
    /** ln(r/r₀). */
    readonly logRatios: readonly number[];
    readonly logShrinks: readonly number[];
    readonly deflation: number;
  },
): number[] {
  const { candidateBad, bad } = counts;
  const { logRatios, logShrinks, deflation } = alternatives;
  return logRatios.map((logRatio, i) => (candidateBad * logRatio + bad * (logShrinks[i] ?? 0)) / deflation);
}
