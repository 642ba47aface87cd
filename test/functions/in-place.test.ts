/** A release in place, step by step: stable makes room first, nothing scales meanwhile, and all of it comes back. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { remainderOf } from "../../src/core/release/remainder.ts";
import { inPlace as plan } from "../core/example.ts";
import { begin, counts, low, planned, prewarmed, scalingOf } from "./run-in-place.ts";

const withWindow = (from: string, to: string): Plan => {
  const { inPlace } = plan.rollout;
  if (inPlace === undefined) throw new Error("the plan consents");
  return {
    ...plan,
    rollout: { ...plan.rollout, inPlace: { ...inPlace, window: { ...inPlace.window, from, to } } },
  };
};

describe("planning", () => {
  test("has stable keep as many as the quota leaves beside the candidate", async () => {
    const run = await planned();

    expect(run.doc.planning).toMatchObject({
      status: "fits",
      reason: "5 ml.g5.xlarge for the candidate, for which v6 shrinks from 12 to 5",
      needs: {
        designRequestsPerSecond: 42,
        stable: { instances: 5 },
        candidate: { instances: 5 },
        inPlace: { stableInstances: 12, grownInstances: 12, closesAt: "2026-11-23T13:00:00.000Z" },
        peakInstances: { "ml.g5.xlarge": 15 },
      },
    });
    expect((await planned({ ...low, quotaInstances: 20 })).needs.stable.instances).toBe(7);
    expect((await planned({ ...low, quotaInstances: 40 })).needs.stable.instances).toBe(12);
  });

  test("refuses a quota that has no room for the low load, before anything is changed", async () => {
    const run = await planned({ ...low, quotaInstances: 14 });

    expect(run.doc.planning).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("in place stable must keep 5 ml.g5.xlarge for 42 requests per second"),
    });
    expect(run.account.writes()).toEqual(["PutEvents"]);
  });

  test("refuses a load above the one that the plan consents to", async () => {
    const run = await planned({ quotaInstances: 16, traffic: { peakPercent: 90 } });

    expect(run.doc.planning).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /^the load is [\d.]+ requests per second now, and in place a release begins at 42 at most$/,
      ),
    });
  });

  test("waits for its window, and refuses one that is too short for any release", async () => {
    const run = await begin(low, withWindow("12:00", "18:00"));
    expect(await run.plan()).toMatchObject({
      status: "waiting",
      reason: expect.stringContaining("waits until 2026-11-23T12:00:00.000Z"),
      waitSeconds: 1200,
    });
    run.account.wait(180);
    expect(await run.plan()).toMatchObject({ status: "fits" });

    const short = await begin(low, withWindow("09:00", "10:00"));
    expect(await short.plan()).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("and the window from 09:00 to 10:00 UTC has 60"),
    });
  });
});

describe("before the candidate joins", () => {
  test("stable gives up instances, and nothing scales it", async () => {
    const run = await planned();

    expect(await run.prewarm()).toMatchObject({
      status: "waiting",
      reason: "v6 gives up 7 of its 12 instances",
    });
    expect(await counts(run)).toEqual({ v6: 5 });
    expect(await readScaling(run.account.aws, scalingOf("v6"))).toMatchObject({
      min: 5,
      max: 24,
      suspended: { in: true, out: true, scheduled: true },
    });
    const { changes } = await run.ledger();
    expect(changes.find(({ id }) => id === "shrink-stable")).toMatchObject({
      before: 12,
      after: 5,
      state: "applied",
    });

    run.account.settle();
    await prewarmed(run);
    run.account.settle();
    expect(await counts(run)).toEqual({ v6: 5, v7: 5 });
    expect(await run.capacity()).toMatchObject({ status: "ready" });
  });

  test("it is not shrunk where the load has grown since it was planned, and the release goes back", async () => {
    const run = await planned({
      ...low,
      traffic: { peakPercent: 35, changes: [{ atMinute: 5, factor: 2 }] },
    });
    run.account.wait(30);

    await expect(run.prewarm()).rejects.toThrow(
      /^stable is not shrunk: the load is [\d.]+ .*could take back 42.0$/,
    );
    expect(await counts(run)).toEqual({ v6: 12 });
  });

  test("what it gave up comes back, where the release goes no further", async () => {
    const run = await planned();
    await run.prewarm();
    run.account.settle();

    await run.wayBack();
    await run.scaleDown();
    run.account.settle();
    expect(await counts(run)).toEqual({ v6: 12 });
    expect(await readScaling(run.account.aws, scalingOf("v6"))).toMatchObject({
      min: 12,
      suspended: { in: false, out: false, scheduled: false },
    });
  });

  test("what it gave up is left for the sweep where nothing gives it back, and for nobody once it is back", async () => {
    const run = await planned();
    await run.prewarm();
    run.account.settle();
    const no = new AwsError("AccessDeniedException", "not authorized", { statusCode: 403 });
    run.account.fail("UpdateEndpointWeightsAndCapacities", no);
    await expect(run.wayBackOnce()).rejects.toMatchObject({ name: "AccessDeniedException" });
    await run.scaleDown();

    const left = async () =>
      remainderOf((await run.ledger()).changes, { promoted: false, torn: true, why: "denied", at: "" });
    expect(await left()).toMatchObject([
      { resource: { kind: "count", name: `${plan.endpoint.name}/v6` }, is: 5, should: 12 },
    ]);
    await run.wayBack();
    await run.scaleDown();
    expect(await left()).toEqual([]);
    expect(await counts(run)).toEqual({ v6: 12 });
  });

  test("it is nobody's to give back any more where somebody has deleted the endpoint", async () => {
    const run = await planned();
    await run.prewarm();
    run.account.settle();
    run.account.world.state.endpoints.clear();

    await run.wayBack();
    await run.scaleDown();
    const { changes } = await run.ledger();
    expect(remainderOf(changes, { promoted: false, why: "gone", at: "" })).toEqual([]);
  });
});
