/** What an account may have at the start, and once AWS has granted what was asked for; and of what a region has few. */
import type { AccountSeed } from "./account-seed.ts";
import type { InstanceQuota } from "./quotas.ts";
import { clusterQuotas } from "./seeded-clusters.ts";
import type { SettledSpec } from "./settled.ts";

export const quotasOf = (account: AccountSeed, spec: SettledSpec): InstanceQuota[] => [
  ...endpointQuotas(account, spec),
  ...trainingQuotas(account, spec),
  ...clusterQuotas(account, spec),
];

export const grantedTo = (account: AccountSeed, spec: SettledSpec): InstanceQuota[] =>
  quotasOf(account, unlimited(spec));

/** Room beside a need that a small fleet has too: for what grows meanwhile, by itself or by somebody's hand. */
const spare = 8;

/** The world's quota for every type that the account serves on, beside what others have of it unless it is a figure. */
function endpointQuotas(account: AccountSeed, spec: SettledSpec): InstanceQuota[] {
  const { types, endpointNeeds } = account;
  return Object.keys(types).map((instanceType) => {
    const others = spec.others.filter((one) => one.instanceType === instanceType);
    const elsewhere = others.reduce((sum, one) => sum + one.instances, 0);
    const need = endpointNeeds[instanceType];
    const room = shareOf(need, spec) ?? neededRoom(account, instanceType, need ?? 0);
    const instances = spec.quotaInstances ?? room + elsewhere;
    return { instanceType, use: "endpoint", instances, applied: !spec.defaultQuotas };
  });
}

/** Instances of a type with which nothing is short of it. */
export function neededRoom({ endpoint, types }: AccountSeed, instanceType: string, need: number): number {
  const peak = Math.max(endpoint.instances, types[instanceType]?.needed ?? 0);
  return Math.max(4 * peak, need + spare);
}

function trainingQuotas({ trainingNeeds }: AccountSeed, spec: SettledSpec): InstanceQuota[] {
  const { quotaInstances, warmPoolQuotaInstances } = spec.training;
  const applied = !spec.defaultQuotas;
  return Object.entries(trainingNeeds).flatMap(([instanceType, need]): InstanceQuota[] => {
    const job = shareOf(need, spec) ?? quotaInstances;
    return [
      { instanceType, use: "training job", instances: job, applied },
      { instanceType, use: "training warm pool", instances: warmPoolQuotaInstances, applied },
    ];
  });
}

/** The same world without a word of what its quotas are. */
const unlimited = ({ quotaInstances: _, quotaPercent: __, ...spec }: SettledSpec): SettledSpec => spec;

/** A share of a need, if the world says that the account has such. */
const shareOf = (need: number | undefined, { quotaPercent }: SettledSpec): number | undefined =>
  need === undefined || quotaPercent === undefined ? undefined : Math.floor((need * quotaPercent) / 100);

/** What serves there may be launched once more beside itself, as an update of the endpoint does. */
export function shortPools({ endpoint, candidateTypes }: AccountSeed, { provisioning }: SettledSpec) {
  const types = (candidateTypes ?? [endpoint.instanceType]).slice(0, provisioning.shortTypes);
  return new Map(types.map((type) => [type, type === endpoint.instanceType ? endpoint.instances : 0]));
}
