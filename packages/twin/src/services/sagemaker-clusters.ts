/** HyperPod clusters: Describe, List, ListClusterNodes, Update (the counts of instance groups), BatchDeleteClusterNodes. */
import type * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { Cluster, ClusterNode, InstanceGroup } from "../world/cluster-state.ts";
import { changeGroups, clusterUse, currentCount, dropNodes, isRunning } from "../world/clusters.ts";
import type { World } from "../world/region.ts";
import { asJson, members, page, present, seconds } from "./members.ts";
import {
  clusterArn,
  clusterListing,
  deleting,
  named,
  nodeListing,
  updating,
} from "./sagemaker-cluster-shapes.ts";
import { listed } from "./sagemaker-shapes.ts";
import type { Operation } from "./service.ts";

export function clusterOperations(world: World): Record<string, Operation> {
  const find = (name: string): Cluster => {
    const found = [...world.state.clusters.values()].find(
      (one) => one.name === name || clusterArn(one.name) === name,
    );
    if (found === undefined) throw new AwsError("ResourceNotFound", `Cluster ${name} not found.`);
    return found;
  };
  return {
    DescribeCluster: (input) =>
      describe(world, find(members({ operation: "DescribeCluster", schema: named }, input).ClusterName)),
    UpdateCluster: (input) => {
      const wanted = members({ operation: "UpdateCluster", schema: updating }, input);
      return update(world, find(wanted.ClusterName), wanted);
    },
    ListClusters: (input) =>
      list(world, members({ operation: "ListClusters", schema: clusterListing }, input)),
    ListClusterNodes: (input) => {
      const wanted = members({ operation: "ListClusterNodes", schema: nodeListing }, input);
      return listNodes(world, find(wanted.ClusterName), wanted);
    },
    BatchDeleteClusterNodes: (input) => {
      const wanted = members({ operation: "BatchDeleteClusterNodes", schema: deleting }, input);
      return deleteNodes(world, find(wanted.ClusterName), wanted.NodeIds);
    },
  };
}

/** What is sent of a group takes the place of what it had (that a member left out is gone is unconfirmed, and stricter). */
function update(world: World, cluster: Cluster, input: z.output<typeof updating>): Json {
  if (cluster.status !== "InService")
    throw new AwsError(
      "ConflictException",
      `Cluster ${cluster.name} cannot be updated while its status is ${cluster.status}.`,
    );
  const changes = input.InstanceGroups.map((sent) => {
    const { InstanceGroupName: name, InstanceType: type, InstanceCount: targetCount, ...definition } = sent;
    const group = cluster.groups.get(name);
    if (group === undefined)
      throw new AwsError("ValidationException", `The twin does not model a new instance group, ${name}.`);
    if (group.instanceType !== type)
      throw new AwsError("ValidationException", `InstanceType of instance group ${name} cannot be changed.`);
    return { group, definition, targetCount };
  });
  for (const { group, targetCount } of changes)
    claimQuotas(world, cluster, { group, delta: targetCount - group.targetCount });
  if (input.NodeRecovery !== undefined)
    cluster.definition = { ...cluster.definition, NodeRecovery: input.NodeRecovery };
  changeGroups(world, cluster, changes);
  return { ClusterArn: clusterArn(cluster.name) };
}

function claimQuotas(
  world: World,
  { name: cluster }: Cluster,
  { group: { instanceType }, delta }: { group: InstanceGroup; delta: number },
): void {
  if (delta <= 0) return;
  const limits = [
    [
      `${instanceType} for cluster usage`,
      world.quota("cluster", instanceType),
      clusterUse(world, { instanceType }),
    ],
    ["Instances per HyperPod cluster", world.quota("each cluster", ""), clusterUse(world, { cluster })],
    ["Instances across HyperPod clusters", world.quota("all clusters", ""), clusterUse(world, {})],
  ] as const;
  for (const [what, quota, used] of limits)
    if (used + delta > quota)
      throw new AwsError(
        "ResourceLimitExceeded",
        `The account-level service limit '${what}' is ${quota} Instances, with current utilization of ${used} Instances and a request delta of ${delta} Instances. Please use AWS Service Quotas to request an increase for this quota.`,
      );
}

