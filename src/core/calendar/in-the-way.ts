/** Where a plan is in the way of others, or of itself, in the days that come. */
import type { Conflict } from "./conflicts.ts";

export interface InTheWay {
  readonly days: number;
  readonly conflicts: readonly Conflict[];
  /** One sentence each: what could not be looked at, so that there may be more. */
  readonly unseen: readonly string[];
}
