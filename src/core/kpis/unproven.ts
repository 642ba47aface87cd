/** Where a plan lets a healthy model down, or a bad one through: bakes that often prove nothing, a stage that nothing judges. */
import type { Plan } from "../plan/plan.ts";
import type { Expectation } from "../verdict/index.ts";

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

/** At all traffic, ceilings alone judge; without one nothing does. */
export function unjudged({ kpis, rollout }: Plan): string[] {
  if (kpis.some(({ kind }) => kind === "guardrail")) return [];
  return [
    `stage ${rollout.stages.length} (100 %): no stable traffic is left to compare with, and there is no guardrail among kpis: nothing judges it`,
  ];
}
