/** What an interval shows of one side, by shape; and what of a sample that anybody may have written can be used. */

/** Bad events out of all requests of one interval. */
export interface CountSample {
  readonly requests: number;
  readonly bad: number;
}

/** Mean latency of one interval's requests, any unit (the same for both sides); sd of one request where known. */
export interface MeanSample {
  readonly mean: number;
  readonly count: number;
  readonly sd?: number;
}

/** A value to hold against a ceiling. */
export interface ValueSample {
  readonly value: number;
}

/** Bad events beyond the total (the two metrics are published apart) are held to the total. */
export function countIn(sample: object): CountSample | null {
  if (!("requests" in sample && "bad" in sample)) return null;
  const { requests, bad } = sample;
  if (!(isNumber(requests) && isNumber(bad)) || requests < 0 || bad < 0) return null;
  return { requests, bad: Math.min(bad, requests) };
}

export function meanIn(sample: object): MeanSample | null {
  if (!("mean" in sample && "count" in sample)) return null;
  const { mean, count } = sample;
  const sd = "sd" in sample ? sample.sd : undefined;
  if (!(isNumber(mean) && isNumber(count)) || count < 0) return null;
  return typeof sd === "number" && sd >= 0 ? { mean, count, sd } : { mean, count };
}

export function valueIn(sample: object): ValueSample | null {
  return "value" in sample && isNumber(sample.value) ? { value: sample.value } : null;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);
