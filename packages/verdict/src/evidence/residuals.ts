/** From standardised residuals to the noise beyond counting: of single intervals, and of many in a row. */

export interface Residual {
  /** Start of the interval, epoch seconds. */
  readonly at: number;
  /** Standardised: were there counting alone, mean 0 and variance 1, independent. */
  readonly z: number;
}

export interface Excess {
  /** Pearson χ²/df. */
  readonly phi: number;
  readonly excess: number;
  readonly longRun: number;
  /** What longRun may be more, for all that so short a history can tell. */
  readonly unseen: number;
  /** Standard error of longRun where there is no noise. */
  readonly error: number;
}

/** Autocovariances are summed this far: noise that lasts longer shows in them well enough. */
export const LAGS = 12;
/** Sums below this are taken for none: counting alone reaches it in one day of twenty-five. Chosen by simulation. */
const LEAST_COVARIANCE = 0.15;
/** Noise that lasts adds up to about so many times its variance (at a lag-1 correlation of .9): more is chance. */
const MOST_PER_VARIANCE = 6;
/** For that, the variance is taken to be larger than measured by so many of its standard errors. */
const VARIANCE_ERRORS = 0.5;
/** Noise that lasts for an hour and more shows in the lags beyond; their sum counts where it is no chance. */
const FAR_LAGS = 60;
const FAR_ERRORS = 3;
/** Long-run noise that an hour may have hidden; falls with the square of the hours. Chosen by simulation. */
const UNSEEN_IN_AN_HOUR = 0.42;
const HOUR = 60;

/**
 * Excess variance e = Σz²/n − 1 (none within one standard error), and of the sum of many intervals
 * e + 2·Σ_k cov(z_t, z_{t+k}); counting is independent from interval to interval, so all covariance is noise's, as far
 * as there is a variance to go with it. Newey and West (1987), flat weights.
 * @param residuals in any order; an interval that is missing pairs with none
 * @param seconds length of an interval
 */
export function longRunExcess(residuals: readonly Residual[], seconds: number): Excess {
  const n = residuals.length;
  const bySlot = new Map(residuals.map(({ at, z }) => [Math.round(at / seconds), z]));
  const phi = residuals.reduce((sum, { z }) => sum + z * z, 0) / n;
  const phiError = Math.sqrt(2 / n);
  const excess = phi - 1 < phiError ? 0 : phi - 1;
  const most = Math.floor(n / 10);
  const lags = Math.min(LAGS, most);
  const near = covariances(bySlot, 1, lags) / n;
  const likely = Math.min(near, MOST_PER_VARIANCE * (phi - 1 + VARIANCE_ERRORS * phiError));
  const counted = likely < LEAST_COVARIANCE ? 0 : likely;
  const farLags = Math.min(FAR_LAGS, most);
  const far = counted === 0 ? 0 : covariances(bySlot, lags + 1, farLags) / n;
  const farError = phi * Math.sqrt(Math.max(1, farLags - lags) / n);
  const lasting = far > FAR_ERRORS * farError ? Math.max(near, counted) - counted + far : 0;
  const unseen = UNSEEN_IN_AN_HOUR * (HOUR / n) ** 2;
  return {
    phi,
    excess,
    longRun: excess + 2 * (counted + lasting),
    unseen,
    error: Math.sqrt((2 + 4 * lags) / n),
  };
}

function covariances(bySlot: ReadonlyMap<number, number>, first: number, last: number): number {
  let sum = 0;
  for (const [slot, z] of bySlot)
    for (let lag = first; lag <= last; lag++) sum += z * (bySlot.get(slot + lag) ?? 0);
  return sum;
}

/** An incident is beyond this many standard deviations of usual minutes; minutes this near each other are one. */
const INCIDENT_SD = 5;
const SAME_INCIDENT_SECONDS = 600;
/** So few in a history are no kind of noise that comes back: they are left out. */
const MOST_INCIDENTS = 3;
/** The median of z² under the standard normal. */
const MEDIAN_SQUARE = 0.4549;

/** When there were incidents, one to three in all: the starts of their intervals. Where there are more: none. */
export function incidentsIn(residuals: readonly Residual[]): ReadonlySet<number> {
  const squares = residuals.map(({ z }) => z * z).sort((a, b) => a - b);
  const usual = Math.sqrt(Math.max(1, (squares[Math.floor(squares.length / 2)] ?? 1) / MEDIAN_SQUARE));
  const beyond = residuals.filter(({ z }) => Math.abs(z) > INCIDENT_SD * usual).map(({ at }) => at);
  const inOrder = beyond.sort((a, b) => a - b);
  const incidents = inOrder.filter(
    (at, i) => at - (inOrder[i - 1] ?? Number.NEGATIVE_INFINITY) > SAME_INCIDENT_SECONDS,
  );
  return incidents.length > MOST_INCIDENTS ? new Set() : new Set(inOrder);
}

/** Residuals in the order of time, without an incident or three. */
export function withoutIncidents<R extends Residual>(residuals: readonly R[]): readonly R[] {
  const incidents = incidentsIn(residuals);
  return residuals.filter(({ at }) => !incidents.has(at)).toSorted((a, b) => a.at - b.at);
}
