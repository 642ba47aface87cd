/** HyperPod clusters: how their instance groups stand, and how many nodes each is to have. */
import {
  type ClusterInstanceGroupDetails,
  type ClusterInstanceGroupSpecification,
  DescribeClusterCommand,
  type DescribeClusterCommandOutput,
  paginateListClusterNodes,
  paginateListClusters,
  UpdateClusterCommand,
} from "@aws-sdk/client-sagemaker";
import type { ClusterView, GroupView } from "../core/capacity/instance-group.ts";
import { awsUnavailable, drifted, notFound } from "../core/errors.ts";
import type { Aws } from "./clients.ts";
import { ifThere } from "./errors.ts";

type Described = DescribeClusterCommandOutput;

const describe = ({ sagemaker }: Aws, name: string): Promise<Described | undefined> =>
  ifThere(() => sagemaker.send(new DescribeClusterCommand({ ClusterName: name })));

/** Undefined where there is no such cluster. */
export async function viewCluster(aws: Aws, name: string): Promise<ClusterView | undefined> {
  const found = await describe(aws, name);
  return found && viewOf(name, found);
}

function viewOf(name: string, found: Described): ClusterView {
  const restricted = (found.RestrictedInstanceGroups ?? []).map(
    (group) =>
      [
        group.InstanceGroupName ?? "",
        { ...countsOf(group), unfit: "is a restricted one, which an update would describe otherwise" },
      ] as const,
  );
  const groups = (found.InstanceGroups ?? []).map(
    (group) => [group.InstanceGroupName ?? "", groupOf(group)] as const,
  );
  return {
    name,
    status: found.ClusterStatus ?? "",
    failure: found.FailureMessage,
    scalesItself: found.AutoScaling?.Mode === "Enable",
    groups: new Map([...groups, ...restricted]),
  };
}

const countsOf = (
  group: Pick<ClusterInstanceGroupDetails, "InstanceType" | "TargetCount" | "CurrentCount">,
) => ({
  instanceType: group.InstanceType as string | undefined,
  target: group.TargetCount ?? 0,
  current: group.CurrentCount ?? 0,
});

function groupOf(group: ClusterInstanceGroupDetails): GroupView {
  const { InstanceRequirements, SlurmConfig, CapacityRequirements } = group;
  const unfit =
    InstanceRequirements !== undefined
      ? "has instances of several types, and no count of one"
      : SlurmConfig?.NodeType === "Controller"
        ? "is Slurm's controller, which no node is added to"
        : CapacityRequirements?.Spot !== undefined
          ? "runs on Spot, which may be taken away at any time"
          : undefined;
  return { ...countsOf(group), unfit };
}

/**
 * A group as an update has to send it: all that it was described with, and so many instances. A member that is left out
 * may be taken away (unconfirmed), and an image version that is left out is the newest one (API model). Which image it
 * was given by its id no description says: new nodes come as the group's others do (unconfirmed).
 */
function specificationOf(
  group: ClusterInstanceGroupDetails,
  instances: number,
): ClusterInstanceGroupSpecification {
  const { MinCount, AutoPatchConfig: patch, KubernetesConfig: kubernetes, SlurmConfig: slurm } = group;
  const { NetworkInterface: network } = group;
  const image = group.DesiredImageReleaseVersion ?? group.CurrentImageReleaseVersion;
  const schedule = patch?.DesiredPatchSchedule ?? patch?.CurrentPatchSchedule;
  const labels = kubernetes?.DesiredLabels ?? kubernetes?.CurrentLabels;
  const taints = kubernetes?.DesiredTaints ?? kubernetes?.CurrentTaints;
  return {
    InstanceGroupName: group.InstanceGroupName,
    InstanceType: group.InstanceType,
    InstanceCount: instances,
    ExecutionRole: group.ExecutionRole,
    ...(MinCount !== undefined && { MinInstanceCount: Math.min(MinCount, instances) }),
    ...given("LifeCycleConfig", group.LifeCycleConfig),
    ...given("ThreadsPerCore", group.ThreadsPerCore),
    ...given("InstanceStorageConfigs", group.InstanceStorageConfigs),
    ...given("OnStartDeepHealthChecks", group.OnStartDeepHealthChecks),
    ...given("TrainingPlanArn", group.TrainingPlanArn),
    ...given("OverrideVpcConfig", group.OverrideVpcConfig),
    ...given("ScheduledUpdateConfig", group.ScheduledUpdateConfig),
    ...given("CapacityRequirements", group.CapacityRequirements),
    ...given("ImageReleaseVersion", image),
    ...(patch !== undefined && {
      AutoPatchConfig: {
        PatchingStrategy: patch.PatchingStrategy,
        ...(schedule !== undefined && { PatchSchedule: { NextPatchDate: schedule.NextPatchDate } }),
        ...given("DeploymentConfig", patch.DeploymentConfig),
      },
    }),
    ...(kubernetes !== undefined && {
      KubernetesConfig: { ...given("Labels", labels), ...given("Taints", taints) },
    }),
    ...(slurm !== undefined && {
      SlurmConfig: { NodeType: slurm.NodeType, ...given("PartitionNames", slurm.PartitionNames) },
    }),
    ...(network !== undefined && { NetworkInterface: { InterfaceType: network.InterfaceType } }),
  };
}

