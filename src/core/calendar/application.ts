/** What it takes for a plan to be in force: the plan first, since its calendar follows from it, then step by step that. */

import type { KnownLaunch } from "../learning/launch.ts";
import { type Difference, differences } from "../plan/difference.ts";
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { retiringApart, type StandingApart, stepsApart } from "./apart.ts";
import {
  calendarSteps,
  retiringSteps,
  type ScheduleStep,
  type SchedulesInForce,
  type Target,
} from "./calendar.ts";
import type { QuotaStep } from "./quota-requests.ts";

/** A plan as it is in force. */
export interface PlanInForce {
  /** As it is stored, whatever code wrote it. */
  readonly plan: unknown;
  /** ISO time. */
  readonly appliedAt: string;
  /** Who applied it: an ARN. Absent where it was not kept. */
  readonly appliedBy?: string;
}

/** What a deployment has for a model. */
export interface DeployedPlan {
  readonly inForce: PlanInForce | undefined;
  readonly standing: SchedulesInForce;
  /** Starts apart from recurring ones, for dates before which clocks change. */
  readonly apart: StandingApart;
  /** Schedules that an earlier version made outside the stack's group. */
  readonly former: SchedulesInForce;
  /** How long instances took in the releases of before. */
  readonly launches: readonly KnownLaunch[];
  /** What could not be looked at, a sentence each. */
  readonly unseen: readonly string[];
}

export interface PlanStep {
  readonly of: "plan";
  readonly from: PlanInForce | undefined;
  readonly differences: readonly Difference[];
}
/** The plan is in force no more. */
export interface RetirementStep {
  readonly of: "retirement";
  readonly from: PlanInForce;
}
export type ApplyStep =
  | PlanStep
  | RetirementStep
  | ({ readonly of: "schedule" } & ScheduleStep)
  /** After all others: more of a quota is asked for, or it is told why not. */
  | ({ readonly of: "quota" } & QuotaStep);

export type Took =
  | { readonly how: "done" }
  /** It is not so, and why. */
  | { readonly how: "failed"; readonly why: string }
  /** Whether it is so could not be seen. */
  | { readonly how: "unknown"; readonly why: string }
  /** It was not tried, since something before it failed. */
  | { readonly how: "left" };

export interface Taken {
  readonly step: ApplyStep;
  readonly took: Took;
}

/** In the order in which they are done; what is so already is among them. */
export function stepsTo(
  plan: Plan,
  { inForce, apart, ...stood }: Omit<DeployedPlan, "unseen">,
  { target, nowMs }: { target: Target; nowMs: EpochMs },
): ApplyStep[] {
  const asStored: unknown = JSON.parse(JSON.stringify(plan));
  return [
    { of: "plan", from: inForce, differences: differences(inForce?.plan, asStored) },
    ...[
      ...calendarSteps(plan, stood, { target, nowMs }),
      ...stepsApart(plan, { launches: stood.launches, standing: apart, target, nowMs }),
    ].map((step) => ({ of: "schedule" as const, ...step })),
  ];
}

/** Schedules first: one without its plan would start what is refused, time and again. */
export function stepsAway(
  { inForce, apart, ...stood }: Omit<DeployedPlan, "unseen" | "launches">,
  target: Pick<Target, "machine">,
): ApplyStep[] {
  return [
    ...[...retiringApart(apart), ...retiringSteps(stood, target)].map((step) => ({
      of: "schedule" as const,
      ...step,
    })),
    ...(inForce === undefined ? [] : [{ of: "retirement" as const, from: inForce }]),
  ];
}

/** Whether a step changes anything. */
export function changes(step: ApplyStep): boolean {
  if (step.of === "plan") return step.differences.length > 0;
  if (step.of === "quota") return step.act === "ask";
  return step.of === "retirement" || (step.act !== "keep" && step.act !== "pass");
}

/** Whether a step must wait: for the plan, a removal for all that is to be there, and a plan's end for its schedules'. */
export const mustWait = (step: ApplyStep, before: readonly Taken[]): boolean =>
  before.some(
    ({ step: { of }, took }) =>
      took.how !== "done" &&
      (of === "plan" || step.of === "retirement" || (step.of === "schedule" && isRemovalToWait(step))),
  );

/** Those of a plan that goes wait for nothing. */
const isRemovalToWait = (step: ScheduleStep): boolean => step.act === "remove" && step.why !== "unplanned";
