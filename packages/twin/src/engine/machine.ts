/**
 * Runs one execution of a state machine in virtual time, and closes the gaps between the interpreter and AWS:
 * a stop that is a stop, the machine's time-out, history and payload limits, and tasks that are Lambdas.
 */
import type { VirtualClock } from "./clock.ts";
import type { InterpreterRun, RunnableDefinition } from "./definition.ts";
import { turn } from "./driver.ts";
import { caught, chosen, retried } from "./edges.ts";
import { runInFrame } from "./frames.ts";
import { History, type HistoryDetail, mostEvents } from "./history.ts";
import { dataLimitExceeded, TaskFailure } from "./task-failure.ts";

export type Outcome =
  | { readonly status: "SUCCEEDED"; readonly output: unknown }
  | {
      readonly status: "FAILED" | "ABORTED";
      readonly error: string | undefined;
      readonly cause: string | undefined;
    }
  /** DescribeExecution shows neither error nor cause of a timed-out execution. */
  | { readonly status: "TIMED_OUT" };

/** One attempt at a Task state; `input` is what Parameters made of the state document. */
export interface TaskAttempt {
  readonly state: string;
  readonly input: unknown;
  /** The document with which the state was entered. */
  readonly document: unknown;
}

export interface MachineOptions {
  readonly runnable: RunnableDefinition;
  readonly execution: { readonly arn: string; readonly name: string };
  readonly machine: { readonly arn: string; readonly name: string };
  readonly input: unknown;
  readonly clock: VirtualClock;
  /** Called once, when the execution is over; never from within `runMachine`. */
  readonly onEnd: (outcome: Outcome) => void;
  readonly task: (attempt: TaskAttempt) => Promise<unknown>;
  /** Told of each entry before the state does anything; may stop the execution. */
  readonly onEntered?: (entry: { state: string; type: string; document: unknown }) => void;
}

export interface MachineRun {
  readonly history: History;
  /** The edges walked so far, by their names. */
  readonly walked: ReadonlySet<string>;
  /** StopExecution: runs no Catch, and leaves a Lambda that is running to itself. */
  stop(detail?: { error?: string | undefined; cause?: string | undefined }): void;
}

/** "Maximum input or output size for a task, state, or execution": 262,144 bytes of UTF-8 (Step Functions quotas). */
export const longestPayloadBytes = 262_144;
const tooLong = (value: unknown): boolean =>
  Buffer.byteLength(JSON.stringify(value) ?? "") > longestPayloadBytes;
/** States that give out no more than they were given, which the state before was measured by. */
const passesOn: ReadonlySet<string> = new Set(["Choice", "Wait", "Succeed"]);
/** What a task of an execution that is over gets: no Retry and no Catch of it may match. */
const over = () => new TaskFailure("Over", "the execution is over", { terminal: true });

export function runMachine(options: MachineOptions): MachineRun {
  return runInFrame({ execution: options.execution.name }, () => new Run(options).start());
}

/** The part of an engine event that this file reads. */
interface ObservedState {
  readonly name: string;
  readonly type: string;
  readonly input: unknown;
  readonly output?: unknown;
}
interface StateEvent {
  readonly type: string;
  readonly state?: ObservedState;
  readonly Error?: string;
  readonly retry?: { readonly retrier: unknown };
  readonly catch?: { readonly catcher: unknown };
}

