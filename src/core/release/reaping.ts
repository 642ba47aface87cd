/**
 * The sweep's decisions: what is to be done about a lock whose holder acts no more, and about a lease whose end has passed.
 * Retries back off, so that a failing compensation does not feed itself, up to an hour, and never end: what is refused
 * today may be allowed tomorrow.
 */
import type { EpochMs } from "../units.ts";
import type { ExecutionState } from "./liveness.ts";
import type { Compensation, HeldLock } from "./lock.ts";
import { executionName, nameInArn } from "./names.ts";

const firstBackOffMinutes = 10;
export const longestBackOffMinutes = 60;

const prefix = "compensate-";

/** Whether an execution, by its ARN, was started by the sweep to compensate; its end starts nothing. */
export const isCompensation = (executionArn: string): boolean => nameInArn(executionArn).startsWith(prefix);

/**
 * Whether the end of an execution is a reason to look at a lock: it holds it, or is the one to go on in. `successor` is
 * that one's ARN.
 */
export const isAbout = (endedArn: string, { holder }: HeldLock, successor: string | undefined): boolean =>
  holder.execution === endedArn || successor === endedArn;

export type Reaping =
  /** The release is at work, be it in the execution in which it goes on. */
  | { readonly do: "leave" }
  /** An attempt runs, or the next one is not due yet. */
  | { readonly do: "wait" }
  /** `record` is the attempt to be noted before it is started; absent where it was noted already, and never started. */
  | {
      readonly do: "start";
      readonly name: string;
      readonly why: string;
      readonly record?: Compensation | undefined;
      /** Whether nobody had expected it: the first attempt for a run that died, which no person ended. */
      readonly orphan: boolean;
    };

export interface ReapingQuestion {
  readonly lock: HeldLock;
  /** Whether nobody acts for its holder any more. */
  readonly isLeft: boolean;
  /** What became of the newest attempt's execution; `never-started` where there was no attempt. */
  readonly newest: ExecutionState;
  readonly stack: string;
  readonly nowMs: EpochMs;
}

/** What is to be done about a lock that is held. */
export function nextReaping({ lock, isLeft, newest, stack, nowMs }: ReapingQuestion): Reaping {
  if (!isLeft) return { do: "leave" };
  const { compensation, holder, subject } = lock;
  const why = `execution ${holder.execution} ended and left ${subject} locked`;
  const orphan = (nth: number) => nth === 1 && !isExpected(lock);
  if (compensation !== undefined && newest === "never-started")
    return { do: "start", name: compensation.name, why, orphan: orphan(compensation.attempt) };
  if (compensation !== undefined && !isDue(compensation, newest, nowMs)) return { do: "wait" };
  const attempt = (compensation?.attempt ?? 0) + 1;
  const name = nameOf(lock, stack, attempt);
  const record = { attempt, name, at: new Date(nowMs).toISOString() };
  return { do: "start", name, why, record, orphan: orphan(attempt) };
}

/** A person had it ended, who has been told that the sweep does the rest; or it has ended by saying what it left. */
const isExpected = ({ order, remainder }: HeldLock): boolean =>
  order?.kind === "stop" || order?.kind === "roll-back" || remainder !== undefined;

function isDue({ attempt, at }: Compensation, newest: ExecutionState, nowMs: EpochMs): boolean {
  return newest === "over" && nowMs - Date.parse(at) >= backOffMinutes(attempt) * 60_000;
}

const backOffMinutes = (attempt: number): number =>
  Math.min(longestBackOffMinutes, firstBackOffMinutes * 2 ** (attempt - 1));

/** The name of an attempt, which must be unique for 90 days (Step Functions), hence the fence. */
const nameOf = ({ holder, fence }: HeldLock, stack: string, attempt: number): string =>
  executionName("compensate", { stack, releaseId: holder.releaseId, nth: `${fence}-${attempt}` });

/** Capacity that a release has until a moment, ISO 8601. */
export interface CapacityLease {
  readonly releaseId: string;
  readonly until: string;
  /** When somebody has to see to it that it lasts, ISO 8601; absent where nobody has to. */
  readonly keepBy?: string | undefined;
  /** The instance group that it is of, `CLUSTER/GROUP`; absent for a pool. */
  readonly group?: string | undefined;
}

/** The schedule gets this long to do its work before the sweep does it. */
const graceMs = 5 * 60_000;

/** Whether the sweep has to end a lease, since the schedule that should have has not. */
export const isPassed = ({ until }: CapacityLease, nowMs: EpochMs): boolean =>
  Date.parse(until) + graceMs <= nowMs;

/** Two sweeps have had their turn by then, and what they start takes minutes. */
const overdueMs = 30 * 60_000;

/** Whether a lease has passed for so long that whoever should have ended it does not get through. */
export const isOverdue = ({ until }: CapacityLease, nowMs: EpochMs): boolean =>
  Date.parse(until) + overdueMs <= nowMs;

/** Whether the sweep has to see to it that capacity lasts: it is due, and nobody is at work on it. */
export const isToBeKept = (
  { releaseId, until, keepBy }: CapacityLease,
  locks: readonly HeldLock[],
  nowMs: EpochMs,
): boolean =>
  keepBy !== undefined &&
  Date.parse(keepBy) <= nowMs &&
  Date.parse(until) > nowMs &&
  !locks.some(({ holder }) => holder.releaseId === releaseId);

/** Sweeps of the same ten minutes are one start. */
const bucketMs = 600_000;

/**
 * The name of the execution that ends a lease which has passed, gives it back before its time, or sees to it that its capacity
 * lasts. One that has passed may be extended: what is given back has a name of its own.
 */
export const leaseWorkName = (
  purpose: "lease" | "give-back" | "keep",
  { releaseId }: Pick<CapacityLease, "releaseId">,
  { stack, nowMs }: { stack: string; nowMs: EpochMs },
): string => executionName(purpose, { stack, releaseId, nth: String(Math.floor(nowMs / bucketMs)) });
