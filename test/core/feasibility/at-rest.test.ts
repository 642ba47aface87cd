/** How many instances quota and plan allow an endpoint at rest, each bound with what it is. */
import { expect, test } from "vitest";
import { meansAtRest } from "../../../src/core/feasibility/at-rest.ts";
import { plan } from "../example.ts";

const bounds = { minInstances: 3, maxInstances: 12, watchDays: 7 };
const instanceType = "ml.g5.xlarge";
const asked = { instanceType, min: 8, own: 6, quota: { [instanceType]: 20 }, elsewhere: {} };

test("the quota of its type, less what other endpoints have", () => {
  expect(meansAtRest(plan, bounds, asked)).toEqual([
    { instances: 20, by: "the account's quota of 20 ml.g5.xlarge" },
  ]);
  const elsewhere = { [instanceType]: 7, "ml.m5.xlarge": 100 };
  expect(meansAtRest(plan, bounds, { ...asked, elsewhere })).toEqual([
    { instances: 13, by: "the account's quota of 20 ml.g5.xlarge beside 7 of other endpoints" },
  ]);
  expect(meansAtRest(plan, bounds, { ...asked, elsewhere: { [instanceType]: 30 } })[0]?.instances).toBe(0);
});

test("no more than there is where no quota is listed, or no price is known", () => {
  expect(meansAtRest(plan, bounds, { ...asked, quota: { "ml.m5.xlarge": 9 } })).toEqual([
    { instances: 8, by: 'Service Quotas, which lists no quota "ml.g5.xlarge for endpoint usage",' },
  ]);
  const quota = { "ml.new.xlarge": 9 };
  const unpriced = { ...asked, instanceType: "ml.new.xlarge", quota };
  expect(meansAtRest(plan, bounds, unpriced)).toEqual([
    { instances: 9, by: "the account's quota of 9 ml.new.xlarge" },
    { instances: 8, by: expect.stringMatching(/^the budget \(the price of ml.new.xlarge is not known: /) },
  ]);
  const consenting = { ...plan, budget: { ...plan.budget, unpriced: ["ml.new.xlarge"] } };
  expect(meansAtRest(consenting, { ...bounds, maxUsdPerHour: 1 }, unpriced)).toHaveLength(1);
});

test("what the plan pays for on top of the own minimum, at its price", () => {
  const paid = { ...plan, prices: { [instanceType]: 1.5 } };

  expect(meansAtRest(paid, { ...bounds, maxUsdPerHour: 4.6 }, asked)[1]).toEqual({
    instances: 9,
    by: "proposals.within.maxUsdPerHour ($4.60 above 6, at $1.50 each)",
  });
});
