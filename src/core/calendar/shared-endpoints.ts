/** Endpoints that several plans name, whatever their dates: what is released by one replaces what is released by the other. */
import { releasedPlans } from "../plan/milestone-plan.ts";
import type { Plan } from "../plan/plan.ts";

export interface SharedEndpoint {
  readonly what: "shared-endpoint";
  /** `endpoint/NAME` */
  readonly subject: string;
  /** In the order of the plans. */
  readonly by: readonly NamedBy[];
}

interface NamedBy {
  readonly model: string;
  /** For which of its releases the plan names it. */
  readonly milestone: "production" | "staging";
}

export function sharedEndpoints(plans: readonly Plan[]): SharedEndpoint[] {
  const named = plans.flatMap((plan) =>
    releasedPlans(plan).map(({ model, endpoint }, nth): NamedBy & { readonly name: string } => ({
      name: endpoint.name,
      model,
      milestone: nth === 0 ? "production" : "staging",
    })),
  );
  return [...Map.groupBy(named, ({ name }) => name)].flatMap(([name, all]) => {
    const by = all.map(({ model, milestone }) => ({ model, milestone }));
    const isShared = new Set(by.map(({ model }) => model)).size > 1;
    return isShared ? [{ what: "shared-endpoint" as const, subject: `endpoint/${name}`, by }] : [];
  });
}
