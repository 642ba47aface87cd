/**
 * Instances that serve 40 % less than the plan says: without a test under load the release is promoted and saturates at the
 * next peak; with one it goes back before any traffic has moved, and a fleet that serves what is said never does.
 */
import { describe, expect, it } from "vitest";
import { loadTested } from "../core/example.ts";
import { rehearsing, plan as untested } from "./explore/rehearsing.ts";

const seeds = [1, 2, 3, 4];
const { name } = loadTested.endpoint;

describe("instances that serve 40 % less", () => {
  it("are promoted by a release without a test, and turn requests away at the peak", async () => {
    const { record, violations } = await rehearsing({ plan: untested, world: "undersized" });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(Object.keys(record.after.endpoints[name]?.variants ?? {})).toEqual(["v7"]);
    const peak = record.timeline.filter(({ trafficPercent, variants }) => {
      const { latencyMs = 0 } = variants["v7"] ?? {};
      return trafficPercent === 100 && latencyMs > 3 * 450;
    });
    expect(peak.length).toBeGreaterThan(2);
  });

  it.each(seeds)("are found before traffic moves, seed %i", async (seed) => {
    const { record, violations } = await rehearsing({ plan: loadTested, world: "undersized", seed });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/^not enough under load; at [\d.]+ requests\/s: /);
    expect(record.timeline.every(({ trafficPercent }) => trafficPercent === 0)).toBe(true);
    expect(record.after.endpoints[name]?.configName).toBe("chat-assistant-config-v6");
  });
});

it.each(seeds)("a healthy candidate is never refused, seed %i", async (seed) => {
  const { record, violations } = await rehearsing({ plan: loadTested, seed });

  expect(violations).toEqual([]);
  expect(record.outcome).toBe("promoted");
});
