/** How evidence about counts of bad events should grow at the traffic to be expected. */
import { NO_COUNT_NOISE } from "../evidence/count-noise.ts";
import { deflationOf } from "../evidence/deflation.ts";
import {
  COUNT_SAFETY_TOLERANCE,
  HARM_RATIOS,
  SAFETY_WEIGHTS,
  safetyRatios,
} from "../evidence/error-ratio.ts";
import { harmWeights } from "../evidence/harm-weights.ts";
import type { Traffic } from "../evidence/information.ts";
import { NO_PACE } from "../evidence/pace.ts";
import { acceptableRatio } from "../evidence/tolerance.ts";
import { type JudgedKpi, safetyToleranceOf } from "../judged-kpi.ts";
import type { Expected, Tests } from "./expected-test.ts";
import { limitMinutes } from "./limit.ts";

export function countTests(kpi: JudgedKpi, { stage, traffic }: Expected): Tests {
  const { badRate = 0, requestsPerMinute, countNoise } = traffic;
  const fleet = {
    ...(stage.candidateInstances === undefined ? {} : { candidateInstances: stage.candidateInstances }),
    ...(stage.stableInstances === undefined ? {} : { stableInstances: stage.stableInstances }),
    ...(kpi.hostSpread === undefined ? {} : { hostSpread: kpi.hostSpread }),
    ...(traffic.hostLogSd === undefined ? {} : { hostLogSd: traffic.hostLogSd }),
  };
  const acceptable = acceptableRatio(kpi.tolerance, fleet);
  const safetyTolerance = Math.max(safetyToleranceOf(kpi, COUNT_SAFETY_TOLERANCE), acceptable - 1);
  const at = (ratio: number): Traffic => ({
    requestsPerMinute,
    share: stage.trafficShare,
    stableRate: badRate,
    candidateRate: Math.min(1, badRate * ratio),
  });
  const noise = countNoise ?? { ...NO_COUNT_NOISE, meanBad: requestsPerMinute * badRate };
  const drifts = (truth: Traffic, nullRatio: number, ratios: readonly number[]) => {
    const growth = countGrowth(truth, nullRatio, ratios);
    const { share } = truth;
    const bad = requestsPerMinute * (share * truth.candidateRate + (1 - share) * truth.stableRate);
    const noisy = { share, bad, requests: requestsPerMinute, seconds: 60 };
    const f = countNoise === undefined ? 1 : deflationOf(countNoise, NO_PACE, noisy);
    return growth.map((each) => each / f);
  };
  return {
    harm: (ratio, level) => ({
      limit: ratio > acceptable ? limitMinutes(at(ratio), level, acceptable) : Number.POSITIVE_INFINITY,
      drifts: drifts(
        at(ratio),
        acceptable,
        HARM_RATIOS.map((each) => each * acceptable),
      ),
      weights: harmWeights({ share: stage.trafficShare, acceptable }, noise),
    }),
    safety: (level) => ({
      limit: limitMinutes(at(1), level, 1 + safetyTolerance),
      drifts: drifts(at(1), 1 + safetyTolerance, safetyRatios(safetyTolerance)),
      weights: SAFETY_WEIGHTS,
    }),
  };
}

/** Mean of ℓ a minute, for each alternative ratio against the null ratio. */
function countGrowth(truth: Traffic, nullRatio: number, ratios: readonly number[]): number[] {
  const { requestsPerMinute, share, stableRate, candidateRate } = truth;
  const candidateBad = requestsPerMinute * share * candidateRate;
  const bad = candidateBad + requestsPerMinute * (1 - share) * stableRate;
  const nullMass = share * nullRatio + 1 - share;
  return ratios.map(
    (ratio) =>
      candidateBad * Math.log(ratio / nullRatio) + bad * Math.log(nullMass / (share * ratio + 1 - share)),
  );
}
