/** How evidence about mean latencies should grow at the traffic to be expected. */
import { SAFETY_WEIGHTS, safetyRatios } from "../evidence/error-ratio.ts";
import { ASSUMED_LATENCY_NOISE } from "../evidence/latency-noise.ts";
import { MEAN_SAFETY_TOLERANCE, SLOWER_LOGS, SLOWER_WEIGHTS } from "../evidence/log-mean.ts";
import { type JudgedKpi, safetyToleranceOf } from "../judged-kpi.ts";
import type { Expected, Tests } from "./expected-test.ts";

export function meanTests(kpi: JudgedKpi, { stage, traffic }: Expected): Tests {
  const noise = traffic.latencyNoise ?? ASSUMED_LATENCY_NOISE;
  const requests = traffic.requestsPerMinute;
  const share = stage.trafficShare;
  const spread = (noise.requestCv * noise.requestCv) / requests;
  const shared = (2 * noise.minuteVariance * (1 + noise.autocorrelation)) / (1 - noise.autocorrelation);
  const variance = spread / share + spread / (1 - share) + shared;
  const tolerance = safetyToleranceOf(kpi, MEAN_SAFETY_TOLERANCE);
  const worst = Math.log(1 + tolerance);
  const drift = (mean: number, shift: number) => (shift * mean - (shift * shift) / 2) / variance;
  const limit = (mean: number, level: number) =>
    mean > 0 ? (-Math.log(level) * 2 * variance) / (mean * mean) : Number.POSITIVE_INFINITY;
  return {
    harm: (ratio, level) => {
      const mean = Math.log(ratio / (1 + kpi.tolerance));
      return {
        limit: limit(mean, level),
        drifts: SLOWER_LOGS.map((shift) => drift(mean, shift)),
        weights: SLOWER_WEIGHTS,
      };
    },
    safety: (level) => ({
      limit: limit(worst, level),
      drifts: safetyRatios(tolerance).map((ratio) => drift(-worst, Math.log(ratio) - worst)),
      weights: SAFETY_WEIGHTS,
    }),
  };
}
