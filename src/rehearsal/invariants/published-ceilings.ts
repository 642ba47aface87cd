/** Which of a plan's ceilings the candidate was above, by what CloudWatch had published. */

import type { Kpi } from "../../core/plan/kpis.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Statistic } from "../world/statistics.ts";
import type { World } from "../world/world.ts";
import { endpointMetric, publishedValues, type Span } from "./published.ts";

type Guardrail = Extract<Kpi, { kind: "guardrail" }>;

export interface CeilingQuestion {
  readonly world: World;
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
  const span = {
    fromMs: Math.ceil(question.fromMs / periodMs) * periodMs,
    toMs: Math.floor(question.asOfMs / periodMs) * periodMs,
    periodSeconds: periodMs / 1000,
    asOfMs: question.asOfMs,
  };
  const over = overloads(question, periodMs);
  return question.plan.kpis
    .filter((kpi): kpi is Guardrail => kpi.kind === "guardrail")
    .filter((kpi) => isBroken(kpi, { values: valuesOf(kpi, question, span), over, periodMs }))
    .map(({ name }) => name);
}

interface Readings {
  readonly values: ReadonlyMap<number, number>;
  /** Starts of intervals in which the candidate was overloaded, epoch milliseconds. */
  readonly over: readonly number[];
  readonly periodMs: number;
}

function isBroken({ ceiling, minutes }: Guardrail, { values, over, periodMs }: Readings): boolean {
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
function valuesOf({ of }: Guardrail, question: CeilingQuestion, span: Span): Map<number, number> {
  const { world, endpoint, candidate } = question;
  const read = (name: string, statistic: Statistic, namespace?: string) =>
    publishedValues(world, { ...endpointMetric(endpoint, candidate, name, namespace), statistic }, span);
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
