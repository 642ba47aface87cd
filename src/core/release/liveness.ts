/**
 * Whether anybody acts for a release any more, by what Step Functions tells of the execution that took its lock, or a place
 * in the queue, and of the one in which it is to go on.
 */
import type { EpochMs } from "../units.ts";
import { longestWorkSeconds } from "../wait.ts";

export type ExecutionState = "running" | "over" | "never-started";

/** What became of an execution, and since when it is known of, ISO 8601. */
export interface SightedExecution {
  readonly state: ExecutionState;
  readonly since: string;
}

/**
 * "This API action is eventually consistent" (DescribeExecution, API reference), for how long it does not say: one that
 * was heard of less than so long ago and is not known runs.
 */
const unknownMs = 5 * 60_000;

/** Whether an execution that was heard of acts no more. */
export function actsNoMore({ state, since }: SightedExecution, nowMs: EpochMs): boolean {
  return state === "over" || (state === "never-started" && nowMs - Date.parse(since) >= unknownMs);
}

export interface SightedRelease {
  readonly holder: SightedExecution;
  /** The execution in which it is to go on; absent where there is none, or the holder still acts. */
  readonly successor?: SightedExecution | undefined;
}

/** Whether nobody acts for a release that holds a lock, or waits for one. */
export function isLeft({ holder, successor }: SightedRelease, nowMs: EpochMs): boolean {
  if (!actsNoMore(holder, nowMs)) return false;
  return successor === undefined || actsNoMore(successor, nowMs);
}

/** How long a Lambda of an execution that ended then may be at work at most, seconds. */
export function longestWorkLeftSeconds(endedMs: EpochMs, nowMs: EpochMs): number {
  return Math.max(0, Math.ceil((endedMs - nowMs) / 1000) + longestWorkSeconds);
}

const unanswered: ReadonlySet<string> = new Set(["LambdaFunctionScheduled", "LambdaFunctionStarted"]);

/**
 * Whether an execution that is over may have left a Lambda at work, by the types of its last two events: whatever ends
 * an execution leaves the Lambda that it waits for to itself, and its history then ends with one that has not answered.
 */
export const leftLambdaAtWork = (eventTypes: readonly string[]): boolean =>
  eventTypes.some((type) => unanswered.has(type));
