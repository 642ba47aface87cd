/** What a rehearsal of a release is asked for, what it tells on the way, and what it is built from. */

import type {
  AslDefinition,
  ExecutionRecord,
  FunctionCall,
  LaterEvent,
  Observer,
  Rate,
  Rule,
  Progress as RunProgress,
  RunRequest,
  Scene as RunScene,
  Steps,
  WireHandler,
} from "#twin/engine";
import type { Gate } from "#twin/permissions";
import type { WorldView } from "#twin/world";
import type { Deployment } from "../../core/deployment.ts";
import type { AlarmFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { RoleParameters } from "../permissions/deployed-roles.ts";
import type { Deployed } from "../permissions/parameters.ts";

/** Plain data: it can be posted to a worker. */
export interface RehearsalRequest extends RunRequest {
  readonly plan: Plan;
  /** Other plans of the same stack, each with an endpoint of its own, and what starts a release of theirs meanwhile. */
  readonly beside?: readonly Beside[];
  /** Other stacks of the same account; the same event starts each, at the same moment. */
  readonly neighbours?: readonly Neighbour[];
  /** What somebody answers, who looks by every minute, where a stage asks; absent: nobody does. */
  readonly answer?: "proceed" | "roll-back";
  /** Whether the plans' schedules stand, and start their milestones; the run goes on as long as there are any, or its cap. */
  readonly scheduled?: boolean;
  /** After how many looks a waiting release goes on in a new execution; absent: as deployments have it. */
  readonly turnsPerExecution?: number;
  /** What the deployment was given for its roles; absent: as narrow as the plan and the world allow. */
  readonly roles?: Partial<RoleParameters>;
  /** Whether Application Auto Scaling's checks say that they are made for the caller; true by default. */
  readonly checksComeViaService?: boolean;
  /** Whether the record lists what was asked of the roles. */
  readonly listPermissions?: boolean;
}

/** A release of another plan, beside the one that is rehearsed. */
export interface Beside extends LaterEvent {
  readonly plan: Plan;
}

/** Another deployment in the account, with its own plan. */
export interface Neighbour {
  readonly deployment: Deployment;
  readonly plan: Plan;
  /** What it was given for its roles; absent: as narrow as its plan and the world allow. */
  readonly roles?: Partial<RoleParameters>;
}

/** What happens while a rehearsal runs; times are seconds since the event was delivered. */
export type ReleaseProgress = RunProgress & { readonly trafficPercent?: number };

/** What an observer of a release may look at. */
export interface ReleaseScene extends RunScene {
  readonly request: RehearsalRequest;
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
    options: { at: string; deployment?: Deployment; scheduled?: boolean },
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
  readonly observe?: readonly ((scene: ReleaseScene) => Observer)[];
  /** Which of the deployment's alarms would have rung in a run that is over. */
  readonly alarmsOf?: (run: RunOver) => AlarmFacts[];
  /** What functions, machine, rules and schedules of a stack may do; absent: everything. */
  readonly gate?: (deployed: Deployed, world: WorldView, deployment?: Deployment) => Gate;
}
