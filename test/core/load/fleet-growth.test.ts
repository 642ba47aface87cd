/** How a fleet grows by sizes that were measured: the law is found where it can be, and refused where it cannot. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import {
  type ScalingFit,
  type SizeSeen,
  scalingOf,
  servedAt,
  sizeFor,
} from "../../../src/core/load/fleet-growth.ts";
import { type ScalingLaw, servedBy } from "../../../src/core/load/scaling-law.ts";
import { holds } from "../../property.ts";

const wide = [1, 2, 4, 6, 8, 12, 16, 24];
const normal = (chance: () => number) =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

/** Each size measured with such an error, to within twice that. */
function measured(law: ScalingLaw, sizes: readonly number[], { error = 0.001, seed = "1" } = {}): SizeSeen[] {
  const chance = chanceOf(seed);
  return sizes.map((instances) => {
    const served = servedBy(law, instances) * Math.exp(error * normal(chance));
    return { instances, from: served * (1 - 2 * error), to: served * (1 + 2 * error) };
  });
}
function fitOf(seen: readonly SizeSeen[]): ScalingFit {
  const found = scalingOf(seen);
  if ("refused" in found) throw new Error(found.refused);
  return found;
}
const refusalOf = (found: object): string => ("refused" in found ? String(found.refused) : "");
const few = { numRuns: 20 };
const laws = fc.record({
  perInstance: fc.double({ min: 0.5, max: 500, noNaN: true }),
  contention: fc.double({ min: 0.03, max: 0.2, noNaN: true }),
  coherency: fc.double({ min: 0.001, max: 0.01, noNaN: true }),
});

describe("a law", () => {
  test("is found again by fleets that were measured well", () => {
    holds(
      fc.property(laws, (law) => {
        const fit = fitOf(measured(law, wide, { error: 1e-6 }));

        expect(fit.isProportional).toBe(false);
        expect(fit.law.perInstance / law.perInstance).toBeCloseTo(1, 3);
        expect(fit.law.contention).toBeCloseTo(law.contention, 3);
        expect(fit.law.coherency).toBeCloseTo(law.coherency, 4);
      }),
      few,
    );
  });

  test("is in proportion where fleets are, whatever chance adds to it", () => {
    const fits = Array.from({ length: 20 }, (_, seed) =>
      fitOf(
        measured({ perInstance: 12, contention: 0, coherency: 0 }, wide, { error: 0.03, seed: `${seed}` }),
      ),
    );
    const proportional = fits.filter(({ isProportional }) => isProportional);

    expect(proportional.length).toBeGreaterThanOrEqual(17);
    for (const fit of proportional) {
      expect(fit.law).toMatchObject({ contention: 0, coherency: 0 });
      const ten = servedAt(fit, 10);
      expect("refused" in ten ? 0 : ten.served).toBeCloseTo(10 * fit.law.perInstance, 6);
      expect(fit.law.perInstance / 12).toBeCloseTo(1, 1);
    }
  });

  test("says no more is served by sizes of which each one makes it less", () => {
    const law = { perInstance: 10, contention: 0.05, coherency: 0.01 };
    const fit = fitOf(measured(law, wide));

    expect(refusalOf(sizeFor(fit, 60))).toMatch(/^no size serves it: most is served by 10 instances, 4\d/);
  });

  test("is the same in whatever order sizes are handed in, and each time", () => {
    holds(
      fc.property(laws, fc.integer({ min: 1, max: 99 }), (law, seed) => {
        const seen = measured(law, wide, { error: 0.03, seed: `${seed}` });

        expect(scalingOf(seen.toReversed())).toEqual(scalingOf(seen));
      }),
      { numRuns: 5 },
    );
  });

  test("has the truth within its interval about nine times of ten", () => {
    const law = { perInstance: 12, contention: 0.05, coherency: 0.001 };
    const found = Array.from({ length: 40 }, (_, seed) =>
      servedAt(fitOf(measured(law, wide, { error: 0.02, seed: `${seed}` })), 36),
    );
    const told = found.flatMap((one) => ("refused" in one ? [] : [one]));

    expect(told.length).toBeGreaterThan(20);
    const truth = servedBy(law, 36);
    const covering = told.filter(({ low, high }) => low <= truth && truth <= high);
    expect(covering.length / told.length).toBeGreaterThanOrEqual(0.75);
    for (const { low, served, high } of told) {
      expect(low).toBeLessThanOrEqual(served);
      expect(served).toBeLessThanOrEqual(high);
      expect(high / low).toBeLessThanOrEqual(1.5);
    }
  });
});

