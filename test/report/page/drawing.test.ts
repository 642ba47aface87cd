/** How series become paths: nothing that stands out is lost, whatever the length, and what is not known is not drawn. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { across, pathOf, upwards, valueAt } from "../../../src/report/page/drawing.ts";
import { timeLabel, timeTicks } from "../../../src/report/page/ticks.ts";

const axis = { from: 0, to: 100 };

/** All heights that a path reaches. */
const heights = (path: string): number[] => [
  ...[...path.matchAll(/[ML]-?[\d.]+ (-?[\d.]+)/g)].map(([, y]) => Number(y)),
  ...[...path.matchAll(/V(-?[\d.]+)/g)].map(([, y]) => Number(y)),
];

describe("a path", () => {
  it("goes from point to point, left to right and upwards", () => {
    const path = pathOf({ form: "line", times: [0, 50, 100], values: [0, 100, 25] }, { time: axis, axis });

    expect(path).toBe("M0 100L500 0L1000 75");
  });

  it("holds each value until the next, where it is made of steps, and the last as long as the one before", () => {
    const path = pathOf({ form: "step", times: [0, 40, 60], values: [0, 50, 100] }, { time: axis, axis });

    expect(path).toBe("M0 100H400V50H600V0H800");
  });

  it("leaves out what lies between two of the same value, and ends no later for that", () => {
    const times = [0, 10, 20, 30, 40];
    const path = pathOf({ form: "step", times, values: [50, 50, 50, 50, 50] }, { time: axis, axis });

    expect(path).toBe("M0 50H400V50H500");
  });

  it("is closed at the bottom, where it is filled", () => {
    expect(pathOf({ form: "area", times: [0, 100], values: [50, 50] }, { time: axis, axis })).toBe(
      "M0 50L1000 50L1000 100L0 100Z",
    );
  });

  it("is broken where nothing is known", () => {
    const path = pathOf(
      { form: "line", times: [0, 25, 50, 75], values: [1, null, 1, 1] },
      { time: axis, axis },
    );

    expect(path.match(/M/g)).toHaveLength(2);
  });

  it("is nothing of nothing", () => {
    expect(pathOf({ form: "area", times: [], values: [] }, { time: axis, axis })).toBe("");
    expect(pathOf({ form: "line", times: [1], values: [null] }, { time: axis, axis })).toBe("");
  });

  it.each(["line", "step", "area"] as const)(
    "of thousands of points (%s) is short, and keeps its highest and its lowest",
    (form) => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 3000, maxLength: 9000 }),
          (values) => {
            const times = values.map((_, nth) => nth * 10);
            const time = { from: 0, to: times.length * 10 };
            const path = pathOf({ form, times, values }, { time, axis });
            const reached = heights(path).filter((y) => y < 100);

            expect(path.length).toBeLessThan(25_000);
            expect(Math.min(...reached)).toBe(100 - Math.max(...values));
            expect(Math.max(...reached)).toBe(100 - Math.min(...values));
          },
        ),
        { numRuns: 20 },
      );
    },
  );

  it("of a part of the axis begins and ends beyond its edges, so that no line stops short of them", () => {
    const times = [0, 10, 20, 30, 40];
    const path = pathOf(
      { form: "line", times, values: [1, 2, 3, 4, 5] },
      { time: { from: 15, to: 25 }, axis },
    );
    const xs = [...path.matchAll(/[ML](-?[\d.]+)/g)].map(([, x]) => Number(x));

    expect(Math.min(...xs)).toBeLessThan(0);
    expect(Math.max(...xs)).toBeGreaterThan(1000);
    expect(xs).toHaveLength(3);
  });
});

test("what is beyond the axis is drawn at its edge", () => {
  expect([upwards(150, axis), upwards(-1, axis), upwards(50, axis)]).toEqual([0, 100, 50]);
  expect(across(5, { from: 5, to: 5 })).toBe(0);
});

test("the value at a moment is the newest by then", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 0, max: 1000 }),
      (unordered, seconds) => {
        const times = unordered.toSorted((a, b) => a - b);
        const values = times.map((_, nth) => nth);
        const expected = Math.max(0, times.filter((time) => time <= seconds).length - 1);

        expect(valueAt({ times, values }, seconds)).toBe(expected);
      },
    ),
  );
});

test("an axis has a few round moments, within it and evenly apart", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 60, max: 14 * 86_400 }),
      (from, length) => {
        const ticks = timeTicks({ from, to: from + length });
        const steps = new Set(ticks.slice(1).map((at, nth) => at - (ticks[nth] ?? 0)));

        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(steps.size).toBeLessThanOrEqual(1);
        for (const at of ticks) expect(at >= from && at <= from + length && at % 60 === 0).toBe(true);
      },
    ),
  );
  expect([0, 5400, 86_400, 3 * 86_400, 3.25 * 86_400].map(timeLabel)).toEqual([
    "0:00",
    "1:30",
    "24:00",
    "3 d",
    "3 d 6 h",
  ]);
});
