/** Asks the account whether a release is within its means: quotas, and what else counts against them. */
import { type Means, meansFor } from "../core/capacity/means.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Needs } from "../core/release/release.ts";
import type { Aws } from "./clients.ts";
import { instancesElsewhere } from "./elsewhere.ts";
import { quotasFor } from "./service-quotas.ts";

/** Quota and budget for a release that needs this much; `unseen` are endpoints that may have instances uncounted. */
export async function meansOf(
  aws: Aws,
  { plan, needs }: { plan: Plan; needs: Pick<Needs, "stable" | "candidate"> },
): Promise<Means & { readonly unseen: readonly string[] }> {
  const types = [...new Set([needs.stable.instanceType, needs.candidate.instanceType])];
  const [quota, elsewhere] = await Promise.all([
    quotasFor(aws, "endpoint usage", types),
    instancesElsewhere(aws, { but: plan.endpoint.name, types }),
  ]);
  const { stable, candidate } = needs;
  const means = meansFor({ plan, stable, candidate, quota, elsewhere: elsewhere.fleet });
  return { ...means, unseen: elsewhere.unseen };
}
