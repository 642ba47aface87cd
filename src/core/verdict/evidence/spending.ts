/**
 * Evidence that restarts with each stage: a part of the stake waits for the later stages' starts, so that a fault
 * that only a later stage exposes need not first undo all the good minutes before it. A stage's part is divided among
 * the alternatives as suits its traffic: R_ρ ← (R_ρ + π_t·g_ρ,t)·e^{ℓ_ρ}; E = Σ_ρ R_ρ + (1 − Σ π spent).
 */

/** Most is staked at once, since most faults show at once; the later stages share the rest. */
const FIRST = 0.8;

/** Parts of the stake by stage; sum 1. Four stages: .8, and .067 each. */
export function spendingOf(stages: number): readonly number[] {
  if (stages === 1) return [1];
  return Array.from({ length: stages }, (_, stage) => (stage === 0 ? FIRST : (1 - FIRST) / (stages - 1)));
}

export interface StageSums {
  readonly stage: number;
  /** ln of what was staked on each alternative when the stage began: π·g. */
  readonly logStaked: readonly number[];
  /** Σ ℓ per alternative over this stage's intervals. */
  readonly harm: readonly number[];
}

export interface Mixture {
  /** ln R per alternative of the stages closed for good, before the open ones; null before any is. */
  readonly folded: readonly number[] | null;
  readonly open: readonly StageSums[];
}

/** ln of what a stage stakes on each alternative: its part of all, divided by the weights. */
export function logStakedOf(part: number, weights: readonly number[]): number[] {
  return weights.map((weight) => Math.log(part * weight));
}

/** ln R_ρ per alternative after all stages seen; empty before any. */
export function logStakes({ folded, open }: Mixture): readonly number[] {
  let stakes = folded;
  for (const { logStaked, harm } of open)
    stakes = logStaked.map((staked, i) => logAdd(stakes?.[i], staked) + (harm[i] ?? 0));
  return stakes ?? [];
}

/** ln E: all stakes and what is not yet spent. */
export function logEvidence(mixture: Mixture, spending: readonly number[]): number {
  const stage = mixture.open.at(-1)?.stage;
  if (stage === undefined) return 0;
  return logSum([...logStakes(mixture), Math.log(reserveAfter(stage, spending))]);
}

/** ln E of one stage by itself, as if all had been staked on it. */
export function logStageEvidence({ logStaked, harm }: StageSums): number {
  return logSum(logStaked.map((staked, i) => staked + (harm[i] ?? 0))) - logSum(logStaked);
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

function logAdd(a: number | undefined, b: number): number {
  if (a === undefined) return b;
  const most = Math.max(a, b);
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}
