/**
 * Raises training capacity: a short job primes a managed warm pool, or an instance group of a HyperPod cluster is given more
 * nodes. The schedule that ends the lease is made first, so that the raise always has its end.
 */
import type { z } from "zod";
import { asJson } from "../src/aws/as-json.ts";
import { make } from "../src/aws/changes.ts";
import { viewCluster } from "../src/aws/clusters.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { primerOf } from "../src/aws/sagemaker-training.ts";
import { scheduleRef } from "../src/aws/scheduler.ts";
import { comesToRest, groupName, unfitFor } from "../src/core/capacity/instance-group.ts";
import { badState, drifted, notFound } from "../src/core/errors.ts";
import { capacityOf, capacityText, isCluster, type TrainingCluster } from "../src/core/plan/plan.ts";
import { tagsOf } from "../src/core/plan/tags.ts";
import { PlannedPool } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { membersOf } from "../src/core/release/document/upcasters.ts";
import { minutesUntilDue } from "../src/core/release/due.ts";
import { moreNodes, raiseId } from "../src/core/release/keeping.ts";
import { resourceName } from "../src/core/release/names.ts";
import { polling } from "../src/core/release/polling.ts";
import { Progress } from "../src/core/release/release.ts";
import { groupHoldOf, instanceGroupOf, scheduleOf, trainingJobOf } from "../src/core/release/resources.ts";
import { idleWaitSeconds } from "../src/core/wait.ts";

const Input = PlannedPool.pick({
  schema: true,
  route: true,
  release: true,
  plan: true,
  planning: true,
  prewarm: true,
});
type Input = z.infer<typeof Input>;

/** What passes without a queue or a freeze between the opening and here; a lease counts from the opening then. */
const unhinderedMs = 10 * 60_000;

export const prewarmTraining: Step<Input, Progress> = async (doc, tools) => {
  const { release, plan } = doc;
  const capacity = capacityOf(plan.milestones[release.milestone]);
  if (capacity === undefined)
    throw badState(`milestones.${release.milestone}.pool: expected the capacity it needs, found nothing`);
  const pool = isCluster(capacity) ? undefined : membersOf(asJson(capacity));
  const ledger = await Ledger.forward(tools.aws, release, pool);
  const busy = isCluster(capacity) ? await busyCluster(tools, ledger, { doc, wanted: capacity }) : undefined;
  if (busy !== undefined) return busy;
  const openedMs = Date.parse(release.openedAt);
  const begunMs = tools.now() - openedMs > unhinderedMs ? tools.now() : openedMs;
  const sinceMs = begunMs + minutesUntilDue(release, begunMs) * 60_000;
  const lease = {
    at: new Date(sinceMs + capacity.holdMinutes * 60_000).toISOString().slice(0, 19),
    input: JSON.stringify({ scaleDown: { releaseId: release.id } }),
  };
  const named = { stack: tools.aws.environment.stack, ...release };
  const schedule = scheduleOf(scheduleRef(tools.aws, resourceName(named, "lease")));
  if (isCluster(capacity)) {
    const hold = groupHoldOf(groupName(capacity));
    await make(tools, ledger, { id: "hold-group", resource: hold, to: { by: release.id } });
  }
  const made = await make(tools, ledger, { id: "lease-end", resource: schedule, to: lease });
  const { at = lease.at } = (made.after ?? {}) as Partial<typeof lease>;
  if (isCluster(capacity)) {
    const resource = instanceGroupOf(groupName(capacity));
    await make(tools, ledger, { id: raiseId, resource, to: (before) => moreNodes(before, capacity) });
  } else {
    const resource = trainingJobOf(resourceName(named, "primer"));
    await make(tools, ledger, { id: "primer", resource, to: primerOf(capacity, tagsOf(release, plan)) });
  }
  return {
    status: "done",
    reason: `${capacityText(capacity)} until ${new Date(`${at}Z`).toISOString()}`,
    waitSeconds: 60,
    since: new Date(tools.now()).toISOString(),
  };
};

/** A cluster takes one update at a time: until nothing of the raise is done, another one is waited for. */
async function busyCluster(
  tools: Tools,
  ledger: Ledger,
  { doc, wanted }: { doc: Input; wanted: TrainingCluster },
): Promise<Progress | undefined> {
  if (ledger.find(raiseId) !== undefined) return undefined;
  const { now } = tools;
  const cluster = await viewCluster(tools.aws, wanted.name);
  if (cluster === undefined) throw notFound(`cluster ${wanted.name} does not exist`);
  const poll = polling(doc.prewarm, now);
  const reason = `cluster ${cluster.name} is ${cluster.status}`;
  if (!comesToRest(cluster)) {
    const unfit = unfitFor(wanted, cluster);
    if (unfit === undefined) return undefined;
    throw drifted(unfit);
  }
  const { capacityTimeoutMinutes: limit } = doc.plan.rollout;
  if (poll.isOverdue(limit)) throw drifted(`not raised after ${limit} minutes: ${reason}`);
  return { status: "waiting", reason, since: poll.since, waitSeconds: idleWaitSeconds(poll.waitedMs()) };
}

export const contract = { input: Input, output: Progress, document: forward };
export const handler = lambda(prewarmTraining, contract);
