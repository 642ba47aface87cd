/** What a stage's bake can show at the traffic to be expected: minutes to find a regression, and to prove safety. */

import { NO_COUNT_NOISE } from "../evidence/count-noise.ts";
import type { CountNoise } from "../evidence/count-past.ts";
import { deflationOf } from "../evidence/deflation.ts";
import { HARM_RATIOS, SAFETY_WEIGHTS, safetyRatios } from "../evidence/error-ratio.ts";
import { harmWeights } from "../evidence/harm-weights.ts";
import type { Traffic } from "../evidence/information.ts";
import { ASSUMED_LATENCY_NOISE, type LatencyNoise } from "../evidence/latency-noise.ts";
import { SLOWER_LOGS, SLOWER_WEIGHTS } from "../evidence/log-mean.ts";
import { NO_PACE } from "../evidence/pace.ts";
import { logMixture, logSum, reserveAfter, spendingOf } from "../evidence/spending.ts";
import { acceptableRatio } from "../evidence/tolerance.ts";
import {
  type CountKpi,
  type JudgedKpi,
  type LatencyMeanKpi,
  safetyToleranceOf,
  shareOfAlpha,
  type VerdictSettings,
} from "../settings.ts";
import { limitMinutes } from "./limit.ts";

export interface ExpectedStage {
  /** 0-based. */
  readonly stage: number;
  /** The candidate's share of traffic, 0 to 1. */
  readonly trafficShare: number;
  readonly bakeMinutes: number;
  readonly candidateInstances?: number;
  readonly stableInstances?: number;
  /** Of the bake, in which only what is far worse counts. */
  readonly settleMinutes?: number;
}

export interface ExpectedTraffic {
  /** Of both sides. */
  readonly requestsPerMinute: number;
  /** Stable's bad events per request; latency means need none. */
  readonly badRate?: number;
  /** As measured on stable; absent: none beyond counting, and the assumed one for latency means. */
  readonly countNoise?: CountNoise;
  readonly latencyNoise?: LatencyNoise;
  readonly hostLogSd?: number;
}

export interface Minutes {
  /** No test could take less on average. */
  readonly limit: number;
  /** What this engine should take. Infinity: never. */
  readonly engine: number;
}

export interface ExpectedMinutes {
  /** To find a candidate this many times as bad (or as slow) as stable. */
  readonly regressions: readonly (Minutes & { readonly ratio: number })[];
  /** The least times as bad (or as slow) that is found by the end of the bake, about every other time; null: nothing is. */
  readonly leastRatio: number | null;
  /** To prove a candidate safe that is as good as stable. */
  readonly safety: Minutes;
}

const REGRESSIONS: readonly number[] = [2, 3, 10];

/** Minutes of one KPI in one stage, from the stage's start, were the fault there from then on. */
export function expectedMinutes(
  settings: VerdictSettings,
  kpi: CountKpi | LatencyMeanKpi,
  expected: { readonly stage: ExpectedStage; readonly traffic: ExpectedTraffic },
): ExpectedMinutes {
  const tests = kpi.kind === "latency-mean" ? latencyTests(kpi, expected) : countTests(kpi, expected);
  const { stage } = expected;
  const share = shareOfAlpha(settings, kpi);
  const level = settings.alpha * share;
  const spending = spendingOf(settings.stages);
  const staked = Math.log(spending[stage.stage] ?? 0);
  const reserve = Math.log(reserveAfter(stage.stage, spending, 0));
  const interval = settings.intervalSeconds / 60;
  const { settleMinutes: settle = 0 } = stage;
  const found = (ratio: number): Minutes => {
    const { limit, drifts, weights } = tests.harm(ratio, settings.alpha);
    const logE = (minutes: number) =>
      logSum([
        staked +
          logMixture(
            drifts.map((drift) => drift * minutes),
            weights,
          ),
        reserve,
      ]);
    return { limit, engine: settle + firstAbove(logE, -Math.log(level), interval) };
  };
  const regressions = REGRESSIONS.map((ratio) => ({ ratio, ...found(ratio) }));
  const leastRatio = leastOf((ratio) => found(ratio).engine <= stage.bakeMinutes);
  const { limit, drifts, weights } = tests.safety(settings.beta);
  const logSafe = (minutes: number) =>
    logMixture(
      drifts.map((drift) => drift * minutes),
      weights,
    );
  const engine = settle + firstAbove(logSafe, -Math.log(settings.beta), interval);
  return { regressions, leastRatio, safety: { limit, engine } };
}

interface ExpectedTest {
  readonly limit: number;
  /** Mean growth of each alternative's evidence, nats a minute. */
  readonly drifts: readonly number[];
  readonly weights: readonly number[];
}

interface Tests {
  readonly harm: (ratio: number, level: number) => ExpectedTest;
  readonly safety: (level: number) => ExpectedTest;
}

function countTests(kpi: JudgedKpi, { stage, traffic }: Expected): Tests {
  const { badRate = 0, requestsPerMinute, countNoise } = traffic;
  const fleet = {
    ...(stage.candidateInstances === undefined ? {} : { candidateInstances: stage.candidateInstances }),
    ...(stage.stableInstances === undefined ? {} : { stableInstances: stage.stableInstances }),
    ...(kpi.hostSpread === undefined ? {} : { hostSpread: kpi.hostSpread }),
    ...(traffic.hostLogSd === undefined ? {} : { hostLogSd: traffic.hostLogSd }),
  };
  const acceptable = acceptableRatio(kpi.tolerance, fleet);
  const safetyTolerance = Math.max(safetyToleranceOf(kpi, "count"), acceptable - 1);
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

type Expected = { readonly stage: ExpectedStage; readonly traffic: ExpectedTraffic };

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

function latencyTests(kpi: JudgedKpi, { stage, traffic }: Expected): Tests {
  const noise = traffic.latencyNoise ?? ASSUMED_LATENCY_NOISE;
  const requests = traffic.requestsPerMinute;
  const share = stage.trafficShare;
  const spread = (noise.requestCv * noise.requestCv) / requests;
  const shared = (2 * noise.minuteVariance * (1 + noise.autocorrelation)) / (1 - noise.autocorrelation);
  const variance = spread / share + spread / (1 - share) + shared;
  const tolerance = safetyToleranceOf(kpi, "mean");
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

const mostTimes = 100;

/** The least ratio that something holds for, which holds for all above it; to a hundredth. */
function leastOf(holds: (ratio: number) => boolean): number | null {
  if (!holds(mostTimes)) return null;
  let [below, above] = [1, mostTimes];
  while (above - below > 0.005 * above) {
    const middle = Math.sqrt(below * above);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

const LONGEST_MINUTES = 60 * 24 * 365;

/** The first minute at which growing evidence is at its threshold; evidence is looked at when an interval is over. */
function firstAbove(logE: (minutes: number) => number, threshold: number, interval: number): number {
  if (logE(LONGEST_MINUTES) < threshold) return Number.POSITIVE_INFINITY;
  let [below, above] = [0, LONGEST_MINUTES];
  while (above - below > 1e-3 * above) {
    const middle = (below + above) / 2;
    if (logE(middle) < threshold) below = middle;
    else above = middle;
  }
  return above + interval / 2;
}
