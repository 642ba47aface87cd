/**
 * What the threshold makes superfluous is put to use before it is reached. A test that stops at 1/alpha has no use
 * for evidence beyond it, so evidence is cut off there and enlarged by the factor b that keeps its mean under "within
 * tolerance": E[min(b·E, 1/alpha)] = E before (at most that, where evidence is deflated). The error rate stays alpha, and detection comes sooner. Fischer and
 * Ramdas, "Improving Wald's (approximate) sequential probability ratio test by avoiding overshoot" (2024).
 */
import { logFactorial } from "./log-factorial.ts";

/** Seven percent of alpha are not staked: they are kept for what no model of counts and noise holds. */
export const FIRST_LOG_BOOST = Math.log(0.93);

export interface Stake {
  /** ln of weight times stake, per alternative. */
  readonly logStakes: readonly number[];
  /** What is not staked yet. */
  readonly reserve: number;
  /** ln of all boosts so far; before any, FIRST_LOG_BOOST. */
  readonly logBoost: number;
  /** ln of the evidence at which the release fails. */
  readonly logThreshold: number;
}

export interface Draw {
  /** Bad events of both sides. */
  readonly bad: number;
  /** The candidate's share of bad events if it is just within tolerance. */
  readonly nullShare: number;
  /** Per alternative: ln of its ratio beyond tolerance, and of how much less of its mass a bad event finds. */
  readonly logRatios: readonly number[];
  readonly logShrinks: readonly number[];
  /** What the interval's evidence is divided by, 1 or more. */
  readonly deflation: number;
}

/** Outcomes this much beyond an alternative's own mean are left out, and so is a stake this small a part of all. */
const FAR_SD = 5;
const FAR_EVENTS = 4;
const SMALL_STAKE = 1e-6;
/** Beyond this many bad events a boost gains little, and its sum takes long. */
const MOST_EVENTS = 3000;
/** Held finite. */
const FAR_OVER = 1e250;

/** ln b for the next interval, at least 0; depends on its bad events in all, never on which side had them. */
export function logBoostOf(stake: Stake, draw: Draw): number {
  const { bad, nullShare } = draw;
  if (bad < 1 || bad > MOST_EVENTS) return 0;
  const before = evidenceAt(stake, draw, null);
  const highest = highestOutcome(stake, draw, before);
  if (before >= 1 || evidenceAt(stake, draw, highest) < 1) return 0;
  let logChance = logBinomial(highest, bad, nullShare);
  let over = { chance: 0, evidence: 0 };
  let boost = 1;
  for (let candidateBad = highest; candidateBad >= 0; candidateBad--) {
    const evidence = evidenceAt(stake, draw, candidateBad);
    if (boost * evidence < 1) break;
    const chance = Math.exp(logChance);
    over = { chance: over.chance + chance, evidence: over.evidence + chance * evidence };
    // Σ over outcomes below the threshold, where the means of evidence before and after agree.
    const below = before - over.evidence;
    if (below <= 1e-9 * before) break;
    boost = Math.max(1, (before - over.chance) / below);
    logChance += Math.log((candidateBad * (1 - nullShare)) / ((bad - candidateBad + 1) * nullShare));
  }
  return Math.log(boost);
}

/** The most of the bad events that the candidate may have under any alternative with a stake worth the while. */
function highestOutcome(stake: Stake, draw: Draw, before: number): number {
  const { bad, nullShare } = draw;
  const least = Math.log(before * SMALL_STAKE) - stake.logBoost + stake.logThreshold;
  let highest = 0;
  for (const [i, logStake] of stake.logStakes.entries()) {
    if (logStake < least) continue;
    const odds = (nullShare / (1 - nullShare)) * Math.exp((draw.logRatios[i] ?? 0) / draw.deflation);
    const share = odds / (1 + odds);
    highest = Math.max(highest, bad * share + FAR_SD * Math.sqrt(bad * share * (1 - share)) + FAR_EVENTS);
  }
  return Math.min(bad, Math.floor(highest));
}

/** Evidence over its threshold, if the candidate has this many of the bad events; null: before any is seen. */
function evidenceAt(stake: Stake, draw: Draw, candidateBad: number | null): number {
  const scale = stake.logBoost - stake.logThreshold;
  let evidence = Math.exp(scale) * stake.reserve;
  for (const [i, logStake] of stake.logStakes.entries()) {
    const logLikelihood =
      candidateBad === null
        ? 0
        : candidateBad * (draw.logRatios[i] ?? 0) + draw.bad * (draw.logShrinks[i] ?? 0);
    evidence += Math.exp(scale + logStake + logLikelihood / draw.deflation);
  }
  return Math.min(evidence, FAR_OVER);
}

function logBinomial(successes: number, trials: number, chance: number): number {
  const failures = trials - successes;
  const ways = logFactorial(trials) - logFactorial(successes) - logFactorial(failures);
  return ways + successes * Math.log(chance) + failures * Math.log1p(-chance);
}
