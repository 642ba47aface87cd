/** An instance type that cannot be had: the plan's next one is taken where quota or budget say so, or once a try is undone. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { readLock } from "../../src/aws/lock-item.ts";
import { order } from "../../src/aws/orders.ts";
import { readRelease } from "../../src/aws/releases.ts";
import { setWeights } from "../../src/aws/serving/sagemaker/endpoints.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { withFallback } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

const short: SpecInput = { provisioning: { shortTypes: 1 } };
const begin = (spec: SpecInput, plan: Plan = withFallback) => Run.begin({ plan, spec });

/** The first type was tried, and all is as before. */
async function undone(spec: SpecInput = short, plan?: Plan): Promise<Run> {
  const run = await begin(spec, plan);
  await run.plan();
  await run.prewarm();
  run.account.settle();
  await run.capacity();
  await run.wayBack();
  await run.scaleDown();
  return run;
}

describe("the instance type that is planned with", () => {
  test("is the plan's first while it fits", async () => {
    expect(await (await begin({})).plan()).toMatchObject({
      status: "fits",
      reason: "8 ml.g5.xlarge for the candidate",
      needs: { candidate: { instanceType: "ml.g5.xlarge", instances: 8, requestsPerSecondPerInstance: 12 } },
    });
  });

  test("is the next one where the quota is too small for the first, with a fleet of its own throughput", async () => {
    const planning = await (await begin({ quotaInstances: 16 })).plan();

    expect(planning).toMatchObject({
      status: "fits",
      reason: expect.stringMatching(
        /^6 ml\.g5\.2xlarge for the candidate; not ml\.g5\.xlarge, since the release needs 24 ml\.g5\.xlarge at its peak, the account's quota is 16/,
      ),
      needs: {
        candidate: { instanceType: "ml.g5.2xlarge", instances: 6, requestsPerSecondPerInstance: 16 },
        peakInstances: { "ml.g5.xlarge": 16, "ml.g5.2xlarge": 12 },
      },
    });
    expect(planning).not.toHaveProperty("tried");
  });

  test("is the next one where the budget is too small for the first", async () => {
    const dear = { ...withFallback, prices: { "ml.g5.2xlarge": 400 } };

    expect(await (await begin({ quotaInstances: 20 }, dear)).plan()).toMatchObject({
      needs: { candidate: { instanceType: "ml.g4dn.2xlarge", instances: 10 } },
      reason: expect.stringMatching(/not ml\.g5\.2xlarge, since .*its budget is \$120\.00/),
    });
  });

  test("is none where none fits: why is told of each, and a quota that may grow is waited for", async () => {
    const { reason, status } = await (await begin({ quotaInstances: 9 })).plan();

    expect(status).toBe("refused");
    for (const type of ["ml.g5.xlarge", "ml.g5.2xlarge", "ml.g4dn.2xlarge"])
      expect(reason).toContain(`not ${type}, since the release needs`);
    const rollout = { ...withFallback.rollout, onShortQuota: { waitMinutes: 60 } };
    const patient = await begin({ quotaInstances: 9 }, { ...withFallback, rollout });
    expect(await patient.plan()).toMatchObject({ status: "waiting", shortSince: expect.any(String) });
  });
});

