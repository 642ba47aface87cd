/** Service Quotas: how many instances the account may run, by instance type. */
import {
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import type { InstancesByType, QuotaUse } from "../core/capacity/feasibility.ts";
import type { Aws } from "./clients.ts";

const ServiceCode = "sagemaker";

/**
 * The quotas of some instance types; quotas are found by name, `ml.g5.xlarge for endpoint usage`. A quota without an
 * applied value is not listed (API reference of ListServiceQuotas) and is looked up among AWS's defaults; a type whose
 * quota is in neither list is absent.
 */
export async function quotasFor(
  { quotas: client }: Aws,
  use: QuotaUse,
  instanceTypes: readonly string[],
): Promise<InstancesByType> {
  const missing = new Map(instanceTypes.map((type) => [`${type} for ${use}`, type]));
  const found: Record<string, number> = {};
  for (const list of [paginateListServiceQuotas, paginateListAWSDefaultServiceQuotas]) {
    if (missing.size === 0) break;
    for await (const page of list({ client }, { ServiceCode })) {
      for (const quota of page.Quotas ?? []) take(quota, { missing, found });
      if (missing.size === 0) break;
    }
  }
  return found;
}

function take(
  { QuotaName: name = "", Value: value }: ServiceQuota,
  { missing, found }: { missing: Map<string, string>; found: Record<string, number> },
): void {
  const type = missing.get(name);
  if (type === undefined || value === undefined) return;
  found[type] = value;
  missing.delete(name);
}
