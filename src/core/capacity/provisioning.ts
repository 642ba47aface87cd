/**
 * How long new instances take until they are in service, as it is believed until an account's own launches are known
 * (docs/DECISIONS.md, provisioning): log-normal, each instance for itself.
 */

/** Of one instance, seconds: half of them are there by then, and nineteen of twenty. */
const [p50Seconds, p95Seconds] = [346, 525];

export interface Launch {
  readonly instances: number;
  /** The share of launches that are through by then, between 0 and 1. */
  readonly quantile: number;
}

/** Seconds until the slowest of so many is in service: all of them are by then in a `quantile` of launches. */
export function slowestSeconds({ instances, quantile }: Launch): number {
  const spread = Math.log(p95Seconds / p50Seconds) / normalQuantile(0.95);
  return p50Seconds * Math.exp(spread * normalQuantile(quantile ** (1 / instances)));
}

/** The value that a standard normal variable stays below in a share `p` of cases; halved down to 1e-9. */
function normalQuantile(p: number): number {
  let [low, high] = [-9, 9];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalShareBelow(middle) < p) low = middle;
    else high = middle;
  }
  return high;
}

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17: right to 7.5e-8. */
function normalShareBelow(z: number): number {
  if (z < 0) return 1 - normalShareBelow(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduceRight((rest, coefficient) => t * (coefficient + rest), 0);
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
