/**
 * Whether a release goes on in a new execution: once the one before has ended by handing over. Where that one ended
 * otherwise, stopped by a person for one, the new one puts everything back.
 */
import type { EpochMs } from "../units.ts";
import { growingWaitSeconds } from "../wait.ts";
import { resumed } from "./document/resuming.ts";
import { documentSchema } from "./document/upcasters.ts";
import type { HeldLock, Lock, LockItem } from "./lock.ts";
import type { Opening } from "./opening.ts";
import type { ReleaseRecord } from "./record.ts";

/** How the execution before stands; `handed-over` is how one ends that goes on in another. */
export type Before =
  | { readonly is: "running" }
  | { readonly is: "handed-over" }
  /** For so many seconds a Lambda of it may be at work yet. */
  | { readonly is: "ended"; readonly workLeftSeconds: number };

/** The execution that goes on: its ARN, and when it started, ISO 8601. */
export interface GoingOn {
  readonly releaseId: string;
  readonly execution: string;
  readonly startedAt: string;
}

export type GoingOnAction =
  | { readonly do: "ignore"; readonly reason: string }
  | { readonly do: "wait"; readonly reason: string; readonly seconds: number }
  /** It has the lock already. */
  | { readonly do: "have" }
  /** `forward`: as the document says; else back. */
  | { readonly do: "take-up"; readonly lock: HeldLock; readonly forward: boolean };

/** The lock, where its holder has named this execution as the one to go on in; undefined where it is not so. */
export function namedIn(lock: Lock, next: string | undefined, execution: string): HeldLock | undefined {
  const { holder } = lock;
  return holder === undefined || next !== execution ? undefined : { ...lock, holder };
}

export interface GoingOnQuestion {
  readonly by: GoingOn;
  readonly lock: Lock;
  /** The ARN of the execution that the lock names to go on in. */
  readonly next: string | undefined;
  /** Undefined where it was not asked for: the lock names another, or this one has it. */
  readonly before: Before | undefined;
  readonly nowMs: EpochMs;
}

export function nextGoingOn({ by, lock, next, before, nowMs }: GoingOnQuestion): GoingOnAction {
  const { releaseId, execution, startedAt } = by;
  if (lock.holder?.execution === execution) return { do: "have" };
  const named = namedIn(lock, next, execution);
  if (named === undefined || before === undefined)
    return { do: "ignore", reason: `${releaseId} does not go on in this execution` };
  const held = `${lock.subject} is held by ${releaseId} (execution ${named.holder.execution})`;
  switch (before.is) {
    case "running": {
      const seconds = growingWaitSeconds(nowMs - Date.parse(startedAt), 2);
      return { do: "wait", reason: `${held}, which hands over`, seconds };
    }
    case "handed-over":
      return { do: "take-up", lock: named, forward: true };
    case "ended": {
      const seconds = before.workLeftSeconds;
      if (seconds === 0) return { do: "take-up", lock: named, forward: false };
      const reason = `${held}, whose last Lambda may be at work for ${seconds} seconds yet`;
      return { do: "wait", reason, seconds };
    }
  }
}

interface TakenUp {
  readonly record: ReleaseRecord;
  readonly lock: LockItem;
  /** As the execution before left it; undefined where it is not to be followed. */
  readonly document: unknown;
}

/** Where the document says that it was; or back, where it cannot be read, or the execution before did not end well. */
export function goneOnAs({ execution, startedAt }: GoingOn, { record, lock, document }: TakenUp): Opening {
  const held = { ...record.release, execution, fence: lock.fence };
  const taken = resumed(document);
  if (taken === undefined)
    return {
      route: "compensate",
      reason: `its execution ended before ${held.id} could go on in ${execution}`,
      schema: documentSchema,
      release: held,
      plan: record.plan,
      promoted: lock.promoted ?? false,
      ...(record.planning === undefined ? {} : { planning: record.planning }),
    };
  const reason = `${held.id} goes on in another execution`;
  const release = { ...taken.release, execution, fence: lock.fence };
  return { ...taken, reason, release, promoted: false, begunAt: startedAt };
}
