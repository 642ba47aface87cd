/** What stable's past says about the noise in its KPIs: the day of minutes before a release, reduced to a few numbers. */
import { observationsFrom, type Series } from "./kpi-metrics.ts";
import type { Plan } from "./plan.ts";
import {
  type CountHistory,
  type LatencyHistory,
  type Measured,
  measureCountNoise,
  measureLatencyNoise,
} from "./verdict/index.ts";

/** CloudWatch keeps periods under a minute for three hours only, so the past is read in minutes. */
export const historySeconds = { span: 24 * 3600, period: 60 } as const;

/** Measures each KPI's noise on stable's series; a KPI without a past is left to the engine's assumptions. */
export function measuredNoise(plan: Plan, series: ReadonlyMap<string, Series>): Measured {
  const past = observationsFrom(
    { ...plan, rollout: { ...plan.rollout, intervalSeconds: historySeconds.period } },
    series,
  );
  const noise: Record<string, ReturnType<typeof measureCountNoise> | ReturnType<typeof measureLatencyNoise>> =
    {};
  for (const kpi of plan.kpis) {
    const own = past.filter((one) => one.kpi === kpi.name);
    if (kpi.kind === "guardrail" || own.length === 0) continue;
    noise[kpi.name] =
      kpi.kind === "latency-mean"
        ? measureLatencyNoise(
            own.flatMap(({ at, stable }): LatencyHistory[] =>
              stable !== null && "mean" in stable ? [{ at, ...stable }] : [],
            ),
          )
        : measureCountNoise(
            own.flatMap(({ at, stable }): CountHistory[] =>
              stable !== null && "bad" in stable ? [{ at, ...stable }] : [],
            ),
            historySeconds.period,
          );
  }
  return { noise };
}
