/**
 * The plan by which the release of a milestone goes. What staging does not say for itself is as in production, but for what
 * only production has: what else the model leans on, alarms, and dated freezes.
 */
import type { MilestoneKind, Plan } from "./plan.ts";

type Milestones = Pick<Plan, "milestones">;

/** Whether a milestone releases a version on an endpoint; any other is about capacity alone. */
export const releasesVersion = ({ milestones }: Milestones, kind: MilestoneKind): boolean =>
  isOnServing(kind) || (kind === "staging" && milestones.staging?.release !== undefined);

/** Whether a milestone's releases are of the endpoint that serves users. */
export const isOnServing = (kind: string | undefined): boolean => kind === "production" || kind === "patch";

/** Whether a version has to be promoted in staging before an event or a date releases it in production. */
export const isStagedFirst = (plan: Milestones, kind: MilestoneKind): boolean =>
  isOnServing(kind) && releasesVersion(plan, "staging");

/** The plan as a milestone's release goes by it: staging's is the plan of its own endpoint; a patch is of that type. */
export function planOfMilestone(plan: Plan, kind: MilestoneKind): Plan {
  if (kind === "patch" && plan.milestones.patch !== undefined)
    return { ...plan, defaultReleaseType: "patch" };
  const staging = plan.milestones.staging?.release;
  if (kind !== "staging" || staging === undefined) return plan;
  const { endpoint, peakRequestsPerSecond, rollout, kpis, budget, alarms } = staging;
  const { alongside: _, ...rest } = plan;
  return {
    ...rest,
    endpoint,
    requirements: { ...plan.requirements, peakRequestsPerSecond },
    rollout: rollout ?? plan.rollout,
    kpis: kpis ?? plan.kpis,
    budget: budget ?? plan.budget,
    alarms,
    freezes: { ...plan.freezes, windows: [] },
  };
}

/** The plan and, where staging is a release, staging's: one for each endpoint that versions are released on. */
export const releasedPlans = (plan: Plan): Plan[] =>
  releasesVersion(plan, "staging") ? [plan, planOfMilestone(plan, "staging")] : [plan];
