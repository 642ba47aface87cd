/** Whether a release is within quota and budget, with the surge of both its updates counted. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateOf } from "../../../src/core/cost/estimate.ts";
import {
  type FeasibilityQuestion,
  feasibilityOf,
  lacksOfPool,
} from "../../../src/core/feasibility/feasibility.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { holds } from "../../property.ts";
import { plan, planWith } from "../example.ts";

function asked(changes: Partial<FeasibilityQuestion> = {}): FeasibilityQuestion {
  return {
    plan,
    stable: { instanceType: "ml.g5.xlarge", instances: 8 },
    candidate: { instanceType: "ml.g5.xlarge", instances: 8 },
    quota: { "ml.g5.xlarge": 24 },
    elsewhere: {},
    ...changes,
  };
}

test("joining runs stable twice beside the candidate, so eight and eight need twenty-four", () => {
  const means = feasibilityOf(asked());

  expect(means).toMatchObject({ fits: true, lacks: [], peak: { "ml.g5.xlarge": 24 } });
});

test("one instance short of the surge is a lack, told with what is needed and what there is", () => {
  const means = feasibilityOf(asked({ quota: { "ml.g5.xlarge": 23 } }));

  expect(means.fits).toBe(false);
  expect(means.lacks).toEqual(["the release needs 24 ml.g5.xlarge at its peak, the account's quota is 23"]);
});

test("a quota that is not known is a lack, told by its name and not as 0", () => {
  const { fits, lacks } = feasibilityOf(asked({ quota: {} }));

  expect(fits).toBe(false);
  expect(lacks).toEqual([
    'the release needs 24 ml.g5.xlarge at its peak, and Service Quotas lists no quota "ml.g5.xlarge for endpoint usage"',
  ]);
});

test("a pool needs its instances under both quotas, for training jobs and for warm pools", () => {
  const pool = { instanceType: "ml.g5.12xlarge", instances: 2 };
  const quota = (jobs: number, kept: number) => ({
    "training job usage": { "ml.g5.12xlarge": jobs },
    "training warm pool usage": { "ml.g5.12xlarge": kept },
  });

  expect(lacksOfPool(pool, quota(2, 2))).toEqual([]);
  expect(lacksOfPool(pool, quota(1, 0))).toEqual([
    "the pool needs 2 ml.g5.12xlarge, the account's training job quota is 1",
    "the pool needs 2 ml.g5.12xlarge, the account's warm pool quota is 0",
  ]);
  expect(lacksOfPool(pool, { ...quota(2, 2), "training job usage": {} })).toEqual([
    'the pool needs 2 ml.g5.12xlarge, and Service Quotas lists no quota "ml.g5.12xlarge for training job usage"',
  ]);
});

test("other endpoints count against the same quota and are named", () => {
  const beside = (others: number) =>
    feasibilityOf(
      asked({ quota: { "ml.g5.xlarge": 20 }, elsewhere: { "ml.g5.xlarge": others } }),
    ).lacks.join();
  expect(beside(1)).toContain(" beside 1 of other endpoints at its peak");
  expect(beside(0)).not.toContain("beside");
  const { lacks } = feasibilityOf(asked({ quota: { "ml.g5.xlarge": 25 }, elsewhere: { "ml.g5.xlarge": 2 } }));

  expect(lacks).toEqual([
    "the release needs 24 ml.g5.xlarge beside 2 of other endpoints at its peak, the account's quota is 25",
  ]);
});

test("promoting runs the candidate twice: of two types each has its own surge", () => {
  const means = feasibilityOf(
    asked({
      candidate: { instanceType: "ml.g5.2xlarge", instances: 6 },
      quota: { "ml.g5.xlarge": 16, "ml.g5.2xlarge": 11 },
    }),
  );

  expect(means.peak).toEqual({ "ml.g5.xlarge": 16, "ml.g5.2xlarge": 12 });
  expect(means.lacks).toEqual(["the release needs 12 ml.g5.2xlarge at its peak, the account's quota is 11"]);
});

test("a budget below the estimate is a lack of its own", () => {
  const question = asked({ plan: planWith({ budget: { usdPerRelease: 5 } }) });
  const { fits, lacks } = feasibilityOf(question);
  const { dearestKnownUsd } = estimateOf(question.plan, question.stable, question.candidate);

  expect(fits).toBe(false);
  expect(lacks).toEqual([`the release is estimated at $${dearestKnownUsd.toFixed(2)}, its budget is $5.00`]);
});

test("the way back is within the budget too, where it is dearer than the way forward", () => {
  const question = asked({ candidate: { instanceType: "ml.g5.xlarge", instances: 2 } });
  const { usd, dearestKnownUsd } = estimateOf(question.plan, question.stable, question.candidate);
  const limited = { ...question, plan: planWith({ budget: { usdPerRelease: dearestKnownUsd - 0.01 } }) };

  expect(dearestKnownUsd).toBeGreaterThan((usd ?? 0) + 0.01);
  expect(feasibilityOf(limited).lacks).toEqual([
    `the release is estimated at $${dearestKnownUsd.toFixed(2)}, its budget is $${(dearestKnownUsd - 0.01).toFixed(2)}`,
  ]);
});

test("a type whose price is not known is refused by name, unless the plan gives it or consents", () => {
  const candidate = { instanceType: "ml.c6i.2xlarge", instances: 8 };
  const quota = { "ml.g5.xlarge": 99, "ml.c6i.2xlarge": 99 };
  const withPlan = (changes: Partial<Plan>) =>
    feasibilityOf(asked({ candidate, quota, plan: { ...planWith({}), ...changes } }));

  expect(withPlan({}).lacks).toEqual([
    "the price of ml.c6i.2xlarge is not known: give it under prices, or consent under budget.unpriced to spend without knowing it",
  ]);
  expect(withPlan({ prices: { "ml.c6i.2xlarge": 0.4 } })).toMatchObject({
    fits: true,
    costUsd: expect.any(Number),
  });
  const { budget } = planWith({ budget: { unpriced: ["ml.c6i.2xlarge"] } });
  expect(withPlan({ budget })).toMatchObject({ fits: true, costUsd: null });
});

test("no moment of a release runs more than the peak: neither joining, nor going back, nor promoting", () => {
  const types = fc.constantFrom("ml.g5.xlarge", "ml.g5.2xlarge");
  const fleet = fc.record({ instanceType: types, instances: fc.integer({ min: 1, max: 200 }) });
  holds(
    fc.property(fleet, fleet, (stable, candidate) => {
      const { peak } = feasibilityOf(asked({ stable, candidate }));

      const moments = [
        [stable, stable, candidate],
        [stable, candidate, stable],
        [stable, candidate, candidate],
      ];
      for (const running of moments)
        for (const type of ["ml.g5.xlarge", "ml.g5.2xlarge"]) {
          const count = running
            .filter(({ instanceType }) => instanceType === type)
            .reduce((sum, { instances }) => sum + instances, 0);
          expect(count).toBeLessThanOrEqual(peak[type] ?? 0);
        }
    }),
  );
});

test("a quota of exactly the peak fits, and one less of any type does not", () => {
  const instances = fc.integer({ min: 1, max: 200 });
  holds(
    fc.property(instances, instances, fc.integer({ min: 0, max: 50 }), (stable, candidate, elsewhere) => {
      const question = asked({
        plan: planWith({ budget: { usdPerRelease: 1e9 } }),
        stable: { instanceType: "ml.g5.xlarge", instances: stable },
        candidate: { instanceType: "ml.g5.2xlarge", instances: candidate },
        elsewhere: { "ml.g5.xlarge": elsewhere },
      });
      const { peak } = feasibilityOf(question);
      const quota = {
        "ml.g5.xlarge": (peak["ml.g5.xlarge"] ?? 0) + elsewhere,
        "ml.g5.2xlarge": peak["ml.g5.2xlarge"] ?? 0,
      };

      expect(feasibilityOf({ ...question, quota }).fits).toBe(true);
      for (const [type, limit] of Object.entries(quota))
        expect(feasibilityOf({ ...question, quota: { ...quota, [type]: limit - 1 } }).fits).toBe(false);
    }),
  );
});
