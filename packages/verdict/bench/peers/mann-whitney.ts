/**
 * The Mann-Whitney test as Kayenta's judge runs it: normal approximation with continuity and tie corrections, and a
 * confidence interval of the shift from the roots of z(shift) = ±z. After R's wilcox.test (R Core Team) and
 * com.netflix.kayenta.mannwhitney.
 */
import { root } from "./root.ts";

export interface ShiftInterval {
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
}

/** Root finding stops within this of the shift, in the metric's own unit (Kayenta's setting). */
const SHIFT_TOLERANCE = 1e-4;

/** Confidence interval and estimate of by how much experiment lies above control. */
export function shiftInterval(
  experiment: readonly number[],
  control: readonly number[],
  confidence: number,
): ShiftInterval {
  const sorted = { x: ascending(experiment), y: ascending(control) };
  const least = (sorted.x[0] ?? NaN) - (sorted.y.at(-1) ?? NaN);
  const most = (sorted.x.at(-1) ?? NaN) - (sorted.y[0] ?? NaN);
  const solve = (quantile: number) => {
    const z = (shift: number) => standardisedRankSum(sorted, shift) - quantile;
    if (z(least) <= 0) return least;
    if (z(most) >= 0) return most;
    return root(z, { from: least, to: most, tolerance: SHIFT_TOLERANCE });
  };
  const tail = normalQuantile((1 - confidence) / 2);
  return { lower: solve(-tail), upper: solve(tail), estimate: solve(0) };
}

/** z of the rank sum of x − shift among y, both sorted; 0 when all observations are tied. */
export function standardisedRankSum(
  { x, y }: { readonly x: Float64Array; readonly y: Float64Array },
  shift: number,
): number {
  const [nx, ny] = [x.length, y.length];
  let [i, j, ranked, rankSum, ties] = [0, 0, 0, 0, 0];
  while (i < nx || j < ny) {
    const value = Math.min(shifted(x, i, shift), shifted(y, j, 0));
    const [fromX, fromY] = [i, j];
    while (i < nx && shifted(x, i, shift) === value) i++;
    while (j < ny && y[j] === value) j++;
    const tied = i - fromX + j - fromY;
    rankSum += (i - fromX) * (ranked + (tied + 1) / 2);
    ties += tied ** 3 - tied;
    ranked += tied;
  }
  const n = nx + ny;
  const centred = rankSum - (nx * (nx + 1)) / 2 - (nx * ny) / 2;
  const variance = ((nx * ny) / 12) * (n + 1 - ties / (n * (n - 1)));
  return variance <= 0 ? 0 : (centred - 0.5 * Math.sign(centred)) / Math.sqrt(variance);
}

export function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

/** Past the end, nothing is smaller. */
function shifted(values: Float64Array, index: number, shift: number): number {
  return (values[index] ?? Number.POSITIVE_INFINITY) - shift;
}

const CENTRE_OVER = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const CENTRE_UNDER = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const TAIL_OVER = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_UNDER = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];

/** Quantile of the standard normal; Acklam's rational approximation, relative error below 1.2e-9. */
export function normalQuantile(chance: number): number {
  if (chance > 0.5) return -normalQuantile(1 - chance);
  if (chance < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(chance));
    return polynomial(TAIL_OVER, q) / polynomial(TAIL_UNDER, q);
  }
  const q = chance - 0.5;
  return (polynomial(CENTRE_OVER, q * q) * q) / polynomial(CENTRE_UNDER, q * q);
}

function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduce((sum, each) => sum * at + each, 0);
}
