/** Evidence cut off at its threshold and enlarged for it: the mean is kept, so the error rate is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Draw, logBoostOf, type Stake } from "../src/evidence/boost.ts";
import { logFactorial } from "../src/evidence/log-factorial.ts";

const RATIOS = [1.5, 3, 10];

function drawOf(bad: number, share: number): Draw {
  return {
    bad,
    nullShare: share,
    deflation: 1,
    logRatios: RATIOS.map(Math.log),
    logShrinks: RATIOS.map((ratio) => -Math.log(share * ratio + 1 - share)),
  };
}

function evidence(stake: Stake, draw: Draw, candidateBad: number): number {
  return stake.logStakes.reduce(
    (sum, logStake, i) =>
      sum +
      Math.exp(logStake + candidateBad * (draw.logRatios[i] ?? 0) + draw.bad * (draw.logShrinks[i] ?? 0)),
    stake.reserve,
  );
}

/** Mean of evidence cut off at the threshold, over how the bad events may fall within tolerance. */
function meanCutOff(stake: Stake, draw: Draw, logBoost: number): number {
  const { bad, nullShare } = draw;
  const threshold = Math.exp(stake.logThreshold);
  let mean = 0;
  for (let x = 0; x <= bad; x++) {
    const ways = logFactorial(bad) - logFactorial(x) - logFactorial(bad - x);
    const chance = Math.exp(ways + x * Math.log(nullShare) + (bad - x) * Math.log1p(-nullShare));
    mean += chance * Math.min(threshold, Math.exp(stake.logBoost + logBoost) * evidence(stake, draw, x));
  }
  return mean;
}

const stakes = fc.record({
  logStakes: fc.array(fc.double({ min: -6, max: 4, noNaN: true }), { minLength: 3, maxLength: 3 }),
  reserve: fc.double({ min: 0, max: 0.4, noNaN: true }),
  logBoost: fc.double({ min: 0, max: 0.5, noNaN: true }),
  logThreshold: fc.constant(Math.log(100)),
});
const draws = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.double({ min: 0.01, max: 0.9, noNaN: true }))
  .map(([bad, share]) => drawOf(bad, share));

describe("the boost", () => {
  test("keeps the mean of evidence that is cut off at its threshold", () => {
    fc.assert(
      fc.property(stakes, draws, (stake, draw) => {
        const before =
          Math.exp(stake.logBoost) * stake.logStakes.reduce((sum, s) => sum + Math.exp(s), stake.reserve);
        fc.pre(before < 99);
        const logBoost = logBoostOf(stake, draw);
        expect(logBoost).toBeGreaterThanOrEqual(0);
        // Up to rounding, which is most where a boost is of a millionfold: a few parts in ten million were seen.
        expect(meanCutOff(stake, draw, logBoost)).toBeLessThanOrEqual(before * (1 + 1e-6));
        // What is all but impossible is left out: that only lowers the mean.
        if (logBoost > 1e-6 && logBoost < 1)
          expect(meanCutOff(stake, draw, logBoost)).toBeGreaterThan(before * (1 - 1e-2));
      }),
      { numRuns: 2000 },
    );
  });

  test("is one where no outcome reaches the threshold, and after it was reached", () => {
    const far = { logStakes: [-3, -3, -3], reserve: 0.3, logBoost: 0, logThreshold: Math.log(100) };

    expect(logBoostOf(far, drawOf(2, 0.5))).toBe(0);
    expect(logBoostOf({ ...far, logStakes: [5, 5, 5] }, drawOf(20, 0.5))).toBe(0);
  });
});

test("ln n! agrees with a plain sum", () => {
  let sum = 0;
  for (let n = 1; n <= 2000; n++) {
    sum += Math.log(n);
    expect(Math.abs(logFactorial(n) - sum)).toBeLessThan(1e-11 * Math.max(1, sum));
  }
});
