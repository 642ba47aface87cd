/** Where a plan lets a healthy model down, or a bad one through: bakes that often prove nothing, a last stage without a comparison. */

import type { Expectation } from "#verdict";
import type { Plan } from "../plan/plan.ts";

/** Half of all proofs of safety take longer than the average one, and about one in ten more than twice as long. */
const unluckyTimes = 2;

/** A bake that a healthy model does not reliably pass, where the plan does not simply go on then. */
export function doubtfulBake({ rollout }: Plan, { stage, kpi, safety }: Expectation): string[] {
  const { trafficPercent = 0, bakeMinutes = 0 } = rollout.stages[stage] ?? {};
  const policy = rollout.onInconclusive;
  const then = policy.action === "extend" ? policy.then : policy.action;
  if (then === "proceed") return [];
  const minutes = bakeMinutes + (policy.action === "extend" ? policy.upToMinutes : 0);
  if (safety.engine * unluckyTimes <= minutes) return [];
  const proved = Number.isFinite(safety.engine)
    ? `a healthy model takes about ${Math.ceil(safety.engine)} minutes to be proved safe, often longer`
    : "a healthy model is never proved safe";
  const what =
    then === "ask" ? "a person is asked, and it is rolled back where nobody answers" : "it is rolled back";
  return [
    `stage ${stage + 1} (${trafficPercent} %), ${kpi}: ${proved}; after ${minutes} minutes without that, ${what} (rollout.onInconclusive)`,
  ];
}

/** At all traffic, ceilings alone judge: what a plan gives up that keeps nothing of stable's to the end. */
export function uncompared({ rollout }: Plan): string[] {
  const { stages } = rollout;
  const { trafficPercent = 0, bakeMinutes = 0 } = stages.at(-1) ?? {};
  if (trafficPercent < 100) return [];
  return [
    `stage ${stages.length} (100 %): no stable traffic is left to compare with, so nothing but ceilings judges its ${bakeMinutes} minutes; let it end at 95 %, and stable is compared with until the promotion`,
  ];
}
