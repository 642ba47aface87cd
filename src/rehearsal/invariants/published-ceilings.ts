/** Which of a plan's ceilings the candidate was above, by what CloudWatch had published. */
import type { Plan } from "../../core/plan.ts";
import type { Kpi } from "../../core/plan-kpis.ts";
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

/** Names of the ceilings that the candidate broke in m of the newest n intervals of its stage, alone or with stable. */
export function brokenCeilings(question: CeilingQuestion): string[] {
  const periodMs = question.plan.rollout.intervalSeconds * 1000;
  const span = {
    fromMs: Math.ceil(question.fromMs / periodMs) * periodMs,
    toMs: Math.floor(question.asOfMs / periodMs) * periodMs,
    periodSeconds: periodMs / 1000,
    asOfMs: question.asOfMs,
  };
  return question.plan.kpis
    .filter((kpi): kpi is Guardrail => kpi.kind === "guardrail")
    .filter((kpi) => isBroken(kpi, valuesOf(kpi, question, span), periodMs))
    .map(({ name }) => name);
}

function isBroken({ ceiling, minutes }: Guardrail, values: Map<number, number>, periodMs: number): boolean {
  const newest = Math.max(...values.keys());
  const above = [...values].filter(
    ([atMs, value]) => atMs > newest - minutes.outOf * periodMs && value > ceiling,
  );
  return above.length >= minutes.breaching;
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
