/**
 * Whether what is learnt has changed at some moment (a new image, a new driver, another rack): what was seen before it says
 * nothing of what comes. The two halves that explain themselves best are held against all of it as one.
 */
import { type Belief, summed } from "./log-normal.ts";

/** Chosen: two of them are so many times as likely as one, for each place at which it could have changed. */
const timesAsLikely = 20;
/** Chosen: one that is unlike all before it may be chance. */
const fewestSince = 2;

/**
 * The place of the first that still counts, 0 where all do. `logs`: how likely each hypothesis makes each of what was seen, oldest
 * first, as logarithms.
 */
export function changedAt(prior: Belief, logs: readonly (readonly number[])[]): number {
  const places = logs.map((_, nth) => nth).slice(1, Math.max(1, logs.length - fewestSince + 1));
  if (places.length === 0) return 0;
  const split = places.map((at) => gained(prior, logs.slice(0, at), logs.slice(at)));
  const least = Math.log(timesAsLikely * places.length);
  const best = Math.max(...split);
  if (best <= least) return 0;
  const at = places[split.indexOf(best)] ?? 0;
  const since = logs.slice(at);
  const isOfOne = since.some((_, nth) => gained(prior, logs.slice(0, at), since.toSpliced(nth, 1)) <= least);
  return isOfOne ? 0 : at;
}

/** How many times as likely two halves make what was seen than both as one, as a logarithm. */
function gained(
  prior: Belief,
  before: readonly (readonly number[])[],
  since: readonly (readonly number[])[],
): number {
  const [one, other] = [summed(prior, before), summed(prior, since)];
  const both = one.map((each, nth) => each + (other[nth] ?? 0));
  return evidence(prior, one) + evidence(prior, other) - evidence(prior, both);
}

function evidence(prior: Belief, sums: readonly number[]): number {
  const most = Math.max(...sums);
  return (
    most +
    Math.log(prior.reduce((sum, { weight }, nth) => sum + weight * Math.exp((sums[nth] ?? 0) - most), 0))
  );
}
