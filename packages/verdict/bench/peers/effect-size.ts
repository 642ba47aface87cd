/** Sizes of a difference and summaries of a series, as Kayenta's judge computes them. */
import { ascending } from "./mann-whitney.ts";

export function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

/** Mean of experiment over mean of control; NaN where either is 0. */
export function meanRatio(control: readonly number[], experiment: readonly number[]): number {
  const [below, above] = [mean(control), mean(experiment)];
  return below === 0 || above === 0 ? NaN : above / below;
}

/** Cohen's d with the pooled standard deviation. */
export function cohenD(experiment: readonly number[], control: readonly number[]): number {
  const [a, b] = [summaryOf(experiment), summaryOf(control)];
  const pooled = ((a.count - 1) * a.std ** 2 + (b.count - 1) * b.std ** 2) / (a.count + b.count - 2);
  return Math.abs(a.mean - b.mean) / Math.sqrt(pooled);
}

/** Share of pairs in which experiment is the higher, ties half: Vargha and Delaney (2000). */
export function commonLanguageEffect(control: readonly number[], experiment: readonly number[]): number {
  const rankSum = experiment.reduce((sum, each) => sum + midRank(each, experiment, control), 0);
  const [m, n] = [experiment.length, control.length];
  return (2 * rankSum - m * (m + 1)) / (2 * n * m);
}

function midRank(value: number, ...series: (readonly number[])[]): number {
  const all = series.flat();
  const below = all.filter((each) => each < value).length;
  const tied = all.filter((each) => each === value).length;
  return below + (tied + 1) / 2;
}

export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sample standard deviation. */
  readonly std: number;
  readonly count: number;
}

/** All zeros for an empty series. */
export function summaryOf(values: readonly number[]): Summary {
  const count = values.length;
  if (count === 0) return { min: 0, max: 0, mean: 0, std: 0, count };
  const average = mean(values);
  const squares = values.reduce((sum, each) => sum + (each - average) ** 2, 0);
  const std = count === 1 ? 0 : Math.sqrt(squares / (count - 1));
  return { min: Math.min(...values), max: Math.max(...values), mean: average, std, count };
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = ascending(values);
  const place = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}
