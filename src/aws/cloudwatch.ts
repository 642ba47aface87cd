/** CloudWatch: series of a release's metrics, read in as few calls as they fit in, oldest first. */
import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { awsUnavailable } from "../core/errors.ts";
import type { Series, SeriesQuery } from "../core/kpis/metrics.ts";
import type { Aws } from "./clients.ts";

/** A span of time, epoch seconds; start inclusive, end exclusive, as GetMetricData takes it. */
export interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly periodSeconds: number;
}

/** GetMetricData takes at most 500 queries a call (CloudWatch API model). */
const queriesPerCall = 500;

/** Reads series by query id. @throws AwsUnavailable where CloudWatch could not read a metric at all. */
export async function readSeries(
  aws: Aws,
  queries: readonly SeriesQuery[],
  span: Span,
): Promise<Map<string, Series>> {
  const series = new Map<string, Map<number, number>>(queries.map(({ id }) => [id, new Map()]));
  for (let from = 0; from < queries.length; from += queriesPerCall)
    await readPages(aws, queries.slice(from, from + queriesPerCall), { span, series });
  return series;
}

async function readPages(
  { cloudwatch }: Aws,
  queries: readonly SeriesQuery[],
  { span, series }: { span: Span; series: Map<string, Map<number, number>> },
): Promise<void> {
  const MetricDataQueries = queries.map((query) => dataQuery(query, span.periodSeconds));
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: new Date(span.fromSeconds * 1000),
        EndTime: new Date(span.toSeconds * 1000),
        ScanBy: "TimestampAscending",
        NextToken,
      }),
    );
    for (const result of page.MetricDataResults ?? []) take(result, series.get(result.Id ?? ""));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

function take(
  { Id, Timestamps, Values, StatusCode }: MetricDataResult,
  into: Map<number, number> | undefined,
): void {
  if (StatusCode === "InternalError" || StatusCode === "Forbidden")
    throw awsUnavailable(`CloudWatch answered ${StatusCode} for ${Id}`);
  for (const [i, at] of (Timestamps ?? []).entries()) {
    const value = Values?.[i];
    if (value !== undefined) into?.set(at.getTime() / 1000, value);
  }
}

function dataQuery(
  { id, namespace, metric, dimensions, statistic }: SeriesQuery,
  Period: number,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    MetricStat: { Metric: { Namespace: namespace, MetricName: metric, Dimensions }, Period, Stat: statistic },
  };
}

/** Minutes looked back for the live load: long enough to see past CloudWatch's lag and a quiet minute. */
const loadMinutes = 10;

/** The endpoint's highest minute of late, requests per second over some variants; 0 where none is reported. */
export async function recentLoad(
  aws: Aws,
  target: { endpoint: string; variants: readonly string[]; nowMs: number },
): Promise<number> {
  const queries = target.variants.map((variant, i) => ({
    id: `load${i}`,
    namespace: "AWS/SageMaker",
    metric: "Invocations",
    statistic: "Sum",
    dimensions: { EndpointName: target.endpoint, VariantName: variant },
  }));
  const toSeconds = Math.floor(target.nowMs / 60_000) * 60;
  const span = { fromSeconds: toSeconds - loadMinutes * 60, toSeconds, periodSeconds: 60 };
  const perMinute = new Map<number, number>();
  for (const series of (await readSeries(aws, queries, span)).values())
    for (const [at, sum] of series) perMinute.set(at, (perMinute.get(at) ?? 0) + sum);
  return Math.max(0, ...perMinute.values()) / 60;
}
