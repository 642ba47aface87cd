/**
 * The way back, one step at a time: what to do next so that stable serves everything again and the candidate is gone.
 * Weights first: what stable's ready instances can take goes back at once. A count is changed, which locks the endpoint
 * for minutes, only when nothing more can be shifted now; stable is refilled, never shrunk by us. Where there is no
 * capacity for the next step, the candidate gives up what it does not need, and in place stable what it was refilled with. It ends: by arriving, or, at the end of its
 * budget, by giving up what the sweep then tries again.
 */

import {
  type FleetView,
  isMoving,
  type Variant,
  variantOf,
  type WarmInstances,
  warmOf,
} from "../capacity/endpoint.ts";
import { type LoadOutlook, loadBy } from "../capacity/load-outlook.ts";
import { raiseLeadSeconds } from "../capacity/locked-minutes.ts";
import { type Filled, instancesFor, percentServedBy } from "../capacity/sizing.ts";
import { drainSeconds } from "../cost/estimate.ts";
import type { Percent } from "../units.ts";
import type { WayBackSides } from "./undoing.ts";
import { inVain, type Spending, spentUp } from "./way-back-spending.ts";

export type WayBackAction =
  | { readonly do: "wait"; readonly seconds: number; readonly reason: string }
  | { readonly do: "shift"; readonly percent: Percent; readonly reason: string }
  | { readonly do: "refill"; readonly instances: number; readonly reason: string }
  /** Of the candidate. */
  | { readonly do: "shrink"; readonly instances: number; readonly reason: string }
  /** Of stable, in place, by what it was refilled with and does not need any more. */
  | { readonly do: "give-back"; readonly instances: number; readonly reason: string }
  /** Stable's own policy may shrink it again. */
  | { readonly do: "free-scale-in"; readonly reason: string }
  | { readonly do: "leave"; readonly reason: string }
  | { readonly do: "give-up"; readonly reason: string }
  | { readonly do: "drifted"; readonly reason: string }
  | { readonly do: "arrived"; readonly reason: string };

/** What there was no capacity for when it was last tried, and nothing has been given up for it since. */
export interface Refused {
  readonly refill: boolean;
  readonly move: boolean;
}

export interface WayBackQuestion {
  readonly plan: Filled & { readonly warmth: { readonly loadSecondsP95: number } };
  readonly needs: WayBackSides;
  readonly endpoint: FleetView;
  readonly warmInstances: WarmInstances;
  readonly load: LoadOutlook;
  /** Seconds since weights were last changed by this release. */
  readonly sinceShiftSeconds: number;
  readonly refused: Refused;
  /** Seconds since the endpoint was last moved back in vain. */
  readonly sinceMoveSeconds: number;
  /** Whether this release holds stable's scale-in, or has let go of it again; `none`: it never did. */
  readonly scaleIn: "held" | "freed" | "none";
  readonly spent: Spending;
  readonly budget: Spending;
  /** What one more move is expected to cost, US dollars. */
  readonly moveUsd: number;
}

/** From the beginning of a move for which there was no capacity to the next: as many times longer as there were. */
const pauseSeconds = 1200;

/** What is done after the time is up, too: traffic goes back, and what is given up is not kept for whoever tries again. */
const beyondTime: ReadonlySet<WayBackAction["do"]> = new Set(["shift", "shrink", "free-scale-in"]);

export function nextWayBack(question: WayBackQuestion): WayBackAction {
  const action = nextStep(question);
  if (action.do !== "give-up" && action.do !== "drifted") return action;
  return givenUpFor(question, action.reason) ?? action;
}

function nextStep(question: WayBackQuestion): WayBackAction {
  const { needs, endpoint, spent, budget } = question;
  if (isMoving(endpoint)) return { do: "wait", seconds: 30, reason: `the endpoint is ${endpoint.status}` };
  const candidate = variantOf(endpoint, needs.candidate.variant);
  const stable = variantOf(endpoint, needs.stable.variant);
  const { place, called } = endpoint.at;
  if (place === "before") return afterLeaving(question, stable);
  if (place !== "joined" || stable === undefined || candidate === undefined)
    return { do: "drifted", reason: `someone else moved the endpoint to ${called}` };
  const sides = { stable, candidate };
  const hasTraffic = candidate.currentWeight > 0 || candidate.desiredWeight > 0;
  const action = hasTraffic ? withTraffic(question, sides) : withoutTraffic(question, sides);
  if (beyondTime.has(action.do) || spent.minutes < budget.minutes) return action;
  return {
    do: "give-up",
    reason: `the endpoint was not back within ${budget.minutes} minutes: ${action.reason}`,
  };
}

