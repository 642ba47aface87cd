/** The forecast of a day: its shape, its level, how wide it is by what is known, and what it does with what is not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forecastDay, type LoadDay } from "../../../src/core/forecast/forecast.ts";

const slots = 24;
/** A curve of the day with its highest slot at noon. */
const curve = Array.from({ length: slots }, (_, slot) => 1 + Math.exp(-((slot - 12) ** 2) / 20));
const dayOf = (level: number): number[] => curve.map((part) => part * level);
const close = (found: readonly number[], to: readonly number[], within = 0.02) =>
  found.every((load, slot) => Math.abs(load / (to[slot] ?? 1) - 1) <= within);

describe("the median", () => {
  test("of days that are all alike is that day", () => {
    const { median } = forecastDay(Array.from({ length: 30 }, () => dayOf(100)));
    expect(close(median, dayOf(100))).toBe(true);
  });

  test("follows a level that has shifted from the next day on", () => {
    const days = [...Array.from({ length: 25 }, () => dayOf(100)), dayOf(200), dayOf(200)];
    expect(close(forecastDay(days).median, dayOf(200), 0.1)).toBe(true);
  });

  test("takes a day of which the nights alone are known for as full as it was", () => {
    const nights = dayOf(100).map((load, slot) => (slot > 6 && slot < 18 ? null : load));
    const days = [...Array.from({ length: 20 }, () => dayOf(100)), nights, nights];
    expect(close(forecastDay(days).median, dayOf(100))).toBe(true);
  });

  test("is multiplied by what is known to come, and its peak with it", () => {
    const days = Array.from({ length: 20 }, (_, nth) => dayOf(100 + (nth % 3)));
    const times = curve.map((_, slot) => (slot === 20 ? 5 : 1));
    const [usual, more] = [forecastDay(days), forecastDay(days, 1, times)];
    expect(more.median.map((load, slot) => load / (usual.median[slot] ?? 1)).map(Math.round)).toEqual(times);
    expect(more.peak(0.9, 0, 20)).toBe(usual.peak(0.9, 0, 20));
    expect(more.peak(0.9, 0, 24)).toBeCloseTo(5 * usual.peak(0.9, 20, 21), 6);
  });

  test("knows the weekend once it has seen some, so many days ahead", () => {
    const week = (nth: number) => dayOf(nth % 7 >= 5 ? 40 : 100);
    const days = Array.from({ length: 40 }, (_, nth) => week(nth));
    for (const ahead of [1, 2, 3, 4, 7])
      expect([ahead, close(forecastDay(days, ahead).median, week(39 + ahead), 0.15)]).toEqual([ahead, true]);
  });

  test("takes more of its shape from days of the same weekday", () => {
    const early = [...curve.slice(6), ...curve.slice(0, 6)];
    const days = Array.from({ length: 41 }, (_, nth) =>
      (nth % 7 === 6 ? early : curve).map((part) => 100 * part),
    );
    // The 42nd day is one of those that peak early; most of the days before it are not, as the 43rd is not.
    const earliness = ({ median }: { median: readonly number[] }) => (median[6] ?? 0) / (median[12] ?? 1);
    expect(earliness(forecastDay(days, 1))).toBeGreaterThan(1.05 * earliness(forecastDay(days, 2)));
  });

  test("of one day is that day again", () => {
    const { median, learntFrom } = forecastDay([dayOf(50)]);
    expect(close(median, dayOf(50), 1e-9)).toBe(true);
    expect(learntFrom).toBe(0);
  });
});

describe("the spread", () => {
  const noisy = (count: number, of: number): LoadDay[] =>
    Array.from({ length: count }, (_, nth) => dayOf(100 * Math.exp(of * Math.sin(37 * nth))));
  const widthOf = (days: readonly LoadDay[]) => {
    const forecast = forecastDay(days);
    return Math.log((forecast.quantile(0.95)[0] ?? 0) / (forecast.quantile(0.05)[0] ?? 1));
  };

  test("is what is believed of any load while nothing is known, and narrow where days are alike", () => {
    expect(widthOf([dayOf(100)])).toBeCloseTo(2 * 1.645 * 0.35, 2);
    expect(widthOf(noisy(30, 0))).toBeLessThan(0.01);
  });

  test("grows with how wrong past days were", () => {
    expect(widthOf(noisy(30, 0.3))).toBeGreaterThan(3 * widthOf(noisy(30, 0.05)));
  });

  test("has quantiles in their order, around the median, whatever came", () => {
    const load = fc.double({ min: 0, max: 1e6, noNaN: true });
    const day = fc.array(fc.option(load, { freq: 8 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(day, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        (days, ahead) => {
          const forecast = forecastDay(days, ahead);
          const [low = [], high = []] = [forecast.quantile(0.1), forecast.quantile(0.9)];
          for (const [slot, middle] of forecast.median.entries()) {
            expect(Number.isFinite(middle) && middle >= 0).toBe(true);
            expect((low[slot] ?? Number.NaN) <= middle && middle <= (high[slot] ?? Number.NaN)).toBe(true);
          }
          expect(forecast.peak(0.9, 1, 4)).toBeGreaterThanOrEqual(forecast.peak(0.5, 1, 4) * (1 - 1e-9));
        },
      ),
    );
  });
});

describe("the peak of a window", () => {
  test("is that of its highest slot, and more than a slot's own quantile where slots are wrong apart", () => {
    // In every day another slot is half as much again.
    const days = Array.from({ length: 30 }, (_, nth) =>
      dayOf(100).map((load, slot) => (slot === (nth * 7) % slots ? 1.5 * load : load)),
    );
    const forecast = forecastDay(days);
    const highest = Math.max(...forecast.quantile(0.9));
    expect(forecast.peak(0.9, 0, slots)).toBeGreaterThan(1.2 * highest);
    expect(forecast.peak(0.9, 0, 2)).toBeLessThan(forecast.peak(0.9, 11, 13));
  });

  test("of hours in which nothing ever comes is nothing", () => {
    const closed = (nth: number) => dayOf(100 + nth).map((load, slot) => (slot < 6 ? 0 : load));
    const { peak } = forecastDay(Array.from({ length: 10 }, (_, nth) => closed(nth)));
    expect(peak(0.95, 0, 6)).toBe(0);
  });
});

test("days that are known in part are used as far as they are; those of which less than half is, are not", () => {
  const half = dayOf(100).map((load, slot) => (slot % 3 === 0 ? null : load));
  const gone: LoadDay = dayOf(100).map((load, slot) => (slot < 20 ? null : load * 9));
  const days: LoadDay[] = Array.from({ length: 20 }, (_, nth) => (nth % 2 === 0 ? half : dayOf(100)));
  expect(close(forecastDay([...days, gone]).median, dayOf(100), 0.15)).toBe(true);
});

test.each([
  [[], /expected one that is known at least, found none/],
  [[[1, 2], [1]], /expected 2 slots in each/],
])("what is no history is refused: %j", (days, message) => {
  expect(() => forecastDay(days)).toThrow(message);
});
