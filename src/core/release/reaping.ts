/**
 * The sweep's decisions: whether what a dead holder left is to be undone now or later. Retries back off, so that a
 * failing compensation does not feed itself, up to an hour, and never end: what is refused today may be allowed tomorrow.
 */

/** The attempts made so far. */
export interface Compensation {
  readonly attempt: number;
  /** The name of the newest attempt's execution. */
  readonly name: string;
  /** ISO 8601, when the newest attempt was decided on. */
  readonly at: string;
}

const firstBackOffMinutes = 10;
export const longestBackOffMinutes = 60;

export type Reaping = "start" | "restart" | "wait";

export interface ReapingQuestion {
  readonly compensation: Compensation | undefined;
  /** What became of the newest attempt's execution. */
  readonly newest: "running" | "over" | "never-started";
  readonly nowMs: number;
}

/** `start` is a new attempt; `restart` is one that was decided on and whose execution was never started. */
export function reapingOf({ compensation, newest, nowMs }: ReapingQuestion): Reaping {
  if (compensation === undefined) return "start";
  if (newest === "running") return "wait";
  if (newest === "never-started") return "restart";
  const backOffMs = backOffMinutes(compensation.attempt) * 60_000;
  return nowMs - Date.parse(compensation.at) >= backOffMs ? "start" : "wait";
}

const backOffMinutes = (attempt: number): number =>
  Math.min(longestBackOffMinutes, firstBackOffMinutes * 2 ** (attempt - 1));
