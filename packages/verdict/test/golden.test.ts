/** The harm e-process and its deflation against values computed from their formulas by other means. */
import { expect, test } from "vitest";
import golden from "../../../test/data/verdict/eprocess-golden.json" with { type: "json" };
import type { CountNoise } from "../src/evidence/count-past.ts";
import { type Caution, deflationOf } from "../src/evidence/deflation.ts";
import { logLikelihoodRatios, logShrinksOf, shareOf } from "../src/evidence/error-ratio.ts";
import { NO_PACE } from "../src/evidence/pace.ts";
import { logStakedOf, logSum, staked } from "../src/evidence/spending.ts";

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
  beyond: Number.POSITIVE_INFINITY,
  errors: 0,
  singleErrors: 0,
};

/** Long-run noise as of a lag-1 process: e·(1+ρₓ)/(1−ρₓ), ρₓ = ρ·φ/(φ−1) the correlation of the excess alone. */
function noiseIn(dispersion: Dispersion | undefined): CountNoise {
  const { phi, meanBadPerMinute: meanBad, rho } = dispersion ?? { phi: 1, meanBadPerMinute: 1, rho: 0 };
  const excess = phi - 1;
  const rhoExcess = excess === 0 ? 0 : Math.min(0.9, (rho * phi) / excess);
  const longRun = (excess * (1 + rhoExcess)) / (1 - rhoExcess);
  const rest = { rate: 0, cluster: 0, heaviness: 1 };
  return { source: "split", seconds: 60, intervals: 1440, meanBad, phi, excess, longRun, error: 0, ...rest };
}

/** ln E after each minute, a stage beginning wherever something is spent. */
function replay(one: GoldenCase): number[] {
  const spent = one.spending ?? [1];
  const spending = spent.filter((part) => part > 0);
  const noise = noiseIn(one.dispersion);
  const nullRatio = 1 + one.delta;
  let logStakes: readonly number[] | null = null;
  let unspent = spending.reduce((sum, part) => sum + part, 0);
  return one.minutes.map(({ nc, nb, xc, xb }, minute) => {
    const part = spent[minute] ?? 0;
    if (part > 0) logStakes = staked(logStakes, logStakedOf(part, WEIGHTS));
    unspent -= part;
    const share = shareOf({ requests: nc, bad: xc }, { requests: nb, bad: xb });
    if (logStakes !== null && share !== null) {
      const interval = { share, bad: xc + xb, requests: nc + nb, seconds: 60 };
      const deflation = deflationOf(noise, NO_PACE, interval, FLAT);
      const ratios = RATIOS.map((ratio) => ratio * nullRatio);
      const logShrinks = logShrinksOf(share, nullRatio, ratios);
      const alternatives = { logRatios: RATIOS.map(Math.log), logShrinks, deflation };
      const terms = logLikelihoodRatios({ candidateBad: xc, bad: xc + xb }, alternatives);
      logStakes = logStakes.map((sum, i) => sum + (terms[i] ?? 0));
    }
    return logSum([...(logStakes ?? []), Math.log(Math.max(unspent, 1e-12))]);
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
  const at = (share: number, bad: number) =>
    deflationOf(noise, NO_PACE, { share, bad, requests: 6000, seconds: 60 }, FLAT);
  expect(at(0.01, 22)).toBeCloseTo(1.169714285714, 9);
  expect(at(0.5, 95)).toBeCloseTo(14.571428571429, 9);
});
