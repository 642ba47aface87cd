/** A fleet with a spare serves all that it is sized for without any one of its zones, and is no larger than that takes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { fleetsFor } from "../../../src/core/capacity/candidate-fleet.ts";
import { releaseOutlook } from "../../../src/core/outlook/release-outlook.ts";
import { outlookOf } from "../../../src/core/outlook.ts";
import { withZoneSpare } from "../../../src/core/plan/zone-spare.ts";
import { holds } from "../../property.ts";
import { plan, planWith } from "../example.ts";

/** Instances by zone, spread one after the other. */
const spread = (instances: number, zones: number): number[] =>
  Array.from({ length: zones }, (_, zone) => Math.floor((instances + zones - 1 - zone) / zones));

test("whichever zone is lost, what is needed is left, and one instance fewer would not do", () => {
  holds(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 6 }), (needed, ofZones) => {
      const least = (instances: number) =>
        Math.min(...spread(instances, ofZones).map((lost) => instances - lost));
      const instances = withZoneSpare({ ofZones }, needed);
      expect(least(instances)).toBeGreaterThanOrEqual(needed);
      expect(least(instances - 1)).toBeLessThan(needed);
    }),
  );
});

test("nothing needs no spare, and a plan without one has none", () => {
  expect(withZoneSpare({ ofZones: 3 }, 0)).toBe(0);
  expect(withZoneSpare(undefined, 8)).toBe(8);
});

const spared = (ofZones: number, strategy: "upfront" | "sequential" = "upfront") =>
  planWith({ requirements: { zoneSpare: { ofZones } }, rollout: { strategy } });

test("a candidate has it at each of its sizes", () => {
  const needs = plan.endpoint;
  expect(fleetsFor(spared(3), needs, 60)[0]?.fleet.instances).toBe(12);
  expect(fleetsFor(spared(2), needs, 60)[0]?.fleet.instances).toBe(16);
  const [bare, more] = [planWith({ rollout: { strategy: "sequential" } }), spared(3, "sequential")].map(
    (each) => fleetsFor(each, needs, 60)[0]?.fleet.shares ?? [],
  );
  expect(more?.map(({ instances }) => instances)).toEqual(
    bare?.map(({ instances }) => withZoneSpare({ ofZones: 3 }, instances)),
  );
});

test("a plan shows what of its fleet is spare and what that adds, and warns of a steady fleet without it", () => {
  const { spare, candidate, costUsd } = releaseOutlook(spared(3), "minor");
  const bare = releaseOutlook(plan, "minor");
  expect(candidate.instances).toBe(12);
  expect(spare).toEqual({ instances: 4, usd: (costUsd ?? 0) - (bare.costUsd ?? 0) });
  expect(spare?.usd).toBeGreaterThan(0);
  expect(bare).not.toHaveProperty("spare");
  const { warnings } = outlookOf(spared(3), { requestsPerSecond: 60, errorPercent: 0.5 } as never);
  expect(warnings).toContain(
    "the steady fleet of 8 ml.g5.xlarge does not serve the peak when it loses a zone, until a release has brought one that does: that takes 12",
  );
});
