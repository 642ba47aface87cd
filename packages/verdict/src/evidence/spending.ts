/**
 * Evidence that restarts: a part of the stake waits for the later stages' starts, so that a fault that only a later
 * stage exposes need not first undo all the good minutes before it, and a part is spent minute by minute, for a fault
 * that comes in mid-stage. What is staked is divided among the alternatives as suits the stage's traffic:
 * R_ρ ← (R_ρ + π_t·g_ρ)·e^{ℓ_ρ,t}; E = Σ_ρ R_ρ + what is not yet spent. π_t and g are fixed before interval t is seen.
 */

/** Most is staked at once, since most faults show at once; the later stages share as much as they are. */
const FIRST = 0.77;
/** Spent evenly over the first intervals, this many minutes of them. */
const EVENLY = 0.07;
const EVENLY_MINUTES = 200;

/** Parts of the stake by stage; with what is spent evenly, sum 1. */
export function spendingOf(stages: number): readonly number[] {
  if (stages === 1) return [1 - EVENLY];
  return Array.from({ length: stages }, (_, stage) =>
    stage === 0 ? FIRST : (1 - FIRST - EVENLY) / (stages - 1),
  );
}

/** What one interval spends of the part that is spent evenly, after so many seconds of intervals counted before. */
export function evenlyAt(countedSeconds: number, intervalSeconds: number): number {
  const whole = EVENLY_MINUTES * 60;
  return (EVENLY * Math.max(0, Math.min(intervalSeconds, whole - countedSeconds))) / whole;
}

/** ln of what a stage stakes on each alternative: its part of all, divided by the weights. */
export function logStakedOf(part: number, weights: readonly number[]): number[] {
  return weights.map((weight) => Math.log(part * weight));
}

/** ln of stakes after more is staked on each; a stake of nothing is −∞. */
export function staked(logStakes: readonly number[] | null, more: readonly number[]): number[] {
  return more.map((each, i) => logAdd(logStakes?.[i] ?? Number.NEGATIVE_INFINITY, each));
}

/** What is not staked yet: the parts of the stages to come, and the rest of what is spent evenly. */
export function reserveAfter(stage: number, spending: readonly number[], countedSeconds: number): number {
  const later = spending.slice(stage + 1).reduce((sum, part) => sum + part, 0);
  return later + EVENLY * Math.max(0, 1 - countedSeconds / (EVENLY_MINUTES * 60));
}

/** ln of one stage's evidence by itself, as if all had been staked on it. */
export function logStageEvidence(stage: {
  readonly logStaked: readonly number[];
  readonly harm: readonly number[];
}): number {
  const { logStaked, harm } = stage;
  return logSum(logStaked.map((each, i) => each + (harm[i] ?? 0))) - logSum(logStaked);
}

/** ln Σ g_i·e^{s_i}: a plain mixture, nothing held back. */
export function logMixture(sums: readonly number[], weights: readonly number[]): number {
  return logSum(sums.map((sum, i) => Math.log(weights[i] ?? 0) + sum));
}

export function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - most), 0));
}

function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}
