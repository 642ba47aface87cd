/** What a plan's requirements hold a candidate to: ceilings that the plan need not name among its KPIs. */
import { isGuardrail, requiredCeiling } from "../kpis/kinds/guardrail.ts";
import type { PlanKpi } from "../kpis/kinds/registry.ts";
import type { Plan } from "./plan.ts";

/** How often a required ceiling is broken before it counts. */
const minutes = { breaching: 3, outOf: 5 };

/** The plan's KPIs, and after them a ceiling for each requirement that no guardrail of the plan's stands for. */
export function judgedKpis({ kpis, requirements }: Pick<Plan, "kpis" | "requirements">): readonly PlanKpi[] {
  const required = [
    { name: "latency-requirement", of: "latency-p99-ms", ceiling: requirements.latencyMsP99 },
    { name: "error-requirement", of: "error-rate-percent", ceiling: requirements.errorRatePercent },
  ] as const;
  const missing = required.filter(
    ({ of, ceiling }) => ceiling > 0 && !kpis.some((kpi) => isGuardrail(kpi) && kpi.of === of),
  );
  return [
    ...kpis,
    ...missing.map(({ name, ...rest }) => requiredCeiling({ ...rest, name: freeName(name, kpis), minutes })),
  ];
}

function freeName(name: string, kpis: Plan["kpis"]): string {
  return kpis.some((kpi) => kpi.name === name) ? freeName(`${name}-too`, kpis) : name;
}
