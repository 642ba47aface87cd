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
  readonly error: number;
}

/** Autocovariances are summed this far: noise that lasts longer shows in them well enough. */
const LAGS = 12;
/** What a short history may have missed: this over the number of intervals, chosen by simulation. */
const UNSEEN = 25;

/**
 * Excess variance e = Σz²/n − 1, and of the sum of many intervals e + 2·Σ_k cov(z_t, z_{t+k}); counting is
 * independent from interval to interval, so all covariance is noise's. Newey and West (1987), flat weights.
 * @param residuals in any order; an interval that is missing pairs with none
 * @param seconds length of an interval
 */
export function longRunExcess(residuals: readonly Residual[], seconds: number): Excess {
  const n = residuals.length;
  const bySlot = new Map(residuals.map(({ at, z }) => [Math.round(at / seconds), z]));
  const phi = residuals.reduce((sum, { z }) => sum + z * z, 0) / n;
  const excess = Math.max(0, phi - 1);
  const lags = Math.min(LAGS, Math.floor(n / 10));
  let covariances = 0;
  for (const [slot, z] of bySlot)
    for (let lag = 1; lag <= lags; lag++) covariances += z * (bySlot.get(slot + lag) ?? 0);
  const longRun = excess + 2 * Math.max(0, covariances / n) + UNSEEN / n;
  return { phi, excess, longRun, error: Math.sqrt((2 + 4 * lags) / n) };
}
