/**
 * What the checkers of the invariants are told, and what they report. They are passive: they see the stream of
 * calls, state entries and lock changes, and read the world; they never call a step.
 */
import type { StateEntry } from "../engine/execution-hooks.ts";
import type { LeftOver } from "../engine/lambda.ts";
import type { AwsError, Call } from "../twin/service.ts";
import type { Answer } from "../twin/twin.ts";
import type { HistoryEntry } from "../world/events.ts";
import type { Passage } from "./passages.ts";
import type { Closed } from "./release-records.ts";

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
] as const;
export type InvariantName = (typeof invariantNames)[number];

/** Which step made a call. */
export interface SeenFrame {
  readonly execution: string;
  readonly state: string;
  readonly stage: number | undefined;
  /** The Lambda request id. */
  readonly invocation: string;
  /** The place of the call among the calls of its invocation, from 1. */
  readonly ordinal: number;
}

/** A call that a step of ours has made, whether or not a fault keeps it from its service. */
export interface Called {
  readonly call: Call;
  /** The Lambda request id. */
  readonly invocation: string;
}

/** A call on its way to its service. No frame: an outside hand made it, not a step of ours. */
export interface Asked {
  readonly call: Call;
  readonly frame: SeenFrame | undefined;
}

/** A call and what came of it, whether or not the caller ever heard. */
export interface Seen extends Asked {
  readonly outcome: { readonly answer: Answer } | { readonly error: AwsError };
  readonly tookEffect: boolean;
  /** What the call changed in the world at once; an update's later effects come as the world's own. */
  readonly caused: readonly HistoryEntry[];
}

/** A change of a lock, seen in DynamoDB's answers. */
export interface LockEvent {
  readonly kind: "taken" | "taken-over" | "promoted" | "freed";
  readonly passage: Passage;
  readonly atMs: number;
}

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
  onCalled?(called: Called): void;
  /** Before the service sees the call: the world is as it was. */
  onAsked?(asked: Asked): void;
  onCall?(seen: Seen): void;
  /** What the world did by itself, or finished of what it was asked before. */
  onWorld?(entry: HistoryEntry): void;
  onLock?(event: LockEvent, seen: Seen): void;
  onClosed?(closed: Closed, seen: Seen): void;
  onEntry?(entry: StateEntry): void;
  /** What a Lambda has left at work when it had answered. */
  onLeftOver?(leftOver: LeftOver): void;
  onEnd?(): void;
}

type Where = { readonly atMs: number; readonly frame?: SeenFrame | undefined };

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
export const whereOf = ({ call, frame }: Asked): Where => ({ atMs: call.at, frame });

/** An answer's member, where the answer is a record that has it. */
export function memberOf(seen: Seen, name: string): unknown {
  if (!("answer" in seen.outcome)) return undefined;
  const { answer } = seen.outcome;
  return typeof answer === "object" && answer !== null && !Array.isArray(answer)
    ? (answer as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** An input's member where it is text, else "". */
export function textOf(call: Call, name: string): string {
  const value = call.input[name];
  return typeof value === "string" ? value : "";
}
