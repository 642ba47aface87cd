/** Training capacity in a HyperPod cluster: more nodes of a group, verified, held by one release, and taken back. */

import { UpdateClusterCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { scaleDown } from "../../functions/scale-down.ts";
import { viewCluster } from "../../src/aws/clusters.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { onCluster } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { accountWith, Run, trainingDue } from "./run.ts";

const plan = onCluster;
const group = "research/gpu-workers";
const id = "chat-assistant-2026-11-23-training";

const begun = (spec: SpecInput = {}, own: Plan = plan) => Run.begin({ event: trainingDue, plan: own, spec });

async function raised(spec: SpecInput = {}): Promise<Run> {
  const run = await begun(spec);
  await run.plan();
  await run.prewarmTraining();
  return run;
}

const counts = ({ account }: Run) => {
  const found = account.world.state.clusters.get("research")?.groups.get("gpu-workers");
  return { target: found?.targetCount, nodes: found?.nodes.length };
};

/** Somebody else has the group be so many. */
async function byHand({ account }: Run, instances: number): Promise<void> {
  const found = account.world.state.clusters.get("research")?.groups.get("gpu-workers");
  const { KubernetesConfig, ...definition } = (found?.definition ?? {}) as Record<string, unknown>;
  await account.aws.sagemaker.send(
    new UpdateClusterCommand({
      ClusterName: "research",
      InstanceGroups: [
        {
          InstanceGroupName: "gpu-workers",
          InstanceType: "ml.g5.12xlarge",
          InstanceCount: instances,
          ...definition,
        } as never,
      ],
    }),
  );
}

async function ended(run: Run) {
  let scaled: Awaited<ReturnType<typeof scaleDown>> | undefined;
  for (let look = 0; look < 60; look++) {
    scaled = await scaleDown({ ...run.doc, scaleDown: scaled } as never, run.tools);
    if (scaled.status === "done") return scaled;
    run.account.wait(scaled.waitSeconds / 60);
  }
  throw new Error(`expected an end within sixty looks, found ${scaled?.reason}`);
}

test("more nodes are asked for once the hold is taken and its end is scheduled", async () => {
  const run = await raised();

  expect(run.doc.prewarm?.reason).toBe(
    "4 more ml.g5.12xlarge in research/gpu-workers until 2026-11-23T12:00:00.000Z",
  );
  expect(await run.changes()).toEqual({
    "hold-group": "applied",
    "lease-end": "applied",
    "raise-group": "applied",
  });
  expect(counts(run)).toEqual({ target: 6, nodes: 6 });
});

test("they are there once they run and the cluster is in service, not before", async () => {
  const run = await raised();
  expect(await run.capacity()).toMatchObject({
    status: "waiting",
    reason: "cluster research is Updating; 2 of 6 nodes of research/gpu-workers run",
  });

  run.account.wait(30);

  expect(await run.capacity()).toMatchObject({
    status: "ready",
    reason: "6 of 6 nodes of research/gpu-workers run",
    launch: { of: "training", instances: { "ml.g5.12xlarge": 4 } },
  });
});

test("where the region has none, the update is rolled back, and that is no capacity", async () => {
  const run = await raised({ provisioning: { poolInstances: 1 } });
  run.account.wait(120);

  expect(await run.capacity()).toMatchObject({
    status: "failed",
    reason: expect.stringMatching(/is to have 2 nodes, not 6: InsufficientCapacity/),
  });
  expect((await ended(run)).reason).toBe("everything is as before");
  expect(counts(run)).toEqual({ target: 2, nodes: 2 });
});

test("where nodes come as there are any, too few of them are waited for, and taken back", async () => {
  const run = await raised({
    provisioning: { poolInstances: 3 },
    training: { clusters: { provisioning: "continuous" } },
  });
  run.account.wait(120);

  expect(await run.capacity()).toMatchObject({
    status: "waiting",
    reason: "5 of 6 nodes of research/gpu-workers run",
  });
  await ended(run);
  expect(counts(run)).toEqual({ target: 2, nodes: 2 });
});

test("at its end the group has as many as before, all else of it as it was, and nobody holds it", async () => {
  const run = await raised();
  const { groups } = run.account.world.state.clusters.get("research") ?? { groups: new Map() };
  const before = structuredClone(groups.get("gpu-workers")?.definition);
  run.account.wait(60);
  await run.capacity();

  const scaled = await ended(run);

  expect(scaled).toMatchObject({ status: "done", reason: "everything is as before", drifted: [] });
  expect(counts(run)).toEqual({ target: 2, nodes: 2 });
  expect(groups.get("gpu-workers")?.definition).toEqual(before);
  expect(run.account.world.state.clusters.get("research")?.definition.NodeRecovery).toBe("Automatic");
  expect(await run.changes()).toEqual({
    "hold-group": "undone",
    "lease-end": "undone",
    "raise-group": "undone",
  });
});

test("nodes that are still on their way out are waited for, and the hold goes last", async () => {
  const run = await raised();
  run.account.wait(60);

  const first = await scaleDown(run.doc as never, run.tools);

  expect(first).toMatchObject({ status: "waiting", reason: `instance-group ${group} is being ended` });
  expect(await run.changes()).toMatchObject({ "hold-group": "applied", "raise-group": "applied" });
  run.account.wait(5);
  await ended(run);
  expect(await run.changes()).toMatchObject({ "hold-group": "undone", "raise-group": "undone" });
});

test("a group that is raised while the cluster is at another update is lowered after it", async () => {
  const run = await raised();
  run.account.wait(1);

  expect(await scaleDown(run.doc as never, run.tools)).toMatchObject({ status: "waiting" });
  expect(counts(run)).toMatchObject({ target: 6 });
  await ended(run);

  expect(counts(run)).toEqual({ target: 2, nodes: 2 });
});

test("what somebody else has made of the count meanwhile is left alone, and the hold is given back all the same", async () => {
  const run = await raised();
  run.account.wait(60);
  await byHand(run, 8);
  run.account.wait(60);

  expect(await ended(run)).toMatchObject({ drifted: [`instance-group ${group}`] });

  expect(counts(run)).toMatchObject({ target: 8 });
  expect(await run.changes()).toMatchObject({ "hold-group": "undone", "raise-group": "drifted" });
});

test("a cluster that is at an update is waited for before anything is done", async () => {
  const run = await begun();
  await byHand(run, 3);
  expect(await run.plan()).toMatchObject({ status: "waiting", reason: "cluster research is Updating" });
  run.account.wait(60);
  expect(await run.plan()).toMatchObject({ status: "fits" });

  await byHand(run, 2);
  expect(await run.prewarmTraining()).toMatchObject({
    status: "waiting",
    reason: "cluster research is Updating",
  });
  expect(await run.changes()).toEqual({});
  run.account.wait(60);

  expect(await run.prewarmTraining()).toMatchObject({ status: "done" });
  expect(counts(run)).toMatchObject({ target: 6 });
});

test("a second release is refused while another holds the group, by that one's name", async () => {
  const first = await raised();
  const other = { ...plan, model: "chat-summary", endpoint: { ...plan.endpoint, name: "chat-summary" } };
  await applyPlan(first.account.aws, other, new Date(first.account.now()).toISOString());
  first.account.wait(60);

  const second = await Run.begin({
    event: { model: "chat-summary", milestone: "training" },
    account: first.account,
    name: "second",
  });

  expect(await second.plan()).toMatchObject({
    status: "refused",
    reason: `instance group ${group} is held by ${id}: one release at a time raises a group`,
  });
});

test.each([
  [
    "its cluster scales it",
    { training: { clusters: { autoScaling: true } } },
    {},
    /is governed by the cluster's own autoscaling/,
  ],
  ["its cluster is not there", {}, { name: "elsewhere" }, /^cluster elsewhere does not exist$/],
  ["it is not there", {}, { instanceGroup: "cpu" }, /cpu does not exist; the cluster has gpu-workers$/],
  [
    "it has other instances",
    {},
    { instanceType: "ml.g5.24xlarge" },
    /has instances of ml.g5.12xlarge, the plan says ml.g5.24xlarge$/,
  ],
  [
    "its quota is too small",
    { training: { clusters: { quotaInstances: 5 } } },
    {},
    /needs 4 more ml.g5.12xlarge beside the 2 that there are, the account's quota is 5/,
  ],
])("a group is refused before anything changes where %s", async (_, spec, cluster, reason) => {
  const milestone = {
    ...plan.milestones.training,
    cluster: { ...plan.milestones.training?.cluster, ...cluster },
  };
  const own = { ...plan, milestones: { ...plan.milestones, training: milestone } } as Plan;
  const run = await Run.begin({ event: trainingDue, account: await accountOf(spec, own) });

  expect(await run.plan()).toMatchObject({ status: "refused", reason: expect.stringMatching(reason) });
  expect(run.account.writes()).not.toContain("UpdateCluster");
});

/** The account as the sample's plan has it, with another plan in force. */
async function accountOf(spec: SpecInput, own: Plan) {
  const account = await accountWith({ plan, spec });
  await applyPlan(account.aws, own, new Date(account.now()).toISOString());
  return account;
}

test("a cluster is viewed with its groups, and one that is not there is none", async () => {
  const { account } = await begun();

  const seen = await viewCluster(account.aws, "research");
  expect(seen).toMatchObject({ status: "InService", scalesItself: false });
  expect(seen?.groups.get("gpu-workers")).toMatchObject({ target: 2, current: 2 });
  expect(await viewCluster(account.aws, "none")).toBeUndefined();
});
