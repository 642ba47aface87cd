/** A step that is asked again until what takes minutes is there: since when it is, for how long, and when it is asked next. */
import { growingWaitSeconds } from "../wait.ts";

export interface Polling {
  /** The step's first look, as its section of the document keeps it; ISO 8601. */
  readonly since: string;
  waitedMs(): number;
  isOverdue(limitMinutes: number): boolean;
  /** Longer the longer it has taken. */
  waitSeconds(): number;
}

/** Begun by a section that a look of before has left, or now. `now` is the step's clock, epoch milliseconds. */
export function polling(begun: { readonly since: string } | undefined, now: () => number): Polling {
  const since = begun?.since ?? new Date(now()).toISOString();
  const waitedMs = () => now() - Date.parse(since);
  return {
    since,
    waitedMs,
    isOverdue: (limitMinutes) => waitedMs() >= limitMinutes * 60_000,
    waitSeconds: () => growingWaitSeconds(waitedMs()),
  };
}
