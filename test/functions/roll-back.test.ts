/** The way back, driven to its end on the account: traffic returns, the candidate leaves, stable is as it was. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { closeRelease } from "../../functions/close-release.ts";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { setWeights, updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { putConfig, readConfig } from "../../src/aws/serving/sagemaker/models.ts";
import { fraud, planWith } from "../core/example.ts";
import { manual, Run } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const stages = [5, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 }));
const toAll = planWith({ rollout: { stages } });

/** What the endpoint shows, without counts. */
async function shape(run: Run) {
  const { status, config, variants } = await run.endpoint();
  return { status, config, variants: variants.map((v) => [v.name, v.currentWeight]) };
}
const asBefore = { status: "InService", config: "chat-assistant-config-v6", variants: [["v6", 1]] };
const rollBackEvents = (run: Run) => run.account.published().filter(({ state }) => state === "rolling-back");

describe("the way back", () => {
  test("from any share ends with stable serving alone, at its weight and configuration from before", async () => {
    const run = await Run.shifted();

    expect(await run.wayBack()).toMatchObject({ status: "done", drifted: [] });

    expect(await shape(run)).toEqual(asBefore);
    expect(await run.changes()).toMatchObject({ join: "undone", "shift-0": "undone" });
  });

  test("of another plan's endpoint ends the same way", async () => {
    const run = await Run.shifted({ plan: fraud, event: { model: "fraud-scoring", version: 7 } });
    expect((await run.endpoint()).variants.map((v) => v.currentWeight)).toEqual([90, 10]);

    expect(await run.wayBack()).toMatchObject({ status: "done", drifted: [] });

    expect(await shape(run)).toEqual({ ...asBefore, config: "fraud-scoring-config-v6" });
    const { variants } = await run.endpoint();
    expect(variants[0]?.currentInstances).toBeGreaterThanOrEqual(3);
  });

  test("from a candidate without traffic leaves at once", async () => {
    const run = await Run.warm();

    expect(await run.wayBackOnce()).toMatchObject({
      status: "waiting",
      reason: "back to chat-assistant-config-v6",
    });
    await run.wayBack();

    expect(await shape(run)).toEqual(asBefore);
  });

  test("of a release that never joined has nothing to do", async () => {
    const run = await Run.begin();
    await run.plan();

    expect(await run.wayBackOnce()).toMatchObject({
      status: "done",
      reason: "the endpoint was not changed",
      spentUsd: 0,
      countChanges: 0,
    });
    expect(run.account.writes().filter((operation) => operation !== "PutEvents")).toEqual([]);
  });

  test("waits for the update that is under way: a locked endpoint cannot shift back", async () => {
    const run = await Run.begin();
    await run.plan();
    await run.prewarm();

    expect(await run.wayBackOnce()).toMatchObject({
      status: "waiting",
      reason: "the endpoint is Updating",
      spentUsd: 0,
      countChanges: 0,
    });

    await run.wayBack();
    expect(await shape(run)).toEqual(asBefore);
  });

  test("does not wait for a load that CloudWatch does not tell: stable serves what it served before", async () => {
    const run = await Run.shifted();
    run.account.fail("GetMetricData", new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 1000);

    expect(await run.wayBack()).toMatchObject({ status: "done", drifted: [] });

    expect(await shape(run)).toEqual(asBefore);
    expect(run.account.logged).toContain("the load is not known; what was seen of it before counts");
  });

  test("that takes longer than an hour raises the alarm at each look, until it has arrived", async () => {
    const run = await Run.begin();
    await run.plan();
    await run.prewarm();
    const first = await run.wayBackOnce();
    expect(run.account.counted).toEqual([]);

    const since = new Date(run.account.now() - 3_600_000).toISOString();
    run.doc = { ...run.doc, wayBack: { ...first, since } };
    await run.wayBackOnce();
    expect(run.account.counted).toEqual(["WayBackLong"]);
  });

  test("takes the candidate's own scaling away before its variant", async () => {
    const run = await Run.shifted();

    await run.wayBack();

    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7")).toBeNull();
    expect(await run.changes()).toMatchObject({ "adopt-scaling": "undone", "hold-scale-in": "applied" });
  });

  test("lets the candidate's last requests end before its variant is removed", async () => {
    const run = await Run.shifted();
    run.pass();
    await run.shift();
    await run.wayBackOnce();
    const shiftedMs = run.account.now();
    run.account.settle();
    expect(run.account.now() - shiftedMs).toBeLessThan(60_000);

    expect(await run.wayBackOnce()).toMatchObject({
      status: "waiting",
      reason: "the candidate's last requests drain",
    });
    await run.wayBack();

    const left = run.account.calls.findLast(({ operation }) => operation === "UpdateEndpoint");
    expect((left?.at ?? 0) - shiftedMs).toBeGreaterThanOrEqual(60_000);
  });

  test("waits for no requests to drain where the last change was none of weights", async () => {
    const run = await Run.warm();
    const ledger = await run.ledger();
    const resource = { kind: "count", name: "chat-assistant/v6" } as const;
    const at = new Date(run.account.now()).toISOString();
    await ledger.intend({ id: "refill-1", resource, before: 8, after: 8, at });
    await ledger.settle(["refill-1"], "applied");

    expect(await run.wayBackOnce()).toMatchObject({ reason: "back to chat-assistant-config-v6" });
  });

  test("is told to the world once, with its reason", async () => {
    const run = await Run.shifted();
    run.doc = { ...run.doc, failure: { Error: "AwsRefused" } };

    await run.wayBack();

    expect(rollBackEvents(run)).toMatchObject([{ reason: "AwsRefused" }]);
  });

  test("of a release that was stopped is told as a compensation: nobody judged, and nothing failed", async () => {
    const run = await Run.shifted();

    await run.wayBack();

    expect(rollBackEvents(run)).toMatchObject([{ reason: "compensation" }]);
  });

  test("goes on from wherever it was interrupted, each step once", async () => {
    const run = await Run.shifted();
    vi.spyOn(Math, "random").mockReturnValue(0);
    for (const operation of [
      "UpdateEndpointWeightsAndCapacities",
      "UpdateEndpoint",
      "DeregisterScalableTarget",
    ])
      run.account.lose(operation, 1);

    await run.wayBack();

    expect(await shape(run)).toEqual(asBefore);
    expect(run.account.calls.filter(({ operation }) => operation === "UpdateEndpoint")).toHaveLength(3);
  });
});

