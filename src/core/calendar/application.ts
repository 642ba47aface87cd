/** What it takes for a plan to be in force: the plan first, since its calendar follows from it, then step by step that. */

import type { Launch } from "../capacity/launch.ts";
import { type Difference, differences } from "../plan/difference.ts";
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { calendarSteps, type ScheduleStep, type SchedulesInForce, type Target } from "./calendar.ts";

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
  /** Schedules that an earlier version made outside the stack's group. */
  readonly former: SchedulesInForce;
  /** How long instances took in the releases of before. */
  readonly launches: readonly Launch[];
  /** What could not be looked at, a sentence each. */
  readonly unseen: readonly string[];
}

export interface PlanStep {
  readonly of: "plan";
  readonly from: PlanInForce | undefined;
  readonly differences: readonly Difference[];
}
export type ApplyStep = PlanStep | ({ readonly of: "schedule" } & ScheduleStep);

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
  { inForce, ...stood }: Omit<DeployedPlan, "unseen">,
  { target, nowMs }: { target: Target; nowMs: EpochMs },
): ApplyStep[] {
  const asStored: unknown = JSON.parse(JSON.stringify(plan));
  return [
    { of: "plan", from: inForce, differences: differences(inForce?.plan, asStored) },
    ...calendarSteps(plan, stood, { target, nowMs }).map((step) => ({
      of: "schedule" as const,
      ...step,
    })),
  ];
}

/** Whether a step changes anything. */
export const changes = (step: ApplyStep): boolean =>
  step.of === "plan" ? step.differences.length > 0 : step.act !== "keep" && step.act !== "pass";

/** Whether a step must wait: for the plan, and a removal for all that is to be there. */
export const mustWait = (step: ApplyStep, before: readonly Taken[]): boolean =>
  before.some(
    ({ step: { of }, took }) =>
      took.how !== "done" && (of === "plan" || (step.of === "schedule" && step.act === "remove")),
  );
