/** One side alone against an allowed share: what the evidence may come to by chance, and how soon it says so. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { shareEvidence } from "../src/index.ts";

const binomial = (n: number, p: number): number[] => {
  let ways = 1;
  return Array.from({ length: n + 1 }, (_, bad) => {
    const chance = ways * p ** bad * (1 - p) ** (n - bad);
    ways *= (n - bad) / (bad + 1);
    return chance;
  });
};

const cases = fc.record({
  requests: fc.integer({ min: 1, max: 60 }),
  allowed: fc.double({ min: 0.005, max: 0.6, noNaN: true }),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  deflation: fc.double({ min: 1, max: 4, noNaN: true }),
});

/** The mean of what evidence comes to, over all numbers of bad requests that there may be. */
const meanOf = (requests: number, share: number, evidence: (bad: number) => number): number =>
  binomial(requests, share).reduce((sum, chance, bad) => sum + chance * Math.exp(evidence(bad)), 0);

test("evidence that a share exceeds what is allowed has a mean of at most one where it does not", () => {
  fc.assert(
    fc.property(cases, ({ requests, allowed, part, deflation }) => {
      const more = (bad: number) => shareEvidence({ requests, bad, deflation }, allowed).more;
      expect(meanOf(requests, allowed * part, more)).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

test("evidence that it does not has a mean of at most one where it does", () => {
  fc.assert(
    fc.property(cases, ({ requests, allowed, part, deflation }) => {
      const less = (bad: number) => shareEvidence({ requests, bad, deflation }, allowed).less;
      expect(meanOf(requests, allowed + part * (1 - allowed), less)).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

test("where every request is bad, too", () => {
  expect(
    meanOf(1, 1, (bad) => shareEvidence({ requests: 1, bad, deflation: 1 }, 0.005).less),
  ).toBeLessThanOrEqual(1);
});

describe("against one in a hundred", () => {
  const evidence = (requests: number, bad: number) => shareEvidence({ requests, bad, deflation: 1 }, 0.01);

  it("a third late takes a few dozen requests, and none late some six hundred", () => {
    expect(evidence(20, 7).more).toBeGreaterThan(Math.log(400));
    expect(evidence(650, 0).less).toBeGreaterThan(Math.log(100));
    expect(evidence(400, 0).less).toBeLessThan(Math.log(100));
  });

  it("the allowed share itself says neither", () => {
    const { more, less } = evidence(10_000, 100);
    expect(more).toBeLessThan(0);
    expect(less).toBeLessThan(0);
  });

  it("noise divides what it says", () => {
    const noisy = shareEvidence({ requests: 20, bad: 7, deflation: 3 }, 0.01);
    expect(noisy.more).toBeLessThan(evidence(20, 7).more / 2);
  });
});

it.each([0, 1, Number.NaN])("of an allowed share of %d nothing can be too much", (allowed) => {
  expect(() => shareEvidence({ requests: 1, bad: 0, deflation: 1 }, allowed)).toThrow(RangeError);
});
