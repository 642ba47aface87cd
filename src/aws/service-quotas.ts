/** Service Quotas: how many instances the account may run, by instance type. */
import {
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import type { ClusterQuotas, InstancesByType, QuotaUse } from "../core/feasibility/feasibility.ts";
import type { Aws } from "./clients.ts";

/** Whose quotas they are. */
export const ServiceCode = "sagemaker";

/**
 * The quotas of some instance types; quotas are found by name, `ml.g5.xlarge for endpoint usage`. A quota without an
 * applied value is not listed (API reference of ListServiceQuotas) and is looked up among AWS's defaults; a type whose
 * quota is in neither list is absent.
 */
export async function quotasFor(
  aws: Aws,
  use: QuotaUse,
  instanceTypes: readonly string[],
): Promise<InstancesByType> {
  const found = await listed(aws, use, instanceTypes);
  return Object.fromEntries([...found].map(([type, { value }]) => [type, value]));
}

/** Of clusters whatever their instance types, by their names in Service Quotas (lists of users; no page of AWS's says them). */
const ofClusters = {
  each: "Maximum number instances allowed per SageMaker HyperPod cluster",
  all: "Total number of instances allowed across SageMaker HyperPod clusters",
} as const;

/** How many instances one cluster may have, and all of them; undefined where it is in neither list. */
export async function clusterQuotas(aws: Aws): Promise<Pick<ClusterQuotas, "each" | "all">> {
  const found = await listedAs(aws, new Map(Object.entries(ofClusters).map(([key, name]) => [name, key])));
  return { each: found.get("each")?.value, all: found.get("all")?.value };
}

/** By which code a request for more of a quota names it, `L-1928E07B`; undefined where it is in neither list. */
export async function quotaCode(aws: Aws, use: QuotaUse, instanceType: string): Promise<string | undefined> {
  return (await listed(aws, use, [instanceType])).get(instanceType)?.code;
}

interface ListedQuota {
  readonly value: number;
  readonly code: string | undefined;
}

const listed = (aws: Aws, use: QuotaUse, instanceTypes: readonly string[]) =>
  listedAs(aws, new Map(instanceTypes.map((type) => [`${type} for ${use}`, type])));

/** `missing` is what each quota that is looked for is found as, by its name. */
async function listedAs(
  { quotas: client }: Aws,
  missing: Map<string, string>,
): Promise<Map<string, ListedQuota>> {
  const found = new Map<string, ListedQuota>();
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
  { QuotaName: name = "", QuotaCode: code, Value: value }: ServiceQuota,
  { missing, found }: { missing: Map<string, string>; found: Map<string, ListedQuota> },
): void {
  const type = missing.get(name);
  if (type === undefined || value === undefined) return;
  found.set(type, { value, code });
  missing.delete(name);
}
