/**
 * How long before its date a milestone has to start: worked back from the moment at which its capacity is to be there, or,
 * of production, at which the version is to have all the traffic.
 */

import { raiseLockMinutesP95 } from "../capacity/locked-minutes.ts";
import { candidateNeeds } from "../capacity/sizing.ts";
import { warmingMinutes } from "../cost/estimate.ts";
import { standingsFrom } from "../cost/standings.ts";
import { plannedFleet, plannedStable } from "../feasibility/planned-fleet.ts";
import { type KnownLaunch, takeOverMinutes } from "../learning/launch.ts";
import { type LaunchedFleet, slowestSeconds } from "../learning/provisioning.ts";
import { consentOf } from "../plan/in-place.ts";
import { loadTestMinutes } from "../plan/load-test.ts";
import { planOfMilestone } from "../plan/milestone-plan.ts";
import { capacityOf, isCluster, type MilestoneKind, type Plan, type TrainingCapacity } from "../plan/plan.ts";

export interface LeadPart {
  readonly what:
    | "what is leant on"
    | "making room"
    | "provisioning"
    | "taking over"
    | "model load"
    | "priming job"
    | "proof of warmth"
    | "test under load"
    | "stages";
  readonly minutes: number;
}

export interface LeadTime {
  /** One after another. */
  readonly parts: readonly LeadPart[];
  /** All of them, in whole minutes. */
  readonly minutes: number;
}

/** What the model leans on is raised before it joins, and waited for: tasks, concurrency and throughput take minutes (unconfirmed). */
const alongsideMinutes = 5;
/** A priming job's download, run and upload, and until its end is noticed: of a short one, whose length no plan says. */
const primingMinutes = 5;

/**
 * With a release of the default type at the planned peak, and nothing in its way. `launches`: what is known of the account's
 * own, of this plan or another.
 */
export function leadTimeOf(plan: Plan, kind: MilestoneKind, launches: readonly KnownLaunch[]): LeadTime {
  const capacity = capacityOf(plan.milestones[kind]);
  const parts =
    capacity === undefined
      ? releaseParts(planOfMilestone(plan, kind), launches)
      : capacityParts(plan, capacity, launches);
  return { parts, minutes: Math.ceil(parts.reduce((sum, { minutes }) => sum + minutes, 0)) };
}

const provisioning = (
  { leadTimeQuantile: quantile }: Plan,
  fleets: readonly LaunchedFleet[],
  launches: readonly KnownLaunch[],
): LeadPart => ({ what: "provisioning", minutes: slowestSeconds(fleets, { quantile, launches }) / 60 });

const capacityParts = (
  plan: Plan,
  capacity: TrainingCapacity,
  launches: readonly KnownLaunch[],
): LeadPart[] => [
  provisioning(plan, [capacity], launches),
  ...(isCluster(capacity) ? [] : [{ what: "priming job" as const, minutes: primingMinutes }]),
];

/** Joining launches both fleets anew. */
function releaseParts(plan: Plan, launches: readonly KnownLaunch[]): LeadPart[] {
  const needs = candidateNeeds(plan, plan.defaultReleaseType);
  const { fleet } = plannedFleet(plan, needs);
  const joining = { instanceType: needs.instanceType, ...fleet };
  const stages = standingsFrom(plan, joining);
  return [
    ...(plan.alongside === undefined
      ? []
      : [{ what: "what is leant on" as const, minutes: alongsideMinutes }]),
    ...(consentOf(plan.rollout) === undefined
      ? []
      : [{ what: "making room" as const, minutes: raiseLockMinutesP95 }]),
    provisioning(plan, [plannedStable(plan), joining], launches),
    { what: "taking over", minutes: takeOverMinutes },
    { what: "model load", minutes: plan.warmth.loadSecondsP95 / 60 },
    { what: "proof of warmth", minutes: warmingMinutes },
    ...(plan.loadTest === undefined
      ? []
      : [{ what: "test under load" as const, minutes: loadTestMinutes(plan).most }]),
    {
      what: "stages",
      minutes: stages.reduce((sum, { bakeMinutes, waitMinutes }) => sum + bakeMinutes + waitMinutes, 0),
    },
  ];
}
