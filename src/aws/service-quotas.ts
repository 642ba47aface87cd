/** Service Quotas: how many instances the account may run, by instance type. */
import { paginateListServiceQuotas } from "@aws-sdk/client-service-quotas";
import type { Fleet } from "../core/capacity/means.ts";
import type { Aws } from "./clients.ts";

/** What quotas are for, in the words with which their names end. */
export type QuotaUse = "endpoint usage" | "training warm pool usage";

/** The quotas of some instance types; quotas are found by name, `ml.g5.xlarge for endpoint usage`. */
export async function quotasFor(
  { quotas }: Aws,
  use: QuotaUse,
  instanceTypes: readonly string[],
): Promise<Fleet> {
  const wanted = new Map(instanceTypes.map((type) => [`${type} for ${use}`, type]));
  const found: Record<string, number> = {};
  for await (const page of paginateListServiceQuotas({ client: quotas }, { ServiceCode: "sagemaker" })) {
    for (const quota of page.Quotas ?? []) {
      const type = wanted.get(quota.QuotaName ?? "");
      if (type !== undefined) found[type] = quota.Value ?? 0;
    }
    if (Object.keys(found).length === wanted.size) break;
  }
  return found;
}
