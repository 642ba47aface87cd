/** What a candidate is judged by: the part of a plan that lists KPIs, each of a kind of `core/kpis/kinds`. */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";
import { guardrail } from "../kpis/kinds/guardrail.ts";
import { Kpi } from "../kpis/kinds/registry.ts";

export type { Kpi } from "../kpis/kinds/registry.ts";

/** The KPIs of a plan; refuses lists in which names or weights contradict each other, or nothing compares with stable. */
export const Kpis = z
  .array(Kpi)
  .min(1)
  .superRefine(checkKpis, { when: ({ value }) => Array.isArray(value) })
  .describe("What the candidate is judged by.");

/** A KPI in which anything may still be wrong. */
type Draft = { readonly kind?: unknown; readonly name?: unknown; readonly weight?: unknown } | null;

function checkKpis(kpis: readonly Draft[], ctx: z.RefinementCtx): void {
  checkNamesAndWeights(kpis, ctx);
  if (kpis.length > 0 && kpis.every((kpi) => kpi?.kind === guardrail.kind))
    tell(ctx, [], { expected: "a KPI that compares with stable", found: "guardrails alone" });
}

/** Of any list of KPIs that share one error rate. */
export function checkNamesAndWeights(kpis: readonly Draft[], ctx: z.RefinementCtx): void {
  for (const [i, kpi] of kpis.entries()) {
    const first = kpis.findIndex((other) => other?.name === kpi?.name);
    if (first < i && typeof kpi?.name === "string")
      tell(ctx, [i, "name"], {
        expected: `a name that kpis[${first}] does not have`,
        found: foundText(kpi.name),
      });
  }
  /** Weights such as 0.1 are no binary fractions: ten of them may sum to a trace more than 1. */
  const sum = kpis.reduce((total, kpi) => total + (typeof kpi?.weight === "number" ? kpi.weight : 0), 0);
  if (sum > 1 + 1e-9)
    tell(ctx, [], { expected: "weights of at most 1 together", found: String(Number(sum.toFixed(6))) });
}
