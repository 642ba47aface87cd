/** The search for the knee, on fleets whose law is known: where it looks, when it ends, and what it says. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { kneeOf, nextRate } from "../../../src/core/load/knee.ts";
import { kneeBelief } from "../../../src/core/load/knee-belief.ts";
import { emptyTally, mergedTallies, type SeenAt } from "../../../src/core/load/tally.ts";
import { ask, bounds, looked, searched, steep } from "./searched-knee.ts";

test("it never asks for more than the cap", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 20, max: 500, noNaN: true }),
      fc.double({ min: 8, max: 1_000, noNaN: true }),
      fc.double({ min: 1, max: 2, noNaN: true }),
      fc.nat(),
      (knee, times, factor, seed) => {
        const own = { start: 60, stop: 200, cap: 200 * factor };
        const { asked } = searched(own, steep(knee, times), `${seed}`);

        expect(Math.max(...asked)).toBeLessThanOrEqual(own.cap);
        expect(Math.min(...asked)).toBeGreaterThan(0);
      },
    ),
    { numRuns: 8 },
  );
});

test("what was seen says the same in any order, and so does what is asked next", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 40, max: 300 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 60, max: 280 }),
      fc.nat(),
      (rates, knee, seed) => {
        const seen = rates.map((rate) => looked(rate, steep(knee, 40)(rate), `${seed} ${rate}`));
        const turned = seen.toReversed();

        expect(kneeOf(turned, ask)).toEqual(kneeOf(seen, ask));
        expect(nextRate(turned, ask, bounds)).toBe(nextRate(seen, ask, bounds));
      },
    ),
    { numRuns: 60 },
  );
});

describe("the way up", () => {
  it("begins low, grows by steps alike to the peak, by three tenths beyond it, and stops at the cap", () => {
    const { asked } = searched(bounds, () => 0, "never late");

    expect([...new Set(asked)].map(Math.round)).toEqual([60, 89, 118, 148, 177, 206, 268, 314]);
  });

  it("stays at the peak while that is undecided, for four times what a rate takes at least, and no longer", () => {
    const half = looked(bounds.stop, 0.0095, "undecided");
    const times = (n: number): SeenAt => ({
      ...half,
      tally: Array.from({ length: n }, () => half.tally).reduce(mergedTallies, emptyTally),
    });

    expect(nextRate([times(3)], ask, bounds)).toBe(bounds.stop);
    expect(nextRate([times(7)], ask, bounds)).toBeGreaterThan(bounds.stop);
  });

  it("ends in an interval without an upper end where the cap is kept to", () => {
    const { knee } = searched(bounds, () => 0.001, "hardly late");

    expect(knee.to).toBeUndefined();
    expect(knee.from).toBeGreaterThan(0.95 * bounds.cap);
    expect(knee.from).toBeLessThan(bounds.cap);
  });

  it("looks on about a cap that is undecided until the knee is narrow, be it just above", () => {
    const below = [60, 111, 180, 280].map((rate) => looked(rate, 0.0005, `below ${rate}`));
    const atCap = (n: number): SeenAt => ({
      requestsPerSecond: bounds.cap,
      tally: Array.from({ length: n }, (_, nth) => looked(bounds.cap, 0.0095, `cap ${nth}`).tally).reduce(
        mergedTallies,
        emptyTally,
      ),
    });

    expect(nextRate([...below, atCap(2)], ask, bounds)).toBeLessThanOrEqual(bounds.cap);
    expect(nextRate([...below, atCap(9)], ask, bounds)).toBeUndefined();
    const { from, to } = kneeOf([...below, atCap(9)], ask);
    expect(from).toBeLessThan(bounds.cap);
    expect(to).toBeGreaterThan(bounds.cap);
    expect(to).toBeLessThanOrEqual(1.06 * bounds.cap);
  });
});

describe("what other rates tell", () => {
  test("a fleet that is seen to keep to a rate keeps to the lower ones, and more may be above", () => {
    const { from, to } = kneeOf([looked(190, 0, "lower"), looked(205, 0, "higher")], ask);

    expect(to).toBeUndefined();
    expect(from).toBeGreaterThan(190);
    expect(from).toBeLessThanOrEqual(205);
  });

  test("nothing is said beyond what was tried: not below the lowest, nor above what exceeds", () => {
    const over = kneeOf([looked(205, 0.2, "over"), looked(250, 0.6, "far over")], ask);
    expect(over.from).toBe(0);
    expect(over.to).toBeLessThanOrEqual(205 * 1.01);

    expect(kneeOf([], ask)).toEqual({ from: 0 });
  });

  test("less is said than is believed, of a law that no fleet has to the letter", () => {
    const seen = [looked(150, 0, "far"), looked(190, 0.002, "within"), looked(205, 0.2, "over")];
    const believed = kneeBelief(seen, ask);

    expect(kneeOf(seen, ask).from).toBeLessThan(0.993 * (believed?.low ?? 0));
    expect(kneeOf(seen, ask).from).toBeGreaterThan(0.98 * (believed?.low ?? 0));
  });

  test("of what is late at any rate, none says so by itself, and all together do", () => {
    const rates = Array.from({ length: 12 }, (_, nth) => looked(200 + nth, 0.013, `few ${nth}`));

    // Thirteen in a thousand.
    for (const each of rates) expect(kneeOf([each], ask).to).toBeUndefined();
    expect(kneeOf(rates, ask).to).toBeLessThan(212 * 1.02);
  });
});
