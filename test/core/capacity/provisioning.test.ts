/** How long a launch is believed to take: the slowest of its instances. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { slowestSeconds } from "../../../src/core/capacity/provisioning.ts";
import { holds } from "../../property.ts";

test.each([
  [1, 0.5, 346],
  [1, 0.95, 525],
  // From tables of the normal distribution: Φ⁻¹(.95^(1/16)) = 2.728, and Φ⁻¹(.5^(1/12)) = 1.588.
  [16, 0.95, 691],
  [12, 0.5, 517],
])("of %i instances, %f of launches are through after %i s", (instances, quantile, seconds) => {
  expect(slowestSeconds({ instances, quantile })).toBeCloseTo(seconds, -0.5);
});

test("more instances, and more certainty, take longer", () => {
  const quantile = fc.double({ min: 0.5, max: 0.98, noNaN: true });

  holds(
    fc.property(fc.integer({ min: 1, max: 500 }), quantile, (instances, q) => {
      const one = slowestSeconds({ instances, quantile: q });

      expect(slowestSeconds({ instances: instances + 1, quantile: q })).toBeGreaterThan(one);
      expect(slowestSeconds({ instances, quantile: q + 0.01 })).toBeGreaterThan(one);
    }),
  );
});
