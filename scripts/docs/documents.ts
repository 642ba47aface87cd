/** The documents that commands print with `--json`, as types: their schemas, and docs/JSON.md, are made of these. */
import type { AwaitedSides } from "../../src/aws/awaited-sides.ts";
import type { LockStatus } from "../../src/aws/lock-status.ts";
import type { PatchStatuses } from "../../src/aws/patching.ts";
import type { BoundsStatus } from "../../src/cli/bounds.ts";
import type { glassStatus } from "../../src/cli/break-glass.ts";
import type { EmitTold } from "../../src/cli/emit-told.ts";
import type { VerifiedEvidence } from "../../src/cli/evidence.ts";
import type { LoadTestTold } from "../../src/cli/load-test.ts";
import type { QualityStatus } from "../../src/cli/quality.ts";
import type { purchaseStatus } from "../../src/cli/reserve.ts";
import type { ReservedStatus } from "../../src/cli/reserved.ts";
import type { Revert } from "../../src/cli/reverts.ts";
import type { SpikeStatus } from "../../src/cli/spikes.ts";
import type { Audited } from "../../src/core/audit/audit.ts";
import type { AuditLine } from "../../src/core/audit/line.ts";
import type { Conflict } from "../../src/core/calendar/conflicts.ts";
import type { Occurrence } from "../../src/core/calendar/occurrences.ts";
import type { Offering, OfferingSearch } from "../../src/core/calendar/offerings.ts";
import type { ReservationEnd } from "../../src/core/calendar/reserved-dates.ts";
import type { ExplorationFacts } from "../../src/core/facts/exploration-facts.ts";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import type { Outlook } from "../../src/core/outlook.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { WeeklyDigest } from "../../src/core/release/digest.ts";
import type { JournalEntry } from "../../src/core/release/journal.ts";
import type { Lessons } from "../../src/core/release/lessons.ts";
import type { MonthCosts } from "../../src/core/release/month-costs.ts";
import type { PastRelease, PastSummary } from "../../src/core/release/past.ts";
import type { CapacityLease } from "../../src/core/release/reaping.ts";
import type { Needs } from "../../src/core/release/release.ts";
import type { BoundsEntry } from "../../src/core/release/watched-bounds.ts";
import type { LoadForecast } from "../../src/report/forecast.ts";
import type { ProposalTold } from "../../src/report/proposal.ts";
import type { Examined } from "../../src/report/readiness.ts";
import type { ReleaseTold } from "../../src/report/view/told.ts";

export interface Documents {
  /** One rehearsal, or each of several. */
  readonly rehearse: RehearsalFacts;
  /** A release, over or under way, by what the table keeps of it. */
  readonly report: ReleaseTold;
  /** The release of a version, as whoever asked for it is told. */
  readonly emit: EmitTold;
  /** What a plan means. */
  readonly plan: Outlook;
  /** Releases that are over; with `--summary` the document is that of history-summary. */
  readonly history: {
    /** Oldest first. */
    readonly past: readonly PastRelease[];
    /** Minima that were set between releases, as load went; oldest first. */
    readonly bounds: readonly BoundsEntry[];
    /** Versions whose quality was watched after their promotion, and how that ended. */
    readonly quality: readonly QualityStatus[];
    /** Spikes that came at low hours after a promotion, or were to, and how that ended. */
    readonly spikes: readonly SpikeStatus[];
  };
  /** What releases came to, model by model. */
  readonly "history-summary": { readonly summaries: readonly PastSummary[] };
  /** Which reserved capacity could be bought for a milestone. */
  readonly offerings: { readonly search: OfferingSearch; readonly offerings: readonly Offering[] };
  /** What the releases of a month cost. */
  readonly costs: MonthCosts;
  /** What releases have taught. */
  readonly learned: Lessons;
  /** What a plan would better say. */
  readonly propose: ProposalTold;
  /** What a fleet without traffic answered under load. */
  readonly loadtest: LoadTestTold;
  /** Who holds which endpoint, and what could not be put back. */
  readonly status: {
    readonly locks: readonly LockStatus[];
    /** Releases of which a stage asks sides of the plan's team that have not answered yet. */
    readonly asks: readonly AwaitedSides[];
    /** What two people let releases past, or one of them has asked for. */
    readonly glass: readonly ReturnType<typeof glassStatus>[];
    /** Training plans that somebody has asked to buy, and that are not bought yet. */
    readonly purchases: readonly ReturnType<typeof purchaseStatus>[];
    /** Of training capacity. */
    readonly leases: readonly CapacityLease[];
    /** Endpoints whose minimum follows their load. */
    readonly bounds: readonly BoundsStatus[];
    /** Versions whose quality is watched after their promotion. */
    readonly quality: readonly QualityStatus[];
    /** Spikes that are to come at low hours after a promotion. */
    readonly spikes: readonly SpikeStatus[];
    /** Endpoints that serve on capacity that was bought before. */
    readonly reserved: readonly ReservedStatus[];
    /** With `--reverts`. */
    readonly reverts?: readonly Revert[];
  };
  /** What both sides of all teams are told each week. */
  readonly digest: WeeklyDigest;
  /** When milestones come, and what of it does not go together. */
  readonly calendar: {
    readonly occurrences: readonly Occurrence[];
    readonly conflicts: readonly Conflict[];
    /** When capacity that was bought before ends, by that; none of a plan by itself. */
    readonly ends: readonly ReservationEnd[];
  };
  /** What a release needs to begin. */
  readonly doctor: {
    /** Whether nothing is amiss. */
    readonly well: boolean;
    readonly examined: readonly Examined[];
  };
  /** The changes of an endpoint in a span of time, and with `--reconcile` what happened beside them. */
  readonly audit: Audited;
  /** Whether what shows the changes of an endpoint is whole. */
  readonly evidence: VerifiedEvidence;
  /** Which models serve from images that are behind their plans' limits. */
  readonly "patch-status": PatchStatuses;
  /** What load to expect, and what it takes. */
  readonly forecast: LoadForecast;
  /** Releases with faults. */
  readonly explore: ExplorationFacts;
}

/** Types that the compiler knows by no name, as they are inferred of what validates them. */
export interface Named {
  /** A plan with its defaults, as docs/PLANS.md has it. */
  readonly Plan: Plan;
  readonly AuditLine: AuditLine;
  readonly JournalEntry: JournalEntry;
  readonly Needs: Needs;
  readonly PastRelease: PastRelease;
}
