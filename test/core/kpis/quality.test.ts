/** Quality KPIs as days: what hours add up to, which way is worse, and how much of it is acceptable. */
import { describe, expect, test } from "vitest";
import { dayOf, differenceText, marginOf, seriesOfQuality } from "../../../src/core/kpis/quality.ts";
import type { Series } from "../../../src/core/kpis/series.ts";
import { QualityKpi } from "../../../src/core/plan/quality.ts";

const own = { namespace: "Team/Quality", metric: "Accuracy", dimensions: { Model: "chat" } };
const valued = (more: object = {}) =>
  QualityKpi.parse({ kind: "value", name: "a", metric: own, better: "higher", ...more });
const counted = QualityKpi.parse({
  kind: "custom",
  name: "b",
  tolerance: 0.2,
  bad: { ...own, metric: "Declined" },
  total: own,
});
const start = 1_780_000_000 - (1_780_000_000 % 3600);
const hours = (values: readonly (number | undefined)[]): Series =>
  new Map(values.flatMap((value, i) => (value === undefined ? [] : [[start + i * 3600, value]])));

describe("a day", () => {
  test("is what its hours add up to, and not a mean of means", () => {
    const seen = dayOf(valued(), { over: hours([9, 0.5]), under: hours([10, 1]) }, start);
    expect(seen).toEqual({ value: -Math.log(9.5 / 11), hours: 2 });
    const bad = dayOf(counted, { over: hours([3, 1]), under: hours([100, 100]) }, start);
    expect(bad).toEqual({ value: Math.log(4.5 / 201), hours: 2 });
  });

  test("leaves out hours in which one of two metrics is missing, and other days", () => {
    const over = hours([3, undefined, 1]);
    expect(dayOf(counted, { over, under: hours([100, 100, undefined]) }, start)).toEqual({
      value: Math.log(3.5 / 101),
      hours: 1,
    });
    expect(dayOf(counted, { over, under: hours([100]) }, start + 86_400)).toEqual({ value: null, hours: 0 });
  });

  test("without a bad event has a rate; without a value above 0 a relative one has none", () => {
    expect(dayOf(counted, { over: hours([0]), under: hours([99]) }, start).value).toBeCloseTo(
      Math.log(0.005),
      9,
    );
    expect(dayOf(valued(), { over: hours([-1]), under: hours([1]) }, start)).toEqual({
      value: null,
      hours: 0,
    });
    expect(dayOf(valued({ margin: 1 }), { over: hours([-1]), under: hours([1]) }, start)).toEqual({
      value: 1,
      hours: 1,
    });
  });
});

test("series are read as they are named: nothing of a variant is added", () => {
  expect(seriesOfQuality(valued())).toEqual({
    over: { ...own, statistic: "Sum" },
    under: { ...own, statistic: "SampleCount" },
  });
});

test("margins and differences are in words of the metric", () => {
  expect(marginOf(counted)).toBeCloseTo(Math.log(1.2), 9);
  expect(marginOf(valued({ tolerance: 0.1 }))).toBeCloseTo(-Math.log(0.9), 9);
  expect(marginOf(valued({ better: "lower", tolerance: 0.1 }))).toBeCloseTo(Math.log(1.1), 9);
  expect(marginOf(valued({ margin: 0.02 }))).toBe(0.02);
  expect(differenceText(valued(), -Math.log(0.97))).toBe("3 % lower");
  expect(differenceText(valued(), Math.log(0.97))).toBe("3.1 % higher");
  expect(differenceText(counted, Math.log(1.5))).toBe("50 % higher");
  expect(differenceText(counted, Math.log(0.5))).toBe("50 % lower");
  expect(differenceText(valued({ margin: 0 }), 0.25)).toBe("0.25 lower");
  expect(differenceText(valued({ margin: 0, better: "lower" }), 0.25)).toBe("0.25 higher");
});