function describe(world: World, cluster: Cluster): Json {
  return {
    ClusterArn: clusterArn(cluster.name),
    ClusterName: cluster.name,
    ClusterStatus: cluster.status,
    CreationTime: seconds(cluster.creationMs),
    ...present("FailureMessage", cluster.failureMessage),
    ...(asJson(cluster.definition) as Record<string, Json>),
    ...(cluster.isContinuous && { NodeProvisioningMode: "Continuous" }),
    InstanceGroups: [...cluster.groups.values()].map((group) => describeGroup(world, cluster, group)),
  };
}

function describeGroup(world: World, cluster: Cluster, group: InstanceGroup): Json {
  const { KubernetesConfig: kubernetes, ImageReleaseVersion: version, ...echoed } = group.definition;
  const count = currentCount(group, world.nowMs);
  const moves = cluster.isContinuous ? count !== group.targetCount : cluster.status !== "InService";
  const labels = kubernetes as { Labels?: Json; Taints?: Json } | undefined;
  return {
    ...(asJson(echoed) as Record<string, Json>),
    InstanceGroupName: group.name,
    InstanceType: group.instanceType,
    CurrentCount: count,
    TargetCount: group.targetCount,
    Status: moves ? "Updating" : "InService",
    ...(moves && { ActiveOperations: { Scaling: 1 } }),
    ...present("CurrentImageReleaseVersion", version as string | undefined),
    ...present("DesiredImageReleaseVersion", version as string | undefined),
    ...(labels !== undefined && {
      KubernetesConfig: {
        ...present("CurrentLabels", labels.Labels),
        ...present("DesiredLabels", labels.Labels),
        ...present("CurrentTaints", labels.Taints),
        ...present("DesiredTaints", labels.Taints),
      },
    }),
  };
}

function list(world: World, input: z.output<typeof clusterListing>): Json {
  const SortBy = input.SortBy === "NAME" ? ("Name" as const) : ("CreationTime" as const);
  const found = listed(world.state.clusters.values(), { ...input, SortBy });
  const { items, next } = page(found, { token: input.NextToken, size: input.MaxResults });
  return {
    ClusterSummaries: items.map(({ name, creationMs, status }) => ({
      ClusterArn: clusterArn(name),
      ClusterName: name,
      CreationTime: seconds(creationMs),
      ClusterStatus: status,
    })),
    ...present("NextToken", next),
  };
}

function listNodes(world: World, cluster: Cluster, input: z.output<typeof nodeListing>): Json {
  const direction = input.SortOrder === "Ascending" ? 1 : -1;
  const nodes = [...cluster.groups.values()]
    .filter(({ name }) => name.includes(input.InstanceGroupNameContains ?? ""))
    .flatMap((group) => group.nodes.map((node) => ({ group, node })))
    .sort((a, b) => direction * (a.node.instance.launchedMs - b.node.instance.launchedMs));
  const { items, next } = page(nodes, { token: input.NextToken, size: input.MaxResults });
  return {
    ClusterNodeSummaries: items.map(({ group, node: { instance, leaving } }) => ({
      InstanceGroupName: group.name,
      InstanceId: instance.id,
      InstanceType: instance.instanceType,
      LaunchTime: seconds(instance.launchedMs),
      InstanceStatus: { Status: statusOf({ instance, leaving }, world.nowMs) },
    })),
    ...present("NextToken", next),
  };
}

function statusOf(node: ClusterNode, nowMs: number): string {
  if (node.leaving) return "ShuttingDown";
  return isRunning(node, nowMs) ? "Running" : "Pending";
}

function deleteNodes(world: World, cluster: Cluster, ids: readonly string[]): Json {
  const failed: Json[] = [];
  const dropped: { group: InstanceGroup; node: ClusterNode }[] = [];
  for (const id of ids) {
    const group = [...cluster.groups.values()].find(({ nodes }) =>
      nodes.some((one) => one.instance.id === id),
    );
    const node = group?.nodes.find((one) => one.instance.id === id);
    const refuse = (code: string, message: string) =>
      failed.push({ Code: code, Message: message, NodeId: id });
    if (group === undefined || node === undefined) refuse("NodeIdNotFound", `There is no node ${id}.`);
    else if (cluster.status !== "InService") refuse("NodeIdInUse", `The cluster is ${cluster.status}.`);
    else if (!isRunning(node, world.nowMs)) refuse("InvalidNodeStatus", `Node ${id} is not running.`);
    else dropped.push({ group, node });
  }
  dropNodes(world, cluster, dropped);
  return {
    Successful: dropped.map(({ node }) => node.instance.id),
    ...(failed.length > 0 && { Failed: failed }),
  };
}
