/** Which share a stage is about, and to which a look leads. */
import { describe, expect, test } from "vitest";
import {
  entered,
  inForce,
  StageState,
  shareAfter,
  shareAt,
  shiftId,
} from "../../../src/core/release/stage.ts";
import { plan } from "../example.ts";

describe("the share that a look leads to", () => {
  const stage = (easing?: StageState["easing"]) =>
    ({ index: 2, ...(easing === undefined ? {} : { easing }) }) as StageState;

  test("is the next stage's, or less of this one's and then its own again, each once", () => {
    expect(shareAfter(stage(), "advance")).toEqual({ index: 3 });
    expect(shareAfter(stage("restored"), "advance")).toEqual({ index: 3 });
    expect(shareAfter(stage(), "step-back")).toEqual({ index: 2, easing: "eased" });
    expect(shareAfter(stage("eased"), "restore")).toEqual({ index: 2, easing: "restored" });
  });

  test("is none while it is being given, and where a look leads elsewhere", () => {
    expect(shareAfter(stage("eased"), "step-back")).toBeUndefined();
    expect(shareAfter(stage("restored"), "step-back")).toBeUndefined();
    expect(shareAfter(stage("restored"), "restore")).toBeUndefined();
    for (const decision of ["continue", "promote", "roll-back", undefined] as const)
      expect(shareAfter(stage(), decision)).toBeUndefined();
  });

  test("is all of the traffic beyond the last stage where that leaves a part to stable, and none else", () => {
    const [stage = { trafficPercent: 100, bakeMinutes: 5 }] = plan.rollout.stages.slice(-1);
    const endingAt = (trafficPercent: number) => ({
      ...plan,
      rollout: { ...plan.rollout, stages: [{ ...stage, trafficPercent }], holdbackPercent: 5 },
    });

    expect(shareAt(endingAt(95), 1)).toBe(100);
    expect(shareAt(endingAt(100), 1)).toBeUndefined();
    expect(shareAt(endingAt(95), 2)).toBeUndefined();
  });

  test("is that of the stage before while it is eased", () => {
    const [, second, third] = plan.rollout.stages;

    expect(shareAt(plan, 2, "eased")).toBe(second?.trafficPercent);
    expect(shareAt(plan, 2, "restored")).toBe(third?.trafficPercent);
    expect(shareAt(plan, 2)).toBe(third?.trafficPercent);
  });

  test("has a name of its own in the ledger", () => {
    expect([stage(), stage("eased"), stage("restored")].map(shiftId)).toEqual([
      "shift-2",
      "ease-2",
      "restore-2",
    ]);
  });
});

describe("the stage that is entered", () => {
  const nowMs = Date.UTC(2026, 0, 5, 9);
  const since = new Date(nowMs).toISOString();
  const shiftedAt = "2026-01-05T08:30:00.000Z";
  const stage: StageState = {
    status: "shifted",
    index: 1,
    trafficPercent: 25,
    reason: "",
    waitSeconds: 30,
    since: shiftedAt,
    shiftedAt,
    raises: 2,
    lockedMinutes: 7,
    turns: 40,
    goesOn: "here",
  };
  const led = (decision: Parameters<typeof shareAfter>[1] = "continue", of = stage, index = of.index) =>
    entered({ plan, stage: of, judgement: { stage: index, decision } }, nowMs);

  test("is the first where there was none, and nothing is in force before it", () => {
    expect(entered({ plan }, nowMs)).toEqual({
      status: "waiting",
      index: 0,
      trafficPercent: 5,
      reason: "",
      waitSeconds: 30,
      since,
      raises: 0,
      lockedMinutes: 0,
      turns: 0,
      goesOn: "here",
    });
  });

  test("begins its own wait, and keeps what the release has taken so far", () => {
    expect(led("advance")).toEqual({
      status: "waiting",
      index: 2,
      trafficPercent: 50,
      reason: "",
      waitSeconds: 30,
      since,
      before: { index: 1, trafficPercent: 25, shiftedAt },
      raises: 2,
      lockedMinutes: 7,
      turns: 0,
      goesOn: "here",
    });
  });

  test("stays where the last look does not move it, or was one at another stage", () => {
    expect(led("continue")).toBe(stage);
    expect(led("advance", stage, 0)).toBe(stage);
    expect(entered({ plan, stage }, nowMs)).toBe(stage);
  });

  test("is the same one at another share while an instance fails alone, and after it", () => {
    const eased = led("step-back");
    const standing = { ...eased, status: "shifted", shiftedAt: since } as const;
    const restored = led("restore", standing);

    expect(eased).toMatchObject({ index: 1, trafficPercent: 5, easing: "eased", status: "waiting" });
    expect(eased.before).toEqual({ index: 1, trafficPercent: 25, shiftedAt });
    expect(eased.shiftedAt).toBeUndefined();
    expect(restored).toMatchObject({ index: 1, trafficPercent: 25, easing: "restored" });
    expect(restored.before).toEqual({ index: 1, trafficPercent: 5, shiftedAt: since, easing: "eased" });
    expect(led("advance", { ...standing, trafficPercent: 25, easing: "restored" }).easing).toBeUndefined();
  });

  test("is refused beyond what the plan has", () => {
    expect(() => led("advance", { ...stage, index: 4 })).toThrow(
      "stage: expected one of the plan's 4, found 5",
    );
  });

  test("has the one before it in force while it is short of capacity, and none before its shift", () => {
    const short: StageState = { ...led("advance"), status: "short" };

    expect(inForce(short)).toEqual({ index: 1, trafficPercent: 25, shiftedAt });
    expect(inForce(stage)).toEqual({ index: 1, trafficPercent: 25, shiftedAt });
    expect(inForce({ ...stage, easing: "eased" })).toMatchObject({ easing: "eased" });
    expect(inForce(led("advance"))).toBeUndefined();
    expect(inForce(undefined)).toBeUndefined();
  });
});

test("what was in force before a share may be any stage of the plan", () => {
  const before = { index: 2, trafficPercent: 25, shiftedAt: "2026-11-23T09:00:00.000Z" };
  const short = { status: "short", index: 3, trafficPercent: 50, reason: "", waitSeconds: 60, raises: 0 };
  const stage = { ...short, since: before.shiftedAt, lockedMinutes: 0, before, turns: 0, goesOn: "here" };

  expect(StageState.parse(stage)).toMatchObject({ before });
  expect(StageState.safeParse({ ...stage, before: { ...before, index: -1 } }).success).toBe(false);
});