describe("stable", () => {
  test("that is too small is given what it can take, refilled, and then given the rest", async () => {
    const run = await Run.shifted({ plan: toAll, unscaled: true });
    run.pass();
    await run.shift();
    const stable = run.account.world.state.endpoints.get("chat-assistant")?.variants[0];
    stable?.instances.splice(0, 6);
    if (stable !== undefined) stable.desiredInstanceCount = 2;

    await run.wayBack();

    expect(await shape(run)).toEqual(asBefore);
    const steps = (await run.ledger()).changes.filter(({ id }) => /^(back|refill|shrink|leave)/.test(id));
    expect(steps.map(({ id, after }) => [id, after])).toEqual([
      ["back-1", { v6: 41, v7: 59 }],
      ["refill-to-8-1", 8],
      ["back-2", { v6: 71, v7: 29 }],
      ["back-3", { v6: 1, v7: 0 }],
      ["leave-1", "chat-assistant-config-v6"],
    ]);
    expect((await run.endpoint()).variants[0]?.currentInstances).toBeGreaterThanOrEqual(8);
  });
});

describe("a share that was refused", () => {
  test("and that stable could not take any more is not given once nothing refuses it", async () => {
    const run = await Run.shifted({ plan: toAll, unscaled: true });
    run.pass();
    await run.shift();
    const no = new AwsError("AccessDeniedException", "not authorized", { statusCode: 403 });
    run.account.fail("UpdateEndpointWeightsAndCapacities", no, 99);
    await expect(run.wayBackOnce()).rejects.toMatchObject({ name: "AccessDeniedException" });
    const backs = async () => (await run.ledger()).changes.filter(({ id }) => id.startsWith("back-"));
    expect(await backs()).toMatchObject([{ state: "intended", after: { v6: 1, v7: 0 } }]);
    const stable = run.account.world.state.endpoints.get("chat-assistant")?.variants[0];
    stable?.instances.splice(0, 6);
    if (stable !== undefined) stable.desiredInstanceCount = 2;
    run.account.mend();

    await run.wayBackOnce();

    expect(await backs()).toMatchObject([{ state: "applied", after: { v6: 41, v7: 59 } }]);
  });

  test("but was given all the same, unheard, is what the next goes on from", async () => {
    const run = await Run.shifted({ plan: toAll, unscaled: true });
    run.pass();
    await run.shift();
    const { endpoints } = run.account.world.state;
    const stable = endpoints.get("chat-assistant")?.variants[0];
    const taken = stable?.instances.splice(0, 6) ?? [];
    if (stable !== undefined) stable.desiredInstanceCount = 2;
    const down = new AwsError("AccessDeniedException", "not authorized", { statusCode: 403 });
    run.account.fail("UpdateEndpointWeightsAndCapacities", down, 99);
    await expect(run.wayBackOnce()).rejects.toMatchObject({ name: "AccessDeniedException" });
    run.account.mend();
    await setWeights(run.account.aws, "chat-assistant", { v6: 41, v7: 59 });
    run.account.settle();
    stable?.instances.push(...taken);
    if (stable !== undefined) stable.desiredInstanceCount = 8;

    await run.wayBackOnce();

    expect((await run.ledger()).changes.filter(({ id }) => id.startsWith("back-"))).toMatchObject([
      { id: "back-1", state: "applied", after: { v6: 41, v7: 59 } },
      { id: "back-2", state: "applied", after: { v6: 1, v7: 0 } },
    ]);
  });
});

