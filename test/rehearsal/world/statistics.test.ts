import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countWithin,
  evaluate,
  merge,
  ofLatency,
  ofValues,
  parseStatistic,
  quantile,
  type Statistics,
  streams,
} from "#twin/world";
import { holds } from "../../property.ts";

function latency(count: number, mean: number, luck = { z: 0, low: 0.5, high: 0.5 }): Statistics {
  const point = ofLatency({ parts: [{ count, mean }], sum: count * mean, cv: 0.5, luck });
  if (point === undefined) throw new Error("expected a point");
  return point;
}

function read(point: Statistics, name: string): number | undefined {
  const statistic = parseStatistic(name);
  if (statistic === undefined) throw new Error(`expected ${name} to be a statistic`);
  return evaluate(point, statistic);
}

describe("Statistics", () => {
  it("reads sums, counts, averages and extremes of put values", () => {
    const point = ofValues([
      [0, 97],
      [1, 3],
    ]);
    if (point === undefined) throw new Error("expected a point");

    const names = ["SampleCount", "Sum", "Average", "Minimum", "Maximum", "p50", "p99"];

    expect(names.map((name) => read(point, name))).toEqual([100, 3, 0.03, 0, 1, 0, 1]);
  });

  it("makes nothing of nothing", () => {
    expect(ofValues([[1, 0]])).toBeUndefined();
    expect(merge([])).toBeUndefined();
  });

  it("has the quantiles of the log-normal distribution where the sample has average luck", () => {
    // σ² = ln 1.25, σ = 0.47238; median = mean/√1.25; p99 = median·e^{2.32635σ}.
    const point = latency(100_000, 450);

    expect(read(point, "p50")).toBeCloseTo(450 / Math.sqrt(1.25), 1);
    expect(read(point, "p99")).toBeCloseTo((450 / Math.sqrt(1.25)) * Math.exp(2.326348 * 0.472381), 0);
  });

  it("never lets quantiles cross, nor leave the extremes, whatever the luck", () => {
    const luck = fc.record({
      z: fc.double({ min: -4, max: 4, noNaN: true }),
      low: fc.double({ min: 0, max: 0.999, noNaN: true }),
      high: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    holds(
      fc.property(luck, fc.integer({ min: 1, max: 4000 }), (given, count) => {
        const point = latency(count, 450, given);

        const values = ["p1", "p10", "p50", "p90", "p99", "p99.9"].map(
          (name) => read(point, name) ?? Number.NaN,
        );
        const ordered = [point.minimum, ...values, point.maximum];

        expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
      }),
    );
  });

  it("counts samples in half-open ranges that add up to all of them", () => {
    const point = latency(3000, 450, { z: 1.3, low: 0.2, high: 0.7 });

    const parts = ["TC(:300)", "TC(300:500)", "TC(500:)"].map((name) => read(point, name) ?? Number.NaN);

    expect(parts.every((part) => part > 100 && Number.isInteger(part))).toBe(true);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(3000);
    expect(read(point, "PR(:500)")).toBeCloseTo((100 * ((parts[0] ?? 0) + (parts[1] ?? 0))) / 3000, 9);
  });

  it("agrees with itself: about the share q lies below the quantile of q", () => {
    const { distribution } = latency(2000, 450, { z: -0.8, low: 0.5, high: 0.5 });
    if (distribution === undefined) throw new Error("expected a distribution");

    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      const below = countWithin(distribution, 0, quantile(distribution, q) ?? 0);

      expect(Math.abs(below - q * 2000)).toBeLessThanOrEqual(0.01 * 2000);
    }
  });

  it("counts of the whole what each instance had, as often as chance has it", () => {
    const [count, mean] = [532, 60];
    const slowOf = (z: number) => {
      const hands = [-z, z, 0.3].map((own) => ({ count, mean, z: own }));
      const of = (some: typeof hands) =>
        ofLatency({
          parts: some,
          sum: count * mean * some.length,
          cv: 0.2,
          luck: { z: 0, low: 0.5, high: 0.5 },
          byInstance: () => some,
        });
      const slow = (some: typeof hands) => {
        const { distribution } = of(some) ?? {};
        return distribution === undefined
          ? Number.NaN
          : some.length * count - countWithin(distribution, 0, 95);
      };
      expect(slow(hands)).toBe(hands.reduce((sum, hand) => sum + slow([hand]), 0));
      return slow([{ count, mean, z }]);
    };
    const counts = Array.from({ length: 4000 }, (_, nth) => slowOf(streams(1)("z", nth).normal()));
    const part = (of: (each: number) => number) =>
      counts.reduce((sum, each) => sum + of(each), 0) / counts.length;

    // ln 95 lies 2.42 standard deviations of ln(latency) above its mean: .0078 of 532 are slower.
    expect(part((each) => each)).toBeCloseTo(4.13, 0);
    expect(part((each) => (each === 0 ? 1 : 0))).toBeCloseTo(Math.exp(-4.13), 1);
    expect(part((each) => (each > 10 ? 1 : 0))).toBeLessThan(0.01);
  });

  it("merges points into a longer period, and drops percentiles where raw values are missing", () => {
    const set: Statistics = { sampleCount: 2, sum: 6, minimum: 1, maximum: 5, distribution: undefined };
    const values = ofValues([[2, 3]]);
    if (values === undefined) throw new Error("expected a point");

    const merged = merge([set, values]);

    expect(merged).toEqual({ sampleCount: 5, sum: 12, minimum: 1, maximum: 5, distribution: undefined });
    expect(merged && read(merged, "p50")).toBeUndefined();
  });

  it("puts the median of two unlike minutes between theirs", () => {
    const merged = merge([latency(500, 300), latency(500, 600)]);
    if (merged === undefined) throw new Error("expected a point");

    expect(read(merged, "p50")).toBeGreaterThan(300 / Math.sqrt(1.25));
    expect(read(merged, "p50")).toBeLessThan(600 / Math.sqrt(1.25));
  });

  it.each(["p101", "tm99", "IQM", "PR(:)", "Median", "TC(10%:90%)", "wm98"])("does not know %s", (name) => {
    expect(parseStatistic(name)).toBeUndefined();
  });
});
