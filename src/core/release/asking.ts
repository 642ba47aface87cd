/** What a look at a stage asks people, where its plan has them asked: until when, and about the stage as it was entered. */
import { type EpochSeconds, msOf } from "../units.ts";
import type { saidSince } from "./approving.ts";
import { type Baking, bakeEndsAt } from "./bake.ts";
import type { Decision } from "./stage.ts";

/** Until when a stage may be answered for, epoch seconds; undefined where the plan asks nobody. */
export function answerUntil(
  baking: Pick<Baking, "plan" | "stage" | "shiftedAtSeconds" | "heldFor">,
): EpochSeconds | undefined {
  const { onInconclusive: policy } = baking.plan.rollout;
  return policy.action === "ask" ? bakeEndsAt(baking) + policy.waitMinutes * 60 : undefined;
}

type Look = Pick<Baking, "plan" | "stage" | "shiftedAtSeconds" | "heldFor" | "nowSeconds" | "verdict">;

/** What a stage asks people with a look at it; undefined where it asks nothing. */
export function askedWith(look: Look, decision: Decision): { shiftedAt: string; until: string } | undefined {
  const untilSeconds = answerUntil(look);
  const isOver = look.nowSeconds >= bakeEndsAt(look);
  if (
    untilSeconds === undefined ||
    !isOver ||
    look.verdict.verdict !== "inconclusive" ||
    decision !== "continue"
  )
    return undefined;
  return { shiftedAt: momentOf(look.shiftedAtSeconds), until: momentOf(untilSeconds) };
}

/** What a look asks after what was said so far: as the document has it, as the journal has it, and as it is told. */
export function askedIn(look: Look, decision: Decision, said: ReturnType<typeof saidSince> | undefined) {
  const asks = askedWith(look, decision);
  if (asks === undefined) return { asks: {}, noted: {}, told: { missing: [], isFewer: false } };
  const { missing = [], isFewer = false } = said ?? {};
  return {
    asks: { asks },
    noted: missing.length > 0 ? { awaits: missing } : {},
    told: { missing, isFewer },
  };
}

/** ISO 8601. */
export const momentOf = (seconds: EpochSeconds): string => new Date(Math.round(msOf(seconds))).toISOString();
