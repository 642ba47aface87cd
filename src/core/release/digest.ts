/**
 * What both sides of all teams plan by, once a week: the milestones that come and who must confirm them, what is in each other's
 * way, what is held now and what it costs, and the month against its budgets.
 */
import type { AskedSide } from "../plan/team.ts";
import type { CostOfRelease, MonthCosts } from "./month-costs.ts";

export interface ComingMilestone {
  readonly model: string;
  readonly kind: string;
  /** ISO 8601. */
  readonly dueAt: string;
  /** Expected by the cadence of releases so far; nobody has set a date. */
  readonly isTentative: boolean;
  /** `4 ml.g5.xlarge`; empty where nothing is raised. */
  readonly raises: string;
  /** US dollars; null where a price is not known. */
  readonly costUsd: number | null;
  /** Who has not confirmed it, and until when they should; absent where the plan has it reviewed by nobody, or all have. */
  readonly confirm?: { readonly until: string; readonly missing: readonly AskedSide[] };
}

/** What is held, or under way, and what it costs, US dollars. */
export type HeldCapacity = Pick<
  CostOfRelease,
  "releaseId" | "model" | "state" | "until" | "raisedUsd" | "toComeUsd"
>;

export interface WeeklyDigest {
  readonly stack: string;
  /** As of when it is told, and up to when it looks ahead, ISO 8601. */
  readonly at: string;
  readonly until: string;
  /** By their dates. */
  readonly coming: readonly ComingMilestone[];
  /** A sentence for each thing that is in another's way. */
  readonly conflicts: readonly string[];
  readonly held: readonly HeldCapacity[];
  /** Absent where it could not be read. */
  readonly month?: Pick<MonthCosts, "month" | "plans" | "total">;
  /** A sentence for each thing that could not be looked at. */
  readonly unseen: readonly string[];
}

/** What is held of releases, and those under way, whenever they were opened. */
export const heldOf = ({ releases }: Pick<MonthCosts, "releases">): HeldCapacity[] =>
  releases
    .filter(({ state }) => state === "held" || state === "under-way")
    .map(({ releaseId, model, state, until, raisedUsd, toComeUsd }) => ({
      releaseId,
      model,
      state,
      raisedUsd,
      toComeUsd,
      ...(until !== undefined && { until }),
    }));
