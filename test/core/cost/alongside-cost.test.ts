/** What leases beside the endpoint cost: for what they add, and nothing where enough stands there already. */
import { describe, expect, test } from "vitest";
import { dearestLeases, leasesUsd, leaseUsd } from "../../../src/core/cost/alongside-cost.ts";

describe("a lease", () => {
  test("costs what its units add for as long as the release takes, to the cent", () => {
    expect(leaseUsd({ usdPerUnitHour: 0.5 }, { more: 4, minutes: 90 })).toBe(3);
    expect(leaseUsd({ usdPerUnitHour: 0.333 }, { more: 1, minutes: 60 })).toBe(0.33);
  });

  test.each([0, -3])("that adds %i units costs nothing", (more) => {
    expect(leaseUsd({ usdPerUnitHour: 0.5 }, { more, minutes: 90 })).toBe(0);
  });

  test("without a price has no cost, not a cost of nothing", () => {
    expect(leaseUsd({}, { more: 4, minutes: 90 })).toBeNull();
  });
});

describe("all of them", () => {
  test("cost by the largest of their minimums beyond what there was, those with a price", () => {
    const leases = [
      { minimums: [6, 24, 12], before: { capacity: 12 } },
      { minimums: [4], before: { capacity: 10 } },
      { minimums: [100], before: { capacity: 0 } },
    ];

    expect(leasesUsd([{ usdPerUnitHour: 0.5 }, { usdPerUnitHour: 9 }, {}], leases, 60)).toBe(6);
  });

  test("cost at most as if nothing stood there yet", () => {
    const ecs = { cluster: "prod", service: "tokenizer" };
    const stages = [
      { trafficPercent: 0, minimum: 6 },
      { trafficPercent: 25, minimum: 24 },
    ];

    expect(
      dearestLeases([
        { ecs, stages, usdPerUnitHour: 0.5 },
        { ecs, minimum: 9 },
      ]),
    ).toEqual([{ usdPerUnitHour: 0.5, raised: [{ fromMs: 0, more: 24 }], stages: [] }]);
    expect(dearestLeases([{ ecs, minimum: 9, usdPerUnitHour: 1 }])).toMatchObject([
      { raised: [{ more: 9 }] },
    ]);
  });
});
