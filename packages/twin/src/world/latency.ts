/**
 * The distribution of latencies over some minutes. They are not drawn one by one: an order statistic of n log-normal
 * requests is drawn directly.
 */
export interface LatencyPart {
  readonly count: number;
  /** Mean of the log-normal distribution in force. */
  readonly mean: number;
}

export interface Latency {
  readonly kind: "latency";
  readonly parts: readonly LatencyPart[];
  readonly cv: number;
  readonly luck: Luck;
  /** What each instance served: what is counted of the whole is what is counted of each. Absent: of the whole alone. */
  readonly byInstance?: () => readonly InstancePart[];
}

/** What an instance served in a minute. */
export interface InstancePart extends LatencyPart {
  /** Where its number of slow requests landed, by the standard normal. */
  readonly z: number;
}

/** Where the sample landed: `z` moves all inner quantiles together, `low` and `high` place the extremes. */
export interface Luck {
  readonly z: number;
  readonly low: number;
  readonly high: number;
}

/** Whether a value lies between the smallest and the largest sample, by more than the precision of these. */
export function isInside(latency: Latency, value: number): boolean {
  if (!(value > 0)) return false;
  const { least, most } = endsOf(latency);
  const share = cumulative(latency, Math.log(value));
  return share > least + 1e-6 && share < most - 1e-6;
}

const knownQuantiles = new WeakMap<Latency, Map<number, number>>();

/** Worked out once for a distribution: it is asked for again at every look at its minute. */
export function latencyQuantile(latency: Latency, q: number): number {
  const known = knownQuantiles.get(latency) ?? new Map<number, number>();
  knownQuantiles.set(latency, known);
  const found = known.get(q) ?? orderStatistic(latency, q);
  known.set(q, found);
  return found;
}

/**
 * Order statistics: the share beyond the m-th of n from the nearer end follows about Γ(m) / n, drawn by the cube root of
 * Wilson and Hilferty (1931), which is the normal approximation where m is large; the extremes by the exact law of the
 * smallest and largest of n. Between two samples the percentile lies half-way.
 */
function orderStatistic(latency: Latency, q: number): number {
  const { least, most, n } = endsOf(latency);
  const { z } = latency.luck;
  const beyond = (share: number, luck: number) => {
    const m = n * share + 0.5;
    return (m * Math.max(0, 1 - 1 / (9 * m) + luck * Math.sqrt((1 - share) / (9 * m))) ** 3) / n;
  };
  const inner = q < 0.5 ? beyond(q, z) : 1 - beyond(1 - q, -z);
  const u = q <= 0 ? least : q >= 1 ? most : Math.min(Math.max(inner, least), most);
  return inverse(latency, Math.min(Math.max(u, 1e-9), 1 - 1e-9));
}

/** Shares of the distribution below the smallest and the largest of n samples. */
function endsOf({ parts, luck }: Latency): { least: number; most: number; n: number } {
  const n = parts.reduce((total, part) => total + part.count, 0);
  const least = 1 - (1 - luck.low) ** (1 / n);
  return { least, most: Math.max(least, luck.high ** (1 / n)), n };
}

/** How many samples lie at or below a value. */
export function countUpTo(latency: Latency, value: number): number {
  const each = latency.byInstance?.();
  if (each !== undefined)
    return each.reduce((total, part) => {
      const beyond = value > 0 ? 1 - cumulative({ parts: [part], cv: latency.cv }, Math.log(value)) : 1;
      return total + part.count - binomialAt(part.count, beyond, part.z);
    }, 0);
  const n = latency.parts.reduce((total, part) => total + part.count, 0);
  if (value >= latencyQuantile(latency, 1)) return n;
  if (value < latencyQuantile(latency, 0)) return 0;
  const share = cumulative(latency, Math.log(value));
  return Math.min(
    n,
    Math.max(0, Math.round(n * share - latency.luck.z * Math.sqrt(n * share * (1 - share)))),
  );
}

/** By bisection on the logarithm, to a relative precision of 1e-7. */
function inverse(latency: Latency, u: number): number {
  const sigma = Math.sqrt(Math.log1p(latency.cv * latency.cv));
  const means = latency.parts.map((part) => Math.log(part.mean));
  let low = Math.min(...means) - 8 * sigma - 1;
  let high = Math.max(...means) + 8 * sigma + 1;
  while (high - low > 1e-7) {
    const middle = (low + high) / 2;
    if (cumulative(latency, middle) < u) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Below this mean the law is added up, above it is close to normal. */
const fewAtMost = 30;

/** The number of n at a quantile, told by the standard normal; each counts with probability p. */
function binomialAt(n: number, p: number, z: number): number {
  if (p > 0.5) return n - binomialAt(n, 1 - p, -z);
  const mean = n * p;
  if (mean <= 0) return 0;
  if (mean > fewAtMost) return Math.min(n, Math.max(0, Math.round(mean + z * Math.sqrt(mean * (1 - p)))));
  const u = normalCumulative(z);
  let [count, chance] = [0, (1 - p) ** n];
  for (let below = chance; below < u && count < n; below += chance) {
    chance *= ((n - count) / (count + 1)) * (p / (1 - p));
    count += 1;
  }
  return count;
}

function cumulative(latency: Pick<Latency, "parts" | "cv">, logValue: number): number {
  const variance = Math.log1p(latency.cv * latency.cv);
  const sigma = Math.sqrt(variance);
  let below = 0;
  let n = 0;
  for (const { count, mean } of latency.parts) {
    const distance = logValue - (Math.log(mean) - variance / 2);
    below += count * (sigma === 0 ? Number(distance >= 0) : normalCumulative(distance / sigma));
    n += count;
  }
  return below / n;
}

/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normalCumulative(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = 0.5 * polynomial * Math.exp(-x * x);
  return z < 0 ? tail : 1 - tail;
}
