/** What a release in place takes from stable and when, what it may meet, and what its way back can take. */

import { finalOf, wholeFleet } from "../capacity/candidate-fleet.ts";
import { candidateNeeds } from "../capacity/sizing.ts";
import {
  carriedBy,
  type InPlaceReturn,
  inPlaceMinutes,
  leastStable,
  returnOf,
} from "../feasibility/in-place.ts";
import { plannedFleet, plannedStable } from "../feasibility/planned-fleet.ts";
import { consentOf, type InPlace, windowAt } from "../plan/in-place.ts";
import type { Plan } from "../plan/plan.ts";

export interface InPlaceOutlook extends InPlace {
  /** Stable's instances between releases, and those that it keeps at least: more where the quota leaves more. */
  readonly stableInstances: number;
  readonly keptInstances: number;
  /** The candidate's as it joins, and once it serves alone. */
  readonly candidateInstances: number;
  readonly grownInstances: number;
  /** The most instances at one time beyond those between releases, of whatever type; an update launches what stays anew. */
  readonly surgeInstances: number;
  /** What the way back takes at the planned utilisation, requests per second. */
  readonly carriedRequestsPerSecond: number;
  /** From stable's shrinking to the end, the way back at its last moment included, at planned durations; and what the window has. */
  readonly minutes: number;
  readonly windowMinutes: number;
  readonly wayBack: InPlaceReturn;
}

/** For a release of the default type, at the least that stable keeps; undefined where the plan consents to none. */
export function inPlaceOutlook(plan: Plan): InPlaceOutlook | undefined {
  const consent = consentOf(plan.rollout);
  if (consent === undefined) return undefined;
  const needs = candidateNeeds(plan, plan.defaultReleaseType);
  const { fleet } = plannedFleet(plan, needs);
  const candidate = { instanceType: needs.instanceType, instances: finalOf(fleet) };
  const { instances: kept } = plannedStable(plan);
  const { opensMs, closesMs } = windowAt(consent.window, 0);
  const grown = wholeFleet(plan, needs, plan.requirements.peakRequestsPerSecond);
  const most = Math.max(2 * kept + candidate.instances, kept + 2 * candidate.instances, grown);
  return {
    ...consent,
    stableInstances: plan.endpoint.instances,
    keptInstances: kept,
    candidateInstances: candidate.instances,
    grownInstances: Math.max(candidate.instances, grown),
    surgeInstances: Math.max(0, most - plan.endpoint.instances),
    carriedRequestsPerSecond: Math.round(carriedBy(plan, kept, plan.endpoint) * 100) / 100,
    minutes: Math.ceil(inPlaceMinutes(plan, candidate)),
    windowMinutes: Math.round((closesMs - opensMs) / 60_000),
    wayBack: returnOf(plan),
  };
}

/** Why a plan's consent comes to nothing, a sentence each. */
export function inPlaceWarnings(plan: Plan): string[] {
  const outlook = inPlaceOutlook(plan);
  if (outlook === undefined)
    return plan.rollout.inPlace === undefined
      ? []
      : [
          `rollout.inPlace says when stable may be shrunk, and rollout.strategy is ${plan.rollout.strategy}: it is not`,
        ];
  const { minutes, windowMinutes, stableInstances, mostRequestsPerSecond } = outlook;
  const least = leastStable(plan, outlook, plan.endpoint);
  return [
    ...(minutes > windowMinutes
      ? [
          `a release in place would be refused: it takes ${minutes} minutes, its way back among them, and its window has ${windowMinutes}`,
        ]
      : []),
    ...(least > stableInstances
      ? [
          `a release in place would be refused: ${mostRequestsPerSecond} requests per second take ${least} instances, and the steady fleet has ${stableInstances}`,
        ]
      : []),
  ];
}
