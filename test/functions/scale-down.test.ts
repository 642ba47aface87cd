/** Scaling down after anything but a promotion: all that was made or raised is put back, newest first. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { scaleDown } from "../../functions/scale-down.ts";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { readResource } from "../../src/aws/resources/registry.ts";
import { viewPool } from "../../src/aws/sagemaker-training.ts";
import { setWeights, updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { putConfig, readConfig, withVariants } from "../../src/aws/serving/sagemaker/models.ts";
import { ScaleDownInput } from "../../src/core/release/undoing.ts";
import { Run, trainingDue } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const writesSince = (run: Run, from: number) => run.account.writes().slice(from);
const stables = "endpoint/chat-assistant/variant/v6";

describe("after the way back", () => {
  async function back(): Promise<Run> {
    const run = await Run.shifted();
    await run.wayBack();
    return run;
  }

  test("nothing of the release is left, and stable's scaling is as it was", async () => {
    const run = await Run.begin();
    const before = await readScaling(run.account.aws, stables);
    await run.plan();
    await run.prewarm();
    run.account.settle();
    await run.capacity();
    await run.warmth();
    await run.shift();
    await run.wayBack();

    expect(await run.scaleDown()).toMatchObject({
      status: "done",
      reason: "everything is as before",
      drifted: [],
    });

    expect(await readScaling(run.account.aws, stables)).toEqual(before);
    const { state } = run.account.world;
    expect([...state.models.keys()]).toEqual(["chat-assistant-v6"]);
    expect([...state.endpointConfigs.keys()]).toEqual(["chat-assistant-config-v6"]);
    expect([...state.scalableTargets.keys()]).toEqual([stables]);
    expect(new Set(Object.values(await run.changes()))).toEqual(new Set(["undone"]));
  });

  describe("that somebody else has ended with a part of the traffic on stable", () => {
    /** Stable with so many instances more than its own maximum, and so much of the traffic. */
    async function dividedWith(more: number, percent: number): Promise<Run> {
      const run = await Run.shifted();
      await setWeights(run.account.aws, "chat-assistant", { v6: percent, v7: 100 - percent });
      run.account.settle();
      await run.wayBack();
      const { endpoints, scalableTargets } = run.account.world.state;
      const stable = endpoints.get("chat-assistant")?.variants.find(({ name }) => name === "v6");
      if (stable === undefined) throw new Error("expected stable");
      stable.desiredInstanceCount = (scalableTargets.get(stables)?.maxCapacity ?? 0) + more;
      return run;
    }
    const isHeld = async (run: Run) => (await readScaling(run.account.aws, stables))?.suspended.in;

    test("its instances beyond its own maximum stay with it, held as they are, and that is told", async () => {
      const run = await dividedWith(1, 60);

      const { drifted } = await run.scaleDown();

      expect(drifted).toContain(`scaling ${stables}`);
      expect(await isHeld(run)).toBe(true);
    });

    test.each([
      [0, 60],
      [1, 0],
    ])("the hold is lifted with %i instances too many and %i %% of it", async (more, percent) => {
      const run = await dividedWith(more, percent);

      const { drifted } = await run.scaleDown();

      expect(drifted).not.toContain(`scaling ${stables}`);
      expect(await isHeld(run)).toBe(false);
    });
  });

  test("the newest changes are undone first", async () => {
    const run = await back();
    const from = run.account.writes().length;

    await run.scaleDown();

    expect(writesSince(run, from)).toEqual(["DeleteEndpointConfig", "DeleteModel", "RegisterScalableTarget"]);
  });

  test("twice is once", async () => {
    const run = await back();
    await run.scaleDown();
    const from = run.account.writes().length;

    expect(await run.scaleDown()).toMatchObject({ status: "done" });

    expect(writesSince(run, from)).toEqual([]);
  });

  test("what is gone already counts as undone", async () => {
    const run = await back();
    run.account.world.state.models.delete(run.needs.candidate.modelName);

    expect(await run.scaleDown()).toMatchObject({ drifted: [] });
    expect(await run.changes()).toMatchObject({ model: "undone" });
  });

  test("a call that failed bars no other, and is made up for the next time", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await back();
    run.account.fail("DeleteModel", new AwsError("InternalFailure", "no", { statusCode: 500 }));
    await expect(run.scaleDown()).rejects.toMatchObject({ name: "InternalFailure" });
    const from = run.account.writes().length;

    await run.scaleDown();

    expect(writesSince(run, from)).toEqual(["DeleteModel"]);
    expect(new Set(Object.values(await run.changes()))).toEqual(new Set(["undone"]));
  });

  test("nothing that may serve is deleted while nobody can see what serves, and the rest is undone", async () => {
    const run = await back();
    run.account.fail("DescribeEndpoint", new AwsError("AccessDeniedException", "not authorized"), 99);
    const from = run.account.writes().length;

    await run.scaleDown().catch(() => {});

    expect(writesSince(run, from)).toEqual(["RegisterScalableTarget"]);
    run.account.mend();
    await run.scaleDown();
    expect(new Set(Object.values(await run.changes()))).toEqual(new Set(["undone"]));
  });

  test("of an endpoint that somebody has deleted says what is to be done", async () => {
    const run = await Run.shifted();
    run.account.world.state.endpoints.clear();

    const { status, reason } = await run.scaleDown();

    expect(status).toBe("done");
    expect(reason).toMatch(/chat-assistant.*(gone|deleted|does not exist)/);
  });

  test("a configuration that serves after all is left where it is, and told", async () => {
    const run = await Run.warm();

    const scaledDown = await run.scaleDown();

    expect(scaledDown.reason).toBe("all but what someone else changed is as before");
    expect(scaledDown.drifted).toEqual([
      "routing chat-assistant",
      "endpoint-config slipway-dev-chat-assistant-v7-production-join-uv5qtsh2",
      "model slipway-dev-chat-assistant-v7-production-ziuu2ucq",
    ]);
    const config = { kind: "endpoint-config", name: run.needs.joinConfig } as const;
    expect(await readResource(run.account.aws, config)).not.toBeNull();
  });

  test("scaling that someone else changed is left as it is but for our hold, and told", async () => {
    const run = await back();
    for (const target of run.account.world.state.scalableTargets.values()) target.minCapacity = 3;

    expect(await run.scaleDown()).toMatchObject({ drifted: [`scaling ${stables}`] });
    expect(await readScaling(run.account.aws, stables)).toMatchObject({ min: 3, suspended: { in: false } });
  });

  test.each([
    ["stays where another variant comes beside stable by someone else's hand", ["v6", "v9"], true],
    ["is lifted where someone else moves stable alone", ["v6"], false],
  ])("the hold on stable's scale-in %s", async (_, variants, stays) => {
    const run = await Run.begin();
    await run.plan();
    run.account.fail("CreateModel", new AwsError("AccessDeniedException", "no", { statusCode: 403 }));
    await expect(run.prewarm()).rejects.toMatchObject({ name: "AccessDeniedException" });
    run.account.mend();
    const served = await readConfig(run.account.aws, "chat-assistant-config-v6");
    const third = withVariants(served, ([one]) =>
      variants.map((VariantName) => ({ ...one, VariantName, InitialInstanceCount: 1 })),
    );
    await putConfig(run.account.aws, "third", third);
    await updateEndpoint(run.account.aws, "chat-assistant", "third");

    const { drifted } = await run.scaleDownOnce();

    expect(drifted).toEqual(stays ? [`scaling ${stables}`] : []);
    expect(await readScaling(run.account.aws, stables)).toMatchObject({ suspended: { in: stays } });
  });
});

