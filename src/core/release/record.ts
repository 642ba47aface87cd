/** What is kept of each attempt at a release, from its claim on. */
import type { Change } from "./change.ts";
import type { Closing } from "./closing.ts";
import type { Planning, Release } from "./release.ts";

export interface ReleaseRecord {
  /** Absent in records of before they had a number; those keep no plan. */
  readonly schema?: number;
  readonly release: Omit<Release, "fence">;
  /** The plan that the release was claimed with, as the code of that day wrote it. */
  readonly plan?: unknown;
  /** `remainder`: it has ended, and keeps its lock for what could not be put back. */
  readonly status: "open" | "remainder" | "closed";
  readonly closing?: Closing;
  readonly closedAt?: string;
  readonly planning?: Planning;
  /** Settled and unsettled changes, as they were when the release closed. */
  readonly changes?: readonly Change[];
}
