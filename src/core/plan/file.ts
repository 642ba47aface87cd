/** Reads a plan out of the text of its file: the plan, or every mistake in it with its line. */
import type * as z from "zod";
import { foundText, type Mistake, type PathStep } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";
import { checkText } from "../input/checked-file.ts";
import { lookUp } from "./instance-types.ts";
import { namedTypes } from "./named-types.ts";
import { Plan } from "./plan.ts";
import { isAccountedFor } from "./prices.ts";

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** `file` is only named in mistakes; the caller has read it. YAML 1.2, of which JSON is a part. */
export function parsePlan(text: string, file: string): ParsedPlan {
  const checked = checkText(WrittenPlan, text, file);
  return checked.ok ? { ok: true, plan: checked.value } : checked;
}

/**
 * A plan on its way into force. What is in force already is read without this: which prices are known and what its
 * stages can show is no matter of its form, and a release under way must never be stranded by it. PlanCapacity asks for
 * prices again.
 */
const WrittenPlan = Plan.superRefine(checkPrices).superRefine(checkComparison).superRefine(checkStaging);

/** Two releases of a version are not on one endpoint; a plan in force is, to its release in staging, staging's. */
function checkStaging({ endpoint, milestones }: Plan, ctx: z.RefinementCtx): void {
  if (milestones.staging?.release?.endpoint.name !== endpoint.name) return;
  tell(ctx, ["milestones", "staging", "release", "endpoint", "name"], {
    expected: "another endpoint than the plan's own",
    found: foundText(endpoint.name),
  });
}

/** At all traffic there is no stable left to compare with, so a lone stage of it would be judged by ceilings alone. */
function checkComparison({ rollout, milestones }: Plan, ctx: z.RefinementCtx): void {
  const staging = milestones.staging?.release?.rollout;
  const all = [
    { path: ["rollout"], stages: rollout.stages },
    { path: ["milestones", "staging", "release", "rollout"], stages: staging?.stages ?? [] },
  ];
  for (const { path, stages } of all) {
    const [first, ...more] = stages;
    if (first === undefined || first.trafficPercent < 100 || more.length > 0) continue;
    tell(ctx, [...path, "stages"], {
      expected:
        "a stage below 100 % first: with all traffic on the candidate no stable traffic is left to compare it with, so that nothing but a ceiling could tell a bad one",
      found: "a lone stage of 100 %",
    });
  }
}

function checkPrices(plan: Plan, ctx: z.RefinementCtx): void {
  for (const [type, path] of typesUsed(plan)) {
    if (isAccountedFor(type, plan)) continue;
    const use = path.includes("pool") || path.includes("cluster") ? "training" : "endpoints";
    const { known, hint } = lookUp(type, use);
    const expected = known
      ? "a type with a known price: give it under prices, or name the type under budget.unpriced"
      : `an instance type that SageMaker has for ${use}, or a newer one with its price under prices`;
    tell(ctx, path, {
      expected,
      found: foundText(type),
      ...(hint === undefined ? {} : { hint: foundText(hint) }),
    });
  }
}

/** Each instance type that the plan may raise, with the first place that names it. */
function typesUsed(plan: Pick<Plan, "endpoint" | "releaseTypes" | "milestones">): Map<string, PathStep[]> {
  const used = new Map<string, PathStep[]>();
  for (const { instanceType, path } of namedTypes(plan))
    if (!used.has(instanceType)) used.set(instanceType, [...path]);
  return used;
}
