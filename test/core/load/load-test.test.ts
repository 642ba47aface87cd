/** The course of a test under load: what is sent next, and what it comes to. */
import { describe, expect, it, test } from "vitest";
import {
  after,
  begun,
  type LoadProof,
  type LoadQuestion,
  nextSlice,
} from "../../../src/core/load/load-test.ts";
import { type LoadStep, patienceOf, stepsOf } from "../../../src/core/load/step.ts";
import { type SentRequest, tallyOf } from "../../../src/core/load/tally.ts";
import type { LoadTest } from "../../../src/core/plan/load-test.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { brieflyTested, plan } from "../example.ts";

const since = "2026-01-05T08:00:00.000Z";
const fleet = {
  instanceType: "ml.g5.xlarge",
  instances: 8,
  finalInstances: 8,
  requestsPerSecondPerInstance: 12,
  designRequestsPerSecond: 60,
};

function questionOf(
  more: Partial<LoadTest> = {},
  of: Partial<typeof fleet> = {},
  own: Plan = plan,
): LoadQuestion {
  const loadTest = { ...brieflyTested, maxRequests: 200_000, ...more };
  const tested = { ...fleet, ...of };
  return { plan: own, loadTest, fleet: tested, steps: stepsOf(own, tested) };
}

/** An invocation that counted 42 s of a step, of whose requests so many in a thousand were bad. */
function sent(step: LoadStep, { late = 0, failed = 0 }: { late?: number; failed?: number } = {}) {
  const requests = Math.round(step.requestsPerSecond * 42);
  const isNth = (i: number, perThousand: number) =>
    Math.floor(((i + 1) * perThousand) / 1000) > Math.floor((i * perThousand) / 1000);
  const counted = Array.from(
    { length: requests },
    (_, i): SentRequest => ({
      at: (i * 42) / requests,
      milliseconds: isNth(i, late) ? step.lateMs * 2 : 200,
      isFailed: isNth(i, failed),
    }),
  );
  return { step, sent: requests + 200, tally: tallyOf(counted, { seconds: 42, lateMs: step.lateMs }) };
}

/** Goes on until it has come to something, a minute each. */
function course(question: LoadQuestion, bad: (step: LoadStep) => { late?: number; failed?: number }) {
  let proof: LoadProof = begun(question, since);
  for (let minute = 0; minute < 60; minute++) {
    const slice = nextSlice(question, proof, minute * 60_000);
    const round = slice && sent(slice.step, bad(slice.step));
    proof = after(question, { proof, slice: round }, (minute + 1) * 60_000);
    if (proof.status !== "testing") return proof;
  }
  throw new Error("expected an end within an hour");
}

describe("the steps", () => {
  it("ask for the requirements at the design load, and for nine of ten at that over the utilisation", () => {
    expect(stepsOf(plan, fleet)).toMatchObject([
      { requestsPerSecond: 60, lateMs: 1500, allowed: { late: 0.01, failed: 0.05 }, leastSeconds: 60 },
      { lateMs: 15_000, allowed: { late: 0.1, failed: 0.15000000000000002 } },
    ]);
    expect(stepsOf(plan, fleet)[1]?.requestsPerSecond).toBeCloseTo(60 / 0.7);
  });

  it("ask a part of a fleet for its part of the load", () => {
    expect(stepsOf(plan, { ...fleet, instances: 2 })[0]?.requestsPerSecond).toBe(15);
  });

  it.each([
    [20, 5_000],
    [1_500, 15_000],
    [9_000, 40_000],
  ])("wait for an answer that should take %d ms for %d ms", (latencyMsP99, ms) => {
    expect(patienceOf({ ...plan, requirements: { ...plan.requirements, latencyMsP99 } })).toBe(ms);
  });
});

describe("a test under load", () => {
  it("is enough once both steps have shown it, and rests before it says so", () => {
    const question = questionOf();
    const found = course(question, () => ({ late: 4, failed: 5 }));

    expect(found).toMatchObject({
      status: "enough",
      reason: expect.stringMatching(/^enough under load; at 60 /),
    });
    expect(found.steps.map(({ name }) => name)).toEqual(["peak", "full"]);
    const resting = after(question, { proof: { ...found, answeredAt: undefined } }, 240_000);
    expect(resting).toMatchObject({ status: "testing", waitSeconds: 240 });
    expect(nextSlice(question, resting, 240_000)).toBeUndefined();
  });

  it("is not enough at the first step whose requests are late, and says what that means", () => {
    const found = course(questionOf(), () => ({ late: 300 }));

    expect(found).toMatchObject({ status: "not-enough", rounds: 1 });
    expect(found.reason).toMatch(
      /^not enough under load; at 60 requests\/s: 30 % of 2,520 later than 1500 ms/,
    );
    expect(found.reason).toMatch(/, where 1 % may be late; each of its 8 instances served 7.5 requests\/s/);
    expect(found.reason).toMatch(/the load takes 12 instances instead of 8$/);
  });

  it("is not enough where too many fail", () => {
    expect(course(questionOf(), () => ({ failed: 90 })).reason).toMatch(/where 5 % may be failed/);
  });

  it("is not enough where the requirements are kept, and full instances serve less than is said", () => {
    const found = course(questionOf(), ({ name }) => (name === "full" ? { failed: 300 } : {}));

    expect(found).toMatchObject({ status: "not-enough", reason: expect.stringMatching(/at 85.7 requests/) });
  });

  it("is not enough where the plan allows no failure and more than one in a thousand fails", () => {
    const none = { ...plan, requirements: { ...plan.requirements, errorRatePercent: 0 } };
    const failing = (perThousand: number) =>
      course(questionOf({}, {}, none), ({ name }) => (name === "peak" ? { failed: perThousand } : {}));

    expect(failing(20)).toMatchObject({
      status: "not-enough",
      reason: expect.stringMatching(/where 0.1 % may be failed/),
    });
    expect(failing(0).status).toBe("enough");
  });

  it("stays open where more would have to be sent than one invocation can, and says at which rate it was enough", () => {
    const question = questionOf({ maxRequests: 10_000_000 }, { designRequestsPerSecond: 600 });

    expect(course(question, () => ({}))).toMatchObject({
      status: "open",
      reason: expect.stringMatching(
        /^more than 500 requests\/s cannot be sent, of 857; at 500 requests\/s: /,
      ),
    });
  });

  it.each([
    [{ maxMinutes: 3 }, "its 3 minutes"],
    [{ maxRequests: 5_000 }, "its 5000 requests"],
    [{ maxUsd: 0.3 }, "its $0.30"],
    [{}, "its $6.00"],
  ])("ends open at a limit of the plan: %j", (limit, said) => {
    const question = questionOf({ maxMinutes: 60, ...limit });
    const found = course(question, () => ({ late: 10 }));

    expect(found.status).toBe("open");
    expect(found.reason).toContain(`the test under load ended at ${said} before it could be said; at 60 `);
  });
});

test("an invocation ends with its answers in time, however long they are waited for", () => {
  for (const latencyMsP99 of [20, 1_500, 40_000]) {
    const own = { ...plan, requirements: { ...plan.requirements, latencyMsP99 } };
    const question = questionOf({}, {}, own);
    const slice = nextSlice(question, begun(question, since), 0);

    expect((slice?.seconds ?? 0) + patienceOf(own) / 1000).toBeLessThanOrEqual(80 - 10);
    expect((slice?.seconds ?? 0) - (slice?.rampSeconds ?? 0)).toBeGreaterThanOrEqual(15);
  }
});
