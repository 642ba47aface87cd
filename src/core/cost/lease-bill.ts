/** What a release's leases beside its endpoint have cost so far, and cost while it goes on, at its plan's prices. */
import type { EpochMs } from "../units.ts";

/** A lease with a known price, in units above what stood before it. */
export interface BilledLease {
  readonly usdPerUnitHour: number;
  /** How many more it was raised to, from when on (epoch milliseconds), in any order; empty: not leased yet. */
  readonly raised: readonly { readonly fromMs: EpochMs; readonly more: number }[];
  /** How many more each stage of the rollout needs; beyond the last one, as many as that. */
  readonly stages: readonly number[];
}

export interface LeaseTime {
  /** Until when it is billed as it was leased, epoch milliseconds. */
  readonly untilMs: EpochMs;
  /** For how long it is leased from then on. */
  readonly minutesAhead: number;
  /** The stage that is to come next, from which on more may be needed; absent: it stays as it is. */
  readonly fromStage?: number | undefined;
}

/**
 * US dollars, unrounded: the most that was leased so far, for the time since it was; and what is to come, at the most that it
 * needs then. None for less than there was before.
 */
export function leaseBillUsd(
  leases: readonly BilledLease[],
  { untilMs, minutesAhead, fromStage }: LeaseTime,
): number {
  return leases.reduce((sum, { usdPerUnitHour, raised, stages }) => {
    const ahead = Math.max(mostOf(raised), ...(fromStage === undefined ? [] : stages.slice(fromStage)));
    const unitHours = unitHoursSoFar(raised, untilMs) + (ahead * minutesAhead) / 60;
    return sum + unitHours * usdPerUnitHour;
  }, 0);
}

const mostOf = (raised: BilledLease["raised"]): number => Math.max(0, ...raised.map(({ more }) => more));

/** A lease never becomes less within a release: each raise counts from its beginning on, until a larger one does. */
function unitHoursSoFar(raised: BilledLease["raised"], untilMs: EpochMs): number {
  const inOrder = raised.toSorted((a, b) => a.fromMs - b.fromMs);
  let [most, unitMs] = [0, 0];
  for (const { fromMs, more } of inOrder) {
    unitMs += Math.max(0, more - most) * Math.max(0, untilMs - fromMs);
    most = Math.max(most, more);
  }
  return unitMs / 3_600_000;
}
