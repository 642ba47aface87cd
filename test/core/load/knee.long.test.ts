/** The search for the knee, on many fleets whose law is known. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { halfWidthOf } from "../../../src/core/load/knee.ts";
import { bounds, searched, steep } from "./searched-knee.ts";

test("it never asks for more than the cap, whatever the fleet", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 20, max: 500, noNaN: true }),
      fc.double({ min: 8, max: 1_000, noNaN: true }),
      fc.double({ min: 1, max: 2, noNaN: true }),
      fc.nat(),
      (knee, times, factor, seed) => {
        const own = { start: 60, stop: 200, cap: 200 * factor };
        const { asked } = searched(own, steep(knee, times), `${seed}`);

        expect(Math.max(...asked)).toBeLessThanOrEqual(own.cap);
        expect(Math.min(...asked)).toBeGreaterThan(0);
      },
    ),
    { numRuns: 40 },
  );
});

test("of fleets with a law it finds the knee: the interval holds it in 95 of 100, and what is at least said is true", () => {
  const runs = Array.from({ length: 60 }, (_, seed) => {
    const knee = 100 + 4 * seed;
    const { knee: found } = searched(bounds, steep(knee, 60), `law ${seed}`);
    return { knee, found };
  });
  const holds = runs.filter(
    ({ knee, found }) => found.from <= knee && knee <= (found.to ?? Number.POSITIVE_INFINITY),
  );
  expect(holds.length).toBeGreaterThanOrEqual(57);
  const below = runs.filter(({ knee, found }) => knee < 0.95 * bounds.cap && found.to !== undefined);
  const narrow = below.filter(({ found }) => halfWidthOf(found) <= 0.07);
  expect(narrow.length).toBeGreaterThan(0.9 * below.length);
});
