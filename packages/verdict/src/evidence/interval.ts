/** One interval's evidence: for each alternative, how much likelier it makes what was seen, in nats. */

import { type JudgedKpi, safetyToleranceOf } from "../judged-kpi.ts";
import { type Pace, roundNats } from "../kept.ts";
import type { CountSample, MeanSample } from "../observations/samples.ts";
import type { Draw } from "./boost.ts";
import type { CountNoise } from "./count-past.ts";
import { deflationOf } from "./deflation.ts";
import {
  COUNT_SAFETY_TOLERANCE,
  logLikelihoodRatios,
  logShrinksOf,
  SETTLING,
  SETTLING_MULTIPLE,
  STEADY,
  safetyRatios,
  shareOf,
} from "./error-ratio.ts";
import type { LatencyNoise } from "./latency-noise.ts";
import { logNormalRatios, logRatioOf, MEAN_SAFETY_TOLERANCE, SLOWER_LOGS } from "./log-mean.ts";

export interface IntervalEvidence {
  readonly harm: readonly number[];
  readonly safe: readonly number[];
  /** What might have been seen, given the bad events in all; only counts know. */
  readonly draw?: Draw;
}

/**
 * From bad events and requests of both sides.
 * @returns null where either side had no requests
 */
export function countEvidence(
  sides: { readonly candidate: CountSample; readonly stable: CountSample },
  basis: {
    readonly kpi: JudgedKpi;
    /** The largest ratio of bad rates that counts as healthy. */
    readonly acceptable: number;
    readonly noise: CountNoise;
    readonly pace: Pace;
    readonly seconds: number;
    /** Whether the stage settles still. */
    readonly settling: boolean;
  },
): IntervalEvidence | null {
  const { candidate, stable } = sides;
  const { settling } = basis;
  const acceptable = basis.acceptable * (settling ? SETTLING_MULTIPLE : 1);
  const share = shareOf(candidate, stable);
  if (share === null) return null;
  const bad = candidate.bad + stable.bad;
  const counts = { candidateBad: candidate.bad, bad };
  const requests = candidate.requests + stable.requests;
  const deflation = deflationOf(basis.noise, basis.pace, { share, bad, requests, seconds: basis.seconds });
  const { ratios: beyond, logRatios } = settling ? SETTLING : STEADY;
  const ratios = acceptable === 1 ? beyond : beyond.map((ratio) => ratio * acceptable);
  const logShrinks = logShrinksOf(share, acceptable, ratios);
  const harm = logLikelihoodRatios(counts, { logRatios, logShrinks, deflation });
  const worst = Math.max(1 + safetyToleranceOf(basis.kpi, COUNT_SAFETY_TOLERANCE), acceptable);
  const better = safetyRatios(worst - 1);
  const safe = logLikelihoodRatios(counts, {
    logRatios: better.map((ratio) => Math.log(ratio / worst)),
    logShrinks: logShrinksOf(share, worst, better),
    deflation,
  });
  const draw = {
    bad,
    nullShare: (share * acceptable) / (share * acceptable + 1 - share),
    logRatios,
    logShrinks,
    deflation,
  };
  return {
    harm: harm.map(roundNats),
    safe: settling ? safe.map(() => 0) : safe.map(roundNats),
    draw,
  };
}

/**
 * From mean latency and count of both sides.
 * @returns null where either side had no requests or no positive mean
 */
export function meanEvidence(
  sides: { readonly candidate: MeanSample; readonly stable: MeanSample },
  basis: { readonly kpi: JudgedKpi; readonly noise: LatencyNoise },
): IntervalEvidence | null {
  const seen = logRatioOf(sides.candidate, sides.stable, basis.noise);
  if (seen === null) return null;
  const tolerance = safetyToleranceOf(basis.kpi, MEAN_SAFETY_TOLERANCE);
  const worst = Math.log(1 + tolerance);
  const shifts = safetyRatios(tolerance).map((ratio) => Math.log(ratio) - worst);
  const harm = logNormalRatios(seen, { nullMean: Math.log(1 + basis.kpi.tolerance), shifts: SLOWER_LOGS });
  const safe = logNormalRatios(seen, { nullMean: worst, shifts });
  return { harm: harm.map(roundNats), safe: safe.map(roundNats) };
}
