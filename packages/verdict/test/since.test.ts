/** Harm since a change, by the days before it: how often it is found where there is none, and what it takes to be found. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { harmSince, historyNoise, shiftSeen } from "../src/index.ts";

const logThreshold = Math.log(100);

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Life {
  readonly seed: number;
  readonly persistence?: number;
  /** In standard deviations of a day. */
  readonly shift?: number;
  readonly historyDays?: number;
  readonly days?: number;
  readonly missing?: number;
}

/** Days with an effect of their weekday and noise that lasts; the last of them shifted. */
function life({ seed, persistence = 0, shift = 0, historyDays = 56, days = 7, missing = 0 }: Life) {
  const uniform = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const weekday = Array.from({ length: 7 }, () => 3 * normal());
  let noise = normal();
  const all = Array.from({ length: historyDays + days }, (_, i) => {
    if (i > 0) noise = persistence * noise + Math.sqrt(1 - persistence ** 2) * normal();
    const value = 10 + noise + (weekday[i % 7] ?? 0) + (i >= historyDays ? shift : 0);
    return uniform() < missing ? null : value;
  });
  return {
    history: all.slice(0, historyDays),
    days: all.slice(historyDays),
    margin: 0,
    leastSpread: 1e-6,
  };
}

/** On which day it is found, looked at each day. */
function foundOn(of: Life): number | undefined {
  const { days, ...before } = life(of);
  return days
    .map((_, nth) => nth + 1)
    .find((many) => (harmSince({ ...before, days: days.slice(0, many) }) ?? 0) >= logThreshold);
}

const foundOf = (lives: number, of: Omit<Life, "seed">): number =>
  Array.from({ length: lives }, (_, seed) => foundOn({ seed, ...of })).filter((day) => day !== undefined)
    .length;

describe("days since a change", () => {
  // 200 lives at one in a hundred: more than seven have a chance of 1 in 1,000.
  test.each([0, 0.3, 0.7])(
    "looked at each day for a fortnight, harm that is none is hardly ever found (persistence %d)",
    (persistence) => {
      expect(foundOf(200, { persistence, days: 14 })).toBeLessThan(8);
      expect(foundOf(100, { persistence, shift: -1 })).toBeLessThan(6);
    },
  );

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
