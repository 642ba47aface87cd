/** Whether a capacity-only milestone is within its means: a warm pool by its quotas, nodes of a cluster by the group as it stands. */

import { comesToRest, groupName, unfitFor } from "../core/capacity/instance-group.ts";
import { poolExpense } from "../core/cost/expenses.ts";
import { lacksOfGroup, lacksOfPool } from "../core/feasibility/feasibility.ts";
import {
  capacityOf,
  capacityText,
  isCluster,
  type Plan,
  type TrainingCapacity,
  type TrainingCluster,
  type TrainingPool,
} from "../core/plan/plan.ts";
import { isAccountedFor, unaccountedFor } from "../core/plan/prices.ts";
import { minutesUntilDue } from "../core/release/due.ts";
import type { Release } from "../core/release/release.ts";
import { groupHoldOf } from "../core/release/resources.ts";
import type { Aws } from "./clients.ts";
import { clustersInUse, viewCluster } from "./clusters.ts";
import type { FleetAnswer } from "./fleet-planning.ts";
import type { Tools } from "./lambda.ts";
import { readResource } from "./resources/registry.ts";
import { clusterQuotas, quotasFor } from "./service-quotas.ts";

interface Asked {
  readonly plan: Plan;
  readonly release: Release;
}

export async function planPool({ plan, release }: Asked, { aws, now }: Tools): Promise<FleetAnswer> {
  const milestone = plan.milestones[release.milestone];
  const capacity = capacityOf(milestone);
  const refused = (reason: string): FleetAnswer => ({ status: "refused", reason });
  if (capacity === undefined) return refused("the milestone names no capacity");
  const unready = isCluster(capacity) ? await groupInTheWay(aws, capacity) : undefined;
  if (unready !== undefined) return unready;
  const lacks = await lacksOf(aws, capacity);
  if (!isAccountedFor(capacity.instanceType, plan)) return refused(unaccountedFor(capacity.instanceType));
  const { extendMinutes } = milestone?.late ?? {};
  const leadMinutes = minutesUntilDue(release, now());
  const usd = poolExpense(plan, capacity, { leadMinutes, extendMinutes }).usd ?? 0;
  if (usd > plan.budget.usdPerRelease) {
    const what = isCluster(capacity) ? "the nodes are" : "the pool is";
    return refused(
      `${what} estimated at $${usd.toFixed(2)}, the budget is $${plan.budget.usdPerRelease.toFixed(2)}`,
    );
  }
  if (lacks.length > 0) return { status: "refused", reason: lacks.join("; "), isShort: true };
  return { status: "fits", reason: `${capacityText(capacity)} for training` };
}

/** Why no nodes can be asked for: the cluster is at something else for now, or the group is none that a release raises. */
async function groupInTheWay(aws: Aws, wanted: TrainingCluster): Promise<FleetAnswer | undefined> {
  const cluster = await viewCluster(aws, wanted.name);
  if (cluster === undefined) return { status: "refused", reason: `cluster ${wanted.name} does not exist` };
  if (comesToRest(cluster))
    return { status: "waiting", reason: `cluster ${cluster.name} is ${cluster.status}` };
  const unfit = unfitFor(wanted, cluster);
  if (unfit !== undefined) return { status: "refused", reason: unfit };
  const held = (await readResource(aws, groupHoldOf(groupName(wanted)))) as { readonly by: string } | null;
  if (held === null) return undefined;
  return {
    status: "refused",
    reason: `instance group ${groupName(wanted)} is held by ${held.by}: one release at a time raises a group`,
  };
}

const lacksOf = (aws: Aws, capacity: TrainingCapacity): Promise<string[]> =>
  isCluster(capacity) ? lacksOfNodes(aws, capacity) : lacksOfJobs(aws, capacity);

const lacksOfJobs = async (aws: Aws, pool: TrainingPool): Promise<string[]> =>
  lacksOfPool(pool, {
    "training job usage": await quotasFor(aws, "training job usage", [pool.instanceType]),
    "training warm pool usage": await quotasFor(aws, "training warm pool usage", [pool.instanceType]),
  });

/** One sentence for each quota that is too small for more nodes. */
export async function lacksOfNodes(aws: Aws, cluster: TrainingCluster): Promise<string[]> {
  const byType = await quotasFor(aws, "cluster usage", [cluster.instanceType]);
  const quota = { type: byType[cluster.instanceType], ...(await clusterQuotas(aws)) };
  return lacksOfGroup(cluster, { quota, inUse: await clustersInUse(aws) });
}