describe("a type that the region has no instances of", () => {
  test("is told from what fails otherwise, and only where the plan has others", async () => {
    const run = await begin(short);
    await run.plan();
    await run.prewarm();
    run.account.settle();
    expect(await run.capacity()).toMatchObject({ status: "failed", isShort: true });

    const { releaseTypes } = withFallback;
    const inference = { instanceType: "ml.g5.xlarge", requestsPerSecondPerInstance: 12 };
    const lone = { ...withFallback, releaseTypes: { ...releaseTypes, minor: { inference } } };
    const alone = await begin(short, lone);
    await alone.plan();
    await alone.prewarm();
    alone.account.settle();
    expect(await alone.capacity()).not.toHaveProperty("isShort");

    const given = await begin({});
    await given.plan();
    await given.prewarm();
    given.account.settle();
    await setWeights(given.account.aws, "chat-assistant", { v6: 1, v7: 1 });
    given.account.settle();
    const failed = await given.capacity();
    expect(failed).toMatchObject({ status: "failed" });
    expect(failed).not.toHaveProperty("isShort");
  });

  test("is one whose instances do not come in time, too", async () => {
    const run = await begin({ provisioning: { secondsP50: 80_000, secondsP95: 90_000 } });
    await run.plan();
    await run.prewarm();
    await run.capacity();
    run.account.wait(61);

    expect(await run.capacity()).toMatchObject({ status: "failed", isShort: true });
  });

  test("is undone through the ledger, and the next is planned with and joins", async () => {
    const run = await undone();
    expect(Object.values(await run.changes())).toEqual(["undone", "undone", "undone", "undone"]);
    expect(run.doc.scaleDown).toMatchObject({
      unlaunched: {
        instanceType: "ml.g5.xlarge",
        reason: expect.stringContaining("InsufficientInstanceCapacity"),
      },
    });
    run.anotherType();

    const planning = await run.plan();

    expect(planning).toMatchObject({
      status: "fits",
      reason: expect.stringMatching(
        /^6 ml\.g5\.2xlarge for the candidate; ml\.g5\.xlarge could not be had: /,
      ),
      tried: [{ instanceType: "ml.g5.xlarge", usd: expect.any(Number) }],
    });
    expect(planning.needs?.triedUsd).toBeGreaterThan(0);
    expect(run.account.published().map(({ state }) => state)).toContain("another-instance-type");
    expect((await readRelease(run.account.aws, run.doc.release.id))?.planning).toMatchObject({
      needs: { candidate: { instanceType: "ml.g5.2xlarge" } },
    });
    expect(await run.prewarm()).toMatchObject({ status: "done", reason: "6 ml.g5.2xlarge are being raised" });
    expect(await run.changes()).toEqual({
      "hold-scale-in": "applied",
      model: "applied",
      "join-config": "applied",
      join: "applied",
    });
    run.account.settle();
    expect(await run.capacity()).toMatchObject({ status: "ready" });
    expect((await run.endpoint()).variants.map(({ instanceType }) => instanceType)).toEqual([
      "ml.g5.xlarge",
      "ml.g5.2xlarge",
    ]);
  });

  test("is not tried again while the release waits for something else", async () => {
    const run = await undone();
    run.anotherType();
    await run.plan();
    const again = await run.plan();

    expect(again.tried).toHaveLength(1);
    expect(again).toMatchObject({ needs: { candidate: { instanceType: "ml.g5.2xlarge" } } });
    const states = run.account.published().map(({ state }) => state);
    expect(states.filter((state) => state === "another-instance-type")).toHaveLength(1);
  });

  test("has cost what counts against the budget", async () => {
    const run = await undone();
    run.anotherType();
    const { needs, tried = [] } = await run.plan();
    const [{ usd = 0 } = {}] = tried;
    expect(needs?.triedUsd).toBe(usd);

    const poor = await undone();
    const usdPerRelease = (needs?.costUsd ?? 0) + 0.01 - usd;
    poor.doc = {
      ...poor.doc,
      plan: { ...poor.doc.plan, budget: { ...poor.doc.plan.budget, usdPerRelease } },
    };
    poor.anotherType();
    expect(await poor.plan()).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("with what was tried before the release is estimated at $"),
    });
  });

  test("ends the release once there is no other, and each is named with why", async () => {
    const run = await undone({ provisioning: { poolInstances: 0 } });
    for (const type of ["ml.g5.2xlarge", "ml.g4dn.2xlarge"]) {
      run.anotherType();
      expect(await run.plan()).toMatchObject({ needs: { candidate: { instanceType: type } } });
      await run.prewarm();
      run.account.settle();
      await run.capacity();
      await run.wayBack();
      await run.scaleDown();
    }
    run.anotherType();

    const { status, reason } = await run.plan();

    expect(status).toBe("refused");
    for (const type of ["ml.g5.xlarge", "ml.g5.2xlarge", "ml.g4dn.2xlarge"])
      expect(reason).toContain(
        `${type} could not be had: the endpoint went back to chat-assistant-config-v6`,
      );
  });

  test("is the release's last where somebody has ordered it back", async () => {
    const run = await begin(short);
    await run.plan();
    await run.prewarm();
    run.account.settle();
    await run.capacity();
    const { id: releaseId } = run.doc.release;
    await order(run.account.aws, { releaseId, kind: "stop", by: "ann", nowMs: run.account.now() });
    await run.wayBack();

    expect(await run.scaleDown()).not.toHaveProperty("unlaunched");
    expect((await readLock(run.account.aws, run.doc.release.subject)).order).toMatchObject({ kind: "stop" });
  });
});

test("a quota that others have taken since the planning is for the next type, too", async () => {
  const run = await begin({});
  await run.plan();
  const limit = new AwsError("ResourceLimitExceeded", "the account-level service limit is 24 Instances");
  run.account.fail("UpdateEndpoint", limit);

  expect(await run.prewarm()).toMatchObject({
    status: "short",
    reason: expect.stringContaining("ResourceLimitExceeded"),
  });
  await run.wayBack();
  await run.scaleDown();
  run.anotherType();
  expect(await run.plan()).toMatchObject({ needs: { candidate: { instanceType: "ml.g5.2xlarge" } } });
});
