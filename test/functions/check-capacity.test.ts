/** Whether raised capacity is there: the outcome is verified, not the status. */
import { describe, expect, test } from "vitest";
import { startPrimer } from "../../src/aws/sagemaker-training.ts";
import { setWeights, updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run, trainingDue } from "./run.ts";

async function joining(spec: SpecInput = {}): Promise<Run> {
  const run = await Run.begin({ spec });
  await run.plan();
  await run.prewarm();
  return run;
}

describe("the candidate's capacity", () => {
  test("is waited for while the endpoint is updated", async () => {
    const run = await joining();

    expect(await run.capacity()).toMatchObject({
      status: "waiting",
      reason: "endpoint chat-assistant is Updating",
    });
  });

  test("is there once configuration, weights and counts are what was intended", async () => {
    const run = await joining();
    run.account.settle();

    expect(await run.capacity()).toMatchObject({
      status: "ready",
      reason: "8 of 8 candidate instances are in service",
    });
  });

  test("has failed where SageMaker went back by itself, although it says InService", async () => {
    const run = await joining({ provisioning: { poolInstances: 0 } });
    run.account.settle();

    expect(await run.capacity()).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(
        /^the endpoint went back to chat-assistant-config-v6: .*InsufficientInstanceCapacity/,
      ),
    });
  });

  test("has failed where someone else gave the candidate traffic", async () => {
    const run = await joining();
    run.account.settle();
    await setWeights(run.account.aws, "chat-assistant", { v6: 1, v7: 1 });
    run.account.settle();

    expect(await run.capacity()).toMatchObject({
      status: "failed",
      reason: "the candidate has weight 1, not 0",
    });
  });

  test("has failed where someone else moved the endpoint", async () => {
    const run = await joining();
    run.account.settle();
    run.account.world.state.scalableTargets.clear();
    await updateEndpoint(run.account.aws, "chat-assistant", "chat-assistant-config-v6");
    run.account.settle();

    expect(await run.capacity()).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("went back to chat-assistant-config-v6"),
    });
  });

  test("has failed where the ledger knows of no join, and of no launch either", async () => {
    const run = await Run.begin();
    await run.plan();

    const capacity = await run.capacity();

    expect(capacity).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("went back to chat-assistant-config-v6"),
    });
    expect(capacity).not.toHaveProperty("launch");
  });

  test("has failed where stable shrank meanwhile", async () => {
    const run = await joining();
    run.account.settle();
    const stable = run.account.world.state.endpoints.get("chat-assistant")?.variants[0];
    stable?.instances.splice(0, 3);

    expect(await run.capacity()).toMatchObject({
      status: "failed",
      reason: "stable shrank from 8 to 5 instances",
    });
  });

  test("is given up once the plan's time for it is over, with what it waited for", async () => {
    const run = await joining({ provisioning: { secondsP50: 7200, secondsP95: 7300 } });
    await run.capacity();
    run.account.wait(60);

    expect(await run.capacity()).toMatchObject({
      status: "failed",
      reason: "not ready after 60 minutes: endpoint chat-assistant is Updating",
    });
  });

  test("is asked for less often the longer it takes", async () => {
    const run = await joining({ provisioning: { secondsP50: 7200, secondsP95: 7300 } });
    await run.capacity();
    run.account.wait(20);

    expect((await run.capacity()).waitSeconds).toBe(200);
  });
});

describe("a training pool", () => {
  async function primed(spec: SpecInput = {}, minutes = 30): Promise<Run> {
    const run = await Run.begin({ event: trainingDue, spec });
    await run.plan();
    await run.prewarmTraining();
    run.account.wait(minutes);
    return run;
  }

  test("is waited for while its job runs, and ready once it is available", async () => {
    const run = await primed({}, 1);
    expect(await run.capacity()).toMatchObject({ status: "waiting", reason: "Starting" });

    run.account.wait(30);

    expect(await run.capacity()).toMatchObject({ status: "ready", reason: "the warm pool is available" });
  });

  test("is ready too when the training that it is for has taken it already", async () => {
    const run = await primed();
    const pool = run.doc.plan.milestones.training?.pool;
    if (pool === undefined) throw new Error("the sample plan has no training pool");
    await startPrimer(run.account.aws, "training", pool);
    run.account.wait(1);

    expect(await run.capacity()).toMatchObject({ status: "ready", reason: "the warm pool is Reused" });
  });

  test("has failed where no capacity was found, or none was kept", async () => {
    expect(await (await primed({ provisioning: { poolInstances: 0 } })).capacity()).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("CapacityError"),
    });
    const run = await primed({}, 100);
    expect(await run.capacity()).toMatchObject({ status: "failed", reason: "the warm pool is Terminated" });
  });
});

test("a release that has lost its lock looks at nothing", async () => {
  const run = await joining();
  run.doc = { ...run.doc, release: { ...run.doc.release, fence: 0 } };
  const calls = run.account.calls.length;

  await expect(run.capacity()).rejects.toMatchObject({ name: "LockLost" });

  expect(run.account.calls.slice(calls).map(({ operation }) => operation)).toEqual(["GetItem"]);
});
