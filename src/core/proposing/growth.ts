/** What each instance serves of a fleet of another size than those that were tested: less, where it is shown that instances hold up each other. */
import { candidateNeeds } from "../capacity/sizing.ts";
import { reachOf, servedAt } from "../load/fleet-growth.ts";
import { servedBy } from "../load/scaling-law.ts";
import type { Plan } from "../plan/plan.ts";
import { fleetsKnown } from "../release/scaling-lessons.ts";
import type { Evidence } from "./known.ts";

export interface Growth {
  /** Of what an instance was shown to serve, the part that each of so many does: 1 where nothing else is shown. */
  readonly part: (instances: number) => number;
  /** How many sizes it rests on; 0 where all is taken in proportion. */
  readonly sizes: number;
  /** What cannot be said of a fleet of so many, where it is not in proportion. */
  readonly refusal: (instances: number) => string | undefined;
}

const inProportion: Growth = { part: () => 1, sizes: 0, refusal: () => undefined };

export function growthKnown(plan: Plan, { past, nowMs }: Evidence): Growth {
  const { instanceType } = candidateNeeds(plan, plan.defaultReleaseType);
  const { seen, fit } = fleetsKnown({ model: plan.model, instanceType, past, nowMs });
  if ("refused" in fit || fit.isProportional) return inProportion;
  const each = (instances: number) => servedBy(fit.law, instances) / instances;
  const weights = seen.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const logs = seen.reduce((sum, { instances, weight = 1 }) => sum + weight * Math.log(each(instances)), 0);
  const usual = Math.exp(logs / weights);
  const reach = reachOf(fit);
  return {
    // Further than that the law is not taken: what is left is in proportion, and said to be.
    part: (instances) => each(Math.min(reach, Math.max(1, instances))) / usual,
    sizes: fit.sizes.length,
    refusal: (instances) => {
      const found = servedAt(fit, instances);
      return "refused" in found ? found.refused : undefined;
    },
  };
}
