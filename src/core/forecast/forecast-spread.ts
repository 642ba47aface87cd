/** How far what comes may be off what was expected, by how wrong the same forecast was of past days. */

/** What is believed of the spread of a load's logarithm, until days have shown it; chosen. */
const believedSpread = 0.35;
const fewestDays = 3;
/** A load of nothing has no logarithm. */
export const tiny = 1e-9;

/** How wrong the forecast of a past day was: logarithms of what came over what was expected, by slot. */
export interface PastErrors {
  readonly bySlot: readonly (number | null)[];
  readonly weight: number;
}

/** By how much the highest slot of a window is off: each past day's errors make a window of their own. */
export function peakErrorAt(
  past: readonly PastErrors[],
  median: readonly number[],
  { share, from, to }: { share: number; from: number; to: number },
): number {
  const highest = Math.max(...median.slice(from, to));
  const all = past.flatMap(({ bySlot, weight }) => {
    const loads = bySlot
      .slice(from, to)
      .flatMap((error, nth) => (error === null ? [] : [(median[from + nth] ?? 0) * Math.exp(error)]));
    return loads.length === 0
      ? []
      : [{ error: Math.log(Math.max(...loads, tiny) / Math.max(highest, tiny)), weight }];
  });
  const values = sorted(all);
  return middleOf(values) + widened(past, share, values);
}

export interface Weighted {
  readonly error: number;
  readonly weight: number;
}

/**
 * From their middle as far as a new day may be that is one more of as few: Student's quantile over the normal one, and by the
 * doubt of the middle itself (prediction interval of a new observation).
 */
export function widened(past: readonly PastErrors[], share: number, values: readonly Weighted[]): number {
  const believed = believedSpread * normalQuantile(share);
  const sum = past.reduce((total, { weight }) => total + weight, 0);
  const squares = past.reduce((total, { weight }) => total + weight ** 2, 0);
  if (past.length < 2 || values.length === 0) return believed;
  const days = sum ** 2 / squares;
  const normal = normalQuantile(share);
  const wider = normal === 0 ? 1 : (studentQuantile(share, days - 1) / normal) * Math.sqrt(1 + 1 / days);
  const seen = (weightedQuantile(values, share) - weightedQuantile(values, 0.5)) * wider;
  // Of so few days the spread is not known yet: the wider of both holds.
  return past.length < fewestDays && Math.abs(believed) > Math.abs(seen) ? believed : seen;
}

export const sorted = (values: readonly Weighted[]): readonly Weighted[] =>
  values.toSorted((one, other) => one.error - other.error);

/** Of values in their order; 0 where there are none. */
export const middleOf = (values: readonly Weighted[]): number =>
  values.length === 0 ? 0 : weightedQuantile(values, 0.5);

/** Of values in their order. */
function weightedQuantile(values: readonly Weighted[], share: number): number {
  const whole = values.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  for (const { error, weight } of values) {
    below += weight;
    if (below >= share * whole) return error;
  }
  return values.at(-1)?.error ?? 0;
}

/** Cornish and Fisher's expansion, to the second order: good to a hundredth from four degrees of freedom on. */
function studentQuantile(share: number, freedom: number): number {
  const z = normalQuantile(share);
  const degrees = Math.max(freedom, 2);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / degrees + second / degrees ** 2;
}

/** Abramowitz and Stegun 26.2.23: good to 0.0005. */
function normalQuantile(share: number): number {
  if (share === 0.5) return 0;
  const tail = Math.min(Math.max(Math.min(share, 1 - share), 1e-9), 0.5);
  const t = Math.sqrt(-2 * Math.log(tail));
  const above =
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t ** 2) /
      (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
  return share < 0.5 ? -above : above;
}
