/** Which attempt at a release an execution makes: one that was made already is made once. */
import type { ReleaseRecord } from "./record.ts";

export type Attempt =
  /** `claimed` is the record, where this execution claimed the attempt before. */
  | { readonly is: "new"; readonly attempt: number; readonly claimed?: ReleaseRecord | undefined }
  | { readonly is: "duplicate"; readonly reason: string };

export interface AttemptQuestion {
  /** The record of the latest attempt, if there was one. */
  readonly latest: ReleaseRecord | undefined;
  /** Of who asks; an ARN. */
  readonly execution: string;
  /** Whether a release that is closed may be run once more. */
  readonly again: boolean;
  /** Whether the latest attempt is open, holds no lock, and nobody acts for it: it died before it took the lock. */
  readonly isAbandoned: boolean;
}

export function nextAttempt({ latest, execution, again, isAbandoned }: AttemptQuestion): Attempt {
  if (latest === undefined) return { is: "new", attempt: 1 };
  const { release, status, closing } = latest;
  if (release.execution === execution) return { is: "new", attempt: release.attempt, claimed: latest };
  const isOver = (status === "open" && isAbandoned) || (status === "closed" && again);
  if (isOver) return { is: "new", attempt: release.attempt + 1 };
  const state = status === "open" ? "is under way" : `ended as ${closing?.outcome ?? "closed"}`;
  return { is: "duplicate", reason: `duplicate: ${release.id} ${state} (execution ${release.execution})` };
}
