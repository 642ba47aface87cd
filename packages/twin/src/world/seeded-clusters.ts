/** The HyperPod clusters that an account begins with: in service, with as many nodes in each group as the world says. */
import type { AccountSeed, GroupSeed } from "./account-seed.ts";
import type { Bill } from "./bill.ts";
import type { Cluster, InstanceGroup } from "./cluster-state.ts";
import type { Instance } from "./instance-state.ts";
import type { InstanceQuota } from "./quotas.ts";
import type { Streams } from "./random.ts";
import { seededInstance } from "./seeded-instance.ts";
import type { SettledSpec } from "./settled.ts";
import { account as accountId } from "./state.ts";

interface Seeding {
  readonly account: AccountSeed;
  readonly spec: SettledSpec;
  readonly creationMs: number;
}

export function seededClusters({ account, spec, creationMs }: Seeding, streams: Streams, bill: Bill) {
  const { instances, provisioning, autoScaling } = spec.training.clusters;
  const clusters = new Map<string, Cluster>();
  for (const seed of account.instanceGroups ?? []) {
    const known = clusters.get(seed.cluster) ?? {
      name: seed.cluster,
      creationMs,
      definition: {
        NodeRecovery: "Automatic",
        ...(autoScaling && {
          AutoScaling: { Mode: "Enable", AutoScalerType: "Karpenter", Status: "InService" },
          ClusterRole: `arn:aws:iam::${accountId}:role/${seed.cluster}-scaling`,
        }),
      },
      isContinuous: provisioning === "continuous",
      status: "InService" as const,
      groups: new Map<string, InstanceGroup>(),
    };
    clusters.set(seed.cluster, known);
    if (known.groups.has(seed.group)) continue;
    const fleet = Array.from({ length: instances }, (_, nth) =>
      seededNode(seed, creationMs, { streams, nth }),
    );
    for (const instance of fleet) bill.open(instance, `cluster/${seed.cluster}/${seed.group}`);
    known.groups.set(seed.group, {
      name: seed.group,
      instanceType: seed.instanceType,
      definition: definitionOf(seed),
      targetCount: instances,
      nodes: fleet.map((instance) => ({ instance, leaving: false })),
      paid: fleet,
    });
  }
  return clusters;
}

/** What a group is made with, beside name, type and count. */
const definitionOf = ({ cluster, group }: GroupSeed): InstanceGroup["definition"] => ({
  ExecutionRole: `arn:aws:iam::${accountId}:role/${cluster}-training-nodes`,
  LifeCycleConfig: { SourceS3Uri: `s3://sagemaker-${cluster}/${group}`, OnCreate: "on_create.sh" },
  ThreadsPerCore: 1,
  InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 500 } }],
  OnStartDeepHealthChecks: ["InstanceStress"],
  KubernetesConfig: { Labels: { team: cluster } },
});

const seededNode = (
  { cluster, group, instanceType }: GroupSeed,
  creationMs: number,
  { streams, nth }: { streams: Streams; nth: number },
): Instance => seededInstance(instanceType, creationMs, streams(`seeded-nodes/${cluster}/${group}`, nth));

/** By type the world's quota, or a share of what its groups may come to; of all types together as much as of all of them. */
export function clusterQuotas({ instanceGroups = [] }: AccountSeed, spec: SettledSpec): InstanceQuota[] {
  const { quotaInstances, instances } = spec.training.clusters;
  if (instanceGroups.length === 0) return [];
  const applied = !spec.defaultQuotas;
  const needs = new Map<string, number>();
  for (const { instanceType, needed } of instanceGroups)
    needs.set(instanceType, (needs.get(instanceType) ?? 0) + instances + needed);
  const byType = [...needs].map(([instanceType, need]): InstanceQuota => {
    const share = spec.quotaPercent === undefined ? undefined : Math.floor((need * spec.quotaPercent) / 100);
    return { instanceType, use: "cluster", instances: share ?? quotaInstances, applied };
  });
  const all = byType.reduce((sum, one) => sum + one.instances, 0);
  return [
    ...byType,
    { instanceType: "", use: "each cluster", instances: all, applied },
    { instanceType: "", use: "all clusters", instances: all, applied },
  ];
}