describe("at the end of a training lease", () => {
  async function primed(minutes = 30): Promise<Run> {
    const run = await Run.begin({ event: trainingDue });
    await run.plan();
    await run.prewarmTraining();
    run.account.wait(minutes);
    return run;
  }
  const primer = "slipway-dev-chat-assistant-2026-11-23-training-primer-b671i4iu";

  test("the pool's instances are given back, and its schedule is gone", async () => {
    const run = await primed();

    expect(await run.scaleDown()).toMatchObject({ status: "done", drifted: [] });

    expect(await viewPool(run.account.aws, primer)).toMatchObject({ status: "over" });
    expect(run.account.world.state.trainingJobs.get(primer)?.instances).toEqual([]);
    expect(await run.changes()).toEqual({ "lease-end": "undone", primer: "undone" });
  });

  test("a priming job that still runs is stopped, waited for, and what it leaves is given back", async () => {
    const run = await primed(0);
    while (run.account.world.state.trainingJobs.get(primer)?.secondaryStatus === "Starting")
      run.account.wait(0.5);

    expect(await run.scaleDownOnce()).toMatchObject({
      status: "waiting",
      reason: `training-job ${primer} is being ended`,
      drifted: [],
    });
    expect(await run.changes()).toEqual({ "lease-end": "undone", primer: "applied" });
    run.account.wait(2);
    expect(run.account.world.state.trainingJobs.get(primer)?.warmPool?.status).toBe("Available");

    expect(await run.scaleDownOnce()).toMatchObject({ status: "done", drifted: [] });
    expect(run.account.world.state.trainingJobs.get(primer)?.instances).toEqual([]);
    expect(await run.changes()).toEqual({ "lease-end": "undone", primer: "undone" });
  });

  test("a pool that ended by itself is undone already", async () => {
    const run = await primed(180);
    const from = run.account.writes().length;

    expect(await run.scaleDown()).toMatchObject({ status: "done", drifted: [] });

    expect(writesSince(run, from)).toEqual(["DeleteSchedule"]);
  });
});

test("a release that has lost its lock undoes nothing", async () => {
  const run = await Run.warm();
  run.doc = { ...run.doc, release: { ...run.doc.release, fence: 0 } };
  const from = run.account.writes().length;

  await expect(run.scaleDown()).rejects.toMatchObject({ name: "LockLost" });

  expect(writesSince(run, from)).toEqual([]);
});

test.each([
  [0, 0],
  [600, 1],
])("what still waits after %d minutes is counted as long %d times", async (minutes, times) => {
  const run = await Run.begin({ event: trainingDue });
  await run.plan();
  await run.prewarmTraining();
  const since = new Date(run.account.now() - minutes * 60_000).toISOString();
  const waiting = { status: "waiting", reason: "", waitSeconds: 60, since, drifted: [] } as const;
  run.doc = { ...run.doc, scaleDown: { ...waiting, drifted: [] } };
  const count = vi.spyOn(run.tools, "count");

  const answer = await scaleDown(ScaleDownInput.parse(run.doc), run.tools);

  expect(answer).toMatchObject({ status: "waiting", reason: expect.stringMatching(/is being ended$/) });
  expect(count.mock.calls).toEqual(Array.from({ length: times }, () => ["WayBackLong"]));
});
