/** What a stage's traffic is expected to be, and how evidence should grow under it. */
import type { CountNoise } from "../evidence/count-past.ts";
import type { LatencyNoise } from "../evidence/latency-noise.ts";

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

export interface Expected {
  readonly stage: ExpectedStage;
  readonly traffic: ExpectedTraffic;
}

export interface ExpectedTest {
  /** Minutes; no test could take less on average. */
  readonly limit: number;
  /** Mean growth of each alternative's evidence, nats a minute. */
  readonly drifts: readonly number[];
  readonly weights: readonly number[];
}

/** Of harm, where the candidate is so many times as bad; of safety, where it is as good as stable. */
export interface Tests {
  readonly harm: (ratio: number, level: number) => ExpectedTest;
  readonly safety: (level: number) => ExpectedTest;
}
