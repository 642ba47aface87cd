/**
 * The way forward, one step at a time: what to do next so that the candidate takes its stage's share, given the
 * endpoint as it is and the load as it was last seen. Capacity comes before traffic.
 */

import { type CandidateFleet, raisesOf, sizingOf } from "../capacity/candidate-fleet.ts";
import {
  type FleetView,
  hasWeights,
  isMoving,
  isServing,
  trafficPercent,
  variantOf,
  type WarmInstances,
  warmOf,
  weightsFor,
} from "../capacity/endpoint.ts";
import { flatLoad, type LoadOutlook, loadBy } from "../capacity/load-outlook.ts";
import { raiseFits, raiseLeadSeconds } from "../capacity/locked-minutes.ts";
import { instancesFor, launchedFor } from "../capacity/sizing.ts";
import type { Plan } from "../plan/plan.ts";
import { raisesFor } from "../plan/strategies.ts";
import type { EpochMs, Percent } from "../units.ts";
import { growingWaitSeconds, heldWaitSeconds } from "../wait.ts";
import type { Needs } from "./release.ts";
import type { StageState } from "./stage.ts";

export type ShiftAction =
  | { readonly do: "wait"; readonly reason: string }
  | RaiseAction
  | { readonly do: "shift"; readonly weights: Readonly<Record<string, number>>; readonly reason: string }
  | { readonly do: "arrived"; readonly reason: string }
  | { readonly do: "give-up"; readonly reason: string };

export interface RaiseAction {
  readonly do: "raise";
  readonly instances: number;
  readonly reason: string;
  /** Instead, where it cannot be had: by the load as it is. Absent: that asks for the same. */
  readonly otherwise?: ShiftAction;
}

type SideNeeds = Pick<Needs["stable"], "variant" | "requestsPerSecondPerInstance">;

/** What the way forward goes by of what was planned, whatever platform it is on. */
interface ShiftNeeds {
  readonly designRequestsPerSecond: number;
  readonly stable: SideNeeds;
  readonly candidate: SideNeeds & Pick<CandidateFleet, "shares">;
}

export interface ShiftQuestion {
  readonly plan: Plan;
  readonly needs: ShiftNeeds;
  readonly endpoint: FleetView;
  readonly warmInstances: WarmInstances;
  readonly percent: Percent;
  readonly load: LoadOutlook;
  /** Minutes that raises have locked the endpoint while the candidate carried traffic. */
  readonly lockedMinutes: number;
}

/** How long a share that was given may take to be in force: weights take minutes, also where auto scaling is at work. */
const givenShareMs = 15 * 60_000;

/**
 * How a stage that is not shifted yet waits on. Capacity may take as long as the plan says, and a share that was given by
 * then is waited for a while longer. Where traffic is on the candidate meanwhile, the stage before is judged on.
 */
export function waitingOn(
  stage: StageState,
  { rollout }: Plan,
  { givenAt, nowMs }: { givenAt: string | undefined; nowMs: EpochMs },
): StageState {
  if (stage.status !== "waiting") return stage;
  const waitedMs = nowMs - Date.parse(stage.since);
  const isGiven = givenAt !== undefined;
  if (
    waitedMs >= rollout.capacityTimeoutMinutes * 60_000 &&
    !(isGiven && nowMs < Date.parse(givenAt) + givenShareMs)
  )
    return { ...stage, status: "blocked", reason: `not shifted in time: ${stage.reason}` };
  // Weights are in force within a minute, however long the capacity for them took.
  if (isGiven) return { ...stage, waitSeconds: growingWaitSeconds(nowMs - Date.parse(givenAt)) };
  if (stage.before === undefined) return stage;
  return { ...stage, status: "short", waitSeconds: heldWaitSeconds(waitedMs, rollout.intervalSeconds) };
}

export const nextShift = (question: ShiftQuestion): ShiftAction =>
  foreseeing(question, question.percent, shiftBy);

