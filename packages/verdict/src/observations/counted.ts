/** A bounded memory of the intervals already counted, so that each counts once however often and late it arrives. */

/** Invariant: every interval from the release's first to `last` was counted, except `gaps` and what is forgotten. */
export interface Counted {
  /** Index (start / length) of the newest interval counted. */
  readonly last: number;
  /** Indices before `last` that may still arrive, ascending. */
  readonly gaps: readonly number[];
}

/** Intervals this far behind the newest are no longer waited for: an hour of minutes, ten minutes of 10 s. */
const MEMORY_INTERVALS = 60;

export function intervalIndex(at: number, seconds: number): number {
  return Math.floor(at / seconds);
}

/** A memory in which nothing from interval `first` on was counted. */
export function nothingCountedBefore(first: number): Counted {
  return { last: first - 1, gaps: [] };
}

/** The memory with interval `index` counted, or null if it was counted before or comes too late. */
export function countOnce(counted: Counted, index: number): Counted | null {
  const { last, gaps } = counted;
  if (index <= last) return gaps.includes(index) ? { last, gaps: gaps.filter((gap) => gap !== index) } : null;
  const oldest = index - MEMORY_INTERVALS;
  const waited = (gaps[0] ?? oldest) < oldest ? gaps.filter((gap) => gap >= oldest) : gaps;
  if (index === last + 1) return { last: index, gaps: waited };
  const from = Math.max(last + 1, oldest);
  return { last: index, gaps: [...waited, ...Array.from({ length: index - from }, (_, i) => from + i)] };
}
