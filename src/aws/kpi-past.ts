/** Reads stable's last day for the noise in its KPIs, split by instance where its metrics name their instances. */
import {
  halfOf,
  historyQueries,
  historySeconds,
  instanceQueries,
  measuredNoise,
} from "../core/kpis/history.ts";
import type { Sides } from "../core/kpis/metrics.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Measured } from "../core/verdict/index.ts";
import type { Aws } from "./clients.ts";
import { instancesReporting, readSeries } from "./cloudwatch.ts";

const invocations = { Namespace: "AWS/SageMaker", MetricName: "Invocations" };

/** The noise of each KPI in the day before a moment, epoch seconds. */
export async function noiseBefore(
  aws: Aws,
  { plan, sides, beforeSeconds }: { plan: Plan; sides: Sides; beforeSeconds: number },
): Promise<Measured> {
  const toSeconds = Math.floor(beforeSeconds / historySeconds.period) * historySeconds.period;
  const span = {
    fromSeconds: toSeconds - historySeconds.span,
    toSeconds,
    periodSeconds: historySeconds.period,
  };
  const half = halfOf(
    await instancesReporting(aws, { endpoint: sides.endpoint, variant: sides.stable }, invocations),
  );
  const [whole, halves] = await Promise.all([
    readSeries(aws, historyQueries(plan, sides), span),
    readSeries(aws, instanceQueries(plan, sides, half), span),
  ]);
  return measuredNoise(plan, { whole, half: halves, halfInstances: half.length });
}
