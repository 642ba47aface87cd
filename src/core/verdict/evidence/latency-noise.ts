/** How noisy stable's mean latency is from minute to minute, measured before the release. */

/** One interval of stable before the release; two halves (by instance) where it can be split. */
export interface LatencyHistory {
  readonly at: number;
  readonly mean: number;
  readonly count: number;
  readonly halves?: readonly [
    { readonly mean: number; readonly count: number },
    { readonly mean: number; readonly count: number },
  ];
}

export interface LatencyNoise {
  readonly source: "split" | "successive" | "assumed";
  readonly intervals: number;
  /** Coefficient of variation of one request's latency, for samples that bring no sd. */
  readonly requestCv: number;
  /** Variance of one fleet's ln(mean) that its requests' spread does not explain. */
  readonly minuteVariance: number;
  /** Lag-1 autocorrelation of that, 0 to 0.9. */
  readonly autocorrelation: number;
}

const LEAST_INTERVALS = 20;
const MOST_RHO = 0.9;

/** From the noise seen to a half's: of two halves' difference, and of a whole whose halves share nothing. */
const DIFFERENCE_TO_HALF = 0.5;
const WHOLE_TO_HALF = 2;
/** Caution that falls with the length of history, intervals; as for counts. */
const SHORT_HISTORY = 36;

/** Without history: requests as spread as an exponential, minutes that wander by a tenth. Named as an assumption. */
export const ASSUMED_LATENCY_NOISE: LatencyNoise = {
  source: "assumed",
  intervals: 0,
  requestCv: 1,
  minuteVariance: 0.01,
  autocorrelation: 0.5,
};

/**
 * @param requestCv coefficient of variation of one request's latency, where something better than 1 is known
 */
export function measureLatencyNoise(history: readonly LatencyHistory[], requestCv = 1): LatencyNoise {
  const inOrder = history.filter(({ mean, count }) => mean > 0 && count > 0).toSorted((a, b) => a.at - b.at);
  if (inOrder.length < LEAST_INTERVALS)
    return { ...ASSUMED_LATENCY_NOISE, intervals: inOrder.length, requestCv };
  const split = inOrder.every(
    ({ halves }) => halves?.every(({ mean, count }) => mean > 0 && count > 0) ?? false,
  );
  const deviations = split ? inOrder.map(halfDeviation) : deviationsFromMean(inOrder);
  const n = deviations.length;
  const total = deviations.reduce((sum, { log }) => sum + log * log, 0) / (split ? n : n - 1);
  const spread = deviations.reduce((sum, { perCv2 }) => sum + perCv2, 0) / n;
  const excess = Math.max(0, total - requestCv * requestCv * spread);
  return {
    source: split ? "split" : "successive",
    intervals: n,
    requestCv,
    minuteVariance: excess * (split ? DIFFERENCE_TO_HALF : WHOLE_TO_HALF) * (1 + SHORT_HISTORY / n),
    autocorrelation: excess === 0 ? 0 : unbiased(Math.max(0, lagOne(deviations) / excess), n),
  };
}

/** A short series hides its correlation: Kendall (1954). */
function unbiased(rho: number, n: number): number {
  return Math.min(MOST_RHO, rho + (1 + 3 * rho) / n);
}

interface Deviation {
  /** A difference of logs, 0 on average. */
  readonly log: number;
  /** Its variance from requests' spread, for a request's CV of 1. */
  readonly perCv2: number;
}

function halfDeviation({ halves, count }: LatencyHistory): Deviation {
  const [one, other] = halves ?? [];
  if (one === undefined || other === undefined) return { log: 0, perCv2: 1 / count };
  return { log: Math.log(one.mean / other.mean), perCv2: 1 / one.count + 1 / other.count };
}

function deviationsFromMean(history: readonly LatencyHistory[]): Deviation[] {
  const mean = history.reduce((sum, each) => sum + Math.log(each.mean), 0) / history.length;
  return history.map((each) => ({ log: Math.log(each.mean) - mean, perCv2: 1 / each.count }));
}

/** Lag-1 autocovariance: requests' spread is independent from minute to minute, so only the excess has any. */
function lagOne(deviations: readonly Deviation[]): number {
  let sum = 0;
  for (const [i, { log }] of deviations.entries()) sum += i === 0 ? 0 : log * (deviations[i - 1]?.log ?? 0);
  return sum / (deviations.length - 1);
}
