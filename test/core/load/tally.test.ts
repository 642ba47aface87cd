/** What several invocations have counted adds up to what one would have. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { countingLatencies, mergedLatencies, quantileOf } from "../../../src/core/load/latencies.ts";
import { dispersionOf, emptyTally, mergedTallies, tallyOf } from "../../../src/core/load/tally.ts";

const sent = fc.record(
  {
    at: fc.double({ min: 0, max: 42, noNaN: true }),
    milliseconds: fc.double({ min: 0.2, max: 60_000, noNaN: true }),
    isFailed: fc.boolean(),
  },
  { requiredKeys: ["at", "isFailed"] },
);
const latenciesOf = (values: readonly number[]) => {
  const latencies = countingLatencies();
  for (const each of values) latencies.add(each);
  return latencies.all();
};
const counted = (requests: readonly (typeof sent extends fc.Arbitrary<infer T> ? T : never)[]) =>
  tallyOf(requests, { seconds: 42, lateMs: 1500, lostMs: 15_000 });

test("tallies add up in any order, and with nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.array(sent, { maxLength: 40 }), { maxLength: 4 }), (rounds) => {
      const tallies = rounds.map(counted);
      const forth = tallies.reduce(mergedTallies, emptyTally);
      const back = tallies.toReversed().reduce(mergedTallies, emptyTally);
      const all = rounds.flat();

      expect(forth.requests).toBe(all.length);
      expect(forth.failed.bad).toBe(all.filter(({ isFailed }) => isFailed).length);
      expect({ ...forth, late: forth.late.bad, lost: forth.lost.bad, failed: forth.failed.bad }).toEqual({
        ...back,
        late: back.late.bad,
        lost: back.lost.bad,
        failed: back.failed.bad,
      });
      expect(forth.latencies.reduce((sum, [, count]) => sum + count, 0)).toBe(
        all.filter(({ milliseconds }) => milliseconds !== undefined).length,
      );
    }),
  );
});

test("a quantile of buckets is within one percent of that of the values", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.array(fc.double({ min: 1, max: 60_000, noNaN: true }), { maxLength: 200 }),
      fc.constantFrom(0.5, 0.9, 0.99),
      (some, others, q) => {
        const found = quantileOf(mergedLatencies(latenciesOf(some), latenciesOf(others)), q) ?? 0;
        const all = [...some, ...others].sort((a, b) => a - b);
        const exact = all[Math.ceil(q * all.length) - 1] ?? 0;

        expect(Math.abs(found / exact - 1)).toBeLessThan(0.0101);
      },
    ),
  );
});

it("nothing was measured has no quantile", () => {
  expect(quantileOf([], 0.99)).toBeUndefined();
});

describe("a request is late", () => {
  const late = (request: { milliseconds?: number; isFailed: boolean }) =>
    counted([{ at: 1, ...request }]).late.bad;

  it("beyond the limit, or without an answer; one that failed is that alone", () => {
    expect(late({ milliseconds: 1500, isFailed: false })).toBe(0);
    expect(late({ milliseconds: 1501, isFailed: false })).toBe(1);
    expect(late({ isFailed: false })).toBe(1);
    expect(late({ milliseconds: 9000, isFailed: true })).toBe(0);
  });
});

describe("the blocks of time that followed one another", () => {
  const at = (second: number, milliseconds?: number) => ({
    at: second,
    isFailed: false,
    ...(milliseconds !== undefined && { milliseconds }),
  });

  it("tell what came, what was late, and how long answers took; one without requests ends a run", () => {
    const { runs } = counted([at(0.5, 100), at(1, 2000), at(3.5, 100), at(3.6), at(9, 100)]);

    expect(runs.map((run) => run.map(([requests, late]) => [requests, late]))).toEqual([
      [
        [2, 1],
        [2, 1],
      ],
      [[1, 0]],
    ]);
    const [first, second, third] = runs.flat().map(([, , pace]) => pace);
    // What was not answered has no pace; the first is the geometric mean of 100 and 2000, √20 times as long.
    expect(second).toBe(third);
    expect(1.02 ** ((first ?? 0) - (second ?? 0))).toBeCloseTo(Math.sqrt(20), 1);
  });

  it("are all there, whatever is added up, and the same whichever came first", () => {
    fc.assert(
      fc.property(fc.array(fc.array(sent, { maxLength: 40 }), { maxLength: 4 }), (rounds) => {
        const tallies = rounds.map(counted);
        const forth = tallies.reduce(mergedTallies, emptyTally);
        const back = tallies.toReversed().reduce(mergedTallies, emptyTally);
        const blocks = forth.runs.flat();

        expect(forth.runs).toEqual(back.runs);
        expect(blocks.length).toBe(forth.blocks);
        expect(blocks.reduce((sum, [requests]) => sum + requests, 0)).toBe(forth.requests);
        expect(blocks.reduce((sum, [, late]) => sum + late, 0)).toBe(forth.late.bad);
      }),
    );
  });
});

describe("the dispersion of bad requests", () => {
  const spread = (badIn: (second: number, nth: number) => boolean) => {
    const requests = Array.from({ length: 3000 }, (_, i) => ({
      at: i / 100,
      milliseconds: badIn(Math.floor(i / 100), i) ? 2000 : 100,
      isFailed: false,
    }));
    const tally = tallyOf(requests, { seconds: 30, lateMs: 1500, lostMs: 15_000 });
    return dispersionOf(tally, tally.late);
  };

  it("is one where they come evenly, and many where they come all at once", () => {
    expect(spread((_, nth) => nth % 20 === 0)).toBe(1);
    expect(spread((second) => second >= 12 && second < 15)).toBeGreaterThan(100);
  });

  it("is one where none is bad, or all are", () => {
    expect(spread(() => false)).toBe(1);
    expect(spread(() => true)).toBe(1);
  });
});
