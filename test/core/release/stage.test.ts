/** Which share a stage is about, and to which a look leads. */
import { describe, expect, test } from "vitest";
import { type StageState, shareAfter, shareAt, shiftId } from "../../../src/core/release/stage.ts";
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
