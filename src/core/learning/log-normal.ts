/**
 * A quantity that is log-normal, of a median and a spread that nobody knows: a belief is a set of hypotheses about both, each with
 * how likely it is. What is foretold by all of them together has the heavy ends that few observations call for (of exact ones
 * and a flat prior, Student's t).
 */
export interface Hypothesis {
  /** Natural logarithms: the median, and the standard deviation. */
  readonly median: number;
  readonly spread: number;
  /** By how much, in the quantity's own unit, one is more for each other that is drawn together with it. */
  readonly perOther: number;
  readonly weight: number;
}
export type Belief = readonly Hypothesis[];

/** What was seen of a quantity: that the largest of so many was more than the one and at most the other. */
export interface SeenSpan {
  readonly instances: number;
  readonly moreThan: number;
  /** Infinity where it was not seen. */
  readonly atMost: number;
  /** How much of it counts, above 0 and at most 1; all of it where that is absent. */
  readonly weight?: number;
}

/** Of how many drawn beside how many others the largest is meant. */
export interface Drawn {
  readonly instances: number;
  readonly together: number;
}

export const oneAlone: Drawn = { instances: 1, together: 1 };

/** The share of draws of which the largest is no more than that. */
export function shareBy(belief: Belief, logValue: number, drawn: Drawn): number {
  let share = 0;
  for (const one of belief) share += one.weight * shareOfOne(one, logValue, drawn);
  return share;
}

function shareOfOne(
  { median, spread, perOther }: Hypothesis,
  logValue: number,
  { instances, together }: Drawn,
): number {
  const alone = perOther === 0 ? logValue : Math.log(Math.exp(logValue) - perOther * (together - 1));
  return Number.isNaN(alone) ? 0 : normalShareBelow((alone - median) / spread) ** instances;
}

/** What no hypothesis explains is an outlier, and rules out none of them. */
const leastLikely = 1e-9;

/** How likely each hypothesis makes what was seen, as logarithms; a span that counts less says less. */
export function logLikelihoods(
  belief: Belief,
  { instances, moreThan, atMost, weight = 1 }: SeenSpan,
): number[] {
  const drawn = { instances, together: instances };
  const [low, high] = [Math.log(moreThan), Math.log(atMost)];
  return belief.map((one) => {
    const upper = atMost === Number.POSITIVE_INFINITY ? 1 : shareOfOne(one, high, drawn);
    const lower = moreThan > 0 ? shareOfOne(one, low, drawn) : 0;
    return weight * Math.log(Math.max(leastLikely, upper - lower));
  });
}

/** Of all spans together, hypothesis by hypothesis: what logLikelihoods says of each span. */
export const summed = (prior: Belief, logs: readonly (readonly number[])[]): number[] =>
  prior.map((_, nth) => logs.reduce((sum, each) => sum + (each[nth] ?? 0), 0));

/** What is believed once something was seen, by how likely each hypothesis makes each of it, as logarithms. */
export function weighedBy(prior: Belief, logs: readonly (readonly number[])[]): Belief {
  if (logs.length === 0) return prior;
  const sums = summed(prior, logs);
  const most = Math.max(...sums);
  return normalised(
    prior.map((one, nth) => ({ ...one, weight: one.weight * Math.exp((sums[nth] ?? 0) - most) })),
  ).filter(({ weight }) => weight > leastLikely);
}

export function normalised(all: Belief): Hypothesis[] {
  const sum = all.reduce((total, { weight }) => total + weight, 0);
  return all.map((one) => ({ ...one, weight: one.weight / sum }));
}

/** The logarithm at which a share is reached, of what grows with it, within bounds. */
export function logWhere(
  share: number,
  through: (logValue: number) => number,
  [from, to]: readonly [number, number],
): number {
  let [low, high] = [from, to];
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (through(middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

/** A normal density, but for its constant factor. */
export const bell = (z: number): number => Math.exp((-z * z) / 2);

/** So many numbers, evenly apart. */
export const evenly = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, nth) => from + ((to - from) * nth) / (count - 1));

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17: right to 7.5e-8. */
export function normalShareBelow(z: number): number {
  if (z < 0) return 1 - normalShareBelow(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduceRight((rest, coefficient) => t * (coefficient + rest), 0);
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
