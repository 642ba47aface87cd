/** What becomes of releases in worlds in which metrics, both fleets or the load mislead: each was once ended wrongly. */
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { WorldSpec } from "#twin/world";
import { plan, planWith } from "../core/example.ts";
import { partOf } from "../part.ts";
import { rehearsing } from "./explore/rehearsing.ts";

type Written = Omit<z.input<typeof WorldSpec>, "description">;
const worldOf = (written: Written) => WorldSpec.parse({ description: "test", ...written });

async function ended(written: Written, seed: number, own = plan) {
  const { record, violations } = await rehearsing({
    plan: own,
    world: worldOf(written),
    seed,
    settleSeconds: 0,
  });
  return { outcome: record.outcome, reason: record.reason, violations };
}

const seeds = partOf([1, 2, 3]);

describe("a bad candidate", () => {
  const worse = { errorFactor: 6, onlyAbovePercent: 25 };

  test.each(seeds)(
    "is found though most of the bake in which it shows was not seen (seed %i)",
    async (seed) => {
      const outages = [{ atBakePercent: 40, minutes: 20 }];

      expect(await ended({ candidate: worse, metrics: { outages } }, seed)).toMatchObject({
        outcome: "rolled-back",
        violations: [],
        reason: expect.stringMatching(/^errors: candidate fails \d/),
      });
    },
  );

  test.each(seeds)("is found while its next share waits for instances (seed %i)", async (seed) => {
    const waits: Written = {
      quotaPercent: 900,
      scaling: { maxPercent: 100 },
      provisioning: { secondsP50: 1500, secondsP95: 1800, modelLoadSeconds: 60 },
      // Too much for the next share, and not for the one in force.
      traffic: { changes: [{ atMinute: 60, factor: 1.6 }] },
      candidate: { errorFactor: 30, fromMinute: 105 },
    };

    const { record, violations } = await rehearsing({ plan, world: worldOf(waits), seed, settleSeconds: 0 });

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "rolled-back",
      reason: expect.stringMatching(/^errors: candidate fails \d/),
    });
    // The share that it waited for was never given.
    expect(Math.max(...record.timeline.map(({ trafficPercent }) => trafficPercent))).toBe(50);
  });
});

describe("a healthy candidate", () => {
  const shock = { minutes: 10, errorFactor: 20, latencyFactor: 1.3 };

  test.each(seeds)(
    "is promoted after a shock of both fleets in its last stage, with stable idle (seed %i)",
    async (seed) => {
      expect(await ended({ shocks: [{ ...shock, atBakePercent: 95 }] }, seed)).toMatchObject({
        outcome: "promoted",
        violations: [],
      });
    },
  );

  test.each(seeds)("is promoted after one while half of all minutes are lost (seed %i)", async (seed) => {
    const shocks = [{ ...shock, atBakePercent: 25, minutes: 25 }];

    expect(await ended({ shocks, metrics: { missingPercent: 50 } }, seed)).toMatchObject({
      outcome: "promoted",
      violations: [],
    });
  });

  test.each([3])(
    "is not ended by a ceiling of minutes that are intervals of ten seconds (seed %i)",
    async (seed) => {
      const fast = planWith({ rollout: { intervalSeconds: 10 } });

      expect(await ended({ metrics: { enhancedSeconds: 10 } }, seed, fast)).toMatchObject({
        outcome: "promoted",
        violations: [],
      });
    },
  );
});
