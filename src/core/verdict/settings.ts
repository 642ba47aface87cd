/** What a release is judged by, and with what error rates: the part of a plan that the verdict reads. */

/** Fields of every KPI that is judged by evidence against stable. */
export interface JudgedKpi {
  readonly name: string;
  /** Share of alpha, relative to the other KPIs' weights. */
  readonly weight: number;
  /** A ratio candidate/stable up to 1 + tolerance is acceptable. */
  readonly tolerance: number;
  /** Safety is shown against a ratio of 1 + safetyTolerance or worse; default SAFETY_TOLERANCES, never below tolerance. */
  readonly safetyTolerance?: number;
  /** Standard deviation of ln(bad rate) that instances are taken to differ by where it could not be measured; default HOST_SPREAD. */
  readonly hostSpread?: number;
}

export type CountKind = "availability" | "latency-threshold" | "custom";

/** Bad events out of a total: failures, requests slower than a threshold, any two custom metrics. */
export interface CountKpi extends JudgedKpi {
  readonly kind: CountKind;
}

/** Mean latency of the candidate against stable's. */
export interface LatencyMeanKpi extends JudgedKpi {
  readonly kind: "latency-mean";
}

/** A ceiling on a value, broken when it is exceeded in `breaching` of the newest `outOf` intervals. */
export interface GuardrailKpi {
  readonly kind: "guardrail";
  readonly name: string;
  readonly ceiling: number;
  readonly breaching: number;
  readonly outOf: number;
}

export type KpiSettings = CountKpi | LatencyMeanKpi | GuardrailKpi;

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

/**
 * Used where a KPI names none: safe means "surely fails less than twice as often" or "surely takes less than half as long
 * again". Failures are few: to rule out half as many again takes three times as long as to rule out twice as many.
 */
export const SAFETY_TOLERANCES = { count: 1, mean: 0.5 } as const;

export function safetyToleranceOf(kpi: JudgedKpi, as: keyof typeof SAFETY_TOLERANCES): number {
  return Math.max(kpi.safetyTolerance ?? SAFETY_TOLERANCES[as], kpi.tolerance);
}

/** The KPI's share of alpha: its weight over the weights of all KPIs judged by evidence. */
export function shareOfAlpha(settings: VerdictSettings, kpi: JudgedKpi): number {
  const total = settings.kpis.reduce((sum, each) => sum + (each.kind === "guardrail" ? 0 : each.weight), 0);
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
  for (const kpi of kpis) checkKpi(kpi);
}

function checkKpi(kpi: KpiSettings): void {
  if (kpi.kind === "guardrail") {
    expect(
      kpi.breaching >= 1 && kpi.breaching <= kpi.outOf,
      `${kpi.name}.breaching`,
      `1 to ${kpi.outOf}`,
      kpi.breaching,
    );
    return;
  }
  expect(kpi.weight > 0, `${kpi.name}.weight`, "above 0", kpi.weight);
  expect(kpi.tolerance >= 0, `${kpi.name}.tolerance`, "0 or more", kpi.tolerance);
}

function expect(holds: boolean, what: string, expected: string, found: unknown): void {
  if (!holds) throw new RangeError(`${what}: expected ${expected}, found ${String(found)}`);
}
