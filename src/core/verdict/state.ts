/** What the verdict remembers between two looks: small JSON that travels in the execution. */
import type { CountNoise } from "./evidence/count-past.ts";
import type { Reading } from "./evidence/guardrail.ts";
import type { LatencyNoise } from "./evidence/latency-noise.ts";
import type { Counted } from "./observations/counted.ts";
import type { CountSample } from "./observations/observation.ts";

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

export interface CountState {
  readonly kind: "count";
  readonly counted: Counted | null;
  readonly noise: CountNoise;
  /** Standard deviation of ln(bad rate) among stable's hosts, where measured. */
  readonly hostLogSd?: number;
  /** Null before any stage. */
  readonly harm: Stakes | null;
  /** The same with one of the candidate's hosts left out, by its id. */
  readonly without: Readonly<Record<string, Stakes>>;
  /** Seconds of the intervals counted. */
  readonly countedSeconds: number;
  readonly pace: Pace;
  /** The newest stages. */
  readonly open: readonly StageEvidence[];
}

export interface MeanState {
  readonly kind: "mean";
  readonly counted: Counted | null;
  readonly noise: LatencyNoise;
  readonly harm: Stakes | null;
  readonly countedSeconds: number;
  readonly open: readonly StageEvidence[];
}

export interface GuardrailState {
  readonly kind: "guardrail";
  readonly readings: readonly Reading[];
}

export type EvidenceState = CountState | MeanState;
export type KpiState = EvidenceState | GuardrailState;

export interface LoneHost {
  readonly host: string;
  /** Since when it has the evidence alone, and when that last grew; epoch seconds. */
  readonly since: number;
  readonly grownAt: number;
  /** ln E with it, at its highest. */
  readonly logE: number;
}

export interface VerdictState {
  /** Parts of alpha by stage, sum 1. */
  readonly spending: readonly number[];
  readonly stages: readonly StageMark[];
  /** A host without which the evidence of harm falls apart. */
  readonly lone?: LoneHost;
  /** By KPI name. */
  readonly kpis: Readonly<Record<string, KpiState>>;
}

/** Stages of which late intervals are still taken: the present one and the one before it. */
export const OPEN_STAGES = 2;

/** Sums are kept to this fraction of a nat, so that adding in any order gives the same bytes. */
export function roundNats(nats: number): number {
  return Math.round(nats * 1e8) / 1e8;
}
