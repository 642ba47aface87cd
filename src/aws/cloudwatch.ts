/** CloudWatch: series of a release's metrics, read in as few calls as they fit in, oldest first. */
import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { awsUnavailable } from "../core/errors.ts";
import type { MetricQuery, Series } from "../core/kpis/series.ts";
import { type EpochSeconds, msOf, secondsOf } from "../core/units.ts";
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
