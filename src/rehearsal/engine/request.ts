/** What a rehearsal is asked for, what it tells on the way, and what it is built from. */
import type { Deployment } from "../../core/deployment.ts";
import type { AlarmFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Gate } from "../permissions/gate.ts";
import type { Deployed } from "../permissions/parameters.ts";
import type { RoleParameters } from "../permissions/roles.ts";
import type { BusEvent } from "../twin/event-bridge.ts";
import type { Call, Service } from "../twin/service.ts";
import type { MinuteEnd } from "../world/minutes.ts";
import type { World } from "../world/region.ts";
import type { WorldSpec } from "../world/spec.ts";
import type { AslDefinition } from "./asl.ts";
import type { StateEntry } from "./execution-hooks.ts";
import type { ExecutionRecord, RunningExecutions } from "./executions.ts";
import type { Fault } from "./faults.ts";
import type { Invocation } from "./frames.ts";
import type { FunctionCall } from "./functions.ts";
import type { LeftOver, Steps } from "./lambda.ts";
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
  /** Other stacks of the same account; the same event starts each, at the same moment. */
  readonly neighbours?: readonly Neighbour[];
  /** Stops of the first execution, as a person does it in the console; seconds after the event. */
  readonly stopAfterSeconds?: readonly number[];
  readonly faults?: readonly Fault[];
  /** The run's cap; at most 24. */
  readonly capDays?: number;
  /** How much longer the account is watched once all is over; a sweep that comes by the clock needs it. */
  readonly settleSeconds?: number;
  /** How long it is watched at least after the last fault that lasts has ended: what puts things right needs it. */
  readonly recoverySeconds?: number;
  /** What somebody answers, who looks by every minute, where a stage asks; absent: nobody does. */
  readonly answer?: "proceed" | "roll-back";
  /** After how many looks a waiting release goes on in a new execution; absent: as deployments have it. */
  readonly turnsPerExecution?: number;
  /** Whether the record lists the points that were reached. */
  readonly listPoints?: boolean;
  /** Whether the record lists what somebody else could have done at each point. */
  readonly listMoments?: boolean;
  /** What the deployment was given for its roles; absent: as narrow as the plan and the world allow. */
  readonly roles?: Partial<RoleParameters>;
  /** Whether Application Auto Scaling's checks say that they are made for the caller; true by default. */
  readonly checksComeViaService?: boolean;
  /** Whether the record lists what was asked of the roles. */
  readonly listPermissions?: boolean;
}

/** Another deployment in the account, with its own plan. */
export interface Neighbour {
  readonly deployment: Deployment;
  readonly plan: Plan;
  /** What it was given for its roles; absent: as narrow as its plan and the world allow. */
  readonly roles?: Partial<RoleParameters>;
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
      /** The plan's endpoint as it stands: instances of each variant, and those of them that answer. */
      readonly fleets: MinuteEnd["instances"];
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
  readonly executions: RunningExecutions;
  /** The account's services, unwatched: asking them leaves no trace in the record. */
  readonly services: readonly Service[];
  /** The schedules that exist, as `GROUP/NAME`, or `NAME` in the default group. */
  readonly schedules: () => readonly string[];
  /** When the last fault that lasts ends, epoch milliseconds; 0 when none has begun. */
  readonly refusedUntilMs: () => number;
}

/** Watches a run from within; the world stands at the moment of what it is told of. */
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

/** What alarms are told by; times are epoch milliseconds. */
export interface RunOver {
  readonly startMs: number;
  readonly endMs: number;
  readonly calls: readonly FunctionCall[];
  readonly executions: readonly Pick<ExecutionRecord, "status" | "error" | "stopMs">[];
}

/** What is rehearsed: the deployed machine and steps, and who watches. */
export interface RehearsalParts {
  readonly definition: AslDefinition;
  /** The steps on the wire, of the deployment that is rehearsed or of another one beside it. */
  readonly stepsOn: (wire: WireHandler, deployment?: Deployment) => Steps;
  /** Brings the account into the state that the first event finds, on the wire: the plan in force, for one. */
  readonly prepare?: (
    wire: WireHandler,
    plan: Plan,
    options: { at: string; deployment?: Deployment },
  ) => Promise<void>;
  /** The time-out of a state's function where it is not the Task's own. */
  readonly functionTimeoutSeconds?: Readonly<Record<string, number>>;
  /** The functions that `rules` and `rates` name. */
  readonly functionsOn?: (wire: WireHandler, deployment?: Deployment) => Steps;
  readonly rules?: readonly Rule[];
  /** The rules of another deployment beside the one that is rehearsed. */
  readonly rulesOf?: (deployment: Deployment) => readonly Rule[];
  readonly rates?: readonly Rate[];
  /** Somebody who looks by at what is released, and answers what it asks. */
  readonly person?: (
    wire: WireHandler,
    answer: NonNullable<RehearsalRequest["answer"]>,
    plan: Plan,
  ) => () => Promise<void>;
  readonly observe?: readonly ((scene: Scene) => Observer)[];
  /** Which of the deployment's alarms would have rung in a run that is over. */
  readonly alarmsOf?: (run: RunOver) => AlarmFacts[];
  /** What functions, machine, rules and schedules of a stack may do; absent: everything. */
  readonly gate?: (deployed: Deployed, world: World, deployment?: Deployment) => Gate;
}

/** A rule of EventBridge: which events of the default bus go where. */
export interface Rule {
  /** The function that is invoked; absent: the state machine is started, with the event as its input. */
  readonly function?: string;
  readonly matches: (event: BusEvent) => boolean;
}

/** A function that is invoked again and again, first one period after the event. */
export interface Rate {
  readonly function: string;
  readonly everySeconds: number;
  readonly event: unknown;
}
