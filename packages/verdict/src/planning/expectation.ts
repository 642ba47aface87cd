/** What may be expected of each stage and KPI before anything moves, and where a bake is too short to see it. */
import { isJudged, type VerdictSettings } from "../settings.ts";
import { type ExpectedMinutes, expectedMinutes } from "./expected-minutes.ts";
import type { ExpectedStage, ExpectedTraffic } from "./expected-test.ts";

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
    settings.kpis.filter(isJudged).map((kpi) => {
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
