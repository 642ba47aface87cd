/** What a plan's requirements hold a candidate to: ceilings that the plan need not name among its KPIs. */
import type { Guardrail, Kpi } from "./kpis.ts";
import type { Plan } from "./plan.ts";

/** A ceiling that follows from the requirements. */
export type RequiredCeiling = Guardrail & { readonly isRequired: true };
export type PlanKpi = Kpi | RequiredCeiling;

export const isRequired = (kpi: PlanKpi): kpi is RequiredCeiling => "isRequired" in kpi;

/** How often a required ceiling is broken before it counts. */
const minutes = { breaching: 3, outOf: 5 };

/** The plan's KPIs, and after them a ceiling for each requirement that no guardrail of the plan's stands for. */
export function judgedKpis({ kpis, requirements }: Pick<Plan, "kpis" | "requirements">): readonly PlanKpi[] {
  const required = [
    { name: "latency-requirement", of: "latency-p99-ms", ceiling: requirements.latencyMsP99 },
    { name: "error-requirement", of: "error-rate-percent", ceiling: requirements.errorRatePercent },
  ] as const;
  const missing = required.filter(
    ({ of, ceiling }) => ceiling > 0 && !kpis.some((kpi) => kpi.kind === "guardrail" && kpi.of === of),
  );
  return [
    ...kpis,
    ...missing.map(
      ({ name, ...rest }): RequiredCeiling => ({
        kind: "guardrail",
        name: freeName(name, kpis),
        minutes,
        isRequired: true,
        ...rest,
      }),
    ),
  ];
}

function freeName(name: string, kpis: Plan["kpis"]): string {
  return kpis.some((kpi) => kpi.name === name) ? freeName(`${name}-too`, kpis) : name;
}
