/** Few requests neither break a requirement nor keep it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requiredLatency, requiredRate } from "../../../src/core/kpis/kinds/required.ts";
import { holds } from "../../property.ts";

describe("a required rate of 5 %", () => {
  const value = (bad: number, requests: number, side: "candidate" | "stable" = "candidate") =>
    requiredRate({ bad, requests }, 5, side)?.value;

  test("is broken by the candidate where its requests are enough to say so", () => {
    expect(value(1, 10)).toBeLessThan(5);
    expect(value(3, 10)).toBeGreaterThan(5);
    expect(value(55, 1000)).toBeLessThan(5);
    expect(value(70, 1000)).toBeGreaterThan(5);
    expect(value(60_000, 1_000_000)).toBeCloseTo(6, 1);
    // Wilson's lower bounds at 95 %, one side: of 30 and of 80 in 100.
    expect(value(30, 100)).toBeCloseTo(23.07, 2);
    expect(value(80, 100)).toBeCloseTo(72.67, 2);
  });

  test("is kept by stable where its requests are enough to say so, and is not seen where they are not", () => {
    expect(value(0, 10, "stable")).toBeUndefined();
    expect(value(0, 100, "stable")).toBeLessThanOrEqual(5);
    expect(value(5, 100, "stable")).toBeUndefined();
    expect(value(15, 100, "stable")).toBeGreaterThan(5);
  });

  test("is never broken by less than it, nor kept by more", () => {
    const counts = fc
      .integer({ min: 1, max: 100_000 })
      .chain((requests) => fc.tuple(fc.integer({ min: 0, max: requests }), fc.constant(requests)));
    holds(
      fc.property(counts, ([bad, requests]) => {
        const rate = (100 * bad) / requests;
        expect(value(bad, requests)).toBeLessThanOrEqual(rate + 1e-9);
        const stables = value(bad, requests, "stable");
        if (stables !== undefined) expect(stables > 5).toBe(rate > 5);
      }),
    );
  });
});

describe("a required p99 of 80 ms", () => {
  test("is broken and kept by a hundred requests or more", () => {
    for (const side of ["candidate", "stable"] as const) {
      expect(requiredLatency({ p99Ms: 95, requests: 100 }, 80, side)).toEqual({ value: 95 });
      expect(requiredLatency({ p99Ms: 60, requests: 100 }, 80, side)).toEqual({ value: 60 });
    }
  });

  test("is not broken by the slowest of fewer, and stable is not seen to keep it by them", () => {
    expect(requiredLatency({ p99Ms: 95, requests: 99 }, 80, "candidate")).toEqual({ value: 80 });
    expect(requiredLatency({ p99Ms: 60, requests: 99 }, 80, "candidate")).toEqual({ value: 60 });
    expect(requiredLatency({ p99Ms: 60, requests: 99 }, 80, "stable")).toBeNull();
  });
});
