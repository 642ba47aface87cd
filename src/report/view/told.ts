/**
 * What is known of a release, whoever tells it: a rehearsal, which saw everything, or what the table keeps of a real one,
 * where only that is known which the release itself has seen. All that is shown of a release is worked out of this.
 */
import type { RehearsalFacts, StageFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Side } from "../../core/kpis/kinds/kind.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Change } from "../../core/release/change.ts";
import type { Outcome } from "../../core/release/closing.ts";
import type { JournalEntry } from "../../core/release/journal.ts";
import type { Needs } from "../../core/release/release.ts";
import type { Retrospective } from "../../core/release/retrospective.ts";
import type { Claimed } from "../../core/request/claimed.ts";

export const sides: readonly Side[] = ["stable", "candidate"];

/** One side in one interval; null where nobody has seen it. */
export interface SideTold {
  /** As the release had asked for; only where it was told. */
  readonly desired: number | null;
  /** Instances that there are, on their way in or out too. */
  readonly provisioned: number | null;
  /** Of these, those that serve with their model loaded. */
  readonly warm: number | null;
  readonly requests: number | null;
  readonly errors: number | null;
  /** Mean over its requests. */
  readonly latencyMs: number | null;
}

export interface IntervalTold {
  /** Its start, seconds since the release began. */
  readonly atSeconds: number;
  readonly seconds: number;
  /** The candidate's share at its end; null where nobody has seen it. */
  readonly trafficPercent: number | null;
  readonly sides: Readonly<Partial<Record<Side, SideTold>>>;
}

/** A share of traffic while it was in force. */
export interface ShareTold {
  /** Of the plan's stages, from 0. */
  readonly index: number;
  readonly trafficPercent: number;
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  /** Absent while it is not over. */
  readonly result?: StageFacts["result"];
}

export interface ReleaseTold {
  readonly model: string;
  readonly version: number | null;
  readonly milestone: string;
  /** `under-way`: it is not over. */
  readonly outcome: Outcome | "under-way";
  readonly reason: string;
  /** ISO 8601; all seconds below count from here. */
  readonly startedAt: string;
  /** Until its end, or until now. */
  readonly seconds: number;
  /** ISO 8601, where it was started ahead of a date. */
  readonly dueAt?: string;
  readonly lateMinutes?: number;
  readonly releaseType?: string;
  /** What whoever asked for it has said of themselves: nobody has looked into it. */
  readonly claimed?: Claimed;
  readonly plan?: Plan;
  readonly needs?: Needs;
  /** Oldest first, all of one length. */
  readonly intervals: readonly IntervalTold[];
  readonly journal: readonly JournalEntry[];
  readonly ledger: readonly Change[];
  /**
   * Raised on top of the steady fleet, US dollars; null where a price is not known, absent where nobody has reckoned it. What a
   * real release reckoned at its last look leaves out what came after.
   */
  readonly costUsd?: number | null;
  /** The plan's stages that were reached; one whose share was changed is there once for each share. */
  readonly shares: readonly ShareTold[];
  /** What was planned and what happened, as it was kept when it closed; absent of releases of before, and while it is under way. */
  readonly retrospective?: Retrospective;
  /** What only a rehearsal knows: the world, what everything cost, and whether the invariants held. */
  readonly rehearsed?: RehearsalFacts;
}

/** Seconds since a release began, of a moment in ISO 8601. */
export const secondsInto = ({ startedAt }: Pick<ReleaseTold, "startedAt">, at: string): number =>
  (Date.parse(at) - Date.parse(startedAt)) / 1000;

/** When each interval began, seconds. */
export const timesOf = ({ intervals }: ReleaseTold): number[] => intervals.map(({ atSeconds }) => atSeconds);

/** What a side is called: `stable v6`. */
export function sideLabel({ needs }: Pick<ReleaseTold, "needs">, side: Side): string {
  const variant = needs?.[side].variant;
  return variant === undefined ? side : `${side} ${variant}`;
}
