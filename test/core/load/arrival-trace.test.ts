/** Requests that come as a record of them has it: at the rate that is asked for, in crowds as they were. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { traceIn } from "../../../src/core/load/arrival-trace.ts";
import { type Arriving, arrivals, chanceOf, ownOf, ramped } from "../../../src/core/load/arrivals.ts";

function traced(times: readonly (number | string)[]): Arriving {
  const found = traceIn(times.join("\n"));
  if ("lacks" in found) throw new Error(found.lacks);
  return found;
}

/** Ten at a time, ten seconds apart. */
const tens = Array.from({ length: 500 }, (_, nth) => 10 * Math.floor(nth / 10) + 0.01 * (nth % 10));

const counted = (moments: Iterable<number>, seconds: number, each: number): number[] => {
  const counts = Array.from({ length: Math.ceil(seconds / each) }, () => 0);
  for (const at of moments) counts[Math.floor(at / each)] = (counts[Math.floor(at / each)] ?? 0) + 1;
  return counts;
};

test("as many come as the rate asks for, in order and in time, whatever the trace", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 100, maxLength: 300 }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 3, max: 60 }),
      fc.nat(),
      (gaps, most, seconds, seed) => {
        let at = 1_700_000_000;
        const times = gaps.map((gap) => {
          at += gap + 0.001;
          return at;
        });
        const moments = [
          ...arrivals({ rateAt: () => most, most, seconds }, chanceOf(`${seed}`), traced(times)),
        ];

        expect(moments).toEqual(moments.toSorted((a, b) => a - b));
        expect(moments[0]).toBeGreaterThanOrEqual(0);
        expect(moments.at(-1)).toBeLessThan(seconds);
        expect(Math.abs(moments.length - most * seconds)).toBeLessThanOrEqual(
          1 + 0.002 * most * seconds + largest(gaps, most * seconds),
        );
      },
    ),
    { numRuns: 100 },
  );
});

/** Of those at the edges of a stretch, which may be of no gap between them, so many come at one time at the most. */
const largest = (gaps: readonly number[], requests: number): number =>
  Math.ceil((gaps.filter((gap) => gap < 0.01).length / gaps.length) * requests);

describe("a trace", () => {
  it("keeps its crowds at any rate, and begins elsewhere by another seed", () => {
    const of = (seed: string) => [
      ...arrivals({ rateAt: () => 100, most: 100, seconds: 60 }, chanceOf(seed), traced(tens)),
    ];
    // A crowd of ten each tenth of a second, within thousandths.
    const counts = counted(of("one"), 60, 0.1);

    expect(of("one")).toEqual(of("one"));
    expect(of("one")).not.toEqual(of("two"));
    const steps = of("one")
      .slice(1)
      .map((at, nth) => at - (of("one")[nth] ?? 0));
    expect(steps.filter((gap) => gap < 0.001).length / steps.length).toBeGreaterThan(0.85);
    expect(counts.filter((each) => each > 0).length).toBeGreaterThan(550);
  });

  it("is thinned where the rate is not at its height yet", () => {
    const moments = [...arrivals(ramped(200, 10, 50), chanceOf("ramp"), traced(tens))];
    const [first = 0, ...others] = counted(moments, 50, 5);

    expect(first).toBeGreaterThan(150);
    expect(first).toBeLessThan(350);
    for (const each of others.slice(1)) expect(Math.abs(each - 1000)).toBeLessThan(60);
  });

  it.each([
    ["seconds", (at: number) => at.toFixed(3)],
    ["a column of several, with names above", (at: number) => `${at.toFixed(3)},374,44`],
    ["dates", (at: number) => new Date(1_700_000_000_000 + 1000 * at).toISOString()],
    [
      "dates with a blank and parts of a millisecond",
      (at: number) =>
        `${new Date(1_700_000_000_000 + 1000 * at).toISOString().replace("T", " ").replace("Z", "5000")},374`,
    ],
  ])("may have its times as %s", (_, said) => {
    const written = ["TIMESTAMP,ContextTokens", ...tens.map(said), ""];
    const flow = { rateAt: () => 50, most: 50, seconds: 20 };
    const [own, plain] = [traced(written), traced(tens)].map((each) => [
      ...arrivals(flow, chanceOf("a"), each),
    ]);

    expect(own?.length).toBe(plain?.length);
    for (const [nth, at] of (own ?? []).entries()) expect(at).toBeCloseTo(plain?.[nth] ?? Number.NaN, 3);
  });

  it("takes a pause that nobody recorded for none of so many requests", () => {
    const times = Array.from({ length: 20_000 }, (_, nth) => nth / 10 + (nth < 10_000 ? 0 : 86_400));
    const flow = { rateAt: () => 200, most: 200, seconds: 60 };
    for (let seed = 0; seed < 20; seed++) {
      const counts = counted(arrivals(flow, chanceOf(`${seed}`), traced(times)), 60, 5);
      expect(Math.max(...counts)).toBeLessThan(1_250);
    }
  });

  it.each([
    [["0", "1", "2"], /^expected 100 requests at least, found 3$/],
    [["when", "0", "soon"], /^line 3: expected when a request came, in seconds or as a date, found soon$/],
    [["0", "5", "4"], /^line 3: expected requests in the order they came, found an earlier one$/],
    [Array.from({ length: 200 }, () => "7"), /all at one time$/],
  ])("that is none says what is wrong with it (%#)", (lines, said) => {
    expect(traceIn(lines.join("\n"))).toMatchObject({ lacks: expect.stringMatching(said) });
  });
});

test("what several send is what one would, each request once", () => {
  for (const arriving of [undefined, traced(tens)]) {
    const all = () => arrivals(ramped(900, 5, 20), chanceOf("whole"), arriving);
    const parts = [1, 2, 3].map((nth) => [...ownOf(all(), { nth, of: 3 }, chanceOf("whose"))]);

    expect(parts.flat().toSorted((a, b) => a - b)).toEqual([...all()]);
    for (const part of parts) expect(part.length / parts.flat().length).toBeCloseTo(1 / 3, 1);
  }
});
