/** What CloudWatch tells of an endpoint's fleets: the live load, and which instances report and serve. */
import { paginateListMetrics } from "@aws-sdk/client-cloudwatch";
import type { LoadMinute } from "../core/capacity/steady-bounds.ts";
import type { FleetMetrics } from "../core/kpis/fleet-metrics.ts";
import type { Measure } from "../core/kpis/kinds/kind.ts";
import type { MetricQuery } from "../core/kpis/series.ts";
import type { EpochMs, EpochSeconds } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { readSeries } from "./cloudwatch.ts";

/** Minutes looked back for the live load: long enough to see past CloudWatch's lag and a quiet minute. */
export const recentMinutes = 10;

interface LoadTarget {
  readonly metrics: FleetMetrics;
  readonly endpoint: string;
  readonly variants: readonly string[];
  readonly nowMs: EpochMs;
  /** From when on a variant's requests are traffic; absent: all are. */
  readonly from?: Readonly<Record<string, EpochMs>>;
}

/** The endpoint's highest minute of late, requests per second over some variants; 0 where none is reported. */
export async function recentLoad(aws: Aws, target: LoadTarget): Promise<number> {
  const loads = (await loadOfMinutes(aws, target, recentMinutes)).map((one) => one.requestsPerSecond);
  return Math.max(0, ...loads);
}

/** The load of each of the last minutes that is reported, over some variants, oldest first; one without requests is not. */
export async function loadOfMinutes(aws: Aws, target: LoadTarget, minutes: number): Promise<LoadMinute[]> {
  const { metrics, from = {} } = target;
  const queries = target.variants.map((variant) => ({
    ...metrics.measures.requests,
    statistic: "Sum",
    dimensions: metrics.dimensionsOf(target.endpoint, variant),
  }));
  const toSeconds = Math.floor(target.nowMs / 60_000) * 60;
  const span = { fromSeconds: toSeconds - minutes * 60, toSeconds, periodSeconds: 60 };
  const read = await readSeries(aws, queries, span);
  const perMinute = new Map<EpochSeconds, number>();
  for (const [i, query] of queries.entries()) {
    const fromMs = from[target.variants[i] ?? ""] ?? 0;
    for (const [at, sum] of read.get(query) ?? [])
      if (at * 1000 >= fromMs) perMinute.set(at, (perMinute.get(at) ?? 0) + sum);
  }
  return [...perMinute]
    .map(([at, requests]) => ({ at, requestsPerSecond: requests / 60 }))
    .sort((one, other) => one.at - other.at);
}

interface OfVariant {
  readonly metrics: FleetMetrics;
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
  { metrics, endpoint, variant }: OfVariant,
  { measure, ...recently }: { measure: Measure; RecentlyActive?: "PT3H" },
): Promise<string[]> {
  const { namespace: Namespace, metric: MetricName } = metrics.measures[measure];
  const ofVariant = Object.entries(metrics.dimensionsOf(endpoint, variant));
  const Dimensions = [...ofVariant.map(([Name, Value]) => ({ Name, Value })), { Name: metrics.instance }];
  const ids = new Set<string>();
  const asked = { Namespace, MetricName, ...recently, Dimensions };
  for await (const page of paginateListMetrics({ client: cloudwatch }, asked))
    for (const { Dimensions: own = [] } of page.Metrics ?? [])
      for (const { Name, Value } of own) if (Name === metrics.instance && Value !== undefined) ids.add(Value);
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
  const fromSeconds = Math.max(minute - recentMinutes * 60, Math.ceil(of.sinceSeconds / 60) * 60);
  if (fromSeconds >= minute) return 0;
  const ids = await instancesReporting(aws, of, { measure: "cpu", RecentlyActive: "PT3H" });
  if (ids.length === 0) return 0;
  const { measures, instance, dimensionsOf } = of.metrics;
  const hosts = ids.map((id): Readonly<Record<"all" | "bad" | "signs", MetricQuery>> => {
    const dimensions = { ...dimensionsOf(of.endpoint, of.variant), [instance]: id };
    return {
      all: { ...measures.requests, statistic: "Sum", dimensions },
      bad: { ...measures["server-errors"], statistic: "Sum", dimensions },
      signs: { ...measures.cpu, statistic: "SampleCount", dimensions },
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
