/** How many instances a share of traffic needs, and what share instances can take: two views of one division. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { flatLoad } from "../../../src/core/capacity/load-outlook.ts";
import {
  candidateNeeds,
  designLoad,
  instancesFor,
  instancesForShare,
  percentServedBy,
  servedPerInstance,
} from "../../../src/core/capacity/sizing.ts";
import { holds } from "../../property.ts";
import { plan, planWith } from "../example.ts";

const each = { instanceType: "ml.g5.xlarge", requestsPerSecondPerInstance: 12 };

test("the load to size for is the plan's peak, or the measured load where that is higher", () => {
  expect(designLoad(plan, flatLoad(40))).toBe(60);
  expect(designLoad(plan, flatLoad(75))).toBe(75);
});

test("a fleet that joins is sized for the load by when it serves, and for no lull", () => {
  const rising = { now: 70, at: (leadSeconds: number) => 70 + leadSeconds / 60 };

  expect(designLoad(plan, rising)).toBe(81);
  expect(designLoad(plan, { now: 70, at: () => 10 })).toBe(70);
});

test("an instance is sized to run as full as the plan's utilisation says", () => {
  expect(servedPerInstance(plan, each)).toBeCloseTo(8.4);
});

test.each([
  [100, 8],
  [50, 4],
  [25, 2],
  [5, 1],
  [0, 0],
])("%d percent of 60 requests per second need %d instances", (percent, instances) => {
  expect(instancesFor(plan, each, { requestsPerSecond: 60, percent })).toBe(instances);
});

test.each([
  // Eight requests a second are a minute's 480 ± 22: with three of those 9.1 a second, more than one serves.
  [10, 80, 1, 2],
  [50, 60, 4, 4],
  [40, 80, 4, 5],
  [99, 60, 8, 8],
  [100, 60, 8, 8],
  [0, 60, 0, 0],
])(
  "%d percent of %d take %d instances, and %d where there are no others to take more by chance",
  (...row) => {
    const [percent, requestsPerSecond, sized, alone] = row;
    const load = { requestsPerSecond, percent };

    expect(instancesFor(plan, each, load)).toBe(sized);
    expect(instancesForShare(plan, each, load)).toBe(alone);
  },
);

test("room for chance is never less than a share takes, nor more than all of the load does", () => {
  const loads = fc.record({
    requestsPerSecond: fc.double({ min: 0, max: 5000, noNaN: true }),
    percent: fc.double({ min: 0, max: 100, noNaN: true }),
  });
  holds(
    fc.property(loads, (load) => {
      const instances = instancesForShare(plan, each, load);
      expect(instances).toBeGreaterThanOrEqual(instancesFor(plan, each, load));
      expect(instances).toBeLessThanOrEqual(instancesFor(plan, each, { ...load, percent: 100 }));
    }),
  );
});

test("a load that fills instances exactly needs no further one, whatever binary fractions say", () => {
  const requestsPerSecond = 3 * servedPerInstance(plan, each);

  expect(instancesFor(plan, each, { requestsPerSecond, percent: 100 })).toBe(3);
});

test("without load, instances could take everything", () => {
  expect(percentServedBy(plan, each, { ready: 0, requestsPerSecond: 0 })).toBe(100);
});

test("a release type without needs of its own runs on what stable runs on", () => {
  const own = candidateNeeds(plan, "major");
  const stables = candidateNeeds({ ...plan, releaseTypes: { minor: { inference: each } } }, "major");

  expect(own.instanceType).toBe("ml.g5.2xlarge");
  expect(stables).toMatchObject({ instanceType: "ml.g5.xlarge", requestsPerSecondPerInstance: 12 });
});

const loads = fc.record({
  requestsPerSecond: fc.double({ min: 0.1, max: 10_000, noNaN: true }),
  percent: fc.double({ min: 0.1, max: 100, noNaN: true }),
  utilisationPercent: fc.integer({ min: 10, max: 95 }),
  requestsPerSecondPerInstance: fc.double({ min: 0.05, max: 500, noNaN: true }),
});

test("the instances that a share needs can serve it, and one fewer cannot", () => {
  holds(
    fc.property(loads, ({ requestsPerSecond, percent, utilisationPercent, requestsPerSecondPerInstance }) => {
      const own = planWith({ requirements: { utilisationPercent } });
      const type = { ...each, requestsPerSecondPerInstance };

      const ready = instancesFor(own, type, { requestsPerSecond, percent });

      const fits = percentServedBy(own, type, { ready, requestsPerSecond });
      const short = percentServedBy(own, type, { ready: ready - 1, requestsPerSecond });
      expect(fits).toBeGreaterThanOrEqual(percent * (1 - 1e-8) - 1e-6);
      expect(short).toBeLessThan(percent);
    }),
  );
});

test("more load or a larger share never needs fewer instances", () => {
  holds(
    fc.property(loads, fc.double({ min: 1, max: 3, noNaN: true }), (load, factor) => {
      const few = instancesFor(plan, each, load);
      const more = instancesFor(plan, each, { ...load, requestsPerSecond: load.requestsPerSecond * factor });

      expect(more).toBeGreaterThanOrEqual(few);
    }),
  );
});
