/** What SageMaker holds of HyperPod clusters: instance groups, and the nodes of each. */
import type { Instance } from "./instance-state.ts";

export type ClusterStatus = "InService" | "Updating" | "RollingBack";

/** One machine of a group. It runs from its instance's `readyMs` on, and is shutting down once it is to go. */
export interface ClusterNode {
  readonly instance: Instance;
  leaving: boolean;
}

export interface InstanceGroup {
  readonly name: string;
  readonly instanceType: string;
  /** The members of its specification beside name, type and count, as they were sent last. */
  definition: Readonly<Record<string, unknown>>;
  targetCount: number;
  nodes: ClusterNode[];
  /** What is paid for, oldest first: as many as there are nodes, whichever of them go. */
  readonly paid: Instance[];
}

export interface Cluster {
  readonly name: string;
  readonly creationMs: number;
  /** DescribeCluster's members beside its groups and its status. */
  definition: Readonly<Record<string, unknown>>;
  /** Nodes are given as they come, and asked for until all are there; otherwise all of them come, or none. */
  readonly isContinuous: boolean;
  status: ClusterStatus;
  failureMessage?: string;
  readonly groups: Map<string, InstanceGroup>;
}
