/**
 * Step Functions' own API over the executions of one state machine. Whoever runs the executions keeps the rules of
 * names, idempotent starts and stops; this file speaks for them on the wire.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { flag, integer, knowing, oneOf, requiredText, text } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import type { Input, Service } from "./service.ts";
import { type ExecutionEvent, historyEvent } from "./step-functions-history.ts";

export type { ExecutionEvent } from "./step-functions-history.ts";

const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;
export type ExecutionStatus = (typeof STATUSES)[number];

export interface ExecutionRecord {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly stopMs: number | undefined;
  /** JSON text, as given. */
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** What the service needs of whoever runs the executions. All take effect before they return. */
export interface Executions {
  /**
   * Throws the AwsErrors of StartExecution: InvalidName, InvalidExecutionInput, ExecutionAlreadyExists. The same name
   * and input as a running execution give that execution.
   */
  start(request: { name?: string | undefined; input?: string | undefined }): ExecutionRecord;
  /** Throws ExecutionDoesNotExist; an execution that is over stays as it ended. */
  stop(
    executionArn: string,
    detail: { error?: string | undefined; cause?: string | undefined },
  ): ExecutionRecord;
  /** Throws ExecutionDoesNotExist. */
  describe(executionArn: string): ExecutionRecord;
  /** Newest first. */
  list(status?: ExecutionStatus): readonly ExecutionRecord[];
  /** Oldest first. Throws ExecutionDoesNotExist. */
  history(executionArn: string): readonly ExecutionEvent[];
}

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** The Amazon States Language definition, JSON text. */
  readonly definition: string;
  readonly createdMs: number;
}

/** Of ListExecutions, redriveFilter and mapRunArn are missing: nothing is redriven here, and no Map runs. */
const known = {
  StartExecution: ["stateMachineArn", "name", "input", "traceHeader"],
  StopExecution: ["executionArn", "error", "cause"],
  DescribeExecution: ["executionArn", "includedData"],
  ListExecutions: ["stateMachineArn", "statusFilter", "maxResults", "nextToken"],
  GetExecutionHistory: ["executionArn", "maxResults", "reverseOrder", "nextToken", "includeExecutionData"],
  DescribeStateMachine: ["stateMachineArn", "includedData"],
};

export function stepFunctions(options: { machine: StateMachine; executions: Executions }): Service {
  const { machine, executions } = options;
  return {
    name: "stepfunctions",
    title: "StepFunctions",
    protocol: { kind: "json", version: "1.0", targetPrefix: "AWSStepFunctions" },
    operations: knowing("StepFunctions", known, {
      StartExecution(input) {
        requireMachine(machine, requiredText(input, "stateMachineArn"));
        const { executionArn, startMs } = executions.start({
          name: text(input, "name"),
          input: text(input, "input"),
        });
        return { executionArn, startDate: startMs / 1000 };
      },
      StopExecution(input, call) {
        const detail = { error: text(input, "error"), cause: text(input, "cause") };
        const { stopMs } = executions.stop(executionArnIn(input), detail);
        return { stopDate: (stopMs ?? call.at) / 1000 };
      },
      DescribeExecution: (input) => describe(executions.describe(executionArnIn(input)), includedData(input)),
      ListExecutions: (input) => list(input, machine, executions),
      GetExecutionHistory: (input) => history(input, machine, executions),
      DescribeStateMachine(input) {
        requireMachine(machine, requiredText(input, "stateMachineArn"));
        const { arn: stateMachineArn, name, roleArn, definition, createdMs } = machine;
        const fixed = { status: "ACTIVE", type: "STANDARD" };
        return { stateMachineArn, name, roleArn, definition, creationDate: createdMs / 1000, ...fixed };
      },
    }),
  };
}

function requireMachine(machine: StateMachine, arn: string): void {
  if (!/^arn:aws:states:[^:]+:\d{12}:stateMachine:[^:]+$/.test(arn))
    throw new AwsError("InvalidArn", `Invalid Arn: '${arn}'`);
  if (arn !== machine.arn)
    throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

function executionArnIn(input: Input): string {
  const arn = requiredText(input, "executionArn");
  if (/^arn:aws:states:[^:]+:\d{12}:execution:[^:]+:[^:]+$/.test(arn)) return arn;
  throw new AwsError("InvalidArn", `Invalid Arn: '${arn}'`);
}

function includedData(input: Input): boolean {
  return oneOf(input, "includedData", ["ALL_DATA", "METADATA_ONLY"]) !== "METADATA_ONLY";
}

function describe(record: ExecutionRecord, withData: boolean): Json {
  const { input, output, error, cause } = record;
  const outputDetails = output === undefined ? undefined : { included: true };
  const data = { input, inputDetails: { included: true }, output, outputDetails, error, cause };
  return { ...summary(record), redriveCount: 0, ...redrive(record), ...(withData ? data : {}) };
}

/** "RUNNING … SUCCEEDED … cannot be redriven" (DescribeExecution, API reference; wording from recorded answers). */
function redrive({ status }: ExecutionRecord) {
  return status === "RUNNING" || status === "SUCCEEDED"
    ? {
        redriveStatus: "NOT_REDRIVABLE",
        redriveStatusReason: `Execution is ${status} and cannot be redriven`,
      }
    : { redriveStatus: "REDRIVABLE" };
}

function summary({ executionArn, stateMachineArn, name, status, startMs, stopMs }: ExecutionRecord) {
  const stopDate = stopMs === undefined ? undefined : stopMs / 1000;
  return { executionArn, stateMachineArn, name, status, startDate: startMs / 1000, stopDate };
}

function list(input: Input, machine: StateMachine, executions: Executions): Json {
  requireMachine(machine, requiredText(input, "stateMachineArn"));
  const status = oneOf(input, "statusFilter", STATUSES);
  const { items, nextToken } = page(executions.list(status), pageIn(input));
  return { executions: items.map((record) => ({ ...summary(record), redriveCount: 0 })), nextToken };
}

function history(input: Input, { roleArn }: StateMachine, executions: Executions): Json {
  const recorded = executions.history(executionArnIn(input));
  const events = flag(input, "reverseOrder") ? recorded.toReversed() : recorded;
  const { items, nextToken } = page(events, pageIn(input));
  const withData = flag(input, "includeExecutionData") ?? true;
  return { events: items.map((event) => historyEvent(event, { withData, roleArn })), nextToken };
}

/** At most 1,000 a page; 100 by default, which 0 also means (ListExecutions, API reference). */
function pageIn(input: Input) {
  const limit = integer(input, "maxResults", { min: 0, max: 1000 }) || 100;
  const invalidToken = () => new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
  return { limit, token: text(input, "nextToken"), invalidToken };
}
