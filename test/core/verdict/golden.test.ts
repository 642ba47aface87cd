/** The harm e-process and its deflation against values computed from their formulas by other means. */
import { expect, test } from "vitest";
import type { CountNoise } from "../../../src/core/verdict/evidence/count-noise.ts";
import { type Caution, deflationOf } from "../../../src/core/verdict/evidence/deflation.ts";
import {
  logLikelihoodRatios,
  logShrinksOf,
  shareOf,
} from "../../../src/core/verdict/evidence/error-ratio.ts";
import { logEvidence, logStakedOf, type StageSums } from "../../../src/core/verdict/evidence/spending.ts";
import golden from "../../data/verdict/eprocess-golden.json" with { type: "json" };

interface Dispersion {
  readonly phi: number;
  readonly meanBadPerMinute: number;
  readonly rho: number;
}

interface GoldenCase {
  readonly name: string;
  readonly delta: number;
  readonly minutes: readonly {
    readonly nc: number;
    readonly nb: number;
    readonly xc: number;
    readonly xb: number;
  }[];
  readonly logE: readonly number[];
  readonly spending?: readonly number[];
  readonly dispersion?: Dispersion;
}

const cases: readonly GoldenCase[] = golden.cases;
/** The grid and the caution of the golden values; what ships was tuned since. */
const RATIOS = [1.25, 1.5, 2, 3, 5, 8, 15, 30, 60];
const WEIGHTS = RATIOS.map(() => 1 / 9);
const FLAT: Caution = {
  atHalf: 1.5,
  towardsNone: 0,
  persistence: 1,
  perHour: 0,
  candidateMultiple: Number.POSITIVE_INFINITY,
  beyond: Number.POSITIVE_INFINITY,
  errors: 0,
};

/** Long-run noise as of a lag-1 process: e·(1+ρₓ)/(1−ρₓ), ρₓ = ρ·φ/(φ−1) the correlation of the excess alone. */
function noiseIn(dispersion: Dispersion | undefined): CountNoise {
  const { phi, meanBadPerMinute: meanBad, rho } = dispersion ?? { phi: 1, meanBadPerMinute: 1, rho: 0 };
  const excess = phi - 1;
  const rhoExcess = excess === 0 ? 0 : Math.min(0.9, (rho * phi) / excess);
  const longRun = (excess * (1 + rhoExcess)) / (1 - rhoExcess);
  return { source: "split", seconds: 60, intervals: 1440, meanBad, phi, excess, longRun, error: 0 };
}

/** ln E after each minute, a stage beginning wherever something is spent. */
function replay(one: GoldenCase): number[] {
  const spent = one.spending ?? [1];
  const spending = spent.filter((part) => part > 0);
  const noise = noiseIn(one.dispersion);
  const nullRatio = 1 + one.delta;
  const open: StageSums[] = [];
  return one.minutes.map(({ nc, nb, xc, xb }, minute) => {
    const part = spent[minute] ?? 0;
    if (part > 0)
      open.push({ stage: open.length, logStaked: logStakedOf(part, WEIGHTS), harm: RATIOS.map(() => 0) });
    const last = open.at(-1);
    const share = shareOf({ requests: nc, bad: xc }, { requests: nb, bad: xb });
    if (last !== undefined && share !== null) {
      const deflation = deflationOf(noise, { share, candidateBad: xc, stableBad: xb, seconds: 60 }, FLAT);
      const ratios = RATIOS.map((ratio) => ratio * nullRatio);
      const logShrinks = logShrinksOf(share, nullRatio, ratios);
      const alternatives = { logRatios: RATIOS.map(Math.log), logShrinks, deflation };
      const terms = logLikelihoodRatios({ candidateBad: xc, bad: xc + xb }, alternatives);
      open[open.length - 1] = { ...last, harm: last.harm.map((sum, i) => sum + (terms[i] ?? 0)) };
    }
    return logEvidence({ folded: null, open }, spending);
  });
}

test.each(cases)("gives the golden evidence of $name", (one) => {
  const logE = replay(one);
  expect(logE).toHaveLength(one.logE.length);
  for (const [minute, expected] of one.logE.entries())
    expect(Math.abs((logE[minute] ?? Number.NaN) - expected)).toBeLessThan(1e-6);
});

test("deflates by the golden factors", () => {
  const noise = noiseIn(cases.find(({ dispersion }) => dispersion !== undefined)?.dispersion);
  expect(deflationOf(noise, { share: 0.01, candidateBad: 1, stableBad: 21, seconds: 60 }, FLAT)).toBeCloseTo(
    1.169714285714,
    9,
  );
  expect(deflationOf(noise, { share: 0.5, candidateBad: 79, stableBad: 16, seconds: 60 }, FLAT)).toBeCloseTo(
    14.571428571429,
    9,
  );
});
