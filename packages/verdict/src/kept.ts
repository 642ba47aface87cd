/** What is kept of stages and intervals, whatever the shape of a KPI: small JSON. */
import type { Counted } from "./observations/counted.ts";
import type { CountSample } from "./observations/samples.ts";

/** A stage that has begun. */
export interface StageMark {
  /** 0-based. */
  readonly stage: number;
  /** When its share took effect, epoch seconds. */
  readonly at: number;
  /** The candidate's share, 0 to 1; at 1 there is no stable traffic to compare with. Absent: below 1. */
  readonly trafficShare?: number;
  /** Fewer instances widen the tolerance; absent: not widened. */
  readonly candidateInstances?: number;
  readonly stableInstances?: number;
  /** Intervals that begin before this settle, epoch seconds: they count against what is far worse only. */
  readonly settledAt?: number;
  /** Those that began before this one did not, where the share was changed since the stage began; absent: `at`. */
  readonly settlesFrom?: number;
}

/** One side's sums: requests, and bad events (or, for latency means, latency summed over requests). */
export interface Tally {
  readonly requests: number;
  readonly amount: number;
}

export interface StageEvidence {
  readonly stage: number;
  /** ln of what was staked on each alternative when the stage began. */
  readonly logStaked: readonly number[];
  /** Σ ℓ per alternative over the stage's intervals, nats. */
  readonly harm: readonly number[];
  readonly safe: readonly number[];
  /** Intervals in which both sides could be compared. */
  readonly compared: number;
  readonly candidate: Tally;
  readonly stable: Tally;
}

/** Evidence of harm: what was staked on each alternative, times how much likelier it made all that came since. */
export interface Stakes {
  /** ln, per alternative. */
  readonly logStakes: readonly number[];
  /** What cutting evidence off at the threshold gave back so far, less what is kept from the start, nats. */
  readonly logBoost: number;
}

/** How stable has fared of late, and how unsteadily. */
export interface Pace {
  /** Stable's newest intervals, as they were counted. */
  readonly recent: readonly CountSample[];
  /** Both sides' newest interval. */
  readonly total: CountSample | null;
  /** Stable's usual rate of late, and how far its intervals strayed from that, by exponential weights. */
  readonly rate: number | null;
  /** Sum of weights, of squared residuals, of products of neighbours, of the events expected in an interval. */
  readonly weight: number;
  readonly squares: number;
  readonly products: number;
  readonly expected: number;
  /** Residuals of the newest intervals, the last one first. */
  readonly last: readonly number[];
}

/** What is kept of a KPI that is judged by evidence against stable. */
export interface EvidenceState {
  readonly kind: string;
  readonly counted: Counted | null;
  /** What its history says of noise. */
  readonly noise: { readonly source: NoiseSource };
  /** Null before any stage. */
  readonly harm: Stakes | null;
  /** Seconds of the intervals counted. */
  readonly countedSeconds: number;
  /** The newest stages. */
  readonly open: readonly StageEvidence[];
}

/** Where noise was read: halves of stable, stable's own successive intervals (slower), or assumed without data. */
export type NoiseSource = "split" | "successive" | "assumed";

/** Stages of which late intervals are still taken: the present one and the one before it. */
export const OPEN_STAGES = 2;

/** Sums are kept to this fraction of a nat, so that adding in any order gives the same bytes. */
export function roundNats(nats: number): number {
  return Math.round(nats * 1e8) / 1e8;
}
