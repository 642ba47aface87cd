/**
 * What a checker of an invariant is told, and what it reports. Checkers are passive: they see the stream of calls, state
 * entries and lock changes, and read the world; they never call a step.
 */
import type { LeftOver, StateEntry } from "#twin/engine";
import type { WorldEvent } from "#twin/world";
import type { ArrivingCall, AttemptedCall, CallOrigin, ObservedCall } from "./observation.ts";
import type { LockEvent } from "./passages.ts";
import type { RecordedClosing } from "./release-records.ts";

/** The invariants, in the order in which they are reported. */
export const invariantNames = [
  "capacity-before-traffic",
  "way-back",
  "no-orphans",
  "one-at-a-time",
  "write-ahead",
  "exactly-once",
  "never-promote-blind",
  "within-means",
  "outcome-verified",
  "over-once-answered",
  "attributable",
  "gates-never-trap",
  "every-change-evidenced",
] as const;
export type InvariantName = (typeof invariantNames)[number];

export interface Violation {
  readonly invariant: InvariantName;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** One sentence, with the figures. */
  readonly what: string;
  readonly state?: string;
  readonly stage?: number;
}

export interface Checker {
  readonly name: InvariantName;
  readonly violations: readonly Violation[];
  /** Before any fault. */
  onCalled?(called: AttemptedCall): void;
  /** Before the service sees the call: the world is as it was. */
  onAsked?(asked: ArrivingCall): void;
  onCall?(seen: ObservedCall): void;
  /** What the world did by itself, or finished of what it was asked before. */
  onWorld?(entry: WorldEvent): void;
  onLock?(event: LockEvent, seen: ObservedCall): void;
  onClosed?(closed: RecordedClosing, seen: ObservedCall): void;
  onEntry?(entry: StateEntry): void;
  /** What a Lambda has left at work when it had answered. */
  onLeftOver?(leftOver: LeftOver): void;
  onEnd?(): void;
}

type Where = { readonly atMs: number; readonly frame?: Omit<CallOrigin, "ordinal"> | undefined };

/** Collects the violations of one invariant. */
export function violationsOf(invariant: InvariantName): {
  readonly violations: Violation[];
  report(what: string, where: Where): void;
} {
  const violations: Violation[] = [];
  return {
    violations,
    report: (what, { atMs, frame }) => {
      violations.push({
        invariant,
        atMs,
        what,
        ...(frame === undefined ? {} : { state: frame.state }),
        ...(frame?.stage === undefined ? {} : { stage: frame.stage }),
      });
    },
  };
}

/** Where a call happened, for a report. */
export const whereOf = ({ call, frame }: ArrivingCall | AttemptedCall): Where => ({ atMs: call.at, frame });
