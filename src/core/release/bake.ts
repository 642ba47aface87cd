/**
 * What a verdict means for the stage that is being baked, by the plan's policies. Missing data never advances a
 * stage, be it of all of its bake or of most, and a ceiling that stable breaks too holds it.
 */
import { heldMinutes } from "../plan/hold.ts";
import type { Plan } from "../plan/plan.ts";
import type { Verdict } from "../verdict/index.ts";

export type Decision = "continue" | "advance" | "promote" | "roll-back";

export interface Baking {
  readonly plan: Plan;
  readonly stage: number;
  /** When the stage's share took effect, and now; epoch seconds. */
  readonly shiftedAtSeconds: number;
  readonly nowSeconds: number;
  readonly heldFor: Held;
  /** How long the candidate has not been seen: since the end of its newest interval with data; seconds. */
  readonly unseenSeconds: number;
  /** What a person answered, where the plan asks one. */
  readonly answer?: "proceed" | "roll-back" | undefined;
  readonly verdict: Pick<Verdict, "verdict" | "held" | "sentence" | "requests" | "sightedIntervals">;
}

/** How long looks have found the stage, and the release, to be held; seconds. */
export interface Held {
  readonly stageSeconds: number;
  readonly releaseSeconds: number;
}

export const neverHeld: Held = { stageSeconds: 0, releaseSeconds: 0 };

/** The time since the last look counts as held when this look finds the stage held. */
export function heldAfter(
  before: { readonly held: Held; readonly stage: number; readonly lookedAt: number } | undefined,
  look: { readonly stage: number; readonly nowSeconds: number; readonly isHeld: boolean },
): Held {
  if (before === undefined) return neverHeld;
  const sameStage = before.stage === look.stage;
  const more = look.isHeld && sameStage ? Math.max(0, look.nowSeconds - before.lookedAt) : 0;
  return {
    stageSeconds: (sameStage ? before.held.stageSeconds : 0) + more,
    releaseSeconds: before.held.releaseSeconds + more,
  };
}

/** CloudWatch shows a minute up to this long after its end; the bake's last minutes are waited for. */
export const metricLagSeconds = 120;

/** A candidate that has not been seen for so long is not judged by what was seen before: metrics or traffic are gone. */
const blindAfterSeconds = metricLagSeconds + 300;
export const isBlind = (unseenSeconds: number) => unseenSeconds > blindAfterSeconds;

/** At least this part of a bake must have been seen for the stage to go on. */
const leastSeen = 0.5;

/** Whether too little of a bake was seen to say that it showed no harm. */
function isMostlyUnseen(
  { sightedIntervals: seen, requests }: Pick<Verdict, "sightedIntervals" | "requests">,
  bakeIntervals: number,
): boolean {
  return seen === 0 || seen < leastSeen * bakeIntervals * partWithRequests(requests.candidate / seen);
}

/**
 * The part of all intervals that have requests, where those that do have so many on average and requests come
 * independently: p = 1 − exp(−λ) with λ = p · average. Below one in each, an interval without any is not one unseen.
 */
function partWithRequests(average: number): number {
  let part = 1;
  for (let i = 0; i < 50; i++) part = 1 - Math.exp(-average * part);
  return part;
}

/** When the bake of a stage ends, what it was held and its last minutes' data included; epoch seconds. */
export function bakeEndsAt({
  plan,
  stage,
  shiftedAtSeconds,
  heldFor,
}: Pick<Baking, "plan" | "stage" | "shiftedAtSeconds" | "heldFor">): number {
  const minutes = plan.rollout.stages[stage]?.bakeMinutes ?? 0;
  return shiftedAtSeconds + minutes * 60 + heldFor.stageSeconds + metricLagSeconds;
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
  if (verdict.held)
    return baking.heldFor.releaseSeconds >= heldMinutes * 60
      ? say("roll-back", "the release's deadline passed on hold: ")
      : say("continue");
  if (past < 0) return say("continue");
  const blindness = blindnessIn(baking);
  switch (blindness === undefined ? verdict.verdict : "no-data") {
    case "pass":
      return say(forward);
    case "no-data":
      return past >= plan.rollout.onNoData.waitMinutes
        ? say("roll-back", `no data by the deadline: ${blindness ?? ""}`)
        : say("continue", blindness);
    case "undecided":
      return say("continue");
    case "inconclusive":
      return inconclusive(baking, past, { forward, say });
  }
}

/** Why what was seen of the stage does not speak for it, where it does not. */
function blindnessIn({ plan, stage, unseenSeconds, verdict }: Baking): string | undefined {
  if (isBlind(unseenSeconds))
    return `nothing seen of the candidate for ${Math.round(unseenSeconds / 60)} minutes: `;
  const { bakeMinutes = 0 } = plan.rollout.stages[stage] ?? {};
  const minutes = plan.rollout.intervalSeconds / 60;
  if (verdict.verdict === "no-data" || !isMostlyUnseen(verdict, bakeMinutes / minutes)) return undefined;
  const seen = Math.floor(verdict.sightedIntervals * minutes);
  return `the candidate was seen in ${seen} of the bake's ${bakeMinutes} minutes: `;
}

function inconclusive(
  { plan, answer }: Baking,
  pastMinutes: number,
  { forward, say }: { forward: Decision; say: (decision: Decision, because?: string) => Decided },
): Decided {
  const policy = plan.rollout.onInconclusive;
  switch (policy.action) {
    case "proceed":
      return say(forward);
    case "roll-back":
      return say("roll-back", "inconclusive: ");
    case "extend":
      if (pastMinutes < policy.upToMinutes) return say("continue");
      return policy.then === "proceed"
        ? say(forward)
        : say("roll-back", "inconclusive after its extension: ");
    case "ask":
      if (answer === "proceed") return say(forward, "approved: ");
      if (answer === "roll-back") return say("roll-back", "rejected: ");
      return pastMinutes < policy.waitMinutes
        ? say("continue", "waiting for an answer: ")
        : say("roll-back", "nobody answered: ");
  }
}
