/** How noisy stable's mean latency is from minute to minute, measured before the release. */
import type { NoiseSource } from "../kept.ts";

/** One interval of stable before the release; two halves (by instance) where it can be split. */
export interface LatencyPast {
  readonly at: number;
  readonly mean: number;
  readonly count: number;
  readonly halves?: readonly [
    { readonly mean: number; readonly count: number },
    { readonly mean: number; readonly count: number },
  ];
  /** Single instances, each always in the same place; null where one was not seen. */
  readonly ones?: readonly ({ readonly mean: number; readonly count: number } | null)[];
}

export interface LatencyNoise {
  readonly source: NoiseSource;
  readonly intervals: number;
  /** Coefficient of variation of one request's latency, for samples that bring no sd. */
  readonly requestCv: number;
  /** Variance of one fleet's ln(mean) that its requests' spread does not explain. */
  readonly minuteVariance: number;
  /** Lag-1 autocorrelation of that, 0 to 0.95: what makes as much of it over half an hour as was seen. */
  readonly autocorrelation: number;
}

const LEAST_INTERVALS = 20;
/** Of noise whose lag is seen, and of noise that half-hours show. */
const MOST_RHO = 0.9;
const MOST_BLOCK_RHO = 0.95;
/** Intervals that are taken together, and how many of those say how noise adds up. */
const BLOCK = 30;
const LEAST_BLOCKS = 12;
/** Requests vary at least this much, whatever little a short past shows. */
const LEAST_CV2 = 0.04;

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
 * What changes from one minute to the next is taken for the requests' own spread, which falls with their number, or what
 * single instances show of that where it is most of it. What lasts is noise that minutes share.
 */
export function measureLatencyNoise(history: readonly LatencyPast[]): LatencyNoise {
  const inOrder = history.filter(({ mean, count }) => mean > 0 && count > 0).toSorted((a, b) => a.at - b.at);
  if (inOrder.length < LEAST_INTERVALS) return { ...ASSUMED_LATENCY_NOISE, intervals: inOrder.length };
  const split = inOrder.every(
    ({ halves }) => halves?.every(({ mean, count }) => mean > 0 && count > 0) ?? false,
  );
  const deviations = split ? inOrder.map(halfDeviation) : deviationsFromMean(inOrder);
  const n = deviations.length;
  const total = deviations.reduce((sum, { log }) => sum + log * log, 0) / (split ? n : n - 1);
  const spread = spreadOf(deviations);
  const cv2 = requestCv2(deviations, split ? onesIn(inOrder) : []);
  const excess = Math.max(0, total - cv2 * spread);
  const rho = excess === 0 ? 0 : unbiased(Math.max(0, lagOne(deviations) / excess), n);
  const toHalf = (split ? DIFFERENCE_TO_HALF : WHOLE_TO_HALF) * (1 + SHORT_HISTORY / n);
  const noise = { source: split ? ("split" as const) : ("successive" as const), intervals: n };
  const requestCv = Math.sqrt(cv2);
  if (!split || n < BLOCK * LEAST_BLOCKS)
    return { ...noise, requestCv, minuteVariance: excess * toHalf, autocorrelation: rho };
  const longRun = Math.max(0, blockVariance(deviations) - cv2 * spread);
  const most = timesOf(MOST_BLOCK_RHO);
  const minute = Math.max(excess, longRun / most);
  const times = minute === 0 ? 1 : Math.max(1, Math.min(most, longRun / minute));
  return {
    ...noise,
    requestCv,
    minuteVariance: minute * toHalf,
    autocorrelation: (times - 1) / (times + 1),
  };
}

/** By how much noise of such a correlation adds up. */
const timesOf = (rho: number): number => (1 + rho) / (1 - rho);

const spreadOf = (deviations: readonly Deviation[]): number =>
  deviations.reduce((sum, { perCv2 }) => sum + perCv2, 0) / deviations.length;

/** Half the mean square of what changes from one interval to the next: what lasts is not in it. */
function changing(deviations: readonly Deviation[]): number {
  let sum = 0;
  for (const [i, { log }] of deviations.entries())
    sum += i === 0 ? 0 : (log - (deviations[i - 1]?.log ?? 0)) ** 2;
  return sum / 2 / Math.max(1, deviations.length - 1);
}

/** Squared CV of one request. */
function requestCv2(deviations: readonly Deviation[], ones: readonly (readonly Deviation[])[]): number {
  const [change, spread] = [changing(deviations), spreadOf(deviations)];
  const most = Math.max(LEAST_CV2, change / spread);
  if (ones.length === 0) return most;
  const mean = (of: (one: readonly Deviation[]) => number) =>
    ones.reduce((sum, one) => sum + of(one), 0) / ones.length;
  const solved = (mean(changing) - change) / (mean(spreadOf) - spread);
  return solved >= most / 2 ? Math.min(most, solved) : most;
}

/** Each instance against the rest of its fleet. */
function onesIn(inOrder: readonly LatencyPast[]): Deviation[][] {
  const places = Math.max(0, ...inOrder.map(({ ones }) => ones?.length ?? 0));
  return Array.from({ length: places }, (_, place) =>
    inOrder.flatMap((row) => {
      const one = row.ones?.[place];
      const count = row.count - (one?.count ?? 0);
      const total = row.mean * row.count - (one?.mean ?? 0) * (one?.count ?? 0);
      if (one === undefined || one === null || !(one.mean > 0 && one.count > 0 && total > 0 && count > 0))
        return [];
      return [{ log: Math.log((one.mean * count) / total), perCv2: 1 / one.count + 1 / count }];
    }),
  ).filter((one) => one.length >= LEAST_INTERVALS);
}

/** Of blocks of intervals, brought to one interval: what it is where noise lasts that long. */
function blockVariance(deviations: readonly Deviation[]): number {
  const blocks = Math.floor(deviations.length / BLOCK);
  const means = Array.from({ length: blocks }, (_, nth) =>
    deviations.slice(nth * BLOCK, (nth + 1) * BLOCK).reduce((sum, { log }) => sum + log / BLOCK, 0),
  );
  return (BLOCK * means.reduce((sum, mean) => sum + mean * mean, 0)) / blocks;
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

function halfDeviation({ halves, count }: LatencyPast): Deviation {
  const [one, other] = halves ?? [];
  if (one === undefined || other === undefined) return { log: 0, perCv2: 1 / count };
  return { log: Math.log(one.mean / other.mean), perCv2: 1 / one.count + 1 / other.count };
}

function deviationsFromMean(history: readonly LatencyPast[]): Deviation[] {
  const mean = history.reduce((sum, each) => sum + Math.log(each.mean), 0) / history.length;
  return history.map((each) => ({ log: Math.log(each.mean) - mean, perCv2: 1 / each.count }));
}

/** Lag-1 autocovariance: requests' spread is independent from minute to minute, so only the excess has any. */
function lagOne(deviations: readonly Deviation[]): number {
  let sum = 0;
  for (const [i, { log }] of deviations.entries()) sum += i === 0 ? 0 : log * (deviations[i - 1]?.log ?? 0);
  return sum / (deviations.length - 1);
}
