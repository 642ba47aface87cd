/** How often what is asked for comes by the hour: hours are like their pool until they show otherwise. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chancesByHour, type HourTrial, isWorse } from "../../../src/core/learning/by-hour.ts";
import { chanceOf } from "../../../src/core/learning/chance.ts";
import { holds } from "../../property.ts";

const trialsAt = (hour: number, good: number, bad: number, weight = 1): HourTrial[] => [
  ...Array.from({ length: good }, () => ({ hour, isGood: true, weight })),
  ...Array.from({ length: bad }, () => ({ hour, isGood: false, weight })),
];
const at = (hour: number, all: readonly HourTrial[]) =>
  chancesByHour(all).find((each) => each.hour === hour) ?? expect.fail(`nothing is known of ${hour}`);

const trials = fc.array(
  fc.record({
    hour: fc.integer({ min: 0, max: 23 }),
    isGood: fc.boolean(),
    weight: fc.double({ min: 0.05, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 20 },
);
const few = { numRuns: 25 };

describe("by the hour", () => {
  test("of no trials nothing is said, and of each hour that had any there is one posterior", () => {
    expect(chancesByHour([])).toEqual([]);
    holds(
      fc.property(trials, (all) => {
        const found = chancesByHour(all);

        expect(found.map(({ hour }) => hour)).toEqual(
          [...new Set(all.map(({ hour }) => hour))].sort((one, other) => one - other),
        );
        expect(found.reduce((sum, { chance }) => sum + chance.records, 0)).toBe(all.length);
        for (const { chance, lower } of found) {
          expect(chance.low).toBeLessThanOrEqual(chance.median);
          expect(chance.median).toBeLessThanOrEqual(chance.high);
          expect(chance.shape.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 2);
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(lower).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      few,
    );
  });

  test("goes by what was seen, in whatever order it is handed in", () => {
    holds(
      fc.property(trials, (all) => {
        const [one, other] = [chancesByHour(all), chancesByHour(all.toReversed())];

        for (const [nth, { chance, lower }] of one.entries()) {
          expect(other[nth]?.chance.median).toBeCloseTo(chance.median, 6);
          expect(other[nth]?.lower).toBeCloseTo(lower, 6);
        }
      }),
      few,
    );
  });

  test("one more that came makes its hour's chance no smaller, and one that did not no larger", () => {
    holds(
      fc.property(trials, fc.integer({ min: 0, max: 23 }), (all, hour) => {
        const more = (isGood: boolean) => at(hour, [...all, { hour, isGood, weight: 1 }]).chance.median;

        expect(more(true)).toBeGreaterThanOrEqual(more(false));
      }),
      few,
    );
  });

  test("an hour with two raises is nearly the pool's, and one with many is its own", () => {
    const pool = [8, 9, 10, 11].flatMap((hour) => trialsAt(hour, 10, 0));
    const two = at(3, [...pool, ...trialsAt(3, 0, 2)]);
    const many = at(3, [...pool, ...trialsAt(3, 2, 18)]);
    const all = chanceOf([...pool, ...trialsAt(3, 0, 2)]);

    // Alone, two that failed would be 10 % at the median.
    expect(chanceOf(trialsAt(3, 0, 2)).median).toBeLessThan(0.15);
    expect(two.chance.median).toBeGreaterThan(0.75);
    expect(two.chance.median).toBeLessThan(all.median);
    expect(isWorse(two)).toBe(false);
    expect(many.chance.median).toBeLessThan(0.3);
    expect(isWorse(many)).toBe(true);
  });

  test("an hour that failed once is not named, however sure it seems of a pool in which all else came", () => {
    const once = at(3, [
      ...Array.from({ length: 12 }, (_, nth) => trialsAt(8 + nth, 200, 0)).flat(),
      ...trialsAt(3, 0, 1),
    ]);

    expect(once.lower).toBeGreaterThan(0.95);
    expect(isWorse(once)).toBe(false);
  });

  test("what is forgotten shows as much less", () => {
    const pool = (weight: number) => [
      ...[8, 9, 10, 11].flatMap((hour) => trialsAt(hour, 10, 0)),
      ...trialsAt(3, 0, 6, weight),
    ];

    expect(isWorse(at(3, pool(1)))).toBe(true);
    expect(isWorse(at(3, pool(0.2)))).toBe(false);
    expect(at(3, pool(0.2)).chance.n).toBe(1.2);
  });
});
