/**
 * Whether the share of bad requests of one side alone exceeds an allowed one, or does not: a pair of e-processes, each a
 * mixture of likelihood ratios of a binomial count against the allowed share. Either may be looked at as often as one
 * likes: where the share is at most the allowed one, evidence that it is more reaches 1/α with a chance of at most α, and
 * the other way round (Ville's inequality; Robbins 1970, "Statistical methods related to the law of the iterated
 * logarithm"). That holds as long as each request's chance of being bad, given all before it, keeps to the null; bad
 * requests that come in clusters are what `deflation` is for.
 */
import { logMixture } from "./spending.ts";

/** Alternatives to "at most the allowed share": as many times as many, and the rest of the way to all of them. */
const MORE = [1.25, 1.5, 2, 4, 8, 16];
const MORE_TOWARDS_ALL = [0.25, 0.75];
/** Alternatives to "at least the allowed share": so many times as many. */
const LESS = [0.02, 0.2, 0.5, 0.7, 0.85];

export interface BadRequests {
  readonly requests: number;
  readonly bad: number;
  /** By how much more than chance their numbers vary, 1 or more: all evidence is divided by it. */
  readonly deflation: number;
}

/** ln of the evidence for either. */
export interface ShareEvidence {
  readonly more: number;
  readonly less: number;
}

/** Of an allowed share above 0 and below 1. @throws RangeError on another: of nothing no part can be too much */
export function shareEvidence(seen: BadRequests, allowed: number): ShareEvidence {
  if (!(allowed > 0 && allowed < 1))
    throw new RangeError(`expected an allowed share between 0 and 1, found ${allowed}`);
  const more = [
    ...MORE.map((times) => times * allowed).filter((share) => share < 1),
    ...MORE_TOWARDS_ALL.map((part) => allowed + part * (1 - allowed)),
  ];
  return {
    more: mixed(seen, allowed, more),
    less: mixed(
      seen,
      allowed,
      LESS.map((times) => times * allowed),
    ),
  };
}

function mixed(
  { requests, bad, deflation }: BadRequests,
  allowed: number,
  alternatives: readonly number[],
): number {
  const ratios = alternatives.map(
    (share) =>
      (bad * Math.log(share / allowed) + (requests - bad) * (Math.log1p(-share) - Math.log1p(-allowed))) /
      deflation,
  );
  return logMixture(
    ratios,
    alternatives.map(() => 1 / alternatives.length),
  );
}
