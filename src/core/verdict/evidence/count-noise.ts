/**
 * How much noisier than counting the minutes are, measured on stable before the release, and by how much evidence
 * is divided for it. Each interval's evidence shrinks by what such noise does at its share and its bad events.
 */

/** One interval of stable before the release: its bad events and requests, in two halves where it can be split. */
export interface CountHistory {
  readonly at: number;
  readonly requests: number;
  readonly bad: number;
  /** Half of the fleet (by instance); the other half is the rest. */
  readonly half?: { readonly requests: number; readonly bad: number };
}

export interface CountNoise {
  /** Where it was read: halves of stable, stable's own successive intervals (slower), or assumed without data. */
  readonly source: "split" | "successive" | "assumed";
  /** Length of the history's intervals, seconds: meanBad is per such interval. */
  readonly seconds: number;
  readonly intervals: number;
  /** Pearson χ²/df. */
  readonly phi: number;
  readonly meanBad: number;
  /** Lag-1 autocorrelation of the standardised residuals, 0 to 0.9. */
  readonly rho: number;
  /** Squared coefficient of variation of one fleet's minute noise. */
  readonly cv2: number;
  /** Lag-1 autocorrelation of the excess alone: counting noise hides it in rho. */
  readonly rhoExcess: number;
}

/** Deflation is half as strong again as the noise measured: the measurement errs too. */
const CAUTION = 1.5;
const MOST_RHO = 0.9;
/** Fewer intervals with bad events than this say nothing about noise. */
const LEAST_INTERVALS = 20;

export const NO_COUNT_NOISE: CountNoise = {
  source: "split",
  seconds: 60,
  intervals: 0,
  phi: 1,
  meanBad: 0,
  rho: 0,
  cv2: 0,
  rhoExcess: 0,
};

/** Without history: as noisy as a fairly rough service. An assumption, and named as one. */
export const ASSUMED_COUNT_NOISE: CountNoise = {
  ...NO_COUNT_NOISE,
  source: "assumed",
  cv2: 0.1,
  rhoExcess: 0.5,
};

/**
 * Reads the noise off stable's history: from halves where every interval has them, from successive intervals
 * otherwise. The latter count noise that both fleets would share, so they err on the slow side.
 */
export function measureCountNoise(history: readonly CountHistory[], seconds: number): CountNoise {
  const inOrder = history.toSorted((a, b) => a.at - b.at);
  const split = inOrder.length > 0 && inOrder.every((interval) => interval.half !== undefined);
  const residuals = split ? splitResiduals(inOrder) : successiveResiduals(inOrder);
  if (residuals.length < LEAST_INTERVALS)
    return { ...ASSUMED_COUNT_NOISE, seconds, intervals: residuals.length };
  return noiseOf(residuals, split ? "split" : "successive", seconds);
}

interface Residual {
  readonly at: number;
  /** Standardised under pure counting: mean 0, variance 1; with noise, variance 1 + cv2·leverage·bad. */
  readonly z: number;
  readonly bad: number;
  readonly leverage: number;
}

/** What follows from the measurements, of halves that are equal: cv² = (φ−1)·2/M̄, ρₓ = ρ·φ/(φ−1). */
export function noiseFrom(
  measured: Omit<CountNoise, "cv2" | "rhoExcess"> & { readonly leverage?: number },
): CountNoise {
  const { phi, meanBad, rho, leverage = 0.5, ...origin } = measured;
  const cv2 = meanBad > 0 ? Math.max(phi - 1, 0) / (leverage * meanBad) : 0;
  const rhoExcess = phi > 1 ? Math.min(MOST_RHO, (rho * phi) / (phi - 1)) : 0;
  return { ...origin, phi, meanBad, rho, cv2, rhoExcess };
}

function noiseOf(
  residuals: readonly Residual[],
  source: "split" | "successive",
  seconds: number,
): CountNoise {
  const n = residuals.length;
  const df = source === "split" ? n : n - 1;
  return noiseFrom({
    source,
    seconds,
    intervals: n,
    phi: residuals.reduce((sum, { z }) => sum + z * z, 0) / df,
    meanBad: residuals.reduce((sum, { bad }) => sum + bad, 0) / n,
    rho: lagOne(residuals, seconds),
    leverage: residuals.reduce((sum, { leverage }) => sum + leverage, 0) / n,
  });
}

/**
 * By how much one interval's evidence is divided: 1 + 1.5·cv²·(1+ρ)/(1−ρ)·2·w(1−w)·M, at least 1. A shock to both
 * fleets scales the noise with the bad events, hence M is the larger of the usual and the interval's own.
 */
export function deflationOf(
  noise: CountNoise,
  interval: { readonly share: number; readonly bad: number; readonly seconds: number },
): number {
  const { share, bad, seconds } = interval;
  // The long-run noise is the same at any interval: bad events are brought to the history's length.
  const most = Math.max(noise.meanBad, (bad * noise.seconds) / seconds);
  const longRun = (noise.cv2 * (1 + noise.rhoExcess)) / (1 - noise.rhoExcess);
  return 1 + CAUTION * longRun * 2 * share * (1 - share) * most;
}

function splitResiduals(history: readonly CountHistory[]): Residual[] {
  const residuals: Residual[] = [];
  for (const { at, requests, bad, half } of history) {
    if (half === undefined || requests <= 0 || bad <= 0) continue;
    const share = half.requests / requests;
    if (share <= 0 || share >= 1) continue;
    const z = (half.bad - bad * share) / Math.sqrt(bad * share * (1 - share));
    residuals.push({ at, z, bad, leverage: 2 * share * (1 - share) });
  }
  return residuals;
}

function successiveResiduals(history: readonly CountHistory[]): Residual[] {
  const used = history.filter(({ requests }) => requests > 0);
  const bad = used.reduce((sum, each) => sum + each.bad, 0);
  if (bad === 0) return [];
  const rate = bad / used.reduce((sum, each) => sum + each.requests, 0);
  return used.map(({ at, requests, bad: seen }) => {
    const expected = requests * rate;
    return { at, z: (seen - expected) / Math.sqrt(expected), bad: expected, leverage: 1 };
  });
}

/** Over neighbours in time only: a missing interval pairs nothing. */
function lagOne(residuals: readonly Residual[], seconds: number): number {
  const n = residuals.length;
  const mean = residuals.reduce((sum, { z }) => sum + z, 0) / n;
  let covariance = 0;
  let pairs = 0;
  let previous: Residual | undefined;
  for (const residual of residuals) {
    if (previous !== undefined && residual.at - previous.at < 1.5 * seconds) {
      covariance += (residual.z - mean) * (previous.z - mean);
      pairs += 1;
    }
    previous = residual;
  }
  const variance = residuals.reduce((sum, { z }) => sum + (z - mean) ** 2, 0) / n;
  if (pairs === 0 || variance === 0) return 0;
  return Math.min(MOST_RHO, Math.max(0, covariance / pairs / variance));
}
