/** What a plan may expect of each stage and KPI before anything moves, and where a bake is too short to see it. */
import type { CountNoise } from "../evidence/count-noise.ts";
import type { LatencyNoise } from "../evidence/latency-noise.ts";
import type { VerdictSettings } from "../settings.ts";
import { type ExpectedMinutes, expectedMinutes } from "./expected-minutes.ts";

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

export interface Expectation extends ExpectedMinutes {
  readonly stage: number;
  readonly kpi: string;
  /** What the bake cannot show, for a person; null when it shows what it should. */
  readonly warning: string | null;
}

/** For each stage and each KPI judged by evidence; `trafficOf` says what is known of a KPI. */
export function expectationsOf(
  settings: VerdictSettings,
  stages: readonly ExpectedStage[],
  trafficOf: (kpi: string) => ExpectedTraffic,
): readonly Expectation[] {
  return stages.flatMap((stage) =>
    settings.kpis
      .filter((kpi) => kpi.kind !== "guardrail")
      .map((kpi) => {
        const minutes = expectedMinutes(settings, kpi, { stage, traffic: trafficOf(kpi.name) });
        return {
          stage: stage.stage,
          kpi: kpi.name,
          ...minutes,
          warning: warningOf(stage, kpi.name, minutes),
        };
      }),
  );
}

/** A bake should at least find what is ten times as bad; better, what is three times. */
function warningOf(stage: ExpectedStage, kpi: string, { regressions }: ExpectedMinutes): string | null {
  const where = `stage ${stage.stage + 1} (${Math.round(stage.trafficShare * 1000) / 10} %), ${kpi}`;
  if (stage.trafficShare >= 1)
    return `${where}: no stable traffic is left to compare with; guardrails alone judge it`;
  for (const ratio of [10, 3]) {
    const engine = regressions.find((each) => each.ratio === ratio)?.engine ?? 0;
    if (engine <= stage.bakeMinutes) continue;
    const needs = Number.isFinite(engine)
      ? `takes about ${Math.ceil(engine)} minutes to find`
      : "is never found";
    const much = ratio === 10 ? "too short to see anything" : "short";
    return `${where}: a bake of ${stage.bakeMinutes} minutes is ${much}: a model ${ratio} times as bad ${needs}`;
  }
  return null;
}