describe("for want of capacity", () => {
  const noRoom = new AwsError(
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.g5.xlarge for endpoint usage' is 24 Instances",
  );

  test("the candidate's fleet and stable's hold are given up, and the endpoint is moved once there is room", async () => {
    const run = await Run.shifted();
    run.account.fail("UpdateEndpoint", noRoom, 2);

    await run.wayBack();

    expect(await shape(run)).toEqual(asBefore);
    expect(await run.changes()).toMatchObject({ "shrink-to-1-1": "applied", "hold-scale-in": "undone" });
    expect(run.doc.wayBack).not.toHaveProperty("moveRefusedAt");
    expect(run.doc.wayBack?.reason).toMatch(/serves as before; [12] count changes? locked it on the way$/);
    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7")).toBeNull();
    await run.scaleDown();
    expect((await run.ledger()).changes.filter(({ state }) => state === "applied")).toEqual([]);
  });

  test("a move that is not paid for is not made, and left to the sweep as what was to be done", async () => {
    const run = await Run.shifted();
    const { plan } = run.doc;
    const wayBack = { ...plan.budget.wayBack, usd: 0.01 };
    run.doc = { ...run.doc, plan: { ...plan, budget: { ...plan.budget, wayBack } } };

    await expect(run.wayBack()).rejects.toMatchObject({
      name: "AwsRefused",
      message: expect.stringContaining("its budget is $0.01"),
    });

    const moves = (await run.ledger()).changes.filter(({ id }) => id.startsWith("leave-"));
    expect(moves).toMatchObject([
      { state: "intended", refusal: { by: expect.stringContaining("its budget is $0.01") } },
    ]);
  });

  test("what does not end in time is left to the sweep, with who refused it and why it ended", async () => {
    const run = await Run.shifted();
    run.account.fail("UpdateEndpoint", noRoom, 10_000);

    await expect(run.wayBack(400)).rejects.toMatchObject({
      name: "AwsRefused",
      message: expect.stringMatching(/^the endpoint was not back within 180 minutes: no capacity/),
    });

    const { variants } = await run.endpoint();
    expect(variants.map((v) => [v.name, v.currentWeight, v.desiredInstances])).toEqual([
      ["v6", 1, expect.any(Number)],
      ["v7", 0, 1],
    ]);
    const moves = (await run.ledger()).changes.filter(({ id }) => id.startsWith("leave-"));
    expect(moves).toHaveLength(1);
    expect(moves[0]).toMatchObject({
      state: "intended",
      refusal: { by: expect.stringContaining("180 minutes") },
    });
    expect(run.doc.wayBack?.spentUsd).toBeGreaterThan(0);
    run.account.wait(10);
    await expect(run.wayBackOnce()).rejects.toMatchObject({ name: "AwsRefused" });
    const again = (await run.ledger()).changes.filter(({ id }) => id.startsWith("leave-"));
    expect(again.map(({ at, refusal }) => [at, refusal?.since])).toEqual(
      moves.map(({ at, refusal }) => [at, refusal?.since]),
    );
  });
});

