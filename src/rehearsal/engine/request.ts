/** What a rehearsal is asked for, what it tells on the way, and what it is built from. */
import type { Plan } from "../../core/plan.ts";
import type { Call } from "../twin/service.ts";
import type { Twin } from "../twin/twin.ts";
import type { WorldSpec } from "../world/spec.ts";
import type { World } from "../world/world.ts";
import type { AslDefinition } from "./definition.ts";
import type { StateEntry } from "./engine.ts";
import type { ExecutionRecord, RunningExecutions } from "./executions.ts";
import type { Fault } from "./faults.ts";
import type { Invocation } from "./frames.ts";
import type { Steps } from "./lambda.ts";
import type { Effect } from "./wire-faults.ts";
import type { WireHandler } from "./wire-handler.ts";

/** Plain data: it can be posted to a worker. */
export interface RehearsalRequest {
  readonly plan: Plan;
  readonly world: WorldSpec;
  /** What the first execution is started with. */
  readonly event: unknown;
  readonly seed: number;
  /** When the event is delivered, epoch milliseconds; a Monday morning by default. */
  readonly startMs?: number;
  /** Further events: duplicates, late ones, other releases. */
  readonly also?: readonly LaterEvent[];
  /** Stops of the first execution, as a person does it in the console; seconds after the event. */
  readonly stopAfterSeconds?: readonly number[];
  readonly faults?: readonly Fault[];
  /** The run's cap; at most 24. */
  readonly capDays?: number;
  /** Whether the record lists the points that were reached. */
  readonly listPoints?: boolean;
}

export interface LaterEvent {
  readonly afterSeconds: number;
  readonly event: unknown;
  readonly name?: string;
}

/** What happens while a rehearsal runs; times are seconds since the event was delivered. */
export type Progress =
  | {
      readonly kind: "entered";
      readonly atSeconds: number;
      readonly execution: string;
      readonly state: string;
      readonly stage?: number;
      readonly trafficPercent?: number;
    }
  | {
      readonly kind: "status";
      readonly atSeconds: number;
      readonly execution: string;
      readonly status: ExecutionRecord["status"];
    };

/** What an observer may look at, also between its calls. */
export interface Scene {
  readonly request: RehearsalRequest;
  readonly world: World;
  readonly twin: Pick<Twin, "services">;
  readonly executions: RunningExecutions;
}

/** Watches a run from within; the world stands at the moment of what it is told of. */
export interface Observer {
  readonly name: string;
  /** A call has reached the twin and has had no effect yet. */
  readonly called?: (call: Call, invocation: Invocation | undefined) => void;
  /** A call has had its effect, or was refused. */
  readonly effected?: (effect: Effect) => void;
  readonly entered?: (entry: StateEntry) => void;
  readonly status?: (record: ExecutionRecord) => void;
  /** What it found, as JSON; called when all is calm. May ask the twin's services. */
  readonly findings: () => unknown | Promise<unknown>;
}

/** What is rehearsed: the deployed machine and steps, and who watches. */
export interface RehearsalParts {
  readonly definition: AslDefinition;
  readonly stepsOn: (wire: WireHandler) => Steps;
  /** Brings the account into the state that the first event finds, on the wire: the plan in force, for one. */
  readonly prepare?: (wire: WireHandler, plan: Plan, at: string) => Promise<void>;
  /** The time-out of a state's function where it is not the Task's own. */
  readonly functionTimeoutSeconds?: Readonly<Record<string, number>>;
  readonly observe?: readonly ((scene: Scene) => Observer)[];
}