interface Sides {
  readonly stable: Variant;
  readonly candidate: Variant;
}

function afterLeaving(question: WayBackQuestion, stable: Variant | undefined): WayBackAction {
  if (stable === undefined)
    return { do: "drifted", reason: `variant ${question.needs.stable.variant} is gone` };
  const refill = shortOf(question, stable);
  if (refill === undefined)
    return { do: "arrived", reason: `${question.endpoint.at.called} serves as before` };
  return question.refused.refill ? notYet(refill) : refill;
}

function withTraffic(question: WayBackQuestion, { stable, candidate }: Sides): WayBackAction {
  const { plan, needs } = question;
  const warm = warmOf(question.warmInstances, stable);
  const served = servedBy(question, warm);
  if (served >= 100) return { do: "shift", percent: 0, reason: "stable can take all traffic" };
  const total = stable.currentWeight + candidate.currentWeight;
  const now = total === 0 ? 0 : (100 * candidate.currentWeight) / total;
  const least = Math.ceil(100 - served);
  if (least < now - 1)
    return {
      do: "shift",
      percent: least,
      reason: `stable's ${warm} warm instances can take ${100 - least} %`,
    };
  // A count change would lock the endpoint while the share that loading instances can take soon could go back.
  const soon = Math.ceil(100 - servedBy(question, stable.currentInstances));
  if (warm < stable.currentInstances && soon < now - 1)
    return { do: "wait", seconds: 30, reason: "stable's instances load their models" };
  const refill = shortOf(question, stable);
  if (refill === undefined) return { do: "wait", seconds: 30, reason: "stable is being refilled" };
  if (!question.refused.refill) return refill;
  const load = { requestsPerSecond: loadRefilled(question), percent: Math.min(100, now) };
  const { requestsPerSecondPerInstance = needs.stable.requestsPerSecondPerInstance } = needs.candidate;
  const own = Math.max(1, instancesFor(plan, { requestsPerSecondPerInstance }, load));
  return shrunk(candidate, own) ?? notYet(refill);
}

function withoutTraffic(question: WayBackQuestion, { stable, candidate }: Sides): WayBackAction {
  const { refused, spent } = question;
  const refill = shortOf(question, stable);
  if (refill !== undefined && !refused.refill) return refill;
  if (refill !== undefined && servedBy(question, warmOf(question.warmInstances, stable)) < 100)
    return shrunk(candidate, 1) ?? notYet(refill);
  if (question.sinceShiftSeconds < drainSeconds)
    return { do: "wait", seconds: drainSeconds, reason: "the candidate's last requests drain" };
  const over = spentUp(question);
  const smaller = roomMade(question, { stable, candidate }, over === undefined);
  if (smaller !== undefined) return smaller;
  if (over !== undefined) return { do: "give-up", reason: over };
  if (refused.move) return { do: "wait", seconds: 60, reason: "no capacity to move the endpoint back yet" };
  if (question.sinceMoveSeconds < pauseSeconds * spent.moves)
    return { do: "wait", seconds: 60, reason: `the endpoint was ${inVain(spent)} yet` };
  return { do: "leave", reason: `back to ${question.endpoint.called.before}` };
}

/**
 * What is given up for a move back that was refused: the candidate's fleet, which serves nothing, and stable's surplus; in
 * place only for a move that is still to be made, since stable gets it again beside a candidate that stays.
 */
function roomMade(
  question: WayBackQuestion,
  { stable, candidate }: Sides,
  isPaid: boolean,
): WayBackAction | undefined {
  const { needs, scaleIn, refused, spent, budget } = question;
  if (!refused.move && spent.moves === 0) return undefined;
  const smaller = shrunk(candidate, 1);
  if (smaller !== undefined) return smaller;
  // In place nothing scales it: set free, it would grow to its own minimum.
  if (needs.inPlace !== undefined)
    return isPaid && spent.minutes < budget.minutes ? givenBack(question, stable) : undefined;
  if (scaleIn !== "held") return undefined;
  return {
    do: "free-scale-in",
    reason: `${needs.stable.variant} may shrink again, so that its new fleet finds room`,
  };
}

