/** Finds a metric by its name and dimensions, whoever publishes it, and reads it by period. */

import type { ForAccount } from "./account-seed.ts";
import {
  type EndpointMetric,
  endpointMetrics,
  hasPublished,
  readEndpointMetric,
} from "./endpoint-metrics.ts";
import { latePoints } from "./late-metrics.ts";
import type { CustomMetric, MetricName, Series } from "./metric-state.ts";
import type { SampleSource } from "./metrics.ts";
import type { VisibleState } from "./state.ts";
import { merge, ofValues, type Statistics } from "./statistics.ts";

/** What metrics are read from. */
export type MetricSource = SampleSource & VisibleState & ForAccount;

/** What CloudWatch shows. */
export interface MetricReader {
  /** By periods that start in [fromMs, toMs), oldest first; as it was seen at `asOfMs`, or as it is now. */
  readMetric(name: MetricName, range: PeriodRange & { readonly asOfMs?: number }): ReadPeriod[];
}

/** Epoch milliseconds, start inclusive, end exclusive. */
export interface PeriodRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodSeconds: number;
}

export interface ReadPeriod {
  /** Its start, epoch milliseconds. */
  readonly atMs: number;
  readonly statistics: Statistics;
}

interface Published {
  readonly atMs: number;
  readonly seconds: number;
  readonly statistics: Statistics;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const fineRetentionMs = 3 * hourMs;
/** For how long ListMetrics tells of a metric that has had no new point (API reference). */
const listedMs = 14 * dayMs;

/** For how long points of a period are kept; shorter ones are added up to longer (CloudWatch user guide, "Metrics retention"). */
function retentionMs(periodSeconds: number): number {
  if (periodSeconds < 60) return fineRetentionMs;
  if (periodSeconds % 300 !== 0) return 15 * dayMs;
  return periodSeconds % 3600 === 0 ? 455 * dayMs : 63 * dayMs;
}

/** What can be seen of a metric, by periods that start in [fromMs, toMs), oldest first. */
export function readMetric(world: MetricSource, name: MetricName, range: PeriodRange): ReadPeriod[] {
  const periodMs = range.periodSeconds * 1000;
  const fromMs = Math.floor(range.fromMs / periodMs) * periodMs;
  const keptMs = Math.ceil((world.nowMs - retentionMs(range.periodSeconds)) / periodMs) * periodMs;
  const oldestMs = Math.max(fromMs, keptMs);
  const toMs = Math.ceil(range.toMs / periodMs) * periodMs;
  const byPeriod = Map.groupBy(
    published(world, name, { fromMs: oldestMs, toMs }),
    (point) => Math.floor(point.atMs / periodMs) * periodMs,
  );
  return [...byPeriod].flatMap(([atMs, points]) => {
    const statistics = merge(points.map((point) => point.statistics));
    return statistics === undefined || atMs >= range.toMs ? [] : [{ atMs, statistics }];
  });
}

/** The same world as a reader saw it at an earlier moment. */
export function asSeenAt(
  { state, startMs, firstTickMs, spec, account, streams, past }: MetricSource,
  nowMs: number,
): MetricSource {
  return { nowMs, state, startMs, firstTickMs, spec, account, streams, past };
}

function published(
  world: MetricSource,
  name: MetricName,
  range: { fromMs: number; toMs: number },
): Published[] {
  const custom = customMetric(world, name);
  if (custom !== undefined) return customPoints(custom, range);
  const late = latePoints(world, name, range);
  if (late !== undefined) return late;
  const metric = Object.hasOwn(endpointMetrics, name.name) ? endpointMetrics[name.name] : undefined;
  const found = seriesNamed(world, name.dimensions);
  if (metric?.namespace !== name.namespace || found === undefined) return [];
  return readEndpointMetric(world, { ...found, metric }, range);
}

/** Dimensions must match exactly: EndpointName and VariantName, and InstanceId where enhanced metrics are on. */
function seriesNamed(
  world: VisibleState,
  dimensions: Readonly<Record<string, string>>,
): { series: Series; instanceId?: string } | undefined {
  const { EndpointName, VariantName, InstanceId, ...others } = dimensions;
  const series = world.state.metrics.series.get(`${EndpointName}/${VariantName}`);
  if (series === undefined || Object.keys(others).length > 0) return undefined;
  return InstanceId === undefined ? { series } : { series, instanceId: InstanceId };
}

function customMetric(world: VisibleState, name: MetricName): CustomMetric | undefined {
  return world.state.metrics.custom.get(
    JSON.stringify([name.namespace, name.name, Object.entries(name.dimensions).sort()]),
  );
}

function customPoints(metric: CustomMetric, range: { fromMs: number; toMs: number }): Published[] {
  return metric.points
    .filter((point) => point.atMs >= range.fromMs && point.atMs < range.toMs)
    .toSorted((a, b) => a.atMs - b.atMs)
    .flatMap((point) => {
      const statistics =
        point.statistics === undefined
          ? ofValues(point.values)
          : { ...point.statistics, distribution: undefined };
      return statistics === undefined ? [] : [{ atMs: point.atMs, seconds: 1, statistics }];
    });
}

/** The unit that a metric is published in; custom metrics are read as None. */
export function unitOf(name: MetricName): string {
  const metric = Object.hasOwn(endpointMetrics, name.name) ? endpointMetrics[name.name] : undefined;
  return metric?.namespace === name.namespace ? metric.unit : "None";
}

interface Ids {
  /** Samples gone through so far. */
  samples: number;
  readonly known: Set<string>;
  sorted: readonly string[];
}
const idsOf = new WeakMap<Series, Ids>();

/** Instances that have published under their own id: all that served while enhanced metrics were on. */
function enhancedIds(series: Series): readonly string[] {
  const ids = idsOf.get(series) ?? { samples: 0, known: new Set<string>(), sorted: [] };
  idsOf.set(series, ids);
  for (; ids.samples < series.samples.length; ids.samples++) {
    const sample = series.samples[ids.samples];
    if (sample?.enhanced === true) for (const id of sample.instanceIds) ids.known.add(id);
  }
  if (ids.known.size > ids.sorted.length) ids.sorted = [...ids.known].sort();
  return ids.sorted;
}

/** Whether ListMetrics tells of a variant's metric. */
function isListed(
  world: MetricSource,
  of: { readonly series: Series; readonly metric: EndpointMetric },
  { recentlyActive }: { readonly recentlyActive: boolean },
): boolean {
  const { nowMs, firstTickMs } = world;
  if (hasPublished(world, of, { fromMs: nowMs - fineRetentionMs, toMs: nowMs })) return true;
  if (recentlyActive) return false;
  const fromMs = nowMs - listedMs;
  const ended = world.spec.past.served.find(({ variant }) => variant === of.series.variant);
  const endedMs = firstTickMs - (ended?.untilDaysAgo ?? Number.POSITIVE_INFINITY) * dayMs;
  return (
    (of.series.samples.length > 0 &&
      hasPublished(world, of, { fromMs: Math.max(firstTickMs, fromMs), toMs: nowMs })) ||
    (endedMs > fromMs && hasPublished(world, of, { fromMs: endedMs - hourMs, toMs: endedMs }))
  );
}

/** The metrics that have published anything of late. */
export function listMetrics(world: MetricSource, active = { recentlyActive: false }): MetricName[] {
  const own = [...world.state.metrics.series.values()].flatMap((series) =>
    Object.entries(endpointMetrics).flatMap(([name, metric]) => {
      const dimensions = { EndpointName: series.endpoint, VariantName: series.variant };
      if (!isListed(world, { series, metric }, active)) return [];
      const whole = { namespace: metric.namespace, name, dimensions };
      return [
        whole,
        ...enhancedIds(series).map((id) => ({ ...whole, dimensions: { ...dimensions, InstanceId: id } })),
      ];
    }),
  );
  const custom = [...world.state.metrics.custom.values()].map(({ namespace, name, dimensions }) => ({
    namespace,
    name,
    dimensions,
  }));
  return [...own, ...custom];
}
