/** Reads stable's last day for the noise in its KPIs, split by instance where its metrics name their instances. */
import { paginateListMetrics } from "@aws-sdk/client-cloudwatch";
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
import { readSeries } from "./cloudwatch.ts";

/** Instances that report under their own id (enhanced metrics); none where metrics are per variant. */
async function reportingInstances({ cloudwatch }: Aws, { endpoint, stable }: Sides): Promise<string[]> {
  const Dimensions = [
    { Name: "EndpointName", Value: endpoint },
    { Name: "VariantName", Value: stable },
    { Name: "InstanceId" },
  ];
  const ids = new Set<string>();
  const query = { Namespace: "AWS/SageMaker", MetricName: "Invocations", Dimensions };
  for await (const page of paginateListMetrics({ client: cloudwatch }, query))
    for (const metric of page.Metrics ?? [])
      for (const { Name, Value } of metric.Dimensions ?? [])
        if (Name === "InstanceId" && Value !== undefined) ids.add(Value);
  return [...ids];
}

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
  const half = halfOf(await reportingInstances(aws, sides));
  const [whole, halves] = await Promise.all([
    readSeries(aws, historyQueries(plan, sides), span),
    readSeries(aws, instanceQueries(plan, sides, half), span),
  ]);
  return measuredNoise(plan, { whole, half: halves, halfInstances: half.length });
}
