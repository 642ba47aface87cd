/** How long a shift settles: caches and connections are cold, and what is read then says little about the model. */
import type { Plan } from "../plan/plan.ts";

/** A bake settles for at most this part of it, where the plan does not say. */
const mostOfBake = 1 / 3;

/** Minutes after a stage's shift in which only ceilings and what is far worse count. */
export function settleMinutes(
  { rollout, warmth }: Pick<Plan, "rollout" | "warmth">,
  { bakeMinutes }: { readonly bakeMinutes: number },
): number {
  return rollout.settleMinutes ?? Math.min(warmth.loadSecondsP95 / 60 + 1, bakeMinutes * mostOfBake);
}
