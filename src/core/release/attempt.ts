/** Which attempt at a release an execution makes: one that was made already is made once. */
import type { ReleaseRecord } from "./record.ts";

export type Attempt =
  /** `claimed` is the record, where this execution claimed the attempt before. */
  | {
      readonly is: "new";
      readonly attempt: number;
      readonly claimed?: ReleaseRecord | undefined;
      /** The attempt before, where that was rolled back by evidence of harm. */
      readonly harmed?: ReleaseRecord;
    }
  | { readonly is: "duplicate"; readonly reason: string };

export interface AttemptQuestion {
  /** The record of the latest attempt, if there was one. */
  readonly latest: ReleaseRecord | undefined;
  /** Of who asks; an ARN. */
  readonly execution: string;
  /** Whether a release that is closed may be run once more. */
  readonly again: boolean;
  /** What the same try has opened before, whichever attempt that was; absent where it has opened none, or is not named. */
  readonly made?: ReleaseRecord | undefined;
  /** Whether the latest attempt is open, holds no lock, and nobody acts for it: it died before it took the lock. */
  readonly isAbandoned: boolean;
}

export function nextAttempt({ latest, execution, again, made, isAbandoned }: AttemptQuestion): Attempt {
  if (latest === undefined) return { is: "new", attempt: 1 };
  const { release, status } = latest;
  if (release.execution === execution) return { is: "new", attempt: release.attempt, claimed: latest };
  const isOver = status === "open" ? isAbandoned : status === "closed" && again && made === undefined;
  const harmed = latest.closing?.harm === undefined ? {} : { harmed: latest };
  if (isOver) return { is: "new", attempt: release.attempt + 1, ...harmed };
  return { is: "duplicate", reason: `duplicate: ${stateOf(status === "open" ? latest : (made ?? latest))}` };
}

function stateOf({ release, status, closing }: ReleaseRecord): string {
  const state = status === "open" ? "is under way" : `ended as ${closing?.outcome ?? "closed"}`;
  return `${release.id} ${state} (execution ${release.execution})`;
}

/** What is asked for beside the version. */
export interface Try {
  readonly key?: string | undefined;
  readonly again: boolean;
}

/** Which of the attempts so far, newest first, a try is about; undefined where it is to make one of its own. */
export function attemptMeant(
  attempts: readonly ReleaseRecord[],
  { key, again }: Try,
): ReleaseRecord | undefined {
  const own = madeBy(attempts, key);
  if (own !== undefined) return own;
  const [latest] = attempts;
  return again && latest?.status === "closed" ? undefined : latest;
}

/** What a try has opened, newest first. */
export const madeBy = (
  attempts: readonly ReleaseRecord[],
  key: string | undefined,
): ReleaseRecord | undefined =>
  key === undefined ? undefined : attempts.find(({ release }) => release.attemptKey === key);
