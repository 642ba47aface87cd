/**
 * Runs one execution of a state machine in virtual time, and closes the gaps between the interpreter and AWS:
 * a stop that is a stop, the machine's time-out, history and payload limits, and tasks that are Lambdas.
 */
import type { VirtualClock } from "./clock.ts";
import type { RunnableDefinition } from "./definition.ts";
import { runInFrame } from "./frames.ts";
import { type EventChain, History, type HistoryDetail, mostEvents } from "./history.ts";
import { runMap } from "./mapping.ts";
import { Strand, type StrandSurroundings, type TaskAttempt } from "./strand.ts";

export type Outcome =
  | { readonly status: "SUCCEEDED"; readonly output: unknown }
  | {
      readonly status: "FAILED" | "ABORTED";
      readonly error: string | undefined;
      readonly cause: string | undefined;
    }
  /** DescribeExecution shows neither error nor cause of a timed-out execution. */
  | { readonly status: "TIMED_OUT" };

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

export function runMachine(options: MachineOptions): MachineRun {
  return runInFrame({ execution: options.execution.name }, () => new Run(options).start());
}

class Run {
  readonly #options: MachineOptions;
  readonly #history: History;
  readonly #walked = new Set<string>();
  #strand: Strand | undefined;
  #over = false;
  #deadline: object | undefined;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#history = new History(() => options.clock.nowMs());
  }

  start(): MachineRun {
    const { runnable, input, clock } = this.#options;
    const { timeoutSeconds, interpreter } = runnable;
    this.#history.add("ExecutionStarted", { input });
    if (timeoutSeconds !== undefined)
      this.#deadline = clock.setTimeout(() => this.#finish({ status: "TIMED_OUT" }), timeoutSeconds * 1000);
    const surroundings = this.#surroundings();
    this.#strand = new Strand({ surroundings, interpreter, input, chain: this.#history.chain });
    this.#strand.run().then(
      (output) => this.#finish({ status: "SUCCEEDED", output }),
      (failure: unknown) => this.#finish({ status: "FAILED", ...failureOf(failure) }),
    );
    const stop: MachineRun["stop"] = (detail) =>
      this.#finish({ status: "ABORTED", error: detail?.error, cause: detail?.cause });
    return { history: this.#history, walked: this.#walked, stop };
  }

  #surroundings(): StrandSurroundings {
    const { runnable, execution, machine, task, onEntered } = this.#options;
    const surroundings: StrandSurroundings = {
      runnable,
      context: {
        Execution: { Id: execution.arn, Name: execution.name },
        StateMachine: { Id: machine.arn, Name: machine.name },
      },
      walked: this.#walked,
      isOver: () => this.#over,
      record: (type, detail, chain) => this.#record(type, detail, chain),
      countTransition: () => {
        this.#history.transitions += 1;
      },
      task,
      map: (state, input, { chain }) => {
        const map = runnable.maps[state];
        if (map === undefined) throw new Error(`${state}: expected a Map, found none`);
        return runMap(surroundings, { state, input, map, chain });
      },
      onEntered: (entry) => onEntered?.(entry),
      fail: (failure) => this.#finish({ status: "FAILED", ...failureOf(failure) }),
    };
    return surroundings;
  }

  #record(type: string, detail: HistoryDetail, chain: EventChain): void {
    if (this.#over) return;
    if (!this.#history.full) this.#history.add(type, detail, chain);
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
    this.#strand?.stop();
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
