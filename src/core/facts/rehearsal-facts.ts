/**
 * The facts of one rehearsal: the document that `slipway rehearse --json` prints, and that summaries and pages are
 * drawn from. Its keys are stable; same plan, event, world and seed give the same bytes on any machine.
 */
import type { Expense } from "../cost/expenses.ts";
import type { Adjustment } from "../release/adjusting.ts";
import type { Change } from "../release/change.ts";
import type { Outcome } from "../release/closing.ts";
import type { JournalEntry } from "../release/journal.ts";
import type { Needs } from "../release/release.ts";
import type { Retrospective } from "../release/retrospective.ts";

/** One thing that a model leans on, in units of its kind: tasks, provisioned executions, capacity units. */
export interface LeanedOnFacts {
  /** Application Auto Scaling's resource id; of a table, with the units that are meant. */
  readonly name: string;
  /** From the event on. */
  readonly unitHours: number;
  readonly usd: number;
  /** Of these, what was above what there is between releases. */
  readonly extraUnitHours: number;
  readonly extraUsd: number;
}

/** A minimum that was set by what was learnt, or what became of one. */
export interface AdjustmentFacts {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly outcome: Adjustment["outcome"];
  readonly why: string;
}

export interface RehearsalFacts {
  readonly outcome: Outcome;
  /** One sentence. */
  readonly reason: string;
  readonly model: string;
  readonly version: number | null;
  /** Empty where no release was opened. */
  readonly milestone: string;
  readonly world: { readonly name: string; readonly description: string };
  readonly seed: number;
  /** ISO 8601, when the event was delivered; the seconds and minutes below count from here. */
  readonly startedAt: string;
  /** Until the last execution had ended. */
  readonly virtualSeconds: number;
  /** Minutes in which a raise of capacity of ours locked the endpoint while the candidate carried traffic. */
  readonly lockedMinutes: number;
  /** State transitions of all executions, as billed. */
  readonly transitions: number;
  readonly lambdaInvocations: number;
  /** Calls by `service.Operation`. */
  readonly awsCalls: Readonly<Record<string, number>>;
  /**
   * Failed requests that a healthy candidate would have served: of the errors of its model, the part above the
   * healthy rate of the world; and what its instances turned away, above the share that stable's turned away in the
   * same minute. Requests that prove warmth before the first shift do not count.
   */
  readonly candidateFailedRequests: number;
  readonly candidateRequests: number;
  /** Of users' requests those that were late, or turned away, while a spike at low hours came; absent where none did. */
  readonly usersLateInSpike?: number;
  /** What became of the minimum of its endpoint's fleet, where the plan has that set by what was learnt; absent where nothing did. */
  readonly adjustments?: readonly AdjustmentFacts[];
  /** Of all instances from the event on, steady fleet included. */
  readonly instanceHours: number;
  readonly instanceHoursBy: readonly OwnedHours[];
  /** What the release raised on top of the steady fleet, US dollars; null where the price of any of it is not known. */
  readonly costUsd: number | null;
  /** The same item by item, as `slipway plan` estimates them; they sum to `costUsd`. */
  readonly expenses: readonly Expense[];
  /**
   * What its own leases beside the endpoint cost at the plan's prices, which count against the budget too, US dollars; absent
   * where the plan has no such price.
   */
  readonly leasedUsd?: number;
  /** All instance-hours, steady fleet included, US dollars; null where the price of any of them is not known. */
  readonly totalCostUsd: number | null;
  /** What the model leans on beside its endpoint, which is in none of the costs above; absent where that is nothing. */
  readonly alongside?: readonly LeanedOnFacts[];
  /** Instance types without a known price: their hours are in no cost. */
  readonly unpricedInstanceTypes: readonly string[];
  readonly budget: { readonly usdPerRelease: number; readonly maxLockedMinutes: number };
  /** The training pool that was raised; absent where none came to be there. */
  readonly pool?: PoolFacts;
  /** The instance group of a HyperPod cluster that was raised; absent where none was. */
  readonly nodes?: NodesFacts;
  /** The rollout stages that were reached. */
  readonly stages: readonly StageFacts[];
  readonly timeline: readonly MinuteFacts[];
  /** What the release wrote into its journal, as it was written: looks, changes, and what was told. */
  readonly journal: readonly JournalEntry[];
  /** Its changes, as they stood when it closed. */
  readonly ledger: readonly Change[];
  /** What was planned of its fleets; absent where nothing was, and for capacity-only milestones. */
  readonly needs?: Needs;
  /** What was planned and what happened, as the history keeps it; absent where nothing was planned. */
  readonly retrospective?: Retrospective;
  /** What went wrong in the world, oldest first. */
  readonly faults: readonly FaultSeen[];
  /** Number of violations by invariant, all of them. */
  readonly invariants: Readonly<Record<string, number>>;
  readonly violations: readonly ViolationFacts[];
  /** What is counted and is no violation: overruns that the world causes, and the like. */
  readonly figures: Readonly<Record<string, number>>;
  readonly executions: readonly ExecutionFacts[];
  /** The same of each other plan's release in the same stack, and of production that staging led to; absent where there was none. */
  readonly beside?: readonly BesideFacts[];
  /** The deployment's alarms that would have rung. */
  readonly alarms: readonly AlarmFacts[];
  /** The state machine's Catch, Retry and Choice edges that were walked, by their names. */
  readonly edges: readonly string[];
  /** Calls that the twin does not model: with any of these a rehearsal proves nothing. */
  readonly notModelled: readonly string[];
  /** Events refused at the door, and functions that failed with all their retries. */
  readonly undelivered: readonly string[];
  readonly dropped: readonly string[];
  /** The account before the event and after everything. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface PoolFacts {
  /** From when it was first there until its lease was ended. */
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  /** Of that time, how long it was there: idle, being primed again, or at work on a job. */
  readonly thereSeconds: number;
  /** Jobs that primed it, and other jobs. */
  readonly primings: number;
  readonly jobs: number;
  /** What ended its lease, one sentence; null where nothing has. */
  readonly endedBy: string | null;
}

