/** What an account allows to run, and what others than some plans have of it. */
import { type AccountInUse, steadyOf } from "../core/calendar/conflicts.ts";
import type { Occurrence } from "../core/calendar/occurrences.ts";
import { releasedPlans } from "../core/plan/milestone-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Aws } from "./clients.ts";
import { clustersInUse } from "./clusters.ts";
import { quotasFor } from "./service-quotas.ts";
import { servingPlatform } from "./serving/platforms.ts";
import { releasesUnderWay } from "./under-way.ts";

export interface SeenInUse extends AccountInUse {
  /** Endpoints that may not be looked at. */
  readonly unseen: readonly string[];
  /** One sentence each: what else could not be looked at. */
  readonly refused: readonly string[];
}

/**
 * Of the instance types that occurrences raise. What the plans' own endpoints have between releases is not others'; nor is what a
 * release that is under way has on one of them: it will be over, and the next one of that endpoint waits for it.
 */
export async function accountInUse(
  aws: Aws,
  occurrences: readonly Occurrence[],
  plans: readonly Plan[],
): Promise<SeenInUse> {
  const typesOf = (wanted: string) => [
    ...new Set(
      occurrences.flatMap(({ raised }) =>
        raised.flatMap(({ use, instanceType }) => (use === wanted ? [instanceType] : [])),
      ),
    ),
  ];
  const types = typesOf("endpoint usage");
  const { endpoints, refused } = await endpointsInUse(aws, types, plans);
  const jobs = typesOf("training job usage");
  const nodes = typesOf("cluster usage");
  const inClusters = nodes.length === 0 ? {} : (await clustersInUse(aws)).byType;
  return {
    quota: {
      "endpoint usage": endpoints.quota,
      "training job usage": await quotasFor(aws, "training job usage", jobs),
      "training warm pool usage": await quotasFor(aws, "training warm pool usage", jobs),
      "cluster usage": await quotasFor(aws, "cluster usage", nodes),
    },
    elsewhere: {
      "endpoint usage": endpoints.elsewhere,
      "training job usage": {},
      "training warm pool usage": {},
      "cluster usage": inClusters,
    },
    unseen: endpoints.unseen,
    refused,
  };
}

async function endpointsInUse(aws: Aws, types: readonly string[], plans: readonly Plan[]) {
  if (types.length === 0) return { endpoints: { quota: {}, elsewhere: {}, unseen: [] }, refused: [] };
  const { endpoints, refused } = await releasesUnderWay(aws);
  const own = plans.flatMap(releasedPlans).map(({ endpoint }) => endpoint.name);
  // Of one without a plan in force nothing says what stays.
  const but = endpoints.filter((name) => own.includes(name));
  const { elsewhere, ...limits } = await servingPlatform(aws).limits({ but, types });
  const steady = steadyOf(plans, but);
  const beyond = Object.entries(elsewhere).map(
    ([type, all]) => [type, Math.max(0, all - (steady.get(type) ?? 0))] as const,
  );
  const told = `what releases under way have is counted as if it stayed, since they could not be looked at: ${refused}`;
  return {
    endpoints: { ...limits, elsewhere: Object.fromEntries(beyond) },
    refused: refused === undefined ? [] : [told],
  };
}
