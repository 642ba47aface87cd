/**
 * The sweep's decisions: whether a holder that died is to be compensated now, later, or is given up. Retries back
 * off, so that a failing compensation does not feed itself, and end after five.
 */

/** The attempts made so far. */
export interface Compensation {
  readonly attempt: number;
  /** The name of the newest attempt's execution. */
  readonly name: string;
  /** ISO 8601, when the newest attempt was decided on. */
  readonly at: string;
  /** Set once it is given up: what is left, for a person to look at. */
  readonly left?: readonly string[];
}

export const mostAttempts = 5;
const firstBackOffMinutes = 10;

export type Reaping = "start" | "restart" | "wait" | "give-up" | "given-up";

export interface ReapingQuestion {
  readonly compensation: Compensation | undefined;
  /** What became of the newest attempt's execution. */
  readonly newest: "running" | "over" | "never-started";
  readonly nowMs: number;
}

/** `start` is a new attempt; `restart` is one that was decided on and whose execution was never started. */
export function reapingOf({ compensation, newest, nowMs }: ReapingQuestion): Reaping {
  if (compensation === undefined) return "start";
  if (compensation.left !== undefined) return "given-up";
  if (newest === "running") return "wait";
  if (newest === "never-started") return "restart";
  if (compensation.attempt >= mostAttempts) return "give-up";
  const backOffMs = firstBackOffMinutes * 60_000 * 2 ** (compensation.attempt - 1);
  return nowMs - Date.parse(compensation.at) >= backOffMs ? "start" : "wait";
}
