/** What is rehearsed: state machine, functions, what starts them, what is around them in the account, and who watches. */
import type { Gate } from "../permissions/gate.ts";
import type { TableKeys } from "../services/dynamodb.ts";
import type { BusEvent } from "../services/event-bridge.ts";
import type { IamRole } from "../services/iam.ts";
import type { AccountSeed } from "../world/account-seed.ts";
import type { KeySpec } from "../world/image-state.ts";
import type { WorldView } from "../world/region.ts";
import type { AslDefinition } from "./asl.ts";
import type { ExecutionRecord } from "./executions.ts";
import type { HandsOf } from "./hands.ts";
import type { Steps } from "./lambda.ts";
import type { Observer, Scene } from "./observer.ts";
import type { WireHandler } from "./wire-handler.ts";

/** One deployment of the machine: what CloudFormation would make of a template. */
export interface Stack {
  /** The stack's name in CloudFormation. */
  readonly name: string;
  readonly description?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly machineName: string;
  /** The tables that it has from the start. */
  readonly tables?: readonly TableKeys[];
  /** The buckets and the keys of KMS that it has from the start, the former with Object Lock where it says so. */
  readonly buckets?: readonly { readonly name: string; readonly objectLock: boolean }[];
  readonly keys?: readonly { readonly id: string; readonly spec: KeySpec }[];
  /** The secrets of Secrets Manager that it was given, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Its roles as IAM tells of them. */
  readonly roles?: readonly IamRole[];
  /** Its group of EventBridge Scheduler's schedules. */
  readonly scheduleGroup?: string;
  /** Builds the handler of each Task state on the wire; called once the clock and the randomness are the run's own. */
  readonly stepsOn: (wire: WireHandler) => Steps;
  /** Builds the functions that `rules`, `functionUrls` and the application's `rates` name. */
  readonly functionsOn?: ((wire: WireHandler) => Steps) | undefined;
  /** Functions that have a URL of their own, by its host (`ID.lambda-url.REGION.on.aws`). */
  readonly functionUrls?: Readonly<Record<string, string>> | undefined;
  /** Those whose URL asks nobody who they are (AuthType NONE). */
  readonly openUrls?: Readonly<Record<string, string>> | undefined;
  readonly rules?: readonly Rule[] | undefined;
  /** Brings the account into the state that the first event finds, on the wire; `at` is the moment of that event, ISO 8601. */
  readonly prepare?: ((wire: WireHandler, at: string) => Promise<void>) | undefined;
  /** What functions, machine, rules and schedules may do; absent: everything. */
  readonly gate?: ((world: WorldView) => Gate) | undefined;
}

/** A stack that is rehearsed, and what is around it. */
export interface Application extends Stack {
  readonly definition: AslDefinition;
  /** The account's own numbers; absent: a small SageMaker endpoint with no more to say. */
  readonly account: AccountSeed;
  /** The time-out of a state's function where it is not the Task's own. */
  readonly functionTimeoutSeconds?: Readonly<Record<string, number>> | undefined;
  readonly rates?: readonly Rate[] | undefined;
  /** Other stacks of the account with the same definition; no fault meets them. The same event starts each. */
  readonly neighbours?: readonly Stack[] | undefined;
  /** Which part of the flow a document is in, where that tells apart what happens in one state; 0 or more. */
  readonly stageOf?: ((document: unknown) => number | undefined) | undefined;
  /** Whether an event that a run is given is one that a rule of the stack starts it with, by the rule's role. */
  readonly isByRule?: ((event: unknown) => boolean) | undefined;
  /** How an execution ended, in the application's words; absent: its status or its error's name, and the cause. */
  readonly endOf?: ((record: ExecutionRecord) => End) | undefined;
  /** What somebody else may do to the account. */
  readonly hands?: ((world: WorldView) => HandsOf) | undefined;
  readonly observe?: readonly ((scene: Scene) => Observer)[] | undefined;
}

export interface End {
  readonly outcome: string;
  readonly reason: string;
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
  /** Seconds of a period, counted from 1970, UTC, at which it is invoked, as a cron's are; absent: counted from the event. */
  readonly phaseSeconds?: number;
  readonly event: unknown;
}