describe("how many a load takes", () => {
  const law = { perInstance: 12, contention: 0.04, coherency: 0 };
  const fit = fitOf(measured(law, wide));

  test("is the fewest that serve it", () => {
    for (const load of [20, 55, 100, 140]) {
      const found = sizeFor(fit, load);
      if ("refused" in found) throw new Error(found.refused);
      expect(servedBy(law, found.instances)).toBeGreaterThanOrEqual(0.99 * load);
      expect(servedBy(law, found.instances - 1)).toBeLessThan(1.01 * load);
    }
  });

  test("goes by what a fleet of today was seen to serve", () => {
    const half = { instances: 8, served: servedBy(law, 8) / 2 };
    const [usual, slow] = [sizeFor(fit, 50), sizeFor(fit, 50, half)];

    expect(slow).toMatchObject({
      instances: "refused" in sizeFor(fit, 100) ? 0 : (sizeFor(fit, 100) as { instances: number }).instances,
    });
    expect("refused" in slow || "refused" in usual ? 0 : slow.instances / usual.instances).toBeGreaterThan(2);
  });
});

describe("is refused", () => {
  const law = { perInstance: 12, contention: 0.05, coherency: 0.001 };

  test.each([
    ["by no size", []],
    ["by five sizes, however often each was measured", [1, 2, 4, 8, 16, 1, 2, 4, 8, 16]],
  ])("%s", (_, sizes) => {
    expect(refusalOf(scalingOf(measured(law, sizes)))).toMatch(/sizes were measured, and that takes 6$/);
  });

  test("by sizes of which only bounds are known", () => {
    const seen = measured(law, wide).map((one, nth) => (nth < 3 ? { ...one, from: 0 } : one));

    expect(refusalOf(scalingOf(seen))).toMatch(/fleets of 5 sizes/);
  });

  test("for more than two and a half times the largest, and less than the smallest over that", () => {
    const fit = fitOf(measured(law, [10, 12, 14, 16, 18, 20, 24]));

    expect(refusalOf(servedAt(fit, 61))).toMatch(
      /^61 instances are too far from the 10 to 24 that were measured$/,
    );
    expect(refusalOf(servedAt(fit, 3))).toMatch(/^3 instances are too far/);
    expect(servedAt(fit, 24)).toHaveProperty("served");
  });

  test("where sizes are so much alike that noise hides how they grow", () => {
    const alike = Array.from({ length: 10 }, (_, seed) =>
      servedAt(fitOf(measured(law, [10, 11, 12, 13, 14, 15], { error: 0.04, seed: `${seed}` })), 36),
    );

    expect(alike.filter((one) => "refused" in one).length).toBeGreaterThanOrEqual(9);
    expect(alike.map(refusalOf).join()).toMatch(
      /what 36 instances serve cannot be told from noise: between \d+ and \d+ requests\/s/,
    );
  });

  test("where it takes more than that far beyond", () => {
    const fit = fitOf(measured({ ...law, contention: 0, coherency: 0 }, wide));

    expect(refusalOf(sizeFor(fit, 5000))).toMatch(
      /^it takes more than 60 instances, which is too far from the 24/,
    );
  });
});

test("what is forgotten is less sure", () => {
  const law = { perInstance: 12, contention: 0.05, coherency: 0.001 };
  const seen = measured(law, wide, { error: 0.02 });
  const width = (weight: number) => {
    const found = servedAt(fitOf(seen.map((one) => ({ ...one, weight }))), 24);
    return "refused" in found ? Number.POSITIVE_INFINITY : found.high / found.low;
  };

  expect(width(0.3)).toBeGreaterThan(width(1));
});