class Run {
  readonly #options: MachineOptions;
  readonly #history: History;
  readonly #walked = new Set<string>();
  /** The Choice that has been entered and not left. */
  #choice: ObservedState | undefined;
  #engine: InterpreterRun | undefined;
  #over = false;
  #document: unknown;
  /** The attempt whose Lambda has not answered; a time-out closes it. */
  #open: object | undefined;
  #deadline: object | undefined;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#history = new History(() => options.clock.nowMs());
  }

  start(): MachineRun {
    const { runnable, execution, machine, input, clock } = this.#options;
    const { timeoutSeconds, tasks } = runnable;
    this.#history.add("ExecutionStarted", { input });
    if (timeoutSeconds !== undefined)
      this.#deadline = clock.setTimeout(() => this.#finish({ status: "TIMED_OUT" }), timeoutSeconds * 1000);
    const handlers = Object.keys(tasks).map(
      (state) => [state, (given: unknown) => this.#attempt(state, given)] as const,
    );
    this.#engine = runnable.interpreter.run(input, {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) },
      context: {
        Execution: { Id: execution.arn, Name: execution.name },
        StateMachine: { Id: machine.arn, Name: machine.name },
      },
    });
    const pumped = this.#pump(this.#engine.eventLogs);
    const settle = async (outcome: Outcome) => {
      await pumped;
      this.#finish(outcome);
    };
    this.#engine.result.then(
      (output) => settle({ status: "SUCCEEDED", output }),
      (error: Error) => settle({ status: "FAILED", ...failureOf(error.cause) }),
    );
    const stop: MachineRun["stop"] = (detail) =>
      this.#finish({ status: "ABORTED", error: detail?.error, cause: detail?.cause });
    return { history: this.#history, walked: this.#walked, stop };
  }

  /** One attempt at a Task; the interpreter races it against the state's TimeoutSeconds. */
  async #attempt(state: string, input: unknown): Promise<unknown> {
    // The entry is told of first, and whatever stops the execution there keeps the Lambda from running.
    await turn();
    if (this.#over) throw over();
    if (tooLong(input)) throw dataLimitExceeded(state);
    const { functionArn: resource, timeoutSeconds: timeoutInSeconds } =
      this.#options.runnable.tasks[state] ?? {};
    this.#record("LambdaFunctionScheduled", { resource, input, timeoutInSeconds });
    this.#record("LambdaFunctionStarted");
    if (this.#over) throw over();
    const open = {};
    this.#open = open;
    try {
      const result = await this.#options.task({ state, input, document: this.#document });
      if (this.#open === open) this.#record("LambdaFunctionSucceeded", { output: result });
      if (this.#over) throw over();
      if (tooLong(result)) throw dataLimitExceeded(state);
      return result;
    } catch (error) {
      if (this.#over) throw over();
      if (this.#open === open && error instanceof TaskFailure)
        this.#record("LambdaFunctionFailed", { error: error.name, cause: error.message });
      throw error;
    } finally {
      if (this.#open === open) this.#open = undefined;
    }
  }

  async #pump(events: InterpreterRun["eventLogs"]): Promise<void> {
    for await (const event of events as AsyncGenerator<StateEvent>)
      if (!this.#over && event.state !== undefined) {
        this.#walk(event, event.state);
        this.#observe(event.type, event.state, event.Error);
      }
  }

  #walk({ type: event, retry, catch: caughtBy }: StateEvent, state: ObservedState): void {
    const { States } = this.#options.runnable.definition;
    const definitionOf = (name: string) => States[name] ?? { Type: "Fail" };
    if (retry !== undefined) this.#walked.add(retried(state.name, definitionOf(state.name), retry.retrier));
    if (caughtBy !== undefined) this.#walked.add(caught(state.name, caughtBy.catcher));
    if (event !== "StateEntered") return;
    if (this.#choice !== undefined) {
      const { name, input: document } = this.#choice;
      this.#walked.add(chosen(name, definitionOf(name), { document, next: state.name }));
    }
    this.#choice = state.type === "Choice" ? state : undefined;
  }

  #observe(event: string, { name, type, input, output }: ObservedState, error: string | undefined): void {
    switch (event) {
      case "StateEntered":
        this.#document = input;
        this.#record(`${type}StateEntered`, { name, input });
        if (!this.#over) this.#options.onEntered?.({ state: name, type, document: input });
        return;
      case "StateExited":
        this.#record(`${type}StateExited`, { name, output });
        if (!passesOn.has(type) && tooLong(output))
          this.#finish({ status: "FAILED", ...failureOf(dataLimitExceeded(name)) });
        return;
      case "StateRetried":
        this.#history.transitions += 1;
        return;
      case "StateFailed":
        if (error !== "States.Timeout" || this.#open === undefined) return;
        this.#open = undefined;
        this.#record("LambdaFunctionTimedOut", { error });
    }
  }

  #record(type: string, detail: HistoryDetail = {}): void {
    if (this.#over) return;
    if (!this.#history.full) this.#history.add(type, detail);
    else
      this.#finish({
        status: "FAILED",
        error: "States.Runtime",
        cause: `The execution reached the maximum number of history events (${mostEvents}).`,
      });
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.clock.clearTimeout(this.#deadline);
    const { status, ...told }: { status: Outcome["status"] } & HistoryDetail = outcome;
    this.#history.add(endEvents[status], status === "TIMED_OUT" ? { error: "States.Timeout" } : told);
    this.#engine?.abort();
    this.#options.onEnd(outcome);
  }
}

const endEvents = {
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
  ABORTED: "ExecutionAborted",
  TIMED_OUT: "ExecutionTimedOut",
} as const;

/** A Fail state without Error has none; the interpreter then gives its own class's name. */
function failureOf(failure: unknown): { error: string | undefined; cause: string | undefined } {
  const { name, message } = failure instanceof Error ? failure : new Error(String(failure));
  return name === "FailStateError" ? { error: undefined, cause: undefined } : { error: name, cause: message };
}
