/**
 * Families of instance types, and how long instances of each are believed to take before an account's own are known: what was
 * published or reported of them (docs/DECISIONS.md, provisioning), each source as if it were one launch of another account.
 */

/** `ml.g5` of `ml.g5.2xlarge`; the whole of what has no such form. */
export const familyOf = (instanceType: string): string =>
  instanceType.split(".").slice(0, 2).join(".") || instanceType;

/** Of one instance, seconds: half of them are there by then, and nineteen of twenty. */
export const believedSeconds = { p50: 346, p95: 525 };

/** Seconds from a source of its own each. The first three are AWS's measurements of scaling out; others are of whole endpoints. */
const reported: Readonly<Record<string, readonly number[]>> = {
  "ml.g5": [346],
  "ml.g4dn": [381],
  "ml.g6": [525],
  "ml.m5": [134],
  "ml.c5": [476],
  "ml.m4": [510],
  "ml.t2": [505],
};

/** Chosen: so many sources would count as much as what is believed of any family. */
const sourcesOfBelief = 3;

/** The logarithm of the seconds that half of a family's instances are believed to take at most. */
export function believedLogMedian(family: string): number {
  const sources = reported[family] ?? [];
  const base = Math.log(believedSeconds.p50);
  const off = sources.reduce((sum, seconds) => sum + Math.log(seconds) - base, 0);
  return base + off / (sources.length + sourcesOfBelief);
}
