/** Whose fault a failed request is: the model's, the fleet's, or nobody's. */
import { describe, expect, it } from "vitest";
import { type Minute, type VariantMinute, WorldSpec } from "#twin/world";
import { candidateRequests } from "../../../src/rehearsal/facts/failed-requests.ts";

const served = (requests: number, errors: number, unanswered = 0): VariantMinute => ({
  instances: 8,
  ready: 8,
  latencyMs: 450,
  requests,
  errors,
  unanswered,
});

function failedIn(candidate: object, ...minutes: readonly Omit<Minute, "minute">[]) {
  return candidateRequests({
    timeline: minutes.map((each, minute) => ({ minute, ...each })),
    spec: WorldSpec.parse({ description: "A world.", candidate }),
    isCandidate: (variant) => variant === "v7",
  });
}

describe("Requests that failed because of the candidate", () => {
  it("are none where the candidate is as good as stable, whatever chance does", () => {
    const minute = { trafficPercent: 50, variants: { v6: served(1000, 1), v7: served(1000, 30) } };

    expect(failedIn({}, minute)).toEqual({ requests: 1000, failed: 0 });
  });

  it("are the part of its errors above a healthy model's: four of five where it fails five times as often", () => {
    const minute = { trafficPercent: 5, variants: { v6: served(1000, 5), v7: served(100, 10) } };

    expect(failedIn({ errorFactor: 5 }, minute)).toEqual({ requests: 100, failed: 8 });
  });

  it("are fewer where one instance alone fails", () => {
    const minute = { trafficPercent: 5, variants: { v7: { ...served(100, 12), ready: 8 } } };

    // One of eight fails seventeen times as often: all of them together three times.
    expect(failedIn({ errorFactor: 17, onOneInstance: true }, minute)).toEqual({ requests: 100, failed: 8 });
  });

  it("are none below the share at which the fault shows", () => {
    const minute = (trafficPercent: number) => ({ trafficPercent, variants: { v7: served(100, 12) } });

    expect(failedIn({ errorFactor: 6, onlyAbovePercent: 25 }, minute(25)).failed).toBe(0);
    expect(failedIn({ errorFactor: 6, onlyAbovePercent: 25 }, minute(50)).failed).toBe(10);
  });

  it("are none before the fault shows, nor after it", () => {
    const minute = { trafficPercent: 5, variants: { v7: served(100, 10) } };
    const minutes = Array.from({ length: 4 }, () => minute);

    expect(failedIn({ errorFactor: 5, fromMinute: 1, toMinute: 3 }, ...minutes).failed).toBe(16);
  });

  it("are more as the fault grows, and all of it once it has", () => {
    const minute = { trafficPercent: 5, variants: { v7: served(100, 10) } };
    const failed = (minutes: number) =>
      failedIn({ errorFactor: 5, growsMinutes: 4 }, ...Array.from({ length: minutes }, () => minute)).failed;

    // Twice, three times, four times and then five times as often as a healthy model.
    expect([1, 2, 3, 4, 5].map(failed)).toEqual([5, 12, 19, 27, 35]);
  });

  it("are those that its fleet left unanswered, above what stable's left unanswered in the same minute", () => {
    const variants = { v6: served(1000, 105, 100), v7: served(1000, 305, 300) };

    expect(failedIn({}, { trafficPercent: 50, variants }).failed).toBe(200);
    expect(failedIn({}, { trafficPercent: 100, variants: { v7: served(1000, 305, 300) } }).failed).toBe(300);
  });

  it("do not begin before the first shift, and end with the minute in which the share fell to nothing", () => {
    const probes = { trafficPercent: 0, variants: { v7: served(24, 24, 24) } };
    const baking = { trafficPercent: 5, variants: { v7: served(100, 10) } };
    const walkedBack = { trafficPercent: 0, variants: { v7: served(50, 5) } };

    expect(failedIn({ errorFactor: 5 }, probes, baking, walkedBack, probes)).toEqual({
      requests: 150,
      failed: 12,
    });
  });
});
