/** What the way back takes from a document of any version: what is not there, or not as expected, is assumed. */
import { expect, test } from "vitest";
import { Ended, endpointOf, RollBackInput, ScaleDownInput } from "../../../src/core/release/undoing.ts";

const release = {
  ...{
    id: "chat-assistant-v7-production",
    subject: "endpoint/chat-assistant",
    execution: "an-arn",
    fence: 1,
  },
};

test.each([
  undefined,
  null,
  {},
  "a plan",
  { requirements: 7, rollout: [] },
  { requirements: {}, rollout: {} },
])(
  "without a plan that says so, instances serve at 70 %% and an endpoint has an hour to move: %j",
  (plan) => {
    expect(RollBackInput.parse({ release, plan }).plan.requirements.utilisationPercent).toBe(70);
    expect(ScaleDownInput.parse({ release, plan }).plan.rollout.capacityTimeoutMinutes).toBe(60);
  },
);

test("what a plan says is taken, whatever else is in it", () => {
  const plan = { requirements: { utilisationPercent: 50, more: 1 }, rollout: { capacityTimeoutMinutes: 20 } };

  expect(RollBackInput.parse({ release, plan }).plan.requirements.utilisationPercent).toBe(50);
  expect(ScaleDownInput.parse({ release, plan }).plan.rollout.capacityTimeoutMinutes).toBe(20);
});

test("the lock says which endpoint a release is about; a training pool is none", () => {
  expect(endpointOf({ subject: "endpoint/chat-assistant" })).toBe("chat-assistant");
  expect(endpointOf({ subject: "pool/chat-assistant/training" })).toBeUndefined();
});

test("what a way back has spent is taken to the cent, and as nothing where that is not told", () => {
  const wayBack = { since: "2026-11-23T09:00:00.000Z", lookedAt: "2026-11-23T09:10:00.000Z" };
  const spent = (spentUsd: unknown) =>
    RollBackInput.parse({ release, wayBack: { ...wayBack, spentUsd } }).wayBack?.spentUsd;

  expect(spent(0.4)).toBe(0.4);
  expect([undefined, -1, "much"].map(spent)).toEqual([0, 0, 0]);
});

test("a plan that cannot be read any more leaves a way back its loading time, deadline and budget", () => {
  const { warmth, budget } = RollBackInput.parse({ release, plan: "a plan" }).plan;
  const empty = RollBackInput.parse({ release, plan: {} }).plan;

  expect(warmth.loadSecondsP95).toBeGreaterThan(0);
  expect({ warmth, budget }).toEqual({ warmth: empty.warmth, budget: empty.budget });
});

test("a failure whose cause is no text has none", () => {
  const failureOf = (Cause: unknown) =>
    Ended.parse({ release, failure: { Error: "AwsDenied", Cause } }).failure;

  expect(failureOf("why")).toEqual({ Error: "AwsDenied", Cause: "why" });
  expect([5, { why: 1 }, null].map((cause) => failureOf(cause)?.Cause)).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});
