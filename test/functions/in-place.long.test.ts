/** A release in place from its first share on, step by step: what ends it, and what is left in the end. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { setInstances, updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { putConfig, readConfig } from "../../src/aws/serving/sagemaker/models.ts";
import { remainderOf } from "../../src/core/release/remainder.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import type { Run } from "./run.ts";
import { counts, low, planned, prewarmed, scalingOf } from "./run-in-place.ts";

async function shifted(spec?: SpecInput): Promise<Run> {
  const run = await planned(spec);
  await prewarmed(run);
  run.account.settle();
  await run.capacity();
  await run.warmth();
  await run.shift();
  return run;
}

describe("with traffic on the candidate", () => {
  test("the way back is weights first, and stable grows back once the candidate has left", async () => {
    const run = await shifted();
    const before = run.account.writes().length;
    await run.wayBack();

    const writes = run.account.writes().slice(before);
    expect(writes).toEqual([
      "PutEvents",
      "UpdateEndpointWeightsAndCapacities",
      "UpdateEndpoint",
      "UpdateEndpointWeightsAndCapacities",
    ]);
    expect((await counts(run)).v6).toBe(12);
  });

  test("it goes back where stable could not take the load back any more", async () => {
    const run = await shifted({
      ...low,
      traffic: { peakPercent: 35, changes: [{ atMinute: 30, factor: 2 }] },
    });

    expect(await run.bake()).toMatchObject({
      decision: "roll-back",
      reason: expect.stringMatching(
        /^the load is [\d.]+ requests per second, and stable's 5 instances could take back 42.0$/,
      ),
    });
  });

  test("it goes back while the window still has the time for that", async () => {
    const run = await shifted();
    run.account.wait(200);

    expect(await run.judge()).toMatchObject({
      decision: "roll-back",
      reason: expect.stringContaining("the low-load window closes at 2026-11-23T13:00:00.000Z"),
    });
    expect(await run.shiftOnce()).toMatchObject({ status: "blocked" });
  });
});

describe("after the promotion", () => {
  async function promoted(spec?: SpecInput): Promise<Run> {
    const run = await shifted(spec);
    await run.promote();
    return run;
  }

  test("what serves alone grows to what the plan is ready for, and scales as stable did", async () => {
    const run = await promoted();
    expect(await readScaling(run.account.aws, scalingOf("v7"))).toBeNull();

    expect(await run.scaleDown()).toMatchObject({ status: "done" });
    expect(await counts(run)).toEqual({ v7: 12 });
    expect(await readScaling(run.account.aws, scalingOf("v7"))).toMatchObject({
      min: 12,
      max: 24,
      suspended: { in: false, out: false, scheduled: false },
    });
    expect(await run.changes()).toMatchObject({
      "grow-1": "kept",
      "adopt-scaling": "kept",
      "shrink-stable": "kept",
    });
  });

  test("where there is no capacity for that it is tried again, and left to the sweep in the end", async () => {
    const run = await promoted();
    let last = await run.scaleDownOnce();
    for (let look = 0; look < 60 && last.status === "waiting"; look++) {
      run.account.wait(last.waitSeconds / 60);
      if ((await run.endpoint()).variants.length === 1) run.account.world.state.poolInstances = 0;
      last = await run.scaleDownOnce();
    }
    expect(last.reason).toContain("was not raised from 5 to 12 instances");
    const { changes } = await run.ledger();
    expect(remainderOf(changes, { promoted: true, why: "", at: "" })).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ resource: { kind: "count", name: "night-reader/v7" }, is: 5, should: 12 }),
      ]),
    );
  });

  describe("where somebody has moved the endpoint before stable has left it", () => {
    async function moved(instances?: number): Promise<Run> {
      const run = await promoted();
      const { aws } = run.account;
      await putConfig(aws, "third", await readConfig(aws, "night-reader-config-v6"));
      await updateEndpoint(aws, "night-reader", "third");
      run.account.settle();
      if (instances !== undefined) await setInstances(aws, "night-reader", { name: "v6", instances });
      run.account.settle();
      return run;
    }
    const movedBy = "routing night-reader: someone else moved it to third";

    test("and kept the count that stable was left with, it has again what it gave up", async () => {
      const run = await moved();
      expect(await counts(run)).toEqual({ v6: 5 });

      expect(await run.scaleDownOnce()).toMatchObject({
        status: "waiting",
        reason: "v6 gets back 7 instances that it gave up, since third has kept its count",
      });
      expect(await run.scaleDown()).toMatchObject({ status: "done", drifted: [movedBy] });
      expect(await counts(run)).toEqual({ v6: 12 });
      expect(remainderOf((await run.ledger()).changes, { promoted: true, why: "", at: "" })).toEqual([]);
    });

    test("and there is no room for that, it says so", async () => {
      const run = await moved();
      const no = new AwsError("ResourceLimitExceeded", "no room");
      run.account.fail("UpdateEndpointWeightsAndCapacities", no);

      expect(await run.scaleDown()).toMatchObject({
        status: "done",
        drifted: [
          movedBy,
          expect.stringMatching(/^count night-reader\/v6: 5 of 12 instances \(.*no room\)$/),
        ],
      });
    });

    test("and gave it a count of their own, that is theirs", async () => {
      const run = await moved(6);
      expect(await run.scaleDown()).toMatchObject({ status: "done", drifted: [movedBy] });
      expect(await run.changes()).not.toHaveProperty("regrow-stable");
    });
  });
});
