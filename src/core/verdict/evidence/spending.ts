/**
 * Evidence that restarts with each stage: a part of the stake waits for the later stages' starts, so that a fault
 * that only a later stage exposes need not first undo all the good minutes before it.
 * R_ρ ← (R_ρ + π_t)·e^{ℓ_ρ}; E = Σ_ρ g_ρ·R_ρ + (1 − Σ π spent).
 */

/** Most is staked at once, since most faults show at once; the later stages share the rest. */
const FIRST = 0.7;

/** Parts of the stake by stage; sum 1. Four stages: .7, .1, .1, .1. */
export function spendingOf(stages: number): readonly number[] {
  if (stages === 1) return [1];
  return Array.from({ length: stages }, (_, stage) => (stage === 0 ? FIRST : (1 - FIRST) / (stages - 1)));
}

export interface StageSums {
  readonly stage: number;
  /** Σ ℓ per alternative over this stage's intervals. */
  readonly harm: readonly number[];
}

export interface Mixture {
  /** ln R per alternative of the stages closed for good, before the open ones; null before any is. */
  readonly folded: readonly number[] | null;
  readonly open: readonly StageSums[];
}

/** ln R_ρ per alternative after all stages seen. */
export function logStakes(
  { folded, open }: Mixture,
  spending: readonly number[],
  alternatives: number,
): number[] {
  let stakes = folded ?? new Array<number>(alternatives).fill(Number.NEGATIVE_INFINITY);
  for (const { stage, harm } of open) {
    const logSpent = Math.log(spending[stage] ?? 0);
    stakes = stakes.map((logR, i) => logAdd(logR, logSpent) + (harm[i] ?? 0));
  }
  return [...stakes];
}

/** ln E: the weighted stakes and what is not yet spent. */
export function logEvidence(
  mixture: Mixture,
  spending: readonly number[],
  weights: readonly number[],
): number {
  const stage = mixture.open.at(-1)?.stage;
  if (stage === undefined) return 0;
  const stakes = logStakes(mixture, spending, weights.length);
  return logSum([
    ...stakes.map((logR, i) => Math.log(weights[i] ?? 0) + logR),
    Math.log(reserveAfter(stage, spending)),
  ]);
}

/** What is not staked before the stages after this one. */
export function reserveAfter(stage: number, spending: readonly number[]): number {
  return spending.slice(stage + 1).reduce((sum, part) => sum + part, 0);
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
  if (a === Number.NEGATIVE_INFINITY) return b;
  const most = Math.max(a, b);
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}
