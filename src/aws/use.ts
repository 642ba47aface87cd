/** What an account allows to run, and what others than some plans have of it. */
import type { AccountInUse } from "../core/calendar/conflicts.ts";
import type { Occurrence } from "../core/calendar/occurrences.ts";
import type { InstancesByType } from "../core/feasibility/feasibility.ts";
import type { Aws } from "./clients.ts";
import { clustersInUse } from "./clusters.ts";
import { quotasFor } from "./service-quotas.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** Of the instance types that occurrences raise; `steady` is what the plans' own endpoints have between releases. */
export async function accountInUse(
  aws: Aws,
  occurrences: readonly Occurrence[],
  steady: InstancesByType,
): Promise<AccountInUse & { readonly unseen: readonly string[] }> {
  const typesOf = (wanted: string) => [
    ...new Set(
      occurrences.flatMap(({ raised }) =>
        raised.flatMap(({ use, instanceType }) => (use === wanted ? [instanceType] : [])),
      ),
    ),
  ];
  const types = typesOf("endpoint usage");
  const endpoints =
    types.length === 0
      ? { quota: {}, elsewhere: {}, unseen: [] }
      : await servingPlatform(aws).limits({ but: "", types });
  const jobs = typesOf("training job usage");
  const nodes = typesOf("cluster usage");
  const inClusters = nodes.length === 0 ? {} : (await clustersInUse(aws)).byType;
  const beyond = Object.entries(endpoints.elsewhere).map(
    ([type, all]) => [type, Math.max(0, all - (steady[type] ?? 0))] as const,
  );
  return {
    quota: {
      "endpoint usage": endpoints.quota,
      "training job usage": await quotasFor(aws, "training job usage", jobs),
      "training warm pool usage": await quotasFor(aws, "training warm pool usage", jobs),
      "cluster usage": await quotasFor(aws, "cluster usage", nodes),
    },
    elsewhere: {
      "endpoint usage": Object.fromEntries(beyond),
      "training job usage": {},
      "training warm pool usage": {},
      "cluster usage": inClusters,
    },
    unseen: endpoints.unseen,
  };
}
