/** Which of a plan's ceilings the candidate was above, by what CloudWatch had published. */

import type { Statistic, WorldView } from "#twin/world";
import type { Kpi } from "../../core/plan/kpis.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { endpointMetric, type MetricWindow, publishedValues } from "./published.ts";

type Guardrail = Extract<Kpi, { kind: "guardrail" }>;

export interface CeilingQuestion {
  readonly world: WorldView;
  readonly plan: Plan;
  readonly endpoint: string;
  readonly candidate: string;
  /** When the stage's share took effect, and when the judge looked; epoch milliseconds. */
  readonly fromMs: number;
  readonly asOfMs: number;
}

/**
 * Names of the ceilings that the candidate broke in m of the newest n minutes of its stage, alone or with stable.
 * Intervals in which it carried more than its ready instances serve at the plan's utilisation, and some minutes after
 * them, tell of a lack of capacity and not of the model: they are left out.
 */
export function brokenCeilings(question: CeilingQuestion): string[] {
  const periodMs = question.plan.rollout.intervalSeconds * 1000;
  const window = {
    fromMs: Math.ceil(question.fromMs / periodMs) * periodMs,
    toMs: Math.floor(question.asOfMs / periodMs) * periodMs,
    periodSeconds: periodMs / 1000,
    asOfMs: question.asOfMs,
  };
  const over = overloads(question, periodMs);
  const named = question.plan.kpis.filter((kpi): kpi is Guardrail => kpi.kind === "guardrail");
  const broken = (kpi: Ceiling, values: ReadonlyMap<number, number>) =>
    isBroken(kpi, { values, over, periodMs }) ? [kpi.name] : [];
  return [
    ...named.flatMap((kpi) => broken(kpi, valuesOf(kpi, question, window))),
    ...requiredOf(question.plan, named).flatMap((kpi) => broken(kpi, surely(kpi, question, window))),
  ];
}

type Ceiling = Pick<Guardrail, "name" | "of" | "ceiling" | "minutes">;

/** What the plan must keep and no guardrail of its own stands for. */
function requiredOf({ requirements }: Plan, named: readonly Guardrail[]): Ceiling[] {
  const minutes = { breaching: 3, outOf: 5 };
  const all: Ceiling[] = [
    { name: "of p99 that is required", of: "latency-p99-ms", ceiling: requirements.latencyMsP99, minutes },
    {
      name: "of errors that is required",
      of: "error-rate-percent",
      ceiling: requirements.errorRatePercent,
      minutes,
    },
  ];
  return all.filter(({ of, ceiling }) => ceiling > 0 && !named.some((each) => each.of === of));
}

/** The values of minutes with requests enough to be sure of them: two standard deviations less, or none. */
function surely({ of }: Ceiling, question: CeilingQuestion, window: MetricWindow): Map<number, number> {
  const { world, endpoint, candidate } = question;
  const metric = endpointMetric(endpoint, candidate, "Invocations");
  const requests = publishedValues(world, { ...metric, statistic: { kind: "Sum" } }, window);
  const sure = [...valuesOf({ of }, question, window)].flatMap(([atMs, value]): [number, number][] => {
    const all = requests.get(atMs) ?? 0;
    if (of === "latency-p99-ms") return [[atMs, all >= 100 ? value : 0]];
    const failed = (value / 100) * all;
    return [[atMs, (100 * (failed - 2 * Math.sqrt(failed))) / all]];
  });
  return new Map(sure);
}

interface Readings {
  readonly values: ReadonlyMap<number, number>;
  /** Starts of intervals in which the candidate was overloaded, epoch milliseconds. */
  readonly over: readonly number[];
  readonly periodMs: number;
}

function isBroken({ ceiling, minutes }: Ceiling, { values, over, periodMs }: Readings): boolean {
  const newest = Math.max(...values.keys());
  const counts = (atMs: number) => !over.some((overMs) => overMs <= atMs && atMs <= overMs + recoveryMs);
  const above = [...values].filter(
    ([atMs, value]) => atMs > newest - minutes.outOf * 60_000 && value > ceiling && counts(atMs),
  );
  return above.length * periodMs >= minutes.breaching * 60_000;
}

/** After an overload new instances load their models and queues drain. */
const recoveryMs = 3 * 60_000;

/** Intervals of the stage in which the candidate carried more than its ready instances serve as planned. */
function overloads(
  { world, plan, endpoint, candidate, fromMs }: CeilingQuestion,
  periodMs: number,
): number[] {
  const series = world.state.metrics.series.get(`${endpoint}/${candidate}`);
  const each = (world.throughput(series?.instanceType ?? "") * plan.requirements.utilisationPercent) / 100;
  const recent = (series?.samples ?? []).filter(({ atMs }) => atMs >= fromMs - recoveryMs);
  const intervals = Map.groupBy(recent, ({ atMs }) => Math.floor(atMs / periodMs) * periodMs);
  return [...intervals].flatMap(([atMs, samples]) => {
    const requests = samples.reduce((sum, sample) => sum + sample.requests, 0);
    const seconds = samples.reduce((sum, sample) => sum + sample.seconds, 0);
    const ready = Math.min(...samples.map(({ instanceIds }) => instanceIds.length));
    return requests / seconds > ready * each ? [atMs] : [];
  });
}

const gauges = {
  "cpu-percent": "CPUUtilization",
  "gpu-percent": "GPUUtilization",
  "memory-percent": "MemoryUtilization",
} as const;

/** The candidate's values in the ceiling's unit, by interval. */
function valuesOf(
  { of }: Pick<Guardrail, "of">,
  question: CeilingQuestion,
  window: MetricWindow,
): Map<number, number> {
  const { world, endpoint, candidate } = question;
  const read = (name: string, statistic: Statistic, namespace?: string) =>
    publishedValues(world, { ...endpointMetric(endpoint, candidate, name, namespace), statistic }, window);
  switch (of) {
    case "latency-p99-ms": {
      const micros = read("ModelLatency", { kind: "percentile", q: 0.99 });
      return new Map([...micros].map(([atMs, value]) => [atMs, value / 1000]));
    }
    case "error-rate-percent": {
      const requests = read("Invocations", { kind: "Sum" });
      const errors = read("Invocation5XXErrors", { kind: "Sum" });
      return new Map(
        [...requests].flatMap(([atMs, sum]) =>
          sum > 0 ? [[atMs, (100 * (errors.get(atMs) ?? 0)) / sum] as const] : [],
        ),
      );
    }
    default:
      return read(gauges[of], { kind: "Average" }, "/aws/sagemaker/Endpoints");
  }
}
