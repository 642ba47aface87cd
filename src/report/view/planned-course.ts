/** A release as its plan has it: when each share would come, by the estimate's own minutes, and what its fleets would be. */
import { type ReleaseOutlook, releaseOutlook } from "../../core/outlook/release-outlook.ts";
import { capacityOf, type Plan, releaseTypes } from "../../core/plan/plan.ts";
import { heldBack } from "../../core/plan/rollout.ts";
import type { ReleaseTold } from "./told.ts";

export interface PlannedCourse {
  readonly shares: readonly { readonly atSeconds: number; readonly trafficPercent: number }[];
  /** Of the candidate, once it has been promoted. */
  readonly instances: number;
  /** Until its end. */
  readonly seconds: number;
}

/** What its plan has in mind for a release of its type, on the instance type that it has come to. */
export function outlookFor(
  { releaseType, needs }: Pick<ReleaseTold, "releaseType" | "needs">,
  plan: Plan,
): Omit<ReleaseOutlook, "releaseType" | "isDefault" | "fallback"> {
  const type = releaseTypes.find((each) => each === releaseType) ?? plan.defaultReleaseType;
  const { fallback = [], ...first } = releaseOutlook(plan, type);
  const taken = needs?.candidate.instanceType;
  return fallback.find(({ candidate }) => candidate.instanceType === taken) ?? first;
}

/** Undefined where nobody knows the plan, and for milestones that raise capacity alone. */
export function plannedCourse(told: ReleaseTold): PlannedCourse | undefined {
  const { plan, milestone } = told;
  if (plan === undefined || capacityOf(plan.milestones[milestone as keyof Plan["milestones"]]) !== undefined)
    return undefined;
  const { expenses, candidate, minutes } = outlookFor(told, plan);
  const minutesOf = (item: string) => expenses.find((each) => each.item === item)?.minutes ?? 0;
  const { stages } = plan.rollout;
  const waiting = minutesOf("waits") / stages.length;
  let atMinutes = minutesOf("joining") + minutesOf("warming up");
  const shares = [{ atSeconds: 0, trafficPercent: 0 }];
  for (const { trafficPercent, bakeMinutes } of stages) {
    shares.push({ atSeconds: atMinutes * 60, trafficPercent });
    atMinutes += bakeMinutes + waiting;
  }
  if (heldBack(plan.rollout) > 0) shares.push({ atSeconds: atMinutes * 60, trafficPercent: 100 });
  return { shares, instances: candidate.instances, seconds: minutes * 60 };
}
