/** Whether a larger candidate is asked for while a share is in force: for that share, or ahead for the next. */
import type { Verdict } from "#verdict";
import { raiseLeadSeconds } from "../capacity/locked-minutes.ts";
import { strategies } from "../plan/strategies.ts";
import type { EpochSeconds, Percent } from "../units.ts";
import { type Decided, isBlind } from "./bake.ts";
import { isOutgrown, type ShiftQuestion } from "./shift.ts";
import { type StageState, shareAt } from "./stage.ts";

interface RaiseQuestion extends Pick<ShiftQuestion, "plan" | "needs" | "endpoint" | "load" | "percent"> {
  readonly stage: Pick<StageState, "index" | "status" | "easing">;
  readonly nowSeconds: EpochSeconds;
  /** When the bake of the share in force ends. */
  readonly endsAtSeconds: EpochSeconds;
  readonly isHeld: boolean;
  /** The candidate's fleet is fuller than planned. */
  readonly isOverloaded: boolean;
  readonly unseenSeconds: number;
  readonly evidence: Pick<Verdict["evidence"], "falling">;
}

export interface AskedRaise {
  /** The share to come for which it is; absent: the one in force. */
  readonly raiseFor?: Percent;
}

/** Undefined where none is asked for. */
export function askedRaise(question: RaiseQuestion): AskedRaise | undefined {
  if (question.isHeld) return question.isOverloaded && isOutgrown(question) ? {} : undefined;
  const raiseFor = nextShare(question);
  return raiseFor !== undefined && isOutgrown({ ...question, percent: raiseFor }) ? { raiseFor } : undefined;
}

/**
 * The share to come, where its fleet is to be raised now: once this stage's own evidence speaks against harm, as late as that can be and still be there when the bake ends. What
 * comes earlier costs more, and the endpoint is locked for just as long.
 */
function nextShare(question: RaiseQuestion): Percent | undefined {
  const { plan, needs, stage, nowSeconds, endsAtSeconds, unseenSeconds, evidence } = question;
  // What has joined whole has room for every share.
  if (needs.candidate.shares === undefined) return undefined;
  if (!strategies[plan.rollout.strategy].isAhead || !evidence.falling || isBlind(unseenSeconds))
    return undefined;
  if (stage.status !== "shifted" || stage.easing === "eased") return undefined;
  return nowSeconds < endsAtSeconds - raiseLeadSeconds(plan) ? undefined : shareAt(plan, stage.index + 1);
}

/** A stage that only bakes on may have its candidate raised meanwhile. */
export const raisedMeanwhile = (decided: Decided, asked: AskedRaise | undefined): Decided & AskedRaise =>
  asked === undefined || decided.decision !== "continue"
    ? decided
    : { ...decided, decision: "raise", ...asked };
