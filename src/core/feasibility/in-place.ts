/**
 * A release in place: stable is shrunk, by the plan's consent, until the candidate fits beside it. An UpdateEndpoint builds what
 * stays anew beside all that stands, so it is twice stable and once the candidate that the quota must have room for as the
 * candidate joins or leaves, and twice the candidate as stable does. A count change builds nothing twice: stable shrinks by
 * one before the candidate joins, and what serves in the end grows back by one.
 */

import type { SizedFleet } from "../capacity/candidate-fleet.ts";
import { raiseLeadSeconds, raiseLockMinutesP95, updateMinutes } from "../capacity/locked-minutes.ts";
import { type InstanceThroughput, launchedFor, servedPerInstance } from "../capacity/sizing.ts";
import { drainSeconds, warmingMinutes } from "../cost/estimate.ts";
import { standingsFrom } from "../cost/standings.ts";
import { type InPlace, windowAt } from "../plan/in-place.ts";
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import type { InstancesByType } from "./feasibility.ts";

export interface ShrinkQuestion {
  readonly plan: Plan;
  /** As it serves. */
  readonly stable: SizedFleet & InstanceThroughput;
  readonly candidate: SizedFleet;
  /** What the candidate grows to once it serves alone. */
  readonly grownInstances: number;
  /** The account's quotas for endpoint instances, by type, and what of other endpoints counts against them. */
  readonly quota: InstancesByType;
  readonly elsewhere: InstancesByType;
}

export type ShrinkAnswer = { readonly instances: number } | { readonly lacks: readonly string[] };

/** Instances that stable must keep to take back the most load that the plan consents to. */
export const leastStable = (
  plan: Plan,
  { mostRequestsPerSecond }: InPlace,
  each: InstanceThroughput,
): number => Math.max(1, launchedFor(plan, each, { requestsPerSecond: mostRequestsPerSecond, percent: 100 }));

/** The most instances that stable can keep within the quota; lacking where those do not carry the plan's low load. */
export function shrunkStable(question: ShrinkQuestion, consent: InPlace): ShrinkAnswer {
  const { plan, stable, candidate, grownInstances } = question;
  const least = leastStable(plan, consent, stable);
  const [ofStable, ofCandidate] = [
    leftOf(question, stable.instanceType),
    leftOf(question, candidate.instanceType),
  ];
  const isSameType = stable.instanceType === candidate.instanceType;
  const beside = isSameType ? candidate.instances : 0;
  const most = Math.min(
    stable.instances,
    Math.floor((ofStable - beside) / 2),
    isSameType ? ofStable - 2 * beside : Number.POSITIVE_INFINITY,
  );
  const low = `${consent.mostRequestsPerSecond} requests per second`;
  const lacks: string[] = [];
  if (least > stable.instances)
    lacks.push(
      `in place stable would have to carry ${low} with ${least} ${stable.instanceType}, and it has ${stable.instances}`,
    );
  else if (most < least)
    lacks.push(
      `in place stable must keep ${least} ${stable.instanceType} for ${low}, which takes ${neededFor(least, beside)} beside other endpoints as the candidate joins, goes back or is promoted; the account's quota leaves ${ofStable}`,
    );
  if (!isSameType && 2 * candidate.instances > ofCandidate)
    lacks.push(
      `the promotion takes ${2 * candidate.instances} ${candidate.instanceType}, and the account's quota leaves ${ofCandidate}`,
    );
  if (grownInstances > ofCandidate)
    lacks.push(
      `the candidate grows to ${grownInstances} ${candidate.instanceType} after its promotion, and the account's quota leaves ${ofCandidate}`,
    );
  return lacks.length > 0 ? { lacks } : { instances: most };
}

const neededFor = (stable: number, beside: number): number => beside + Math.max(2 * stable, stable + beside);

/** Of a type without a listed quota nothing is left. */
const leftOf = ({ quota, elsewhere }: ShrinkQuestion, type: string): number =>
  Math.max(0, (quota[type] ?? 0) - (elsewhere[type] ?? 0));

/** How a release in place goes back. */
export interface InPlaceReturn {
  /** Until all traffic is stable's again, by weights alone. */
  readonly trafficMinutes: number;
  /** Until the candidate is off and stable has grown back, at the planned durations. */
  readonly wholeMinutes: number;
}

/** Weights are in force within a minute or so (AWS-wide reports; docs/DECISIONS.md). */
const weightMinutes = 1;

/** The candidate's requests drain, an update takes it off, and a count change brings back what stable gave up. */
export const returnOf = (plan: Plan): InPlaceReturn => ({
  trafficMinutes: weightMinutes,
  wholeMinutes: weightMinutes + drainSeconds / 60 + updateMinutes + raiseLeadSeconds(plan) / 60,
});

/** From stable's shrinking to the end, promoted and grown or gone back at the last moment; at the planned durations, minutes. */
export function inPlaceMinutes(plan: Plan, candidate: SizedFleet): number {
  const stages = standingsFrom(plan, candidate).reduce(
    (sum, one) => sum + one.bakeMinutes + one.waitMinutes,
    0,
  );
  return raiseLockMinutesP95 + updateMinutes + warmingMinutes + stages + returnOf(plan).wholeMinutes;
}

/** Requests per second that so many of stable's instances carry at the plan's utilisation. */
export const carriedBy = (plan: Plan, instances: number, each: InstanceThroughput): number =>
  instances * servedPerInstance(plan, each);

export type WindowAnswer =
  | { readonly is: "open"; readonly closesMs: EpochMs }
  | { readonly is: "closed"; readonly untilMs: EpochMs; readonly reason: string }
  | { readonly is: "too-short"; readonly reason: string };

/** Whether a release that takes so long may begin at a moment and be over, one way or the other, before its window closes. */
export function windowFor(
  { window }: InPlace,
  { minutes, nowMs }: { readonly minutes: number; readonly nowMs: EpochMs },
): WindowAnswer {
  const { opensMs, closesMs } = windowAt(window, nowMs);
  const fits = (fromMs: EpochMs, toMs: EpochMs) => toMs - fromMs >= minutes * 60_000;
  const text = `${window.from} to ${window.to} ${window.timeZone}`;
  if (!fits(opensMs, closesMs))
    return {
      is: "too-short",
      reason: `in place a release takes ${Math.ceil(minutes)} minutes, its way back among them, and the window from ${text} has ${Math.round((closesMs - opensMs) / 60_000)}`,
    };
  if (opensMs <= nowMs && fits(nowMs, closesMs)) return { is: "open", closesMs };
  const next = opensMs > nowMs ? opensMs : windowAt(window, closesMs).opensMs;
  return {
    is: "closed",
    untilMs: next,
    reason: `in place it begins within the window from ${text} with ${Math.ceil(minutes)} minutes left of it: waits until ${new Date(next).toISOString()}`,
  };
}
