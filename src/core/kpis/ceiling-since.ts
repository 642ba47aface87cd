/**
 * Whether what has a ceiling is worse since a fleet was changed than before, with a promise about false alarms. A minute's percentile
 * that is usually a little below its ceiling is above it by chance in three of five, somewhere in a week, so that a ceiling that is
 * broken says nothing of the change unless its readings are worse than before beyond their noise. A minute weighs by how much worse it
 * is, in the noise of successive minutes of before, and no more than as many minutes as break the ceiling need to tell it
 * together. It may have turned worse in any minute of the watch: evidence is the sum over all of these beginnings (an e-process; Ville's
 * inequality bounds how often it ever reaches 1 ÷ the share of the error rate while readings are what they were on average).
 */
import { normalShareBelow } from "../learning/log-normal.ts";

/** What is remembered of one ceiling: a few numbers. */
export interface CeilingEvidence {
  /** The newest minute that was counted, and what was read of before for it. */
  readonly at?: number | undefined;
  readonly before?: number | undefined;
  /** Pairs of successive minutes of before, and the sum of the squares by which these differ. */
  readonly pairs: number;
  readonly squares: number;
  /** By bet: evidence that it turned worse in any of the minutes until now. */
  readonly sums: readonly number[];
}

export const noEvidence: CeilingEvidence = { pairs: 0, squares: 0, sums: [] };

export interface CeilingMinute {
  readonly at: number;
  readonly now: number;
  readonly before: number;
}

export interface CeilingWatch {
  /** Its share of the plan's error rate. */
  readonly alpha: number;
  /** For how many minutes it is watched. */
  readonly minutes: number;
  /** Of the plan's rule: how many minutes above break it. */
  readonly breaching: number;
}

/** Chosen: bets on readings that are worse by half of the noise, to four times as much. */
const bets = [0.5, 1, 2, 4];
/** Chosen: what is believed of the noise before any of it was seen, as a share of the reading and rather too much, and how many pairs that is worth. */
const believed = { noise: 0.3, pairs: 5 };
/** Chosen: a minute that is much better than before says no more than one that is better by this many noises. */
const lowest = -1;
/** Chosen: what is forgotten with each minute, as a logarithm. What is worse by less than half of the noise never adds up. */
const forgotten = 0.15;

/** With one minute more. One that was counted counts no second time. */
export function withMinute(
  known: CeilingEvidence,
  { at, now, before }: CeilingMinute,
  watch: CeilingWatch,
): CeilingEvidence {
  if (known.at !== undefined && at <= known.at) return known;
  const noise = noiseSeen(known, before);
  const worse = differenceOf(now, before) / noiseOf(noise);
  const most = thresholdOf(watch) / watch.breaching + rounding;
  const sums = bets.map((bet, nth) => {
    const factor = Math.exp(Math.min(most, bet * Math.max(lowest, worse) - logMeanOf(bet)));
    return (1 + Math.exp(-forgotten) * (known.sums[nth] ?? 0)) * factor;
  });
  return { ...noise, at, before, sums: sums.map((sum) => Math.min(sum, Number.MAX_SAFE_INTEGER)) };
}

/** Whether its readings are shown to be worse than before. */
export const isShown = ({ sums }: CeilingEvidence, watch: CeilingWatch): boolean =>
  Math.log(sums.reduce((total, each) => total + each, 0)) >= thresholdOf(watch);

/** Its share of the error rate, by the beginnings and bets among which that is divided evenly. */
const thresholdOf = ({ alpha, minutes }: CeilingWatch): number => Math.log((minutes * bets.length) / alpha);

/** So that as many of the heaviest minutes as break a ceiling do reach the threshold, with what is forgotten meanwhile. */
const rounding = forgotten;

const differenceOf = (now: number, before: number): number =>
  now + before > 0 ? (now - before) / ((now + before) / 2) : 0;

function noiseSeen({ before: last, pairs, squares }: CeilingEvidence, before: number) {
  if (last === undefined) return { pairs, squares };
  return { pairs: pairs + 1, squares: squares + differenceOf(before, last) ** 2 };
}

/** By how much two readings of the same differ, as a share of them. */
const noiseOf = ({ pairs, squares }: Pick<CeilingEvidence, "pairs" | "squares">): number =>
  Math.sqrt((squares + 2 * believed.pairs * believed.noise ** 2) / (pairs + believed.pairs));

/** ln E[exp(bet · max(lowest, Z))] of a standard normal Z: by it, what is bet on readings that are as before gains nothing on average. */
function logMeanOf(bet: number): number {
  const above = Math.exp(bet ** 2 / 2) * normalShareBelow(bet - lowest);
  return Math.log(Math.exp(bet * lowest) * normalShareBelow(lowest) + above);
}
