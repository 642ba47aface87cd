/** Whether the instance groups that a plan raises could be raised now: what PlanCapacity would look at of each. */
import { comesToRest, groupName, unfitFor } from "../../core/capacity/instance-group.ts";
import { milestoneKinds, type Plan, type TrainingCluster } from "../../core/plan/plan.ts";
import { amiss, type Readiness, unseen, well } from "../../core/release/readiness.ts";
import type { Aws } from "../clients.ts";
import { viewCluster } from "../clusters.ts";
import { lacksOfNodes } from "../pool-planning.ts";
import { readinessOf } from "./looking.ts";

/** One for each milestone that names a cluster, in the order of milestones. */
export async function clusterReadiness(aws: Aws, { milestones }: Plan): Promise<Readiness[]> {
  const all = milestoneKinds.flatMap((kind) => milestones[kind]?.cluster ?? []);
  const found: Readiness[] = [];
  for (const one of all) found.push(await readinessOf(`nodes of ${groupName(one)}`, () => ready(aws, one)));
  return found;
}

async function ready(aws: Aws, wanted: TrainingCluster): Promise<Readiness> {
  const what = `nodes of ${groupName(wanted)}`;
  const cluster = await viewCluster(aws, wanted.name);
  if (cluster === undefined)
    return amiss(what, `cluster ${wanted.name} does not exist`, "name one that does in the plan");
  if (comesToRest(cluster)) return unseen(what, `cluster ${cluster.name} is ${cluster.status}`);
  const unfit = unfitFor(wanted, cluster);
  if (unfit !== undefined) return amiss(what, unfit, "name another group in the plan");
  const lacks = await lacksOfNodes(aws, wanted);
  if (lacks.length > 0) return amiss(what, lacks.join("; "), "ask for more of the quota");
  return well(what, `${wanted.instances} more ${wanted.instanceType} can be asked for`);
}
