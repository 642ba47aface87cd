/**
 * What a verdict means for the stage that is being baked, by the plan's policies. Missing data never advances a
 * stage, and a ceiling that stable breaks too holds it.
 */
import type { Plan } from "./plan.ts";
import type { Verdict } from "./verdict/index.ts";

export type Decision = "continue" | "advance" | "promote" | "roll-back";

export interface Baking {
  readonly plan: Plan;
  readonly stage: number;
  /** When the stage's share took effect, and now; epoch seconds. */
  readonly shiftedAtSeconds: number;
  readonly nowSeconds: number;
  readonly verdict: Pick<Verdict, "verdict" | "held" | "sentence">;
}

/** CloudWatch shows a minute up to this long after its end; the bake's last minutes are waited for. */
export const metricLagSeconds = 120;

/** When the planned bake of a stage ends, its last minutes' data included; epoch seconds. */
export function bakeEndsAt({
  plan,
  stage,
  shiftedAtSeconds,
}: Pick<Baking, "plan" | "stage" | "shiftedAtSeconds">): number {
  const minutes = plan.rollout.stages[stage]?.bakeMinutes ?? 0;
  return shiftedAtSeconds + minutes * 60 + metricLagSeconds;
}

export interface Decided {
  readonly decision: Decision;
  readonly reason: string;
}

/** Goes on, waits or goes back. */
export function decide(baking: Baking): Decided {
  const { plan, stage, verdict, nowSeconds } = baking;
  const endsAt = bakeEndsAt(baking);
  const past = (nowSeconds - endsAt) / 60;
  const forward: Decision = stage === plan.rollout.stages.length - 1 ? "promote" : "advance";
  const say = (decision: Decision, because = ""): Decided => ({
    decision,
    reason: `${because}${verdict.sentence}`,
  });
  if (verdict.verdict === "fail") return say("roll-back");
  if (past < 0) return say("continue");
  if (verdict.held)
    return past >= heldMinutes
      ? say("roll-back", "the release's deadline passed on hold: ")
      : say("continue");
  switch (verdict.verdict) {
    case "pass":
      return say(forward);
    case "no-data":
      return past >= plan.rollout.onNoData.waitMinutes
        ? say("roll-back", "no data by the deadline: ")
        : say("continue");
    case "undecided":
      return say("continue");
    case "inconclusive":
      return inconclusive(plan, past, { forward, say });
  }
}

function inconclusive(
  plan: Plan,
  pastMinutes: number,
  { forward, say }: { forward: Decision; say: (decision: Decision, because?: string) => Decided },
): Decided {
  const policy = plan.rollout.onInconclusive;
  if (policy.action === "proceed") return say(forward);
  if (policy.action === "roll-back") return say("roll-back", "inconclusive: ");
  if (pastMinutes < policy.upToMinutes) return say("continue");
  return policy.then === "proceed" ? say(forward) : say("roll-back", "inconclusive after its extension: ");
}

/** A ceiling that stable breaks too never rolls back; a release that is held for a whole day ends by its deadline. */
const heldMinutes = 24 * 60;