function shiftBy(question: ShiftQuestion): ShiftAction {
  const { needs, endpoint, percent } = question;
  if (isMoving(endpoint)) return { do: "wait", reason: `the endpoint is ${endpoint.status}` };
  if (!isServing(endpoint)) return { do: "give-up", reason: `the endpoint is ${endpoint.status}` };
  const { at, called } = endpoint;
  if (at.place !== "joined")
    return { do: "give-up", reason: `the endpoint serves ${at.called}, not ${called.joined}` };
  const weights = weightsFor(needs.stable.variant, needs.candidate.variant, percent);
  if (hasWeights(endpoint, weights)) return { do: "arrived", reason: `the candidate takes ${percent} %` };
  return lackOfCapacity(question) ?? { do: "shift", weights, reason: `to ${percent} %` };
}

/**
 * While a share is in force whose fleet the load has outgrown, or is too small for the share to come: whether that is
 * raised now for a share, be it the one in force or the next. Anything else that is amiss is for the next look at the stage.
 */
export const nextRaise = (question: ShiftQuestion, raiseFor: Percent): ShiftAction =>
  foreseeing(question, raiseFor, (by) => raiseBy(by, raiseFor));

function raiseBy(question: ShiftQuestion, raiseFor: Percent): ShiftAction {
  const { needs, endpoint, percent } = question;
  const weights = weightsFor(needs.stable.variant, needs.candidate.variant, percent);
  const isOurs = endpoint.at.place === "joined" && hasWeights(endpoint, weights);
  const raised = { ...question, percent: raiseFor };
  return isOurs && isOutgrown(raised)
    ? raise(raised)
    : { do: "wait", reason: "the candidate is not raised now" };
}

/**
 * By what the load is foreseen to be, where the candidate may be raised for it: no share waits for what is only foreseen, and the
 * raises that the plan has for shares to come keep their locked minutes.
 */
function foreseeing(
  question: ShiftQuestion,
  share: Percent,
  actionBy: (question: ShiftQuestion) => ShiftAction,
): ShiftAction {
  const byNow = actionBy({ ...question, load: flatLoad(question.load.now) });
  if (!fitsRaise(question, raisesAfter(question, share))) return byNow;
  const action = actionBy(question);
  if (action.do !== "raise") return byNow;
  const isSame = byNow.do === "raise" && byNow.instances === action.instances;
  return isSame ? byNow : { ...action, otherwise: byNow };
}

/** How often the candidate is to be raised for shares after this one, percent, as planned. */
function raisesAfter({ needs: { candidate }, endpoint }: ShiftQuestion, percent: Percent): number {
  const { shares = [] } = candidate;
  const own = shares.find((share) => share.percent >= percent);
  const desired = variantOf(endpoint, candidate.variant)?.desiredInstances ?? 0;
  const instances = Math.max(desired, own?.instances ?? 0);
  const later = shares.filter(
    (share) => share.percent > (own?.percent ?? 100) && share.instances > instances,
  );
  return raisesOf({ instances, shares: later }).length;
}

/** Whether it may be raised, and so often again. */
function fitsRaise({ plan, needs, endpoint, lockedMinutes }: ShiftQuestion, again = 0): boolean {
  const { maxLockedMinutes } = plan.budget;
  const candidatePercent = trafficPercent(endpoint, needs.candidate.variant);
  return raiseFits({ maxLockedMinutes, lockedMinutes, candidatePercent, again });
}

/** Whether the candidate's share needs more instances than it has, as the load is or as its plan has it grow. */
export function isOutgrown({
  endpoint,
  ...question
}: Omit<ShiftQuestion, "warmInstances" | "lockedMinutes">): boolean {
  const candidate = variantOf(endpoint, question.needs.candidate.variant);
  return !isMoving(endpoint) && candidate !== undefined && wantedOf(question) > candidate.currentInstances;
}

type Share = Pick<ShiftQuestion, "plan" | "needs" | "percent" | "load">;

/** The load by when instances serve that are raised now, requests per second. */
const loadRaisedFor = ({ plan, load }: Pick<Share, "plan" | "load">): number =>
  loadBy(load, raiseLeadSeconds(plan));