describe("what someone else did meanwhile", () => {
  test("to the weights is left alone and told, and the release comes to its end all the same", async () => {
    const run = await Run.shifted();
    await setWeights(run.account.aws, "chat-assistant", { v6: 60, v7: 40 });
    run.account.settle();

    const wayBack = await run.wayBack();
    const scaledDown = await run.scaleDown();

    expect(wayBack).toMatchObject({
      status: "done",
      drifted: ["someone else changed the weights of chat-assistant"],
    });
    expect((await shape(run)).variants).toEqual([
      ["v6", 60],
      ["v7", 40],
    ]);
    expect(scaledDown).toMatchObject({ status: "done" });
    expect(scaledDown.drifted).toContain(`model ${run.needs.candidate.modelName}`);
    expect(await run.changes()).toMatchObject({
      "shift-0": "drifted",
      model: "drifted",
      "hold-scale-in": "undone",
    });
  });

  test("to the weights, giving stable all traffic, bars no way: the candidate leaves, and it is told", async () => {
    const run = await Run.shifted();
    await setWeights(run.account.aws, "chat-assistant", { v6: 7, v7: 0 });
    run.account.settle();

    expect(await run.wayBack()).toMatchObject({ status: "done", drifted: ["weights chat-assistant"] });

    expect(await shape(run)).toEqual({ ...asBefore, variants: [["v6", 7]] });
    expect(await run.changes()).toMatchObject({ join: "undone", "shift-0": "drifted" });
  });

  test("to the weights stays theirs for whoever comes after a stop", async () => {
    const run = await Run.shifted();
    await setWeights(run.account.aws, "chat-assistant", { v6: 0, v7: 100 });
    run.account.settle();
    await run.wayBack();
    const writes = run.account.writes().length;
    run.doc = { ...run.doc, wayBack: undefined };

    expect(await run.wayBack()).toMatchObject({
      status: "done",
      reason: "chat-assistant was left to someone else before",
      drifted: ["someone else changed chat-assistant"],
    });
    expect(run.account.writes()).toHaveLength(writes);
  });

  test("to the weights before the first shift goes back to stable alone", async () => {
    const run = await Run.warm();
    await setWeights(run.account.aws, "chat-assistant", { v6: 50, v7: 50 });
    run.account.settle();
    // Until stable's instances are known to be warm, nothing more is given to them.
    expect(await run.wayBackOnce()).toMatchObject({ reason: "stable's instances load their models" });
    run.account.wait(6);

    await run.wayBackOnce();
    run.account.settle();

    expect((await shape(run)).variants).toEqual([
      ["v6", 1],
      ["v7", 0],
    ]);
    await run.wayBack();
    expect(await shape(run)).toEqual(asBefore);
  });

  test("to the weights, with stable too small for all of it, begins no refill for traffic that is theirs", async () => {
    const run = await Run.shifted({ plan: toAll, unscaled: true });
    await setWeights(run.account.aws, "chat-assistant", { v6: 60, v7: 40 });
    run.account.settle();
    const stable = run.account.world.state.endpoints.get("chat-assistant")?.variants[0];
    stable?.instances.splice(0, 6);
    if (stable !== undefined) stable.desiredInstanceCount = 2;

    expect(await run.wayBackOnce()).toMatchObject({
      status: "done",
      drifted: ["someone else changed the weights of chat-assistant"],
    });
    expect((await run.endpoint()).variants[0]?.desiredInstances).toBe(2);
  });

  test.each([
    ["60/40", { v6: 60, v7: 40 }],
    ["0/0", { v6: 0, v7: 0 }],
  ])("to the weights before a shift that knew them is not what is gone back to: %s", async (_, before) => {
    const run = await Run.shifted();
    run.account.wait(6);
    const ledger = await Ledger.open(run.account.aws, run.doc.release);
    const { resource, after = null, at = "" } = ledger.find("shift-0") ?? {};
    if (resource === undefined) throw new Error("expected a first shift, found none");
    await ledger.forget(["shift-0"]);
    await ledger.intend({ id: "shift-0", resource, before, after, at });
    await ledger.settle(["shift-0"], "applied");

    expect(await run.wayBackOnce()).toMatchObject({ reason: "stable can take all traffic" });
    run.account.settle();

    expect((await shape(run)).variants).toEqual([
      ["v6", 1],
      ["v7", 0],
    ]);
    await run.wayBack();
    expect(await shape(run)).toEqual(asBefore);
    expect(await run.changes()).toMatchObject({ "shift-0": "undone" });
  });

  test("to the endpoint's configuration leaves nothing of what was only intended to be undone", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await Run.shifted();
    run.pass();
    const down = new AwsError("InternalFailure", "no", { statusCode: 500 });
    run.account.fail("UpdateEndpointWeightsAndCapacities", down);
    await expect(run.shift()).rejects.toMatchObject({ name: "InternalFailure" });
    expect(await run.changes()).toMatchObject({ "shift-1": "intended" });
    run.account.mend();
    run.account.world.state.scalableTargets.clear();
    const served = await readConfig(run.account.aws, "chat-assistant-config-v6");
    await putConfig(run.account.aws, "someone-elses", served);
    await updateEndpoint(run.account.aws, "chat-assistant", "someone-elses");
    run.account.settle();

    await run.wayBack();

    expect(await run.changes()).toMatchObject({ "shift-0": "drifted", "shift-1": "undone" });
  });

  test("to the endpoint's configuration while it was about to be moved back is looked at again, and told", async () => {
    const run = await Run.shifted();
    const { aws, services } = run.account;
    const operations = services.find(({ name }) => name === "application-autoscaling")?.operations ?? {};
    const { DeregisterScalableTarget: deregister } = operations;
    vi.spyOn(operations, "DeregisterScalableTarget").mockImplementationOnce(async (...call) => {
      const answer = await deregister?.(...call);
      await putConfig(aws, "someone-elses", await readConfig(aws, "chat-assistant-config-v6"));
      await updateEndpoint(aws, "chat-assistant", "someone-elses");
      return answer ?? {};
    });

    const wayBack = await run.wayBack();

    expect(wayBack).toMatchObject({ status: "done" });
    expect(wayBack.drifted).toContain("someone else moved the endpoint to someone-elses");
    expect((await shape(run)).config).toBe("someone-elses");
    expect(await run.changes()).toMatchObject({ join: "drifted" });
  });

  test("to the endpoint's configuration is left alone and told", async () => {
    const run = await Run.shifted();
    run.account.world.state.scalableTargets.clear();
    await putConfig(
      run.account.aws,
      "someone-elses",
      await readConfig(run.account.aws, "chat-assistant-config-v6"),
    );
    await updateEndpoint(run.account.aws, "chat-assistant", "someone-elses");
    run.account.settle();

    const wayBack = await run.wayBack();

    expect(wayBack).toMatchObject({
      status: "done",
      spentUsd: 0,
      countChanges: 0,
      drifted: ["someone else moved the endpoint to someone-elses"],
    });
    const { execution, openedAt: startedAt } = run.doc.release;
    const closing = await closeRelease({ execution, startedAt, input: manual, document: run.doc }, run.tools);
    expect(closing.reason).toContain(
      "the endpoint is left as it is: someone else moved the endpoint to someone-elses; to have it as before, move it to chat-assistant-config-v6; ",
    );
    expect((await shape(run)).config).toBe("someone-elses");
    expect(await run.changes()).toMatchObject({ join: "drifted", "shift-0": "drifted" });
  });

  test("to configuration and weights at once is told by the configuration, which is what they are of", async () => {
    const run = await Run.shifted();
    run.account.world.state.scalableTargets.clear();
    const { ProductionVariants, ...joined } = (await readConfig(run.account.aws, run.needs.joinConfig)) as {
      ProductionVariants: object[];
    };
    const even = ProductionVariants.map((variant) => ({ ...variant, InitialVariantWeight: 1 }));
    await putConfig(run.account.aws, "someone-elses", { ...joined, ProductionVariants: even });
    await updateEndpoint(run.account.aws, "chat-assistant", "someone-elses");
    run.account.settle();
    await setWeights(run.account.aws, "chat-assistant", { v6: 1, v7: 1 });
    run.account.settle();

    expect(await run.wayBack()).toMatchObject({
      status: "done",
      reason: expect.stringContaining("someone-elses"),
    });
  });
});

describe("without capacity for the way back", () => {
  test("the leave that SageMaker took back is tried again until there is capacity", async () => {
    const run = await Run.shifted();
    run.account.world.state.poolInstances = 0;
    while ((await run.ledger()).find("leave-1") === undefined) {
      const { waitSeconds } = await run.wayBackOnce();
      run.account.wait(waitSeconds / 60);
    }
    run.account.settle();
    expect((await run.endpoint()).config).toBe(run.needs.joinConfig);

    run.account.world.state.poolInstances = 100;
    await run.wayBack();

    expect(await shape(run)).toEqual(asBefore);
    expect((await run.ledger()).changes.map(({ id }) => id)).toContain("leave-2");
  });
});
