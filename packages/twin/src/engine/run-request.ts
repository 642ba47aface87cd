/** What one run of an application is asked for, and what it tells on the way. */
import type { MinuteEnd } from "../world/minutes.ts";
import type { WorldSpec } from "../world/spec.ts";
import type { ExecutionRecord } from "./executions.ts";
import type { Fault } from "./faults.ts";

/** Plain data: it can be posted to a worker. */
export interface RunRequest {
  readonly world: WorldSpec;
  /** What the first execution is started with. */
  readonly event: unknown;
  readonly seed: number;
  /** When the event is delivered, epoch milliseconds; a Monday morning by default. */
  readonly startMs?: number;
  /** Further events: duplicates, late ones, others. */
  readonly also?: readonly LaterEvent[];
  /** Stops of the first execution, as a person does it in the console; seconds after the event. */
  readonly stopAfterSeconds?: readonly number[];
  readonly faults?: readonly Fault[];
  /** The run's cap; at most 24. */
  readonly capDays?: number;
  /** How much longer the account is watched once all is over; a function that comes by the clock needs it. */
  readonly settleSeconds?: number;
  /** How long it is watched at least after the last fault that lasts has ended: what puts things right needs it. */
  readonly recoverySeconds?: number;
  /** Whether the record lists the points that were reached. */
  readonly listPoints?: boolean;
  /** Whether the record lists what somebody else could have done at each point. */
  readonly listMoments?: boolean;
}

export interface LaterEvent {
  readonly afterSeconds: number;
  readonly event: unknown;
  readonly name?: string;
}

/** What happens while a run lasts; times are seconds since the event was delivered. */
export type Progress =
  | {
      readonly kind: "entered";
      readonly atSeconds: number;
      readonly execution: string;
      readonly state: string;
      readonly stage?: number;
      /** The account's own endpoint as it stands: instances of each variant, and those of them that answer. */
      readonly fleets: MinuteEnd["instances"];
    }
  | {
      readonly kind: "status";
      readonly atSeconds: number;
      readonly execution: string;
      readonly status: ExecutionRecord["status"];
    };

/** `document` is what the state was entered with. */
export type OnProgress = (progress: Progress, document?: unknown) => void;
