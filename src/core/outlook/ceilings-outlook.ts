/** What the candidate of a plan must not exceed, whatever it is compared with. */
import { type Guardrail, isGuardrail, isRequired } from "../kpis/kinds/guardrail.ts";
import type { Plan } from "../plan/plan.ts";
import { judgedKpis } from "../plan/requirements.ts";

export interface CeilingOutlook extends Pick<Guardrail, "name" | "of" | "ceiling" | "minutes"> {
  /** Whether it follows from the requirements, without the plan naming it. */
  readonly isRequired: boolean;
}

export const ceilingsOutlook = (plan: Plan): CeilingOutlook[] =>
  judgedKpis(plan)
    .filter(isGuardrail)
    .map((kpi) => {
      const { name, of, ceiling, minutes } = kpi;
      return { name, of, ceiling, minutes, isRequired: isRequired(kpi) };
    });
