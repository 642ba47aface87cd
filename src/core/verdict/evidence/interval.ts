/** One interval's evidence: for each alternative, how much likelier it makes what was seen, in nats. */
import type { CountSample, MeanSample } from "../observations/observation.ts";
import { type JudgedKpi, safetyToleranceOf } from "../settings.ts";
import { roundNats } from "../state.ts";
import { type CountNoise, deflationOf } from "./count-noise.ts";
import { HARM_RATIOS, logLikelihoodRatios, safetyRatios, shareOf } from "./error-ratio.ts";
import type { LatencyNoise } from "./latency-noise.ts";
import { logNormalRatios, logRatioOf, SLOWER_LOGS } from "./log-mean.ts";

export interface IntervalEvidence {
  readonly harm: readonly number[];
  readonly safe: readonly number[];
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
    readonly seconds: number;
  },
): IntervalEvidence | null {
  const { candidate, stable } = sides;
  const share = shareOf(candidate, stable);
  if (share === null) return null;
  const counts = { share, candidateBad: candidate.bad, stableBad: stable.bad };
  const deflation = deflationOf(basis.noise, {
    share,
    bad: candidate.bad + stable.bad,
    seconds: basis.seconds,
  });
  const harmRatios = HARM_RATIOS.map((ratio) => ratio * basis.acceptable);
  const tolerance = Math.max(safetyToleranceOf(basis.kpi), basis.acceptable - 1);
  const harm = logLikelihoodRatios(counts, { nullRatio: basis.acceptable, ratios: harmRatios, deflation });
  const safe = logLikelihoodRatios(counts, {
    nullRatio: 1 + tolerance,
    ratios: safetyRatios(tolerance),
    deflation,
  });
  return { harm: harm.map(roundNats), safe: safe.map(roundNats) };
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
  const worst = Math.log(1 + safetyToleranceOf(basis.kpi));
  const shifts = safetyRatios(safetyToleranceOf(basis.kpi)).map((ratio) => Math.log(ratio) - worst);
  const harm = logNormalRatios(seen, { nullMean: Math.log(1 + basis.kpi.tolerance), shifts: SLOWER_LOGS });
  const safe = logNormalRatios(seen, { nullMean: worst, shifts });
  return { harm: harm.map(roundNats), safe: safe.map(roundNats) };
}
