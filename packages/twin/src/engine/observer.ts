/** Whoever watches a run from within: what it is told, and what it may look at. */
import type { Call, Service } from "../services/service.ts";
import type { WorldView } from "../world/region.ts";
import type { StateEntry } from "./execution-hooks.ts";
import type { ExecutionRecord, RunningExecutions } from "./executions.ts";
import type { Invocation } from "./frames.ts";
import type { LeftOver } from "./lambda.ts";
import type { Effect } from "./wire-faults.ts";

/** What an observer may look at, also between its calls. */
export interface Scene {
  /** What it was made of, what time it is, what exists, happened and cost, and what CloudWatch shows. */
  readonly world: WorldView;
  readonly executions: RunningExecutions;
  /** The account's services, unwatched: asking them leaves no trace in the record. */
  readonly services: readonly Service[];
  /** The schedules that exist, as `GROUP/NAME`, or `NAME` in the default group. */
  readonly schedules: () => readonly string[];
  /** When the last fault that lasts ends, epoch milliseconds; 0 when none has begun. */
  readonly refusedUntilMs: () => number;
}

/** Watches a run from within; the run brings the world to the moment of whatever it tells, and of every call that is watched. */
export interface Observer {
  /** Its findings' name in the record. */
  readonly name: string;
  /** May stand between the twin and its services; what a fault keeps away never gets there. */
  readonly watch?: (services: readonly Service[]) => readonly Service[];
  /** A call has reached the twin and has had no effect yet. */
  readonly called?: (call: Call, invocation: Invocation | undefined) => void;
  /** A call has had its effect, or was refused by its service. */
  readonly effected?: (effect: Effect) => void;
  readonly entered?: (entry: StateEntry) => void;
  readonly status?: (record: ExecutionRecord) => void;
  /** A Lambda had answered, and something of it was still at work. */
  readonly leftOver?: (leftOver: LeftOver) => void;
  /** What it found, as JSON; called once all is calm. */
  readonly findings: () => unknown;
}
