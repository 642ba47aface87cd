/**
 * HyperPod clusters: an update raises or lowers the counts of some groups. Unless a cluster provisions continuously an
 * update is all or nothing: where the region has too few instances it is rolled back (ClusterStatus RollingBack, API
 * model). Which nodes go of a group that is lowered is SageMaker's choice and documented nowhere: here it is drawn.
 */
import type { Cluster, ClusterNode, InstanceGroup } from "./cluster-state.ts";
import { type Actor, called, itself, type Recorder } from "./events.ts";
import { type Launching, launch, terminate } from "./instances.ts";
import type { Process } from "./process.ts";
import type { VisibleState } from "./state.ts";

type ClusterProcess = Process & Launching;

/** What one group is to be like. */
export interface GroupChange {
  readonly group: InstanceGroup;
  readonly definition: InstanceGroup["definition"];
  readonly targetCount: number;
}

/** Seconds: how long nodes take to go (chosen), and how often more of them are asked for (chosen). */
const seconds = { leave: 90, rollBack: 60, askAgain: 60 } as const;

const noCapacity =
  "InsufficientCapacity: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.";

/** Instances of a type that clusters hold or are promised, in all or of one of them. */
export function clusterUse({ state }: VisibleState, of: { instanceType?: string; cluster?: string }): number {
  let used = 0;
  for (const { name, groups } of state.clusters.values())
    for (const { instanceType, targetCount, nodes } of groups.values())
      if ((of.cluster ?? name) === name && (of.instanceType ?? instanceType) === instanceType)
        used += Math.max(targetCount, nodes.length);
  return used;
}

export const isRunning = ({ instance, leaving }: ClusterNode, nowMs: number): boolean =>
  !leaving && instance.readyMs <= nowMs;

/** Nodes that are in a group: those that have come, be they on their way out (what is counted is unconfirmed). */
export const currentCount = ({ nodes }: Pick<InstanceGroup, "nodes">, nowMs: number): number =>
  nodes.filter(({ instance }) => instance.readyMs <= nowMs).length;

const ownerOf = (cluster: Cluster, group: InstanceGroup): string => `training/${cluster.name}/${group.name}`;

/** Begins an update; the cluster must be in service. */
export function changeGroups(world: ClusterProcess, cluster: Cluster, changes: readonly GroupChange[]): void {
  const before = changes.map(({ group }) => ({
    group,
    definition: group.definition,
    targetCount: group.targetCount,
  }));
  const by = called("UpdateCluster");
  delete cluster.failureMessage;
  for (const change of changes) setTarget(world, cluster, change, by);
  if (cluster.isContinuous) {
    for (const { group } of changes) askFor(world, cluster, group);
    return;
  }
  setStatus(world, cluster, "Updating", by);
  let lastMs = world.nowMs;
  let isShort = false;
  for (const { group } of changes) {
    const missing = group.targetCount - staying(group).length;
    if (missing < 0) lastMs = Math.max(lastMs, lower(world, cluster, { group, by: -missing }));
    if (missing <= 0) continue;
    const given = raise(world, cluster, { group, by: missing });
    isShort ||= given.length < missing;
    lastMs = Math.max(lastMs, ...given.map(({ readyMs }) => readyMs));
  }
  if (isShort)
    world.after(world.spec.provisioning.giveUpSeconds * 1000, () => rollBack(world, cluster, before));
  else world.after(lastMs - world.nowMs, () => setStatus(world, cluster, "InService", by));
}

/** Named nodes go, and are not replaced: their group's target count goes down with them (unconfirmed). */
export function dropNodes(
  world: ClusterProcess,
  cluster: Cluster,
  dropped: readonly { readonly group: InstanceGroup; readonly node: ClusterNode }[],
): void {
  const by = called("BatchDeleteClusterNodes");
  for (const { group, node } of dropped) {
    setTarget(
      world,
      cluster,
      { group, definition: group.definition, targetCount: group.targetCount - 1 },
      by,
    );
    leave(world, { group, nodes: [node] });
  }
}

/** A cluster that provisions continuously takes what there is, and asks again for what is missing. */
function askFor(world: ClusterProcess, cluster: Cluster, group: InstanceGroup): void {
  const missing = group.targetCount - staying(group).length;
  if (missing < 0) lower(world, cluster, { group, by: -missing });
  if (missing <= 0) return;
  if (raise(world, cluster, { group, by: missing }).length === missing) return;
  world.after(seconds.askAgain * 1000, () => askFor(world, cluster, group));
}

function rollBack(world: ClusterProcess, cluster: Cluster, before: readonly GroupChange[]): void {
  const by = itself("no capacity");
  setStatus(world, cluster, "RollingBack", by);
  for (const change of before) {
    setTarget(world, cluster, change, by);
    const more = staying(change.group).length - change.targetCount;
    if (more > 0) leave(world, { group: change.group, nodes: newest(change.group, more) });
  }
  world.after(seconds.rollBack * 1000, () => {
    cluster.failureMessage = noCapacity;
    setStatus(world, cluster, "InService", by);
  });
}

const staying = ({ nodes }: InstanceGroup): ClusterNode[] => nodes.filter(({ leaving }) => !leaving);
const newest = (group: InstanceGroup, count: number): ClusterNode[] =>
  staying(group)
    .sort((a, b) => b.instance.launchedMs - a.instance.launchedMs)
    .slice(0, count);

type More = { readonly group: InstanceGroup; readonly by: number };

function raise(world: ClusterProcess, cluster: Cluster, { group, by: count }: More) {
  const { instanceType } = group;
  const given = launch(world, ownerOf(cluster, group), { instanceType, count });
  group.nodes.push(...given.map((instance) => ({ instance, leaving: false })));
  group.paid.push(...given);
  return given;
}

/** Nodes are drawn; says when the last of them is gone. */
function lower(world: ClusterProcess, cluster: Cluster, { group, by: count }: More): number {
  const random = world.streams(
    `leaving/${ownerOf(cluster, group)}`,
    world.nextOrdinal(`leaving/${cluster.name}`),
  );
  const drawn = staying(group)
    .map((node) => ({ node, at: random.uniform() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ node }) => node);
  return leave(world, { group, nodes: drawn });
}

function leave(
  world: ClusterProcess,
  { group, nodes }: { group: InstanceGroup; nodes: readonly ClusterNode[] },
): number {
  if (nodes.length === 0) return world.nowMs;
  for (const node of nodes) node.leaving = true;
  world.after(seconds.leave * 1000, () => {
    group.nodes = group.nodes.filter((node) => !nodes.includes(node));
    terminate(world, group.paid.splice(-nodes.length));
  });
  return world.nowMs + seconds.leave * 1000;
}

function setTarget(
  world: Recorder,
  cluster: Cluster,
  { group, definition, targetCount }: GroupChange,
  by: Actor,
): void {
  const from = group.targetCount;
  group.definition = definition;
  group.targetCount = targetCount;
  if (from !== targetCount)
    world.record({
      kind: "nodes",
      subject: `${cluster.name}/${group.name}`,
      from,
      to: targetCount,
      by,
    });
}

function setStatus(world: Recorder, cluster: Cluster, to: Cluster["status"], by: Actor): void {
  world.record({ kind: "cluster", subject: cluster.name, from: cluster.status, to, by });
  cluster.status = to;
}
