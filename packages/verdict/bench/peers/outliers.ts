/** What Kayenta does to a series before it judges it: values that are missing, and outliers. */
import { mean, percentile } from "./effect-size.ts";

export function withoutNaN(values: readonly number[]): number[] {
  return values.filter((each) => !Number.isNaN(each));
}

export function withZeroForNaN(values: readonly number[]): number[] {
  return values.map((each) => (Number.isNaN(each) ? 0 : each));
}

/** Beyond `k` population standard deviations of the mean. */
export function kSigmaOutliers(values: readonly number[], k: number): boolean[] {
  const average = mean(values);
  const sigma = Math.sqrt(mean(values.map((each) => (each - average) ** 2)));
  return values.map((each) => Math.abs(each - average) > k * sigma);
}

/** Beyond `factor` interquartile ranges of the quartiles: Tukey's fences. */
export function quartileOutliers(values: readonly number[], factor: number): boolean[] {
  const [low, high] = [percentile(values, 25), percentile(values, 75)];
  const reach = factor * (high - low);
  return values.map((each) => each < low - reach || each > high + reach);
}

export function without(values: readonly number[], outliers: readonly boolean[]): number[] {
  return values.filter((_, i) => outliers[i] !== true);
}