/** What stable was refilled with for a load that has gone again: twice that is more than the quota has room for. */
function givenBack(question: WayBackQuestion, stable: Variant): WayBackAction | undefined {
  const requestsPerSecond = loadRefilled(question);
  const live = instancesFor(question.plan, question.needs.stable, { requestsPerSecond, percent: 100 });
  const instances = Math.max(live, question.needs.stable.instances);
  if (stable.desiredInstances <= instances) return undefined;
  const reason = `stable gives back ${stable.desiredInstances - instances} instances that it was refilled with`;
  return { do: "give-back", instances, reason };
}

const notYet = ({ reason }: WayBackAction): WayBackAction => ({
  do: "wait",
  seconds: 60,
  reason: `${reason}: no capacity yet`,
});

/**
 * Stable's refill to what it gave up in place, beside a candidate that stays: it was small for a while that has become
 * nobody knows how long, and no policy may make it larger. An idle candidate makes room for it. Undefined where there is
 * nothing to refill, or nothing to be had within the time that a raise takes more.
 */
export function givenUpFor(question: WayBackQuestion, why: string): WayBackAction | undefined {
  const { needs, endpoint, refused, spent, budget, plan } = question;
  const stableInstances = needs.inPlace?.stableInstances ?? 0;
  const stable = variantOf(endpoint, needs.stable.variant);
  if (stable === undefined || isMoving(endpoint) || stable.desiredInstances >= stableInstances)
    return undefined;
  // Whoever has moved the endpoint and kept its counts has kept ours: another count is theirs.
  if (endpoint.at.place !== "joined" && stable.desiredInstances !== needs.stable.instances) return undefined;
  if (spent.minutes >= budget.minutes + raiseLeadSeconds(plan) / 60) return undefined;
  const what = `${why}; stable gets back ${stableInstances - stable.desiredInstances} instances that it gave up`;
  if (!refused.refill) return { do: "refill", instances: stableInstances, reason: what };
  const candidate = variantOf(endpoint, needs.candidate.variant);
  return candidate?.currentWeight === 0 && candidate.desiredWeight === 0 ? shrunk(candidate, 1) : undefined;
}

function shrunk(candidate: Variant, instances: number): WayBackAction | undefined {
  if (candidate.desiredInstances <= instances) return undefined;
  return {
    do: "shrink",
    instances,
    reason: `the candidate gives up ${candidate.desiredInstances - instances} instances that it does not need`,
  };
}

/** The share that so many of stable's instances can take, percent. */
function servedBy({ plan, needs, load }: WayBackQuestion, ready: number): number {
  return percentServedBy(plan, needs.stable, { ready, requestsPerSecond: load.now });
}

/** The load by when instances serve that stable is refilled with now, requests per second. */
const loadRefilled = ({ plan, load }: WayBackQuestion): number => loadBy(load, raiseLeadSeconds(plan));

/**
 * Stable's refill to max(live need, size before the release), where it falls short; a fleet that was set free to shrink
 * is refilled for the live need alone.
 */
function shortOf(question: WayBackQuestion, stable: Variant): (WayBackAction & { do: "refill" }) | undefined {
  const { plan, needs, scaleIn, endpoint } = question;
  const requestsPerSecond = loadRefilled(question);
  const live = instancesFor(plan, needs.stable, { requestsPerSecond, percent: 100 });
  const isJoined = endpoint.at.place === "joined";
  const free = scaleIn === "freed" && isJoined;
  // What stable was shrunk by comes back once the candidate has left: beside it there is no room.
  const { stableInstances: before = needs.stable.instances } = needs.inPlace ?? {};
  const instances = free ? live : Math.max(live, isJoined ? needs.stable.instances : before);
  if (stable.desiredInstances >= instances) return undefined;
  return {
    do: "refill",
    instances,
    reason: `stable is refilled from ${stable.desiredInstances} to ${instances}`,
  };
}
