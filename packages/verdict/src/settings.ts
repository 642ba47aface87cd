/** What a release is judged by, and with what error rates. */
import type { JudgedKpi } from "./judged-kpi.ts";
import { expect } from "./refusal.ts";
import { type KpiSettings, shapeOf } from "./shapes/registry.ts";

export interface VerdictSettings {
  /** Chance that a healthy release is ever rolled back by evidence, over the whole release and all KPIs. */
  readonly alpha: number;
  /** Chance that a stage whose candidate is as bad as 1 + safetyTolerance is called safe. */
  readonly beta: number;
  /** Requests the candidate must have served within a stage before the stage can pass. */
  readonly minimumRequests: number;
  readonly intervalSeconds: number;
  /** Number of stages of the release: alpha is spent at their starts. */
  readonly stages: number;
  readonly kpis: readonly KpiSettings[];
}

/** A KPI that is judged by evidence, which alone spends of alpha. */
export type JudgedSettings = Extract<KpiSettings, JudgedKpi>;
export const isJudged = (kpi: KpiSettings): kpi is JudgedSettings => "weight" in kpi;

/** The KPI's share of alpha: its weight over the weights of all KPIs judged by evidence. */
export function shareOfAlpha(settings: VerdictSettings, kpi: JudgedKpi): number {
  const total = settings.kpis.reduce((sum, each) => sum + (isJudged(each) ? each.weight : 0), 0);
  return kpi.weight / total;
}

/**
 * Refuses settings under which no verdict could be right.
 * @throws RangeError naming the setting, what was expected and what was found
 */
export function checkSettings(settings: VerdictSettings): void {
  const { alpha, beta, stages, intervalSeconds, kpis } = settings;
  expect(alpha > 0 && alpha < 1, "alpha", "between 0 and 1", alpha);
  expect(beta > 0 && beta < 1, "beta", "between 0 and 1", beta);
  expect(Number.isInteger(stages) && stages > 0, "stages", "a positive integer", stages);
  expect(intervalSeconds > 0, "intervalSeconds", "above 0", intervalSeconds);
  expect(kpis.length > 0, "kpis", "at least one", kpis.length);
  const names = new Set(kpis.map((kpi) => kpi.name));
  expect(names.size === kpis.length, "kpis", "names that differ", kpis.map((kpi) => kpi.name).join(", "));
  for (const kpi of kpis) shapeOf(kpi).check(kpi);
}