/** Whether it has joined with all that it was planned to have. */
const joinedWhole = ({ candidate }: ShiftNeeds): boolean => candidate.shares === undefined;

/** The same, and no less than was planned for where the candidate has not joined whole: what joins whole has room for that. */
const loadSizedFor = ({ plan, needs, load }: Pick<Share, "plan" | "needs" | "load">): number =>
  joinedWhole(needs)
    ? loadRaisedFor({ plan, load })
    : Math.max(needs.designRequestsPerSecond, loadRaisedFor({ plan, load }));

/**
 * Instances that the candidate must have before a share, by the load by when those that are raised now would serve; one at
 * least, since no share goes where nothing is warm. What joined with less than its all has no room but what each share is
 * launched with: for waiting, and for a zone that is lost.
 */
function wantedOf(share: Share): number {
  const { plan, needs, percent } = share;
  const instances = joinedWhole(needs) ? instancesFor : launchedFor;
  return Math.max(1, instances(plan, needs.candidate, { requestsPerSecond: loadSizedFor(share), percent }));
}

/** What must happen before the share can be served; undefined where it can. No share goes where nothing is warm. */
function lackOfCapacity(question: ShiftQuestion): ShiftAction | undefined {
  const { plan, needs, endpoint, warmInstances, percent } = question;
  const requestsPerSecond = question.load.now;
  const candidate = variantOf(endpoint, needs.candidate.variant);
  const stable = variantOf(endpoint, needs.stable.variant);
  if (candidate === undefined || stable === undefined)
    return {
      do: "give-up",
      reason: `the endpoint has no variant ${candidate === undefined ? needs.candidate.variant : needs.stable.variant}`,
    };
  if (isOutgrown(question)) return raise(question);
  const wanted = Math.max(1, instancesFor(plan, needs.candidate, { requestsPerSecond, percent }));
  const left = instancesFor(plan, needs.stable, { requestsPerSecond, percent: 100 - percent });
  const kept = percent < 100 ? Math.max(1, left) : 0;
  for (const [side, variant, needed] of [
    ["the candidate", candidate, wanted],
    ["stable", stable, kept],
  ] as const) {
    const warm = warmOf(warmInstances, variant);
    if (needed > warm)
      return {
        do: "wait",
        reason: `${side} needs ${needed} instances for its share, ${warm} of its ${variant.currentInstances} are warm`,
      };
  }
  return undefined;
}

/**
 * Raises the candidate as far as its plan's strategy goes: for a load that has outgrown the plan, or for a share that the
 * plan has it raised for.
 */
function raise(question: ShiftQuestion): ShiftAction {
  const { plan, needs, endpoint, percent } = question;
  const desired = variantOf(endpoint, needs.candidate.variant)?.desiredInstances ?? 0;
  const requestsPerSecond = loadSizedFor(question);
  const isPlanned = !joinedWhole(needs) && requestsPerSecond <= needs.designRequestsPerSecond;
  const sizedFor = joinedWhole(needs) ? 100 : raisesFor(sizingOf(plan), percent);
  const whole = launchedFor(plan, needs.candidate, { requestsPerSecond, percent: sizedFor });
  if (!fitsRaise(question)) {
    const what = isPlanned ? `the share of ${percent} % is too large for` : "the load outgrew";
    const reason = `${what} the candidate, and no locked minutes are left to raise it`;
    // A load may fall again; a plan's raise would wait in vain.
    return { do: isPlanned ? "give-up" : "wait", reason };
  }
  return {
    do: "raise",
    instances: Math.max(wantedOf(question), desired, whole),
    reason: isPlanned
      ? `the candidate is raised for ${sizedFor} % of ${requestsPerSecond.toFixed(1)} requests per second`
      : `the load ${requestsPerSecond > question.load.now ? "may soon be" : "has grown to"} ${requestsPerSecond.toFixed(1)} requests per second`,
  };
}
