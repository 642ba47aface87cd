/** What is valid and probably not meant is asked about; what is usual is not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { doubtsOf } from "../../../src/core/plan/doubts.ts";
import { timesShown } from "../../../src/core/plan/local-time.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { holds } from "../../property.ts";
import { plan, planWith } from "../example.ts";

const doubts = (changes: Partial<Plan> | { requirements: Partial<Plan["requirements"]> }) =>
  doubtsOf({ ...planWith({}), ...(changes as Partial<Plan>) });
const requiring = (changes: Partial<Plan["requirements"]>) =>
  doubtsOf(planWith({ requirements: changes, kpis: plan.kpis.filter(({ kind }) => kind !== "guardrail") }));
const due = (at: string, timeZone = "Europe/Amsterdam") =>
  doubts({ milestones: { ...plan.milestones, production: { when: { at, timeZone, start: "ahead" } } } });

test("the sample leaves no doubt", () => {
  expect(doubts({})).toEqual([]);
});

test("units that were probably mistaken are asked about", () => {
  expect(requiring({ latencyMsP99: 0.08 })).toEqual([
    "requirements.latencyMsP99 is 0.08 ms: if seconds are meant, that is 80",
  ]);
  expect(requiring({ latencyMsP99: 90_000 })).toEqual([
    "requirements.latencyMsP99 is 90000 ms: an endpoint gives up after 60000 unless it streams its answer",
  ]);
  expect(requiring({ errorRatePercent: 0.01 })).toEqual([
    "requirements.errorRatePercent is 0.01 %, 100 requests in a million: if a share is meant, that is 1 %",
  ]);
  expect(requiring({ errorRatePercent: 0 })).toEqual([
    "requirements.errorRatePercent is 0 %: no ceiling follows from it, since one failed request would break that; give the rate that is too much, or a guardrail of error-rate-percent",
  ]);
  expect(requiring({ errorRatePercent: 0.1, latencyMsP99: 1 })).toEqual([]);
});

test("an instance type that the API does not name is asked about once, with the nearest that it does", () => {
  const endpoint = { ...plan.endpoint, instanceType: "ml.x9.mega" };
  const inference = { instanceType: "ml.c6i.2xlrge", requestsPerSecondPerInstance: 12 };

  expect(doubts({ endpoint })).toEqual([
    "SageMaker's API had no ml.x9.mega for endpoints when this version was made",
  ]);
  expect(doubts({ releaseTypes: { minor: { inference }, major: { inference } } })).toEqual([
    "SageMaker's API had no ml.c6i.2xlrge for endpoints when this version was made; did you mean ml.c6i.2xlarge?",
  ]);
});

test("a type is for endpoints or for training: a pool of the wrong ones is asked about", () => {
  const pool = plan.milestones.training?.pool;
  if (pool === undefined) throw new Error("the sample has a pool");
  const training = {
    when: { cron: "cron(0 2 ? * MON *)", timeZone: "UTC", start: "ahead" as const },
    pool: { ...pool, instanceType: "ml.inf2.xlarge" },
  };

  expect(doubts({ milestones: { ...plan.milestones, training } })[0]).toMatch(
    /^SageMaker's API had no ml\.inf2\.xlarge for training/,
  );
});

test("a pool that ends before anybody could prime it again is asked about where its hold is longer", () => {
  const { training } = plan.milestones;
  if (training?.pool === undefined) throw new Error("the sample has a pool");
  const { pool } = training;
  const held = (keepAliveMinutes: number, holdMinutes: number) =>
    doubts({
      milestones: {
        ...plan.milestones,
        training: { ...training, pool: { ...pool, keepAliveMinutes, holdMinutes } },
      },
    });

  expect(held(19, 20)).toEqual([
    "milestones.training.pool.keepAliveMinutes is 19: a pool is primed again before it ends from 20 on; this one is gone after that, and comes back cold, until its hold of 20 minutes ends",
  ]);
  expect(held(19, 19)).toEqual([]);
  expect(held(20, 180)).toEqual([]);
});

test("a ceiling below what the plan allows is asked about, one above it is not", () => {
  const kpis = plan.kpis.map((kpi) =>
    kpi.name === "latency-ceiling" ? { ...kpi, ceiling: 1 } : kpi,
  ) as Plan["kpis"];

  expect(doubts({ kpis })).toEqual([
    "latency-ceiling: its ceiling of 1 ms is below the 1500 ms of requirements: a release that keeps to these is rolled back",
  ]);
});

test("a price or a consent that nothing in the plan asks for is asked about", () => {
  const { budget } = planWith({ budget: { unpriced: ["ml.p5e.48xlarge"] } });

  expect(doubts({ budget, prices: { "ml.g5.xlarge": 1.5, "ml.g5.4xlarge": 2 } })).toEqual([
    "prices names ml.g5.4xlarge, which nothing in the plan runs on",
    "budget.unpriced names ml.p5e.48xlarge, which nothing in the plan runs on",
  ]);
});

test("a date that nothing can keep is asked about", () => {
  expect(due("2027-03-28T02:30:00")).toEqual([
    "milestones.production.when.at (2027-03-28T02:30:00 Europe/Amsterdam) does not exist: clocks are put forward over it",
  ]);
  expect(due("2026-10-25T02:30:00")).toEqual([
    "milestones.production.when.at (2026-10-25T02:30:00 Europe/Amsterdam) comes twice: clocks are put back over it, and the milestone runs once",
  ]);
  expect(due("2027-03-28T01:59:59")).toEqual([]);
  expect(due("2027-03-28T03:00")).toEqual([]);
});

test("a time that a clock has shown exists", () => {
  const zones = [
    "UTC",
    "Europe/Amsterdam",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
  ];
  const moments = fc.integer({ min: Date.parse("2024-01-01"), max: Date.parse("2035-01-01") });
  holds(
    fc.property(moments, fc.constantFrom(...zones), (ms, timeZone) => {
      const shown = new Date(ms).toLocaleString("sv-SE", { timeZone }).replace(" ", "T");

      expect(timesShown(shown, timeZone)).toBeGreaterThan(0);
    }),
  );
});
