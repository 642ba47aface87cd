/** What of a request's time is the way: the middle one of those that reach no model, and no more of it than is known. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { wayMatters, wayMsOf } from "../../../src/core/load/way.ts";

/** Tenths of milliseconds: doubles are drawn by their bits, and most of them are next to nothing. */
const took = fc.integer({ min: 0, max: 10_000 }).map((tenths) => tenths / 10);
const ways = fc.array(took, { minLength: 10, maxLength: 80 });

test("no more is taken off than half of them took, and half of the limit", () => {
  fc.assert(
    fc.property(ways, fc.integer({ min: 1, max: 999 }), (taken, limitMs) => {
      const way = wayMsOf(taken, limitMs);
      const atLeast = taken.filter((each) => each >= way).length;

      expect(atLeast).toBeGreaterThanOrEqual(taken.length / 2);
      expect(way).toBeLessThanOrEqual(limitMs / 2);
      if (way < limitMs / 2) expect(taken).toContain(way);
    }),
  );
});

test("a few that were held up change nothing, and of a handful nothing is said", () => {
  const usual = Array.from({ length: 40 }, (_, nth) => 10 + nth / 10);

  expect(wayMsOf([...usual, 300, 400, 500], 100)).toBeLessThan(12.5);
  expect(wayMsOf(usual, 100)).toBeGreaterThan(11.5);
  expect(wayMsOf(usual.slice(0, 9), 100)).toBe(0);
  expect(wayMsOf(usual.slice(0, 10), 100)).toBe(10.4);
  expect(wayMsOf(usual, 20)).toBe(10);
});

test("it is looked for below a second", () => {
  expect([999, 1_000].map(wayMatters)).toEqual([true, false]);
});
