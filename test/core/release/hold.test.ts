/** A freeze before a stage: the release holds where it is as long as it can be paid for until the next look, or walks back. */
import { expect, test } from "vitest";
import { affordableMinutes, type Bill } from "../../../src/core/cost/bill.ts";
import { holdOf } from "../../../src/core/release/hold.ts";
import type { StageState } from "../../../src/core/release/stage.ts";
import { plan } from "../example.ts";

const fleet = { instanceType: "ml.g5.xlarge", instances: 8 };
const bill: Bill = { plan, stable: fleet, candidate: fleet, joinedAtMs: 0 };
const next: StageState = {
  status: "waiting",
  index: 0,
  trafficPercent: 5,
  reason: "",
  waitSeconds: 30,
  raises: 0,
  lockedMinutes: 0,
  turns: 1,
  goesOn: "here",
  since: new Date(0).toISOString(),
};
const frozen = { reason: "frozen by ann until lifted: incident", untilMs: Number.POSITIVE_INFINITY };

/** What becomes of the first stage when it is looked at so many minutes after the candidate has joined. */
const held = (minutes: number) =>
  holdOf({ frozen, halfWay: "hold", percent: 0, last: undefined, next, bill, nowMs: minutes * 60_000 });

test("a stage that may not start waits, and is looked at every twenty minutes while it has no traffic", () => {
  expect(held(10)).toMatchObject({ status: "waiting", reason: frozen.reason, waitSeconds: 1200 });
});

test("a hold that can be paid for now, but not until its next look, ends now", () => {
  const most = affordableMinutes(bill);

  expect(held(most - 21)).toMatchObject({ status: "waiting" });
  expect(held(most - 19)).toMatchObject({
    status: "blocked",
    reason: expect.stringMatching(/^the hold has spent what the budget allows: .*; frozen by ann/),
  });
});

test("a candidate with one percent of the traffic has its stage held, and walks back where the plan says so", () => {
  const before = { index: 0, trafficPercent: 1, shiftedAt: new Date(0).toISOString() };
  const holding = {
    frozen,
    percent: 1,
    last: undefined,
    next: { ...next, index: 1, before },
    nowMs: 600_000,
  };

  expect(holdOf({ ...holding, halfWay: "hold", bill })).toMatchObject({
    status: "held",
    index: 0,
    trafficPercent: 1,
  });
  expect(holdOf({ ...holding, halfWay: "roll-back", bill })).toMatchObject({ status: "blocked" });
});
