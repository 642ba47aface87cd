/** An instance group of a HyperPod cluster: whether more nodes may be asked of it, and whether they are there. */
import type { TrainingCluster } from "../plan/plan.ts";

export interface GroupView {
  readonly instanceType: string | undefined;
  /** Instances asked for, and those that are in the group. */
  readonly target: number;
  readonly current: number;
  /** Why no more nodes of it can be asked for, whoever asks; absent where they can. */
  readonly unfit?: string | undefined;
}

export interface ClusterView {
  readonly name: string;
  /** ClusterStatus, as SageMaker says it. */
  readonly status: string;
  /** What it says of the last update that failed. */
  readonly failure?: string | undefined;
  /** Whether its own autoscaling is on. */
  readonly scalesItself: boolean;
  readonly groups: ReadonlyMap<string, GroupView>;
}

/** Statuses in which a cluster takes no update, and out of which it comes by itself (ClusterStatus, API model). */
const passing: ReadonlySet<string> = new Set(["Creating", "Updating", "RollingBack", "SystemUpdating"]);

export const isAtRest = ({ status }: Pick<ClusterView, "status">): boolean => status === "InService";
export const comesToRest = ({ status }: Pick<ClusterView, "status">): boolean => passing.has(status);

/** How a group is named, in the ledger and in messages. */
export const groupName = ({ name, instanceGroup }: Pick<TrainingCluster, "name" | "instanceGroup">): string =>
  `${name}/${instanceGroup}`;

/**
 * Why a group is not one that a release raises; undefined where it is. SageMaker does not say which groups of a cluster its
 * autoscaling governs: where that is on, all of them may be.
 */
export function unfitFor(wanted: TrainingCluster, cluster: ClusterView): string | undefined {
  const group = cluster.groups.get(wanted.instanceGroup);
  const what = `instance group ${groupName(wanted)}`;
  if (!isAtRest(cluster)) return `cluster ${cluster.name} is ${cluster.status}`;
  if (group === undefined) {
    const names = [...cluster.groups.keys()].join(", ");
    return `${what} does not exist; the cluster has ${names === "" ? "none" : names}`;
  }
  if (cluster.scalesItself)
    return `${what} is governed by the cluster's own autoscaling, which would take back what is raised`;
  if (group.unfit !== undefined) return `${what} ${group.unfit}`;
  if (group.instanceType !== wanted.instanceType)
    return `${what} has instances of ${group.instanceType}, the plan says ${wanted.instanceType}`;
  return undefined;
}

/** Raised nodes as a look finds them; `running` are those that say so of themselves. */
export interface RaisedNodes {
  readonly cluster: ClusterView | undefined;
  readonly group: string;
  readonly instances: number;
  readonly running: number;
}

/**
 * Verified by the count and by the nodes, not by the status alone: an update that lacks instances is rolled back, and the
 * cluster is in service then as well.
 */
export function lookAtRaised({ cluster, group: name, instances, running }: RaisedNodes): {
  readonly status: "ready" | "waiting" | "failed";
  readonly reason: string;
} {
  const group = cluster?.groups.get(name);
  if (cluster === undefined || group === undefined)
    return { status: "failed", reason: `instance group ${name} is gone` };
  const there = Math.min(group.current, running);
  const reason = `${there} of ${instances} nodes of ${cluster.name}/${name} run`;
  if (comesToRest(cluster))
    return { status: "waiting", reason: `cluster ${cluster.name} is ${cluster.status}; ${reason}` };
  if (!isAtRest(cluster))
    return { status: "failed", reason: `cluster ${cluster.name} is ${cluster.status}; ${reason}` };
  if (group.target === instances) return { status: there < instances ? "waiting" : "ready", reason };
  const why = cluster.failure === undefined ? "" : `: ${cluster.failure}`;
  return {
    status: "failed",
    reason: `instance group ${cluster.name}/${name} is to have ${group.target} nodes, not ${instances}${why}`,
  };
}
