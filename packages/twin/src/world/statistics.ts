/**
 * Statistics as CloudWatch computes them: sums and counts, and percentiles, percentile ranks and trimmed counts of a
 * distribution of plain values or of latencies.
 */
import {
  countUpTo,
  type InstancePart,
  isInside,
  type Latency,
  type LatencyPart,
  type Luck,
  latencyQuantile,
} from "./latency.ts";

export type Distribution =
  | { readonly kind: "values"; readonly values: readonly (readonly [value: number, count: number])[] }
  | Latency;

/** One point: what was put or published for one stretch of time. */
export interface Statistics {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly distribution: Distribution | undefined;
}

export function ofValues(values: readonly (readonly [number, number])[]): Statistics | undefined {
  const there = values.filter(([, count]) => count > 0);
  if (there.length === 0) return undefined;
  return {
    sampleCount: there.reduce((total, [, count]) => total + count, 0),
    sum: there.reduce((total, [value, count]) => total + value * count, 0),
    minimum: Math.min(...there.map(([value]) => value)),
    maximum: Math.max(...there.map(([value]) => value)),
    distribution: { kind: "values", values: there },
  };
}

export function ofLatency(options: {
  parts: readonly LatencyPart[];
  sum: number;
  cv: number;
  luck: Luck;
  byInstance?: () => readonly InstancePart[];
}): Statistics | undefined {
  const parts = options.parts.filter((part) => part.count > 0);
  const sampleCount = parts.reduce((total, part) => total + part.count, 0);
  if (sampleCount === 0) return undefined;
  const { sum, ...rest } = options;
  return latencyStatistics({ kind: "latency", ...rest, parts }, sampleCount, sum);
}

/** Extremes are worked out when they are asked for: most reads of a latency are of its mean or its count. */
function latencyStatistics(distribution: Latency, sampleCount: number, sum: number): Statistics {
  const end = (q: 0 | 1) => latencyQuantile(distribution, q);
  const inside = isInside(distribution, sum / sampleCount);
  return {
    sampleCount,
    sum: inside ? sum : Math.min(Math.max(sum, end(0) * sampleCount), end(1) * sampleCount),
    get minimum() {
      return end(0);
    },
    get maximum() {
      return end(1);
    },
    distribution,
  };
}

/** Several points as one, for a longer period. A point without raw values leaves the whole without percentiles. */
export function merge(points: readonly Statistics[]): Statistics | undefined {
  const [first] = points;
  if (first === undefined || points.length === 1) return first;
  return {
    sampleCount: points.reduce((total, point) => total + point.sampleCount, 0),
    sum: points.reduce((total, point) => total + point.sum, 0),
    get minimum() {
      return Math.min(...points.map((point) => point.minimum));
    },
    get maximum() {
      return Math.max(...points.map((point) => point.maximum));
    },
    get distribution() {
      return mergeDistributions(points.map((point) => point.distribution));
    },
  };
}

function mergeDistributions(all: readonly (Distribution | undefined)[]): Distribution | undefined {
  const [first] = all;
  if (first?.kind === "latency") {
    const latencies = all.flatMap((each) => (each?.kind === "latency" ? [each] : []));
    const parts = latencies.flatMap((each) => each.parts);
    const byInstance = () => latencies.flatMap((each) => each.byInstance?.() ?? []);
    return { ...first, parts, ...(first.byInstance === undefined ? {} : { byInstance }) };
  }
  if (all.some((each) => each?.kind !== "values")) return undefined;
  return { kind: "values", values: all.flatMap((each) => (each?.kind === "values" ? each.values : [])) };
}

/** The value below which the share `q` of the samples lies. */
export function quantile(distribution: Distribution, q: number): number | undefined {
  if (distribution.kind === "latency") return latencyQuantile(distribution, q);
  const sorted = distribution.values.toSorted(([a], [b]) => a - b);
  let left = q * sorted.reduce((total, [, count]) => total + count, 0);
  for (const [value, count] of sorted) {
    left -= count;
    if (left <= 1e-9) return value;
  }
  return sorted.at(-1)?.[0];
}

/** How many samples lie in (low, high]. */
export function countWithin(distribution: Distribution, low: number, high: number): number {
  if (distribution.kind === "values")
    return distribution.values.reduce(
      (total, [value, count]) => (value > low && value <= high ? total + count : total),
      0,
    );
  return countUpTo(distribution, high) - countUpTo(distribution, low);
}

export type Statistic =
  | { readonly kind: "SampleCount" | "Sum" | "Average" | "Minimum" | "Maximum" }
  | { readonly kind: "percentile"; readonly q: number }
  | { readonly kind: "PR" | "TC"; readonly low: number; readonly high: number };

const simple = ["SampleCount", "Sum", "Average", "Minimum", "Maximum"] as const;

/** A statistic by CloudWatch's name for it (`Sum`, `p99.9`, `PR(:500)`, `TC(100:500)`), or undefined. */
export function parseStatistic(text: string): Statistic | undefined {
  const plain = simple.find((name) => name === text);
  if (plain !== undefined) return { kind: plain };
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(text)?.[1];
  if (percentile !== undefined) return { kind: "percentile", q: Number(percentile) / 100 };
  const [, kind, low, high] = /^(PR|TC)\(([\d.]*):([\d.]*)\)$/.exec(text) ?? [];
  if ((kind !== "PR" && kind !== "TC") || (low === "" && high === "")) return undefined;
  return {
    kind,
    low: low === "" ? Number.NEGATIVE_INFINITY : Number(low),
    high: high === "" ? Number.POSITIVE_INFINITY : Number(high),
  };
}

/** The statistic of a point, or undefined where the point does not support it. */
export function evaluate(point: Statistics, statistic: Statistic): number | undefined {
  const { distribution } = point;
  switch (statistic.kind) {
    case "SampleCount":
      return point.sampleCount;
    case "Sum":
      return point.sum;
    case "Average":
      return point.sum / point.sampleCount;
    case "Minimum":
      return point.minimum;
    case "Maximum":
      return point.maximum;
    case "percentile":
      return distribution === undefined ? undefined : quantile(distribution, statistic.q);
    case "TC":
      return distribution === undefined
        ? undefined
        : countWithin(distribution, statistic.low, statistic.high);
    case "PR":
      return distribution === undefined
        ? undefined
        : (100 * countWithin(distribution, statistic.low, statistic.high)) / point.sampleCount;
  }
}
