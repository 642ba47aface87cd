/**
 * A plan for going back to a version that has served before: its whole fleet from the start, and one step between nothing and
 * all. What has served is known to be good, and what serves now is why somebody is in a hurry: it is judged all the same, but
 * need not measure up to criteria that may be younger than itself.
 */
import { capacityOf, type Plan } from "./plan.ts";
import { strategies } from "./strategies.ts";

/** Chosen: long enough for a few looks, minutes. */
const bakeMinutes = 5;
const halfPercent = 50;

export function revertingPlan(plan: Plan): Plan {
  // What has served is not watched: harm found of it would lead back to what it was taken back from.
  const { rollout, quality: _, loadTest, ...rest } = plan;
  const last = rollout.stages.at(-1)?.trafficPercent ?? 100;
  const shortest = Math.min(bakeMinutes, ...rollout.stages.map((stage) => stage.bakeMinutes));
  const shares = [halfPercent, last].filter((share, nth) => nth === 1 || share < last);
  return {
    ...rest,
    ...(loadTest !== undefined && { loadTest: withoutLaterSpike(loadTest) }),
    milestones: withoutCriteria(plan.milestones),
    rollout: {
      ...rollout,
      // Where nothing but that fits the quota, all at once would be refused.
      strategy: strategies[rollout.strategy].shrinksStable ? rollout.strategy : "upfront",
      stages: shares.map((trafficPercent) => ({ trafficPercent, bakeMinutes: shortest })),
      onInconclusive: { action: "proceed" },
    },
  };
}

/** Of validation its capacity alone, if it has any. */
function withoutCriteria({ validation, ...others }: Plan["milestones"]): Plan["milestones"] {
  if (validation === undefined || capacityOf(validation) === undefined) return others;
  const { criteria: _, ...capacity } = validation;
  return { ...others, validation: capacity };
}

/** It is taken back in a hurry: nothing is sent on top of its users' load. */
function withoutLaterSpike({ spike, ...rest }: NonNullable<Plan["loadTest"]>): Plan["loadTest"] {
  if (spike === undefined) return rest;
  const { afterPromotion: _, ...own } = spike;
  return { ...rest, spike: own };
}
