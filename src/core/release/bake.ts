/**
 * What a verdict means for the stage that is being baked, by the plan's policies. Missing data never advances a
 * stage, be it of all of its bake or of most, and a ceiling that stable breaks too holds it.
 */

import type { Verdict } from "#verdict";
import { type FleetView, isMoving } from "../capacity/endpoint.ts";
import type { AlarmView } from "../kpis/preflight.ts";
import { heldMinutes } from "../plan/hold.ts";
import type { Plan } from "../plan/plan.ts";
import { heldBack } from "../plan/rollout.ts";
import { sidesText } from "../plan/team.ts";
import type { EpochSeconds } from "../units.ts";
import { metricLagSeconds } from "../wait.ts";
import { namesOf, type PeopleSaid } from "./approving.ts";
import type { HeldSeconds } from "./held-time.ts";
import { stableLowered } from "./outside.ts";
import type { Needs } from "./release.ts";
import type { Decision, StageState } from "./stage.ts";

export interface Baking {
  readonly plan: Plan;
  readonly stage: number;
  /** When the stage's share took effect, and now; epoch seconds. */
  readonly shiftedAtSeconds: EpochSeconds;
  readonly nowSeconds: EpochSeconds;
  readonly heldFor: HeldSeconds;
  /** How long the candidate has not been seen: since the end of its newest interval with data; seconds. */
  readonly unseenSeconds: number;
  /** Up to when the candidate's intervals are published; epoch seconds. */
  readonly publishedUntil: EpochSeconds;
  /** Intervals of the stage in which a side was seen, the candidate or stable beside it, with the requests of that side. */
  readonly seen: Readonly<
    Record<"candidate" | "both", { readonly intervals: number; readonly requests: number }>
  >;
  /** Whether the stage has been eased, and given its share again, for an instance that failed alone. */
  readonly easing?: StageState["easing"];
  /** What people answered, where the plan asks them. */
  readonly answered?: PeopleSaid | undefined;
  readonly verdict: Pick<Verdict, "verdict" | "held" | "sentence" | "host">;
}

/** A candidate that has not been seen for so long is not judged by what was seen before: metrics or traffic are gone. */
const blindAfterSeconds = metricLagSeconds + 300;
export const isBlind = (unseenSeconds: number) => unseenSeconds > blindAfterSeconds;

/**
 * At least this part of a bake must have been seen for the stage to go on: of the candidate, and of both at once. Sides
 * that each miss half of theirs are seen together in a quarter, and by chance in a little less.
 */
const leastSeen = { candidate: 0.5, both: 0.2 } as const;

/**
 * Whether less than the least was seen of all intervals, where so many requests came on average in each of them, by side:
 * sides that have none in some have both in as many as the product says.
 */
const isMostlyUnseen = (seen: number, least: number, requests: readonly number[]): boolean =>
  seen === 0 || seen < requests.reduce((part, each) => part * partWithRequests(each), least);

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

const noAnswer: PeopleSaid = { answer: undefined, by: [], lacks: 1, missing: [] };

export interface Decided {
  readonly decision: Decision;
  readonly reason: string;
}

/** What a reason begins with where a person was asked in vain. */
export const nobodyAnswered = "nobody answered: ";

type Say = (decision: Decision, because?: string) => Decided;

/** Goes on, waits or goes back. */
export function decide(baking: Baking): Decided {
  const { plan, stage, verdict, nowSeconds } = baking;
  const past = (nowSeconds - bakeEndsAt(baking)) / 60;
  const isLast = stage === plan.rollout.stages.length - 1;
  /** Where stable has held a part back, the candidate takes that first. */
  const forward: Decision = isLast && heldBack(plan.rollout) === 0 ? "promote" : "advance";
  const say: Say = (decision, because = "") => ({ decision, reason: `${because}${verdict.sentence}` });
  const now = atOnce(baking, say);
  if (now !== undefined) return now;
  if (past < 0) return say("continue");
  const blindness = blindnessIn(baking);
  if (blindness === undefined && verdict.verdict !== "no-data" && awaitsItsEnd(baking))
    return say("continue", "the bake's last minutes are not published yet: ");
  switch (blindness === undefined ? verdict.verdict : "no-data") {
    case "pass":
      return say(forward);
    case "no-data":
      return past >= plan.rollout.onNoData.waitMinutes
        ? say("roll-back", `no data by the deadline: ${blindness ?? ""}`)
        : say("continue", blindness);
    case "undecided":
      return say("continue");
    default:
      return inconclusive(baking, past, { forward, say });
  }
}

/** What does not wait for the end of the bake; undefined where nothing is decided before. */
function atOnce(baking: Baking, say: Say): Decided | undefined {
  const { stage, verdict, easing, heldFor, unseenSeconds } = baking;
  if (verdict.verdict === "fail") return say("roll-back");
  if (verdict.host !== undefined && stage > 0 && easing === undefined)
    return say("step-back", "less of the traffic for one instance: ");
  if (verdict.host !== undefined && easing === "restored")
    return say("roll-back", "an instance failed alone again once the share was given again (host): ");
  if (verdict.held)
    return heldFor.releaseSeconds >= heldMinutes * 60
      ? say("roll-back", "the release's deadline passed on hold: ")
      : say("continue");
  const isSeen = verdict.verdict !== "no-data" && !isBlind(unseenSeconds);
  return easing === "eased" && isSeen && isSeenSinceShift(baking)
    ? say("restore", "the instance that failed is well again: ")
    : undefined;
}