const given = <K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [key in K]: V });

interface Resize {
  readonly cluster: string;
  readonly group: string;
  /** As it was looked at last. */
  readonly from: number;
  readonly to: number;
}

/**
 * Has a group be given so many nodes; the other groups are not part of the update ("Specify the instance groups to
 * update", API model), and of the cluster what it recovers nodes by is said again. @throws Drifted where it is to have
 * another number than it was seen to; AwsUnavailable while the cluster takes no update
 */
export async function resizeGroup(aws: Aws, { cluster, group: name, from, to }: Resize): Promise<void> {
  const found = await describe(aws, cluster);
  const group = found?.InstanceGroups?.find((one) => one.InstanceGroupName === name);
  if (found === undefined || group === undefined)
    throw notFound(`instance group ${cluster}/${name} does not exist`);
  if (group.TargetCount !== from)
    throw drifted(
      `instance group ${cluster}/${name} is to have ${group.TargetCount} nodes, and was to have ${from}; someone else changed it`,
    );
  try {
    await aws.sagemaker.send(
      new UpdateClusterCommand({
        ClusterName: cluster,
        InstanceGroups: [specificationOf(group, to)],
        ...given("NodeRecovery", found.NodeRecovery),
      }),
    );
  } catch (error) {
    // Whoever else updates the cluster was faster: it is waited for, and looked at again.
    if ((error as Error).name !== "ConflictException") throw error;
    throw awsUnavailable(`ConflictException: ${(error as Error).message}`, error);
  }
}

/** Nodes of a group that say that they run. */
export async function runningNodes({ sagemaker }: Aws, cluster: string, group: string): Promise<number> {
  const wanted = { ClusterName: cluster, InstanceGroupNameContains: group };
  let running = 0;
  for await (const page of paginateListClusterNodes({ client: sagemaker, pageSize: 100 }, wanted))
    for (const { InstanceGroupName, InstanceStatus } of page.ClusterNodeSummaries ?? [])
      if (InstanceGroupName === group && InstanceStatus?.Status === "Running") running += 1;
  return running;
}

/** What clusters have of the account's quotas, in all and by type. */
export interface ClustersInUse {
  readonly byType: Readonly<Record<string, number>>;
  readonly byCluster: Readonly<Record<string, number>>;
}

/** Instances that are there or asked for. */
export async function clustersInUse(aws: Aws): Promise<ClustersInUse> {
  const byType: Record<string, number> = {};
  const byCluster: Record<string, number> = {};
  for await (const page of paginateListClusters({ client: aws.sagemaker, pageSize: 100 }, {}))
    for (const { ClusterName: name } of page.ClusterSummaries ?? []) {
      const cluster = name === undefined ? undefined : await viewCluster(aws, name);
      for (const { instanceType = "", target, current } of cluster?.groups.values() ?? []) {
        const instances = Math.max(target, current);
        byType[instanceType] = (byType[instanceType] ?? 0) + instances;
        byCluster[name ?? ""] = (byCluster[name ?? ""] ?? 0) + instances;
      }
    }
  return { byType, byCluster };
}
