/** Harm since a change, by the days before it: how often it is found where there is none, and what it takes to be found. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { harmSince, historyNoise, shiftSeen } from "../src/index.ts";

import { foundOf, foundOn, life, logThreshold } from "./lives.ts";

describe("days since a change", () => {
  test("three standard deviations of a day are found in a week, and twice as much in its first days", () => {
    expect(foundOf(50, { shift: 3 })).toBeGreaterThan(45);
    const first = Array.from({ length: 20 }, (_, seed) => foundOn({ seed, shift: 6 }) ?? 99);
    expect(Math.max(...first)).toBeLessThan(4);
  });

  test("noise that lasts takes more: the same shift is evidence of less", () => {
    expect(foundOf(50, { shift: 2, persistence: 0.5 })).toBeLessThan(foundOf(50, { shift: 2 }));
    expect(historyNoise(life({ seed: 1, persistence: 0.8 }))?.persistence).toBeGreaterThan(0.6);
    expect(historyNoise(life({ seed: 1 }))?.persistence).toBeLessThan(0.4);
  });

  test("what is acceptable is none, days that are missing are neither for nor against, and the unit is nothing", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (seed, unit) => {
          const since = life({ seed, shift: 4, missing: 0.3 });
          const logE = harmSince(since) ?? 0;
          const scaled = (values: readonly (number | null)[]) =>
            values.map((each) => (each === null ? null : each * unit));
          expect(
            harmSince({
              ...since,
              history: scaled(since.history),
              days: scaled(since.days),
              leastSpread: 1e-6 * unit,
            }),
          ).toBeCloseTo(logE, 4);
          expect(harmSince({ ...since, margin: 4 }) ?? 0).toBeLessThanOrEqual(logE + 1e-9);
          expect(harmSince({ ...since, days: [] })).toBeCloseTo(0, 9);
          expect(harmSince({ ...since, days: since.days.map(() => null) })).toBeCloseTo(0, 9);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("on average the evidence is 1 where nothing has changed, and a day alone cannot be told from its weekday without one", () => {
    const all = Array.from({ length: 1000 }, (_, seed) => Math.exp(harmSince(life({ seed, days: 2 })) ?? 0));
    const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
    expect(mean).toBeLessThan(1.2);
    expect(mean).toBeGreaterThan(0.3);
    const known = life({ seed: 1, historyDays: 28, shift: 9, days: 1 });
    const without = known.history.map((value, i) => (i % 7 === 0 ? null : value));
    expect(harmSince(known)).toBeGreaterThan(1);
    expect(harmSince({ ...known, history: without })).toBeCloseTo(0, 9);
  });

  test("two weeks are asked for at least; a history without noise is taken to have some", () => {
    expect(harmSince(life({ seed: 1, historyDays: 13 }))).toBeUndefined();
    expect(harmSince(life({ seed: 1, historyDays: 14 }))).toBeDefined();
    const flat = { history: Array(28).fill(5), margin: 0, leastSpread: 0.01 };
    expect(harmSince({ ...flat, days: Array(7).fill(5) })).toBeLessThan(0);
    expect(harmSince({ ...flat, days: Array(7).fill(5.2) })).toBeGreaterThan(logThreshold);
  });

  test("what it says that it sees is found about every other time", () => {
    const noise = { spread: 1, persistence: 0.2, days: 56 };
    const shift = shiftSeen(noise, { days: 7, logThreshold });
    expect(shiftSeen({ ...noise, spread: 3 }, { days: 7, logThreshold })).toBeCloseTo(3 * shift, 6);
    const found = foundOf(200, { shift }) / 200;
    expect(found).toBeGreaterThan(0.3);
    expect(found).toBeLessThan(0.75);
  });
});