/** Whether the newest interval that was seen of the candidate is one of the share that is in force, whole. */
const isSeenSinceShift = ({ plan, shiftedAtSeconds, nowSeconds, unseenSeconds }: Baking): boolean =>
  nowSeconds - unseenSeconds - plan.rollout.intervalSeconds >= shiftedAtSeconds;

/** Whether the last whole interval of a bake is not published yet. What is not for long counts as unseen. */
function awaitsItsEnd(baking: Baking): boolean {
  const { intervalSeconds } = baking.plan.rollout;
  const endsAt = bakeEndsAt(baking) - metricLagSeconds;
  return baking.publishedUntil < Math.floor(endsAt / intervalSeconds) * intervalSeconds;
}

/**
 * Why what was seen of the stage does not speak for it, where it does not: no harm was seen in the minutes that were
 * seen, of the candidate, and of stable as well while it has traffic to compare with. What it was held counts as baked.
 */
function blindnessIn(baking: Baking): string | undefined {
  const { plan, stage, unseenSeconds, verdict, heldFor, seen } = baking;
  if (isBlind(unseenSeconds))
    return `nothing seen of the candidate for ${Math.round(unseenSeconds / 60)} minutes: `;
  if (verdict.verdict === "no-data") return undefined;
  const { bakeMinutes = 0, trafficPercent = 100 } = plan.rollout.stages[stage] ?? {};
  const aMinute = 60 / plan.rollout.intervalSeconds;
  const minutes = bakeMinutes + Math.floor(heldFor.stageSeconds / 60);
  const ofAll = (who: string, intervals: number) =>
    `${who} seen in ${Math.floor(intervals / aMinute)} of the bake's ${minutes} minutes: `;
  const { candidate, both } = seen;
  const average = ({ requests, intervals }: typeof both) => requests / Math.max(1, intervals);
  const sides = [average(candidate), average(both)];
  const intervals = minutes * aMinute;
  if (isMostlyUnseen(candidate.intervals, leastSeen.candidate * intervals, sides.slice(0, 1)))
    return ofAll("the candidate was", candidate.intervals);
  if (trafficPercent < 100 && isMostlyUnseen(both.intervals, leastSeen.both * intervals, sides))
    return ofAll("candidate and stable were", both.intervals);
  return undefined;
}

function inconclusive(
  { plan, answered = noAnswer }: Baking,
  pastMinutes: number,
  { forward, say }: { forward: Decision; say: Say },
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
      return peopleSaid(answered, { isOver: pastMinutes >= policy.waitMinutes, forward, say });
  }
}

function peopleSaid(
  { answer, by, lacks, missing }: PeopleSaid,
  { isOver, forward, say }: { isOver: boolean; forward: Decision; say: Say },
): Decided {
  const names = namesOf(by);
  if (answer === "proceed") return say(forward, `approved by ${names}: `);
  if (answer === "roll-back") return say("roll-back", `rejected by ${names}: `);
  const sides = missing.length === 0 ? "" : `, for ${sidesText(missing)}`;
  if (by.length === 0)
    return isOver ? say("roll-back", nobodyAnswered) : say("continue", `waiting for an answer${sides}: `);
  return isOver
    ? say("roll-back", `${names} said yes, and ${lacks} more did not${sides}: `)
    : say("continue", `waiting for ${lacks} more after ${names}${sides}: `);
}

/** A stage may be kept waiting for as long as its release can pay for it, and is promoted if it can pay for that. */
export function unlessSpent(decided: Decided, lacks: Partial<Record<Decision, string | undefined>>): Decided {
  const lack = lacks[decided.decision];
  return lack === undefined ? decided : { decision: "roll-back", reason: `${lack}; ${decided.reason}` };
}

/**
 * An endpoint at rest that is not where the candidate joined has left the release; nothing is judged on it, nor against a
 * stable that somebody else has made smaller: its scale-in is held, so that nothing else does.
 */
export function unlessComparable(endpoint: FleetView, needs: Pick<Needs, "stable">): Decided | undefined {
  const lowered = stableLowered(endpoint, needs.stable);
  if (lowered !== undefined) return { decision: "roll-back", reason: lowered };
  const { at, called } = endpoint;
  if (isMoving(endpoint) || at.place === "joined") return undefined;
  return { decision: "roll-back", reason: `the endpoint serves ${at.called}, not ${called.joined}` };
}

/** An alarm of the plan's that goes off while a stage bakes is a threshold, with no error guarantee. */
export function wentOff(alarms: readonly AlarmView[]): Decided | undefined {
  const loud = alarms.filter(({ state }) => state === "ALARM").map(({ name }) => name);
  if (loud.length === 0) return undefined;
  return {
    decision: "roll-back",
    reason: `${loud.join(", ")} went off (an alarm's threshold, with no error guarantee)`,
  };
}
