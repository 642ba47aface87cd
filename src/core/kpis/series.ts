/** The CloudWatch series that a plan's KPIs are read from, and what was read of them: addressed by KPI, side, part and instance. */
import type { Plan } from "../plan/plan.ts";
import { judgedKpis } from "../plan/requirements.ts";
import type { EpochSeconds } from "../units.ts";
import type { FleetMetrics } from "./fleet-metrics.ts";
import { isGuardrail } from "./kinds/guardrail.ts";
import type { OwnMetric, Part, Side } from "./kinds/kind.ts";
import { kindOf } from "./kinds/registry.ts";

/** Whose a series is. */
export interface SeriesAddress {
  /** Name of the KPI. */
  readonly kpi: string;
  readonly side: Side;
  readonly part: string;
  /** Of one instance alone; absent: of the whole variant. */
  readonly instance?: string;
}

/** A metric under one statistic, as GetMetricData takes it. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

/** One series to read. */
export interface SeriesQuery extends MetricQuery {
  readonly of: SeriesAddress;
}

/** Values by the start of their interval, epoch seconds. */
export type Series = ReadonlyMap<EpochSeconds, number>;

export interface Sides {
  readonly endpoint: string;
  readonly stable: string;
  readonly candidate: string;
  /** By which both are measured. */
  readonly metrics: FleetMetrics;
}

/** Every series that the plan's KPIs need: for both variants, or for stable's past alone, in which no ceiling is judged. */
export function seriesQueries(
  plan: Plan,
  sides: Sides,
  which: readonly Side[] = ["candidate", "stable"],
): SeriesQuery[] {
  return judgedKpis(plan).flatMap((kpi) =>
    (isGuardrail(kpi) && !which.includes("candidate") ? [] : which).flatMap((side) =>
      kindOf(kpi)
        .parts(kpi)
        .map(([name, part]) => {
          const { namespace, metric, statistic, dimensions } = namedBy(sides.metrics, part);
          return {
            of: { kpi: kpi.name, side, part: name },
            namespace,
            metric,
            statistic,
            dimensions: { ...sides.metrics.dimensionsOf(sides.endpoint, sides[side]), ...dimensions },
          };
        }),
    ),
  );
}

const namedBy = ({ measures }: FleetMetrics, part: Part): OwnMetric =>
  "measure" in part ? { ...measures[part.measure], statistic: part.statistic } : part;

/** The same series of each instance: of the platform's own metrics of requests, which are published by instance too. */
export function instanceQueries(
  { measures, instance: dimension }: FleetMetrics,
  queries: readonly SeriesQuery[],
  instanceIds: readonly string[],
): SeriesQuery[] {
  const own = queries.filter(({ namespace }) => namespace === measures.requests.namespace);
  return instanceIds.flatMap((instance) =>
    own.map((query) => ({
      ...query,
      of: { ...query.of, instance },
      dimensions: { ...query.dimensions, [dimension]: instance },
    })),
  );
}

/** What was read, by whose it is. */
export interface SeriesBook {
  at(address: SeriesAddress): Series | undefined;
  /** Starts of all intervals in which the variant, or the instance, has a value; ascending. */
  moments(instance?: string): readonly EpochSeconds[];
}

export function seriesBook(read: Iterable<readonly [Pick<SeriesQuery, "of">, Series]>): SeriesBook {
  const series = new Map<string, Series>();
  const moments = new Map<string | undefined, Set<EpochSeconds>>();
  for (const [{ of }, values] of read) {
    series.set(keyOf(of), values);
    const seen = moments.get(of.instance) ?? new Set();
    for (const at of values.keys()) seen.add(at);
    moments.set(of.instance, seen);
  }
  return {
    at: (address) => series.get(keyOf(address)),
    moments: (instance) => [...(moments.get(instance) ?? [])].sort((a, b) => a - b),
  };
}

const keyOf = ({ kpi, side, part, instance }: SeriesAddress): string =>
  JSON.stringify([kpi, side, part, instance]);
