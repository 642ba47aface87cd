/** CloudWatch: series of a release's metrics, read in as few calls as they fit in, oldest first. */
import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import { awsUnavailable } from "../core/errors.ts";
import type { MetricQuery, Series } from "../core/kpis/series.ts";
import { type EpochMs, type EpochSeconds, msOf, secondsOf } from "../core/units.ts";
import type { Aws } from "./clients.ts";

/** A span of time, epoch seconds; start inclusive, end exclusive, as GetMetricData takes it. */
export interface Span {
  readonly fromSeconds: EpochSeconds;
  readonly toSeconds: EpochSeconds;
  readonly periodSeconds: number;
}

/** GetMetricData takes at most 500 queries a call (CloudWatch API model). */
const queriesPerCall = 500;

/**
 * Reads series, each by the query that it answers; ids are made here, for one call, and mean nothing elsewhere.
 * @throws AwsUnavailable where CloudWatch could not read a metric at all
 */
export async function readSeries<Q extends MetricQuery>(
  aws: Aws,
  queries: readonly Q[],
  span: Span,
): Promise<ReadonlyMap<Q, Series>> {
  const series = new Map<Q, Map<EpochSeconds, number>>(queries.map((query) => [query, new Map()]));
  for (let from = 0; from < queries.length; from += queriesPerCall)
    await readPages(aws, [...series].slice(from, from + queriesPerCall), span);
  return series;
}

/** A query, and the values to be filled in. */
type Asked = readonly [query: MetricQuery, values: Map<EpochSeconds, number>];

async function readPages({ cloudwatch }: Aws, asked: readonly Asked[], span: Span): Promise<void> {
  const byId = new Map(asked.map((one, nth) => [`q${nth}`, one]));
  const MetricDataQueries = [...byId].map(([id, [query]]) => dataQuery(id, query, span.periodSeconds));
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: new Date(msOf(span.fromSeconds)),
        EndTime: new Date(msOf(span.toSeconds)),
        ScanBy: "TimestampAscending",
        NextToken,
      }),
    );
    for (const result of page.MetricDataResults ?? []) take(result, byId.get(result.Id ?? ""));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

function take({ Timestamps, Values, StatusCode }: MetricDataResult, asked: Asked | undefined): void {
  if (asked === undefined) return;
  const [query, values] = asked;
  if (StatusCode === "InternalError" || StatusCode === "Forbidden")
    throw awsUnavailable(`CloudWatch answered ${StatusCode} for ${nameOf(query)}`);
  for (const [i, at] of (Timestamps ?? []).entries()) {
    const value = Values?.[i];
    if (value !== undefined) values.set(secondsOf(at.getTime()), value);
  }
}

/** "AWS/SageMaker Invocations (EndpointName=chat, VariantName=v6)" */
const nameOf = ({ namespace, metric, dimensions }: MetricQuery): string => {
  const all = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  return all.length === 0 ? `${namespace} ${metric}` : `${namespace} ${metric} (${all.join(", ")})`;
};

function dataQuery(
  Id: string,
  { namespace, metric, dimensions, statistic }: MetricQuery,
  Period: number,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id,
    MetricStat: { Metric: { Namespace: namespace, MetricName: metric, Dimensions }, Period, Stat: statistic },
  };
}

/** Minutes looked back for the live load: long enough to see past CloudWatch's lag and a quiet minute. */
const loadMinutes = 10;

/** The endpoint's highest minute of late, requests per second over some variants; 0 where none is reported. */
export async function recentLoad(
  aws: Aws,
  target: { endpoint: string; variants: readonly string[]; nowMs: EpochMs },
): Promise<number> {
  const queries = target.variants.map((variant) => ({
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
  of: OfVariant & { sinceSeconds: EpochSeconds; nowMs: EpochMs },
): Promise<number> {
  const minute = Math.floor(of.nowMs / 60_000) * 60;
  const fromSeconds = Math.max(minute - loadMinutes * 60, Math.ceil(of.sinceSeconds / 60) * 60);
  if (fromSeconds >= minute) return 0;
  const ids = await instancesReporting(aws, of, {
    Namespace: alive.namespace,
    MetricName: alive.metric,
    RecentlyActive: "PT3H",
  });
  if (ids.length === 0) return 0;
  const hosts = ids.map((InstanceId): Readonly<Record<"all" | "bad" | "signs", MetricQuery>> => {
    const dimensions = { EndpointName: of.endpoint, VariantName: of.variant, InstanceId };
    const requests = { namespace: "AWS/SageMaker", statistic: "Sum", dimensions };
    return {
      all: { ...requests, metric: "Invocations" },
      bad: { ...requests, metric: "Invocation5XXErrors" },
      signs: { ...alive, statistic: "SampleCount", dimensions },
    };
  });
  const hour = Math.ceil(of.nowMs / 1000 / hourSeconds) * hourSeconds;
  const [requests, signs] = await Promise.all([
    readSeries(
      aws,
      hosts.flatMap(({ all, bad }) => [all, bad]),
      { fromSeconds: hour - servedHours * hourSeconds, toSeconds: hour, periodSeconds: hourSeconds },
    ),
    readSeries(
      aws,
      hosts.map((each) => each.signs),
      { fromSeconds, toSeconds: minute, periodSeconds: 60 },
    ),
  ]);
  const sum = (query: MetricQuery) =>
    [...(requests.get(query)?.values() ?? [])].reduce((total, each) => total + each, 0);
  return hosts.filter((each) => (signs.get(each.signs)?.size ?? 0) > 0 && sum(each.all) > sum(each.bad))
    .length;
}

/** Utilisation, which is reported whether requests come or not. */
const alive = { namespace: "/aws/sagemaker/Endpoints", metric: "CPUUtilization" } as const;
