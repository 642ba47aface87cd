/** CloudWatch: series of a release's metrics, read in as few calls as they fit in, oldest first. */
import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
  paginateListMetrics,
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

interface OfVariant {
  readonly endpoint: string;
  readonly variant: string;
}

/**
 * The instances that report a metric under their own id, as enhanced metrics do; none where metrics are per variant.
 * A metric may be listed as late as 15 minutes after it began, and for two weeks after it ended (ListMetrics, API
 * reference).
 */
export async function instancesReporting(
  { cloudwatch }: Aws,
  { endpoint, variant }: OfVariant,
  metric: { Namespace: string; MetricName: string; RecentlyActive?: "PT3H" },
): Promise<string[]> {
  const Dimensions = [
    { Name: "EndpointName", Value: endpoint },
    { Name: "VariantName", Value: variant },
    { Name: "InstanceId" },
  ];
  const ids = new Set<string>();
  for await (const page of paginateListMetrics({ client: cloudwatch }, { ...metric, Dimensions }))
    for (const { Dimensions: own = [] } of page.Metrics ?? [])
      for (const { Name, Value } of own) if (Name === "InstanceId" && Value !== undefined) ids.add(Value);
  return [...ids];
}

const hourSeconds = 3600;
/** Hours looked back for requests that an instance has answered. */
const servedHours = 3;

/**
 * How many of a variant's instances are alive and have answered a request well. Utilisation is reported whether requests
 * come or not: it tells who is alive, and since a new fleet is there those of the old one report nothing. 0 where the
 * endpoint has no enhanced metrics.
 */
export async function instancesServing(
  aws: Aws,
  of: OfVariant & { sinceSeconds: number; nowMs: number },
): Promise<number> {
  const minute = Math.floor(of.nowMs / 60_000) * 60;
  const fromSeconds = Math.max(minute - loadMinutes * 60, Math.ceil(of.sinceSeconds / 60) * 60);
  if (fromSeconds >= minute) return 0;
  const ids = await instancesReporting(aws, of, {
    Namespace: "/aws/sagemaker/Endpoints",
    MetricName: "CPUUtilization",
    RecentlyActive: "PT3H",
  });
  if (ids.length === 0) return 0;
  const query = (
    id: string,
    part: string,
    what: Pick<SeriesQuery, "namespace" | "metric" | "statistic">,
  ) => ({
    id: `${part}${ids.indexOf(id)}`,
    ...what,
    dimensions: { EndpointName: of.endpoint, VariantName: of.variant, InstanceId: id },
  });
  const asked = ids.flatMap((id) => [
    query(id, "all", { namespace: "AWS/SageMaker", metric: "Invocations", statistic: "Sum" }),
    query(id, "bad", { namespace: "AWS/SageMaker", metric: "Invocation5XXErrors", statistic: "Sum" }),
  ]);
  const alive = ids.map((id) =>
    query(id, "cpu", {
      namespace: "/aws/sagemaker/Endpoints",
      metric: "CPUUtilization",
      statistic: "SampleCount",
    }),
  );
  const hour = Math.ceil(of.nowMs / 1000 / hourSeconds) * hourSeconds;
  const [requests, signs] = await Promise.all([
    readSeries(aws, asked, {
      fromSeconds: hour - servedHours * hourSeconds,
      toSeconds: hour,
      periodSeconds: hourSeconds,
    }),
    readSeries(aws, alive, { fromSeconds, toSeconds: minute, periodSeconds: 60 }),
  ]);
  const sum = (id: string) =>
    [...(requests.get(id)?.values() ?? [])].reduce((total, each) => total + each, 0);
  return ids.filter((_, i) => (signs.get(`cpu${i}`)?.size ?? 0) > 0 && sum(`all${i}`) > sum(`bad${i}`))
    .length;
}
