/** What a kind of KPI is: the series that it is made of, what they come to in an interval, and how the verdict judges that. */
import type * as z from "zod";
import type { KpiSettings, Sample } from "#verdict";

/** A KPI of a plan, before anybody has looked at its kind. */
export interface AnyKpi {
  readonly kind: string;
  readonly name: string;
}

export type Side = "candidate" | "stable";

/** A metric as CloudWatch calls it. */
export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
}

/**
 * What is measured of a variant, on whatever platform: requests, those answered with 4XX or 5XX, and those whose container's
 * answer was no 2XX (model-errors), each 1 or 0; latency of the model in microseconds; CPU and GPU in percent, summed over cores
 * or GPUs; memory in percent.
 */
export type Measure =
  | "requests"
  | "client-errors"
  | "server-errors"
  | "model-errors"
  | "latency"
  | "cpu"
  | "gpu"
  | "memory";

/** What a platform measures, under one statistic. */
export interface Measured {
  readonly measure: Measure;
  readonly statistic: string;
}

/** A metric under one statistic; the variant's dimensions are added where its own leave them out. */
export interface OwnMetric extends MetricName {
  readonly statistic: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

export type Part = Measured | OwnMetric;

/** A part's value in an interval and on a side; undefined where nothing was published. */
export type Read<P extends string> = (part: P) => number | undefined;

/** What of a plan's rollout the verdict judges by. */
export interface JudgedBy {
  readonly hostSpread: number;
  readonly intervalSeconds: number;
}

/**
 * What counts of an interval in which the candidate's instances carried far more than stable's: all of it, since load does
 * not show in it; nothing; nothing up to a moment before which the candidate was short of instances, since it may have
 * failed for that; or the candidate alone, since stable excuses nobody then.
 */
export type WhereUnlike = "all" | "nothing" | "nothing-while-short" | "candidate-alone";

/** A kind's own, over KPIs and parts of its own. */
export interface OwnKind<K extends AnyKpi, P extends string> {
  readonly kind: K["kind"];
  readonly parts: (kpi: K) => Readonly<Partial<Record<P, Part>>>;
  /** What the parts come to; null where one is missing: what was not published is no evidence, and never a zero. */
  readonly sample: (read: Read<P>, kpi: K, side: Side) => Sample | null;
  readonly settings: (kpi: K, by: JudgedBy) => KpiSettings;
  readonly whereUnlike: (kpi: K) => WhereUnlike;
  /** Whether its total is all requests of a variant. */
  readonly countsRequests: boolean;
}

/** A kind over any KPI. */
export interface KpiKind<K extends AnyKpi = AnyKpi> {
  readonly kind: K["kind"];
  readonly parts: (kpi: AnyKpi) => readonly (readonly [name: string, part: Part])[];
  readonly sample: (read: Read<string>, kpi: AnyKpi, side: Side) => Sample | null;
  readonly settings: (kpi: AnyKpi, by: JudgedBy) => KpiSettings;
  readonly whereUnlike: (kpi: AnyKpi) => WhereUnlike;
  readonly countsRequests: boolean;
}

/** @param schema of the KPI in a plan */
export function defineKind<K extends AnyKpi, P extends string, S extends z.ZodType<K>>(
  schema: S,
  own: OwnKind<K, P>,
): KpiKind<K> & { readonly schema: S } {
  const isOwn = (kpi: AnyKpi): kpi is K => kpi.kind === own.kind;
  const owned = (kpi: AnyKpi): K => {
    if (isOwn(kpi)) return kpi;
    throw new RangeError(`${kpi.name}.kind: expected ${own.kind}, found ${kpi.kind}`);
  };
  return {
    schema,
    kind: own.kind,
    countsRequests: own.countsRequests,
    parts: (kpi) =>
      Object.entries<Part | undefined>(own.parts(owned(kpi))).flatMap(([name, part]): [string, Part][] =>
        part === undefined ? [] : [[name, part]],
      ),
    sample: (read, kpi, side) => own.sample(read, owned(kpi), side),
    settings: (kpi, by) => own.settings(owned(kpi), by),
    whereUnlike: (kpi) => own.whereUnlike(owned(kpi)),
  };
}
