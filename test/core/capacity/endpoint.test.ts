/** An endpoint as decisions see it: in motion or at rest, and who takes which share. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hasWeights,
  isMoving,
  isServing,
  trafficPercent,
  variantOf,
  warmOf,
  weightsFor,
} from "../../../src/core/capacity/endpoint.ts";
import { holds } from "../../property.ts";
import { endpointOf, joined, variant } from "../example.ts";

describe("an endpoint", () => {
  test.each([
    ["InService", false, true],
    ["Creating", true, false],
    ["Updating", true, false],
    ["SystemUpdating", true, false],
    ["RollingBack", true, false],
    ["Deleting", true, false],
    ["OutOfService", false, false],
    ["Failed", false, false],
    ["UpdateRollbackFailed", false, false],
  ])("that is %s: moving %s, serving %s", (status, moving, serving) => {
    const endpoint = { ...joined(), status };

    expect([isMoving(endpoint), isServing(endpoint)]).toEqual([moving, serving]);
  });

  test("knows its variants by name", () => {
    expect(variantOf(joined(), "v7")?.name).toBe("v7");
    expect(variantOf(joined(), "v8")).toBeUndefined();
  });
});

describe("a variant's share", () => {
  test("is its weight of all weights in force", () => {
    expect(trafficPercent(joined({ weight: 3 }, { weight: 1 }), "v7")).toBe(25);
  });

  test("goes by the weights in force, not by those asked for", () => {
    const asked = joined({ weight: 100, desiredWeight: 50 }, { weight: 0, desiredWeight: 50 });

    expect(trafficPercent(asked, "v7")).toBe(0);
  });

  test("is none for a variant that is not there, or without any weight", () => {
    expect(trafficPercent(joined(), "v8")).toBe(0);
    expect(trafficPercent(joined({ weight: 0 }), "v7")).toBe(0);
  });
});

describe("weights", () => {
  test("for a share are that share and the rest of a hundred", () => {
    expect(weightsFor("v6", "v7", 5)).toEqual({ v6: 95, v7: 5 });
  });

  test("are there once every variant has them and none is on its way", () => {
    const weights = { v6: 75, v7: 25 };

    expect(hasWeights(joined({ weight: 75 }, { weight: 25 }), weights)).toBe(true);
    expect(hasWeights(joined({ weight: 75, desiredWeight: 100 }, { weight: 25 }), weights)).toBe(false);
    expect(hasWeights(joined({ weight: 100, desiredWeight: 75 }, { weight: 25 }), weights)).toBe(false);
  });

  test("are there for every share that a plan may name, though SageMaker keeps 32-bit floats of them", () => {
    const shares = fc.oneof(
      fc.integer({ min: 1, max: 1000 }).map((permille) => permille / 10),
      fc.integer({ min: 1, max: 100_000 }).map((part) => part / 1000),
      fc.double({ min: 0.001, max: 100, noNaN: true }),
    );
    holds(
      fc.property(shares, (percent) => {
        const weights = weightsFor("v6", "v7", percent);
        const kept = (name: string) => ({ weight: Math.fround(weights[name] ?? Number.NaN) });

        expect(hasWeights(joined(kept("v6"), kept("v7")), weights)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("are not there where a share is off by the least that one can see", () => {
    const weights = weightsFor("v6", "v7", 64.1);

    expect(hasWeights(joined({ weight: 35.8999 }, { weight: 64.1 }), weights)).toBe(false);
    expect(hasWeights(joined({ weight: 100 }, { weight: 1e-9 }), { v6: 100, v7: 0 })).toBe(false);
  });

  test("are not there while a variant that nobody asked for takes traffic too", () => {
    const three = [
      variant("v6", { weight: 75 }),
      variant("v7", { weight: 25 }),
      variant("v8", { weight: 1 }),
    ];

    expect(hasWeights(endpointOf(three), { v6: 75, v7: 25 })).toBe(false);
  });
});

test("of a variant of which nothing is known no instance is warm, and never more than are in service", () => {
  const one = variant("v6", { instances: 8 });

  expect(warmOf({}, one)).toBe(0);
  expect(warmOf({ v6: 5 }, one)).toBe(5);
  expect(warmOf({ v6: 9 }, one)).toBe(8);
});
