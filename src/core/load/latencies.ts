/**
 * Latencies as counts of buckets that grow by two percent: what several invocations have measured adds up exactly, and a
 * quantile is known to one percent.
 */
import * as z from "zod";

const growth = Math.log(1.02);

/** Bucket and count, by bucket; a bucket without a count is absent. */
export const Latencies = z.array(z.tuple([z.int(), z.int().min(1)])).readonly();
export type Latencies = z.infer<typeof Latencies>;

/** Bucket 0 is what takes no more than a tenth of a millisecond. */
export const bucketOf = (milliseconds: number): number =>
  Math.max(0, Math.ceil(Math.log(Math.max(milliseconds, 1e-9) / 0.1) / growth));

/** The middle of a bucket, on the log scale. */
const middleOf = (bucket: number): number => 0.1 * Math.exp((bucket - 0.5) * growth);

/** Counts as it goes. */
export function countingLatencies(): { add(milliseconds: number): void; all(): Latencies } {
  const counts = new Map<number, number>();
  return {
    add: (milliseconds) => {
      const bucket = bucketOf(milliseconds);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    },
    all: () => sorted(counts),
  };
}

export function mergedLatencies(a: Latencies, b: Latencies): Latencies {
  const counts = new Map(a);
  for (const [bucket, count] of b) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return sorted(counts);
}

const sorted = (counts: ReadonlyMap<number, number>): [number, number][] =>
  [...counts].sort(([a], [b]) => a - b);

/** Milliseconds; undefined where nothing was measured. */
export function quantileOf(latencies: Latencies, q: number): number | undefined {
  const all = latencies.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [bucket, count] of latencies) {
    below += count;
    if (below >= q * all) return middleOf(bucket);
  }
  return undefined;
}

/** The largest difference of two cumulative shares, and which one chance alone exceeds in one of a hundred pairs (Smirnov, 1948). */
export function distanceOf(a: Latencies, b: Latencies): { distance: number; critical: number } {
  const countOf = (of: Latencies) => of.reduce((sum, [, count]) => sum + count, 0);
  const [inA, inB] = [countOf(a), countOf(b)];
  if (inA === 0 || inB === 0) return { distance: 1, critical: 0 };
  let [difference, distance] = [0, 0];
  const changes = [
    ...a.map(([bucket, count]) => [bucket, count / inA] as const),
    ...b.map(([bucket, count]) => [bucket, -count / inB] as const),
  ].sort(([one], [other]) => one - other);
  for (const [nth, [bucket, share]] of changes.entries()) {
    difference += share;
    if (changes[nth + 1]?.[0] !== bucket) distance = Math.max(distance, Math.abs(difference));
  }
  return { distance, critical: 1.63 * Math.sqrt((inA + inB) / (inA * inB)) };
}

/** The variance over the square of the mean; 0 of none. */
export function spreadOf(latencies: Latencies): number {
  const all = latencies.reduce((sum, [, count]) => sum + count, 0);
  const moment = (power: number) =>
    latencies.reduce((sum, [bucket, count]) => sum + count * middleOf(bucket) ** power, 0) / all;
  return all === 0 ? 0 : Math.max(0, moment(2) / moment(1) ** 2 - 1);
}
