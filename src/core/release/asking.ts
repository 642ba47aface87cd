/** What a look at a stage asks people, where its plan has them asked: until when, and about the stage as it was entered. */
import { type EpochSeconds, msOf } from "../units.ts";
import { type Baking, bakeEndsAt } from "./bake.ts";
import type { Decision } from "./stage.ts";

/** Until when a stage may be answered for, epoch seconds; undefined where the plan asks nobody. */
export function answerUntil(
  baking: Pick<Baking, "plan" | "stage" | "shiftedAtSeconds" | "heldFor">,
): EpochSeconds | undefined {
  const { onInconclusive: policy } = baking.plan.rollout;
  return policy.action === "ask" ? bakeEndsAt(baking) + policy.waitMinutes * 60 : undefined;
}

/** What a stage asks people with a look at it; undefined where it asks nothing. */
export function askedWith(
  baking: Pick<Baking, "plan" | "stage" | "shiftedAtSeconds" | "heldFor" | "nowSeconds" | "verdict">,
  decision: Decision,
): { shiftedAt: string; until: string } | undefined {
  const untilSeconds = answerUntil(baking);
  const isOver = baking.nowSeconds >= bakeEndsAt(baking);
  if (
    untilSeconds === undefined ||
    !isOver ||
    baking.verdict.verdict !== "inconclusive" ||
    decision !== "continue"
  )
    return undefined;
  return { shiftedAt: momentOf(baking.shiftedAtSeconds), until: momentOf(untilSeconds) };
}

/** ISO 8601. */
export const momentOf = (seconds: EpochSeconds): string => new Date(Math.round(msOf(seconds))).toISOString();