export interface NodesFacts {
  /** `CLUSTER/GROUP` */
  readonly group: string;
  /** Nodes that it was to have before, and that it was given. */
  readonly before: number;
  readonly raised: number;
  readonly fromSeconds: number;
  /** Null where it is not as before again, be it that its lease goes on or that somebody else has changed it. */
  readonly untilSeconds: number | null;
  /** What ended its lease, one sentence; null where nothing has. */
  readonly endedBy: string | null;
}

export interface OwnedHours {
  /** `endpoint/variant`, `training/JOB`, or of a cluster `cluster/NAME/GROUP`, and `training/NAME/GROUP` of what is raised there. */
  readonly owner: string;
  readonly instanceType: string;
  readonly hours: number;
}

/** One variant's part in a stage: fleet at its end, requests over its whole minutes. */
export interface SideFacts {
  readonly variant: string;
  readonly instances: number;
  readonly ready: number;
  readonly requests: number;
  readonly errors: number;
  /** Mean over the requests. */
  readonly latencyMs: number;
}

export interface StageFacts {
  readonly index: number;
  readonly trafficPercent: number;
  /** As planned. */
  readonly bakeMinutes: number;
  /** When the weights came into force, and when they went out of force again or the candidate took over. */
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  /** `eased`: it went back to the share of the stage before, until that share was `restored` to its own. */
  readonly result: "passed" | "eased" | "restored" | "stopped";
  readonly candidate: SideFacts | null;
  readonly stable: SideFacts | null;
}

export interface MinuteFacts {
  readonly minute: number;
  /** The candidate's share at the minute's end. */
  readonly trafficPercent: number;
  readonly variants: Readonly<
    Record<
      string,
      {
        readonly instances: number;
        readonly ready: number;
        readonly requests: number;
        readonly errors: number;
        /** Of the errors, those that no model answered. */
        readonly unanswered: number;
        readonly latencyMs: number;
        /** Of users' requests that came beside some that callers sent, those answered late, or turned away. */
        readonly usersLate?: number;
      }
    >
  >;
}

export interface FaultSeen {
  readonly atSeconds: number;
  /** Of what ends by itself. */
  readonly untilSeconds?: number;
  /** One sentence. */
  readonly what: string;
}

export interface ViolationFacts {
  readonly invariant: string;
  readonly atSeconds: number;
  readonly what: string;
  readonly state: string | null;
  readonly stage: number | null;
}

export interface AlarmFacts {
  /** The alarm's name in serverless.yml. */
  readonly name: string;
  /** When it rang for the first time. */
  readonly atSeconds: number;
  /** Whether it rings at the end. */
  readonly ringing: boolean;
}

export interface BesideFacts {
  readonly model: string;
  /** Where it is the same plan's. */
  readonly milestone?: "production";
  readonly executions: readonly ExecutionFacts[];
}

export interface ExecutionFacts {
  readonly name: string;
  readonly outcome: string;
  readonly reason: string;
  readonly startSeconds: number;
  readonly stopSeconds: number | null;
  readonly historyEvents: number;
}
