/** What the way back takes from a document of any version: what is not there, or not as expected, is assumed. */
import { expect, test } from "vitest";
import { Ended, endpointOf, RollBackInput, ScaleDownInput } from "../../../src/core/release/undoing.ts";

const release = {
  id: "chat-assistant-v7-production",
  subject: "endpoint/chat-assistant",
  execution: "an-arn",
  fence: 1,
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

test("what of a way back's budget, of the candidate or of the load is no number is assumed or not known", () => {
  const budget = { usdPerRelease: 40, wayBack: { usd: 9, minutes: -1, updates: "many" } };
  const stable = { variant: "v6", config: "joined", instances: 8, requestsPerSecondPerInstance: 12 };
  const candidate = { variant: "v7", instances: "eight", requestsPerSecondPerInstance: 0, instanceType: 7 };
  const found = RollBackInput.parse({
    release,
    plan: { budget },
    planning: { needs: { stable, candidate, joinConfig: "joined" } },
    wayBack: { since: "2026-11-24T09:00:00Z", drifted: [], loadRequestsPerSecond: -1 },
    judgement: { reason: "", loadRequestsPerSecond: "much" },
  });
  const usual = RollBackInput.parse({ release, plan: {} });

  expect(found.plan.budget).toMatchObject({ usdPerRelease: 40, wayBack: { usd: 9 } });
  expect(found.plan.budget.wayBack.minutes).toBe(usual.plan.budget.wayBack.minutes);
  expect(found.plan.budget.wayBack.updates).toBe(usual.plan.budget.wayBack.updates);
  expect(usual.plan.budget.wayBack.minutes).toBeGreaterThan(0);
  expect(found.planning?.needs?.candidate).toEqual({ variant: "v7" });
  expect(found.wayBack?.loadRequestsPerSecond).toBeUndefined();
  expect(found.judgement?.loadRequestsPerSecond).toBeUndefined();
});

test.each([
  ["RollBack", RollBackInput],
  ["ScaleDown", ScaleDownInput],
  ["CloseRelease", Ended],
])("%s takes no document that does not say who holds the lock", (_, input) => {
  expect(input.safeParse({ release }).success).toBe(true);
  for (const missing of ["id", "subject", "execution", "fence"])
    expect([missing, input.safeParse({ release: { ...release, [missing]: undefined } }).success]).toEqual([
      ...[missing, false],
    ]);
});
