/** Capacity for the next share, raised while the one before bakes: in time, once, and never against what was seen. */
import { describe, expect, test } from "vitest";
import { declareFreeze } from "../../src/aws/freezes.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { planWith } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

const ahead = (strategy: Plan["rollout"]["strategy"], budget: Partial<Plan["budget"]> = {}): Plan =>
  planWith({
    rollout: {
      strategy,
      stages: [
        { trafficPercent: 25, bakeMinutes: 60 },
        { trafficPercent: 100, bakeMinutes: 30 },
      ],
    },
    budget,
  });

const size = async (run: Run) => (await run.endpoint()).variants[1]?.currentInstances;

/** A quarter of the traffic is the candidate's, and its bake has come to where the rest of its fleet is asked for. */
async function asked(plan = ahead("look-ahead"), spec: SpecInput = {}) {
  const run = await Run.shifted({ plan, spec, unscaled: true });
  const fromMs = run.account.now();
  const judgement = await run.bake();
  return { run, judgement, minutes: (run.account.now() - fromMs) / 60_000 };
}

describe("a plan that looks ahead", () => {
  test("joins with what its first share takes, and asks for the rest before its bake ends", async () => {
    const { run, judgement, minutes } = await asked();

    expect(run.needs.candidate).toMatchObject({
      instances: 2,
      shares: [
        { percent: 25, instances: 2 },
        { percent: 100, instances: 8 },
      ],
    });
    expect(judgement).toMatchObject({ decision: "raise", stage: 0, raiseFor: 100 });
    expect(minutes).toBeGreaterThan(40);
    expect(minutes).toBeLessThan(60);
  });

  test("raises the candidate while the stage stays what it is, once, and gives the next share at once", async () => {
    const { run } = await asked();
    const { shiftedAt } = run.doc.stage ?? {};

    expect(await run.shiftOnce()).toMatchObject({ status: "shifted", index: 0, raises: 1, shiftedAt });
    expect(await run.judge()).toMatchObject({ decision: "continue" });
    run.account.settle();
    expect(await size(run)).toBe(8);

    expect(await run.bake()).toMatchObject({ decision: "advance", stage: 0 });
    const before = run.account.writes().filter((call) => call === "UpdateEndpointWeightsAndCapacities");
    const stage = await run.shift();
    expect(stage).toMatchObject({ status: "shifted", index: 1, raises: 1 });
    expect(stage.lockedMinutes).toBeGreaterThan(3);
    const after = run.account.writes().filter((call) => call === "UpdateEndpointWeightsAndCapacities");
    expect(after.length - before.length).toBe(1);
    expect(Object.keys(await run.changes()).filter((id) => id.startsWith("raise-"))).toEqual(["raise-0-8"]);
  });

  test("goes back once the raise has ended where harm was found meanwhile", async () => {
    // Joined after some 15 minutes, asked for the rest some 50 minutes later.
    const { run } = await asked(ahead("look-ahead"), { candidate: { errorFactor: 80, fromMinute: 62 } });
    expect(run.judged).toMatchObject({ decision: "raise" });
    await run.shiftOnce();

    expect(await run.bake()).toMatchObject({ decision: "roll-back", verdict: "fail" });
    expect((await run.endpoint()).status).toBe("Updating");
    await run.wayBack();
    expect((await run.endpoint()).variants).toMatchObject([{ name: "v6" }]);
  });

  /** With a freeze of a day that begins so many minutes from now. */
  async function askedBeforeFreeze(minutes: number) {
    const { run } = await asked();
    const isoIn = (more: number) => new Date(run.account.now() + more * 60_000).toISOString();
    const windows = [{ from: isoIn(minutes), to: isoIn(minutes + 1440), reason: "a fair" }];
    run.doc = { ...run.doc, plan: { ...run.doc.plan, freezes: { ...run.doc.plan.freezes, windows } } };
    return run;
  }

  // A raise takes ten minutes at most, and its models are loaded some minutes later.
  test("raises nothing that a freeze keeps from being used", async () => {
    const run = await askedBeforeFreeze(9);

    expect(await run.shiftOnce()).toMatchObject({
      status: "shifted",
      raises: 0,
      reason: expect.stringContaining("a fair"),
    });
    expect(await size(run)).toBe(2);
  });

  test("raises ahead of a freeze before which the share can have been given", async () => {
    const run = await askedBeforeFreeze(20);

    expect(await run.shiftOnce()).toMatchObject({ status: "shifted", raises: 1 });
  });

  test("raises nothing in a freeze that somebody has declared", async () => {
    const { run } = await asked();
    await declareFreeze(run.account.aws, "chat-assistant", { by: "ann", reason: "a fair" });

    expect(await run.shiftOnce()).toMatchObject({
      ...{ status: "shifted", raises: 0 },
      reason: expect.stringContaining("a fair"),
    });
  });

  test("raises nothing that the budget does not allow, and says why", async () => {
    const { run } = await asked();
    run.doc = { ...run.doc, plan: ahead("look-ahead", { usdPerRelease: 5 }) };

    expect(await run.shiftOnce()).toMatchObject({
      status: "shifted",
      raises: 0,
      reason: expect.stringContaining("cannot be raised"),
    });
  });

  test("whole from the start where nothing may be locked", async () => {
    const { run, judgement } = await asked(ahead("look-ahead", { maxLockedMinutes: 0 }));

    expect(run.needs.candidate.instances).toBe(8);
    expect(judgement).toMatchObject({ decision: "advance" });
  });
});

test("a sequential plan asks for the rest once the stage has passed", async () => {
  const { run, judgement } = await asked(ahead("sequential"));
  expect(judgement).toMatchObject({ decision: "advance" });

  const waiting = await run.shiftOnce();
  expect(waiting).toMatchObject({
    status: "short",
    raises: 1,
    reason: "the candidate is raised for 100 % of 60.0 requests per second",
  });
  expect(await run.shift()).toMatchObject({ status: "shifted", index: 1 });
});

test("scaling whose minimum is more than the candidate has yet is adopted once it is that large", async () => {
  const run = await Run.shifted({ plan: ahead("look-ahead") });
  // Stable's minimum is four, and two are enough for the first share.
  expect(await size(run)).toBe(2);
  expect(await run.changes()).not.toHaveProperty("adopt-scaling");

  expect(await run.bake()).toMatchObject({ decision: "raise" });
  await run.shiftOnce();
  run.account.settle();
  expect(await run.bake()).toMatchObject({ decision: "advance" });
  await run.shift();

  expect(await run.changes()).toMatchObject({ "adopt-scaling": "applied" });
});

describe("a raise that was planned", () => {
  test("is paid for by the bill, which knows what stood before it, and not as if all had stood from the start", async () => {
    const { run } = await asked(ahead("look-ahead", { usdPerRelease: 22 }));
    await run.shiftOnce();
    run.account.settle();
    expect(await run.bake()).toMatchObject({ decision: "advance" });

    expect(await run.shift()).toMatchObject({ status: "shifted", index: 1 });
    expect(await size(run)).toBe(8);
  });
});
