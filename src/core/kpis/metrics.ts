/**
 * From a plan's KPIs to the CloudWatch series they are read from, and back from series to observations. A value
 * that is missing on either side of a ratio is missing evidence, never a zero.
 */

import type { Guardrail } from "../plan/kpis.ts";
import type { Plan } from "../plan/plan.ts";
import { isRequired, judgedKpis, type PlanKpi } from "../plan/requirements.ts";
import type { KpiSettings, Observation, Sample, VerdictSettings } from "../verdict/index.ts";
import { requiredLatency, requiredRate, type Side } from "./required.ts";

/** One series to read: a metric of one variant under one statistic. */
export interface SeriesQuery {
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

/** Values by the start of their interval, epoch seconds. */
export type Series = ReadonlyMap<number, number>;

export interface Sides {
  readonly endpoint: string;
  readonly stable: string;
  readonly candidate: string;
}

type Part = {
  readonly part: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly dimensions?: Readonly<Record<string, string>>;
};

const sageMaker = (part: string, metric: string, statistic: string): Part => ({
  part,
  namespace: "AWS/SageMaker",
  metric,
  statistic,
});
const host = (part: string, metric: string): Part => ({
  part,
  namespace: "/aws/sagemaker/Endpoints",
  metric,
  statistic: "Average",
});
const total = sageMaker("total", "Invocations", "Sum");

/** The parts a KPI is made of. ModelLatency is in microseconds (SageMaker developer guide, endpoint metrics). */
function partsOf(kpi: PlanKpi): Part[] {
  switch (kpi.kind) {
    case "availability": {
      const server = sageMaker("bad5xx", "Invocation5XXErrors", "Sum");
      return kpi.count4xx
        ? [total, server, sageMaker("bad4xx", "Invocation4XXErrors", "Sum")]
        : [total, server];
    }
    case "latency-mean":
      return [
        sageMaker("mean", "ModelLatency", "Average"),
        sageMaker("count", "ModelLatency", "SampleCount"),
      ];
    case "latency-threshold":
      return [
        sageMaker("count", "ModelLatency", "SampleCount"),
        sageMaker("fast", "ModelLatency", `PR(:${kpi.thresholdMs * 1000})`),
      ];
    case "custom":
      return [
        {
          part: "total",
          namespace: kpi.total.namespace,
          metric: kpi.total.metric,
          statistic: "Sum",
          dimensions: kpi.total.dimensions,
        },
        {
          part: "bad",
          namespace: kpi.bad.namespace,
          metric: kpi.bad.metric,
          statistic: "Sum",
          dimensions: kpi.bad.dimensions,
        },
      ];
    case "guardrail":
      return [...guardrailParts(kpi.of), ...(isRequired(kpi) ? requiredParts(kpi.of) : [])];
  }
}

/** How many requests a percentile is of; a rate has that in its parts. */
const requiredParts = (of: Guardrail["of"]): Part[] =>
  of === "latency-p99-ms" ? [sageMaker("count", "ModelLatency", "SampleCount")] : [];

function guardrailParts(of: Guardrail["of"]): Part[] {
  switch (of) {
    case "latency-p99-ms":
      return [sageMaker("micros", "ModelLatency", "p99")];
    case "error-rate-percent":
      return [total, sageMaker("bad5xx", "Invocation5XXErrors", "Sum")];
    case "cpu-percent":
      return [host("percent", "CPUUtilization")];
    case "gpu-percent":
      return [host("percent", "GPUUtilization")];
    case "memory-percent":
      return [host("percent", "MemoryUtilization")];
  }
}

type Letter = "c" | "s";
const sidesOf = (sides: Sides, which: readonly Letter[]) =>
  which.map((side) => [side, side === "c" ? sides.candidate : sides.stable] as const);
const idOf = (kpi: number, side: string, part: string) => `k${kpi}_${side}_${part}`;

/** Every series that the plan's KPIs need: for both variants, or for stable's past alone, in which no ceiling is judged. */
export function seriesQueries(
  plan: Plan,
  sides: Sides,
  which: readonly Letter[] = ["c", "s"],
): SeriesQuery[] {
  return judgedKpis(plan).flatMap((kpi, i) =>
    sidesOf(sides, kpi.kind === "guardrail" && !which.includes("c") ? [] : which).flatMap(([side, variant]) =>
      partsOf(kpi).map(({ part, namespace, metric, statistic, dimensions }) => ({
        id: idOf(i, side, part),
        namespace,
        metric,
        statistic,
        dimensions: { EndpointName: sides.endpoint, VariantName: variant, ...dimensions },
      })),
    ),
  );
}

/**
 * What was seen until now, interval by interval; those without any value are left out, and those that are not over: who
 * publishes by another clock stamps them ahead of ours.
 */
export function observationsFrom(
  plan: Plan,
  series: ReadonlyMap<string, Series>,
  nowSeconds = Number.POSITIVE_INFINITY,
): Observation[] {
  const { intervalSeconds } = plan.rollout;
  const all = new Set([...series.values()].flatMap((one) => [...one.keys()]));
  const moments = [...all].filter((at) => at + intervalSeconds <= nowSeconds).sort((a, b) => a - b);
  return judgedKpis(plan).flatMap((kpi, i) =>
    moments.flatMap((at) => {
      const read = (side: string) => (part: string) => series.get(idOf(i, side, part))?.get(at);
      const [candidate, stable] = [sampleOf(kpi, "candidate", read("c")), sampleOf(kpi, "stable", read("s"))];
      return candidate === null && stable === null
        ? []
        : [{ kpi: kpi.name, at, seconds: intervalSeconds, candidate, stable }];
    }),
  );
}

type Read = (part: string) => number | undefined;

function sampleOf(kpi: PlanKpi, side: Side, read: Read): Sample | null {
  switch (kpi.kind) {
    case "availability": {
      const parts = [read("bad5xx"), kpi.count4xx ? read("bad4xx") : 0];
      return counted(read("total"), parts);
    }
    case "custom":
      return counted(read("total"), [read("bad")]);
    case "latency-mean": {
      const [mean, count] = [read("mean"), read("count")];
      return mean === undefined || count === undefined ? null : { mean: mean / 1000, count };
    }
    case "latency-threshold": {
      const [count, fast] = [read("count"), read("fast")];
      return count === undefined || fast === undefined
        ? null
        : { requests: count, bad: Math.round(count * (1 - fast / 100)) };
    }
    case "guardrail":
      return isRequired(kpi) ? requiredValue(kpi, side, read) : guardrailValue(kpi.of, read);
  }
}

function counted(requests: number | undefined, parts: readonly (number | undefined)[]): Sample | null {
  if (requests === undefined) return null;
  let bad = 0;
  for (const part of parts) {
    if (part === undefined) return null;
    bad += part;
  }
  return { requests, bad };
}

function requiredValue({ of, ceiling }: Guardrail, side: Side, read: Read): Sample | null {
  if (of === "latency-p99-ms") {
    const [micros, requests] = [read("micros"), read("count")];
    if (micros === undefined || requests === undefined) return null;
    return requiredLatency({ p99Ms: micros / 1000, requests }, ceiling, side);
  }
  const [requests = 0, bad] = [read("total"), read("bad5xx")];
  return bad === undefined || requests === 0 ? null : requiredRate({ bad, requests }, ceiling, side);
}

function guardrailValue(of: Guardrail["of"], read: Read): Sample | null {
  if (of === "error-rate-percent") {
    const [requests, bad] = [read("total"), read("bad5xx")];
    return requests === undefined || bad === undefined || requests === 0
      ? null
      : { value: (100 * bad) / requests };
  }
  const value = of === "latency-p99-ms" ? read("micros") : read("percent");
  if (value === undefined) return null;
  return { value: of === "latency-p99-ms" ? value / 1000 : value };
}

/** How each kind is judged, and what its candidate does in a bad event. */
const shapes = {
  availability: { shape: "count", verb: "fails" },
  "latency-mean": { shape: "mean" },
  "latency-threshold": { shape: "count", verb: "is slow", followsLoad: true },
  custom: { shape: "count", verb: "goes wrong" },
} as const;

/** The plan's KPIs as the verdict engine takes them. */
export function verdictSettings(plan: Plan): VerdictSettings {
  const aMinute = 60 / plan.rollout.intervalSeconds;
  const kpis = judgedKpis(plan).map((kpi): KpiSettings => {
    if (kpi.kind === "guardrail") {
      const { breaching, outOf } = kpi.minutes;
      const ceiling = { shape: "value", name: kpi.name, ceiling: kpi.ceiling } as const;
      return { ...ceiling, breaching: breaching * aMinute, outOf: outOf * aMinute };
    }
    const { kind, name, weight = 1, tolerance, safetyTolerance } = kpi;
    const { hostSpread } = plan.rollout.evidence;
    return {
      ...shapes[kind],
      name,
      weight,
      tolerance,
      hostSpread,
      ...(safetyTolerance === undefined ? {} : { safetyTolerance }),
    };
  });
  const { intervalSeconds, stages, evidence, minimumRequests } = plan.rollout;
  const { alpha, beta } = evidence;
  return { alpha, beta, minimumRequests, intervalSeconds, stages: stages.length, kpis };
}
