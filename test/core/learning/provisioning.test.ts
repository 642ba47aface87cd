/** How long a launch is believed to take: the slowest of its instances, before an account's own are known and after. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { streams } from "#twin/world";
import type { Launch } from "../../../src/core/learning/launch.ts";
import { slowestSeconds } from "../../../src/core/learning/provisioning.ts";
import { holds } from "../../property.ts";

const [type, other] = ["ml.g5.xlarge", "ml.g5.2xlarge"];
const of = (instances: number, instanceType = type) => [{ instanceType, instances }];
const unknown = (instances: number, quantile: number) =>
  slowestSeconds(of(instances), { quantile, launches: [] });
const startMs = Date.UTC(2026, 0, 5);
const at = (seconds: number) => new Date(startMs + 1000 * seconds).toISOString();

/** A launch onto an endpoint, whose instances were in service between two looks; it takes over for two minutes more. */
const launched = (
  moreThan: number,
  atMost: number | undefined,
  instances: Record<string, number> = { [type]: 10 },
): Launch => ({
  of: "endpoint",
  instances,
  askedAt: at(0),
  missingAt: at(120 + moreThan),
  ...(atMost !== undefined && { thereAt: at(120 + atMost) }),
});
const known = (launches: readonly Launch[], quantile = 0.95, instanceType = type) =>
  slowestSeconds(of(10, instanceType), { quantile, launches });

test("half of single instances are there as soon as was measured, and of many the slowest later", () => {
  expect(unknown(1, 0.5)).toBeCloseTo(346, -0.7);
  // With a median and a spread that were known: 691 s, by Φ⁻¹(.95^(1/16)) = 2.728.
  expect(unknown(16, 0.95)).toBeGreaterThan(691);
  expect(unknown(16, 0.95)).toBeLessThan(2 * 691);
});

test("more instances, and more certainty, take longer", () => {
  const quantile = fc.double({ min: 0.5, max: 0.97, noNaN: true });

  holds(
    fc.property(fc.integer({ min: 1, max: 500 }), quantile, (instances, q) => {
      const one = unknown(instances, q);

      expect(unknown(2 * instances, q)).toBeGreaterThan(one);
      expect(unknown(instances, q + 0.02)).toBeGreaterThan(one);
    }),
  );
});

describe("an account's own launches", () => {
  it("of two that took three times as long make the third in time, and not much more", () => {
    // Three times 656 s, what nineteen of twenty launches of ten take where it is as believed.
    const third = known([launched(1400, 1500), launched(1500, 1600)]);

    expect(third).toBeGreaterThan(0.94 * 3 * 656);
    expect(third).toBeLessThan(1.25 * 3 * 656);
  });

  it("that were fast are waited for less", () => {
    expect(known([launched(100, 150), launched(110, 160)])).toBeLessThan(250);
  });

  it("that never came are no reason to wait less", () => {
    expect(known([launched(3600, undefined)])).toBeGreaterThan(3600);
  });

  it("of another type of their family say what that is likely to be, and less surely", () => {
    const slow = launched(3000, 3200, { [other]: 4 });
    const median = (instanceType: string) => known([slow], 0.5, instanceType);

    expect(median(type)).toBeGreaterThan(known([], 0.5));
    expect(median(type)).toBeLessThan(median(other));
    expect(known([slow]) / median(type)).toBeGreaterThan(known([slow], 0.95, other) / median(other));
  });

  it("of two types at once count for both", () => {
    const both = launched(1400, 1500, { [type]: 6, [other]: 4 });

    expect(known([both])).toBe(known([launched(1400, 1500)]));
    expect(known([both], 0.95, other)).toBe(known([both]));
  });

  it("come to what they were drawn from", () => {
    const [median, spread] = [Math.log(900), 0.2];
    const slowest = (draw: () => number) =>
      Math.max(...Array.from({ length: 10 }, () => Math.exp(median + spread * draw())));
    holds(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const random = streams(seed)("launches", 0);
        const launches = Array.from({ length: 10 }, () => slowest(() => random.normal())).map((seconds) =>
          launched(0.92 * seconds, 1.02 * seconds),
        );
        // Nineteen of twenty launches of ten: Φ⁻¹(.95^(1/10)) = 2.57.
        expect(known(launches) / Math.exp(median + 2.57 * spread)).toBeGreaterThan(0.72);
        expect(known(launches) / Math.exp(median + 2.57 * spread)).toBeLessThan(1.35);
      }),
    );
  });

  it("of many and of few tell how long instances hold up each other", () => {
    // Each 40 s slower for each other one: as the slowest of 4 and of 16 are believed to be, and 2 and 10 minutes more.
    const seen = [
      launched(540, 600, { [type]: 4 }),
      launched(1120, 1180, { [type]: 16 }),
      launched(560, 620, { [type]: 4 }),
    ];
    const of32 = slowestSeconds(of(32), { quantile: 0.95, launches: seen });

    expect(of32).toBeGreaterThan(31 * 40 + 500);
    expect(of32).toBeLessThan(1.5 * (31 * 40 + 700));
    expect(slowestSeconds(of(1), { quantile: 0.95, launches: seen })).toBeLessThan(1.5 * 525);
  });

  it("in which instances hold up each other make the third in time", () => {
    const { normal } = streams(3)("held up", 0);
    const slowest = () =>
      40 * 15 +
      Math.max(
        ...Array.from({ length: 16 }, () => 346 * Math.exp((Math.log(525 / 346) / 1.6449) * normal())),
      );
    const times = Array.from({ length: 120 }, () => {
      const [first, second, third] = [slowest(), slowest(), slowest()];
      const launches = [first, second].map((each) => launched(each - 40, each + 40, { [type]: 16 }));
      return {
        isFirst: first <= unknown(16, 0.95),
        isThird: third <= slowestSeconds(of(16), { quantile: 0.95, launches }),
      };
    });

    expect(times.filter(({ isFirst }) => isFirst).length).toBeLessThan(12);
    expect(times.filter(({ isThird }) => isThird).length).toBeGreaterThanOrEqual(0.95 * 120);
  });
});
