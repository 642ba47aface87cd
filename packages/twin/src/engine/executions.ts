/**
 * The executions of one state machine, several at a time in one thread: what stands behind the twin's Step
 * Functions service. Names, idempotent starts and stops follow the API reference of StartExecution and
 * StopExecution.
 */
import type { ExecutionRecord, Executions } from "../services/step-functions.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { VirtualClock } from "./clock.ts";
import type { RunnableDefinition } from "./definition.ts";
import { runOutsideFrames } from "./frames.ts";
import { type MachineOptions, type MachineRun, type Outcome, runMachine } from "./machine.ts";
import { longestPayloadBytes } from "./strand.ts";

export type { ExecutionRecord } from "../services/step-functions.ts";

export interface ExecutionsOptions {
  readonly clock: VirtualClock;
  readonly runnable: RunnableDefinition;
  readonly machine: { readonly arn: string; readonly name: string };
  /** Names for executions that are started without one. */
  readonly nameOf: (nth: number) => string;
  readonly run: (
    options: Pick<MachineOptions, "execution" | "input">,
  ) => Pick<MachineOptions, "task" | "onEntered">;
  /** Told when a status changes, as EventBridge would be. */
  readonly onStatus?: (record: ExecutionRecord) => void;
}

interface Held {
  record: ExecutionRecord;
  readonly run: MachineRun;
}

export interface RunningExecutions extends Executions {
  readonly stateMachineArn: string;
  /** How many are running. */
  readonly running: number;
  /** When the last one ended, epoch milliseconds; 0 when none has. */
  readonly lastStopMs: number;
  /** State entries and retries of all executions. */
  readonly transitions: number;
  /** The edges of the machine that any of them has walked, by their names. */
  readonly walked: ReadonlySet<string>;
}

/** "The name … must be unique for your Amazon Web Services account, Region, and state machine for 90 days." */
const nameLifetimeMs = 90 * 86_400_000;
/**
 * "A name must not contain: white space, brackets < > { } [ ], wildcard characters ? *, special characters
 * " # % \ ^ | ~ ` $ & , ; : /, control characters" (StartExecution, API reference).
 */
const namePattern = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\ufffe\uffff]{1,80}$/u;

export function createExecutions(options: ExecutionsOptions): RunningExecutions {
  const { clock, runnable, machine, onStatus } = options;
  const held = new Map<string, Held>();

  const records = () => [...held.values()].map((entry) => entry.record);
  const find = (executionArn: string): Held => {
    const found = held.get(executionArn);
    if (found === undefined)
      throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
    return found;
  };

  function start({ name = options.nameOf(held.size + 1), input = "{}" }: Parameters<Executions["start"]>[0]) {
    if (!namePattern.test(name)) throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
    const executionArn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
    const parsed = parse(input);
    const same = sameRunning(held.get(executionArn)?.record, input, clock.nowMs());
    if (same !== undefined) return same;
    const record = begun({ executionArn, stateMachineArn: machine.arn, name, input, startMs: clock.nowMs() });
    const execution = { arn: executionArn, name };
    // A start from inside a Lambda must not make the new execution part of that Lambda.
    const onEnd = (outcome: Outcome) => end(executionArn, outcome);
    const given = { runnable, execution, machine, input: parsed, clock, onEnd };
    const run = runOutsideFrames(() => runMachine({ ...given, ...options.run(given) }));
    held.set(executionArn, { record, run });
    onStatus?.(record);
    return record;
  }

  function end(executionArn: string, outcome: Outcome): void {
    const entry = find(executionArn);
    entry.record = ended(entry.record, outcome, clock.nowMs());
    onStatus?.(entry.record);
  }

  return {
    stateMachineArn: machine.arn,
    start,
    stop(executionArn, detail) {
      find(executionArn).run.stop(detail);
      return find(executionArn).record;
    },
    describe: (executionArn) => find(executionArn).record,
    list: (status) =>
      records()
        .filter((record) => (status ?? record.status) === record.status)
        .reverse(),
    history: (executionArn) => find(executionArn).run.history.events,
    get running() {
      return records().filter(({ status }) => status === "RUNNING").length;
    },
    get lastStopMs() {
      return Math.max(0, ...records().map(({ stopMs }) => stopMs ?? 0));
    },
    get transitions() {
      return [...held.values()].reduce((sum, entry) => sum + entry.run.history.transitions, 0);
    },
    get walked() {
      return new Set([...held.values()].flatMap((entry) => [...entry.run.walked]));
    },
  };
}

function parse(input: string): unknown {
  if (Buffer.byteLength(input) > longestPayloadBytes)
    throw new AwsError(
      "InvalidExecutionInput",
      "Invalid Execution Input: 'Input exceeds the maximum number of characters allowed'",
    );
  try {
    return JSON.parse(input);
  } catch {
    throw new AwsError("InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid JSON'");
  }
}

type Begun = Pick<ExecutionRecord, "executionArn" | "stateMachineArn" | "name" | "input" | "startMs">;

function begun(given: Begun): ExecutionRecord {
  return {
    ...given,
    stopMs: undefined,
    status: "RUNNING",
    output: undefined,
    error: undefined,
    cause: undefined,
  };
}

/** The execution that a start of its name and input again means; throws when the name is taken otherwise. */
function sameRunning(
  before: ExecutionRecord | undefined,
  input: string,
  nowMs: number,
): ExecutionRecord | undefined {
  if (before === undefined) return undefined;
  if (before.status === "RUNNING" && before.input === input) return before;
  if (before.stopMs !== undefined && nowMs - before.stopMs >= nameLifetimeMs) return undefined;
  throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${before.executionArn}'`);
}

function ended(record: ExecutionRecord, outcome: Outcome, stopMs: number): ExecutionRecord {
  const output = outcome.status === "SUCCEEDED" ? JSON.stringify(outcome.output) : undefined;
  const detail = "error" in outcome ? { error: outcome.error, cause: outcome.cause } : {};
  return { ...record, stopMs, status: outcome.status, output, ...detail };
}
