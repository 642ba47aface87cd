/**
 * One strand of an execution: states that come one after the other, the machine's own or those that a Map runs for one of its
 * items. The interpreter runs them; what it does is told in the history, and tasks are handed on.
 */
import type { Interpreter, InterpreterRun, RunnableDefinition } from "./definition.ts";
import { turn } from "./driver.ts";
import { caught, chosen, retried } from "./edges.ts";
import type { EventChain, HistoryDetail } from "./history.ts";
import { dataLimitExceeded, over, TaskFailure } from "./task-failure.ts";

/** "Maximum input or output size for a task, state, or execution": 262,144 bytes of UTF-8 (Step Functions quotas). */
export const longestPayloadBytes = 262_144;
const tooLong = (value: unknown): boolean =>
  Buffer.byteLength(JSON.stringify(value) ?? "") > longestPayloadBytes;
/** States that give out no more than they were given, which the state before was measured by. */
const passesOn: ReadonlySet<string> = new Set(["Choice", "Wait", "Succeed"]);

/** One attempt at a Task state; `input` is what Parameters made of the state document. */
export interface TaskAttempt {
  readonly state: string;
  readonly input: unknown;
  /** The document with which the state was entered. */
  readonly document: unknown;
}

/** What all strands of an execution share. */
export interface StrandSurroundings {
  readonly runnable: RunnableDefinition;
  /** Execution and StateMachine, as `$$` shows them. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Edges that were walked, by their names. */
  readonly walked: Set<string>;
  readonly isOver: () => boolean;
  /** Writes an event down, unless the execution is over. */
  readonly record: (type: string, detail: HistoryDetail, chain: EventChain) => void;
  readonly countTransition: () => void;
  readonly task: (attempt: TaskAttempt) => Promise<unknown>;
  /** Runs a Map's items, each as a strand of its own. */
  readonly map: (state: string, input: unknown, strand: Strand) => Promise<unknown>;
  readonly onEntered: (entry: { state: string; type: string; document: unknown }) => void;
  /** Ends the execution, whatever else is under way. */
  readonly fail: (failure: Error) => void;
}

export interface StrandOptions {
  readonly surroundings: StrandSurroundings;
  readonly interpreter: Interpreter;
  readonly input: unknown;
  readonly chain: EventChain;
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

export class Strand {
  readonly chain: EventChain;
  readonly #options: StrandOptions;
  /** The Choice that has been entered and not left. */
  #choice: ObservedState | undefined;
  #engine: InterpreterRun | undefined;
  #stopped = false;
  #document: unknown;
  /** The attempt whose Lambda has not answered; a time-out closes it. */
  #open: object | undefined;

  constructor(options: StrandOptions) {
    this.#options = options;
    this.chain = options.chain;
  }

  /** Resolves with the last state's output once all is told; rejects with the error that no Catch took. */
  async run(): Promise<unknown> {
    const { surroundings, interpreter, input } = this.#options;
    const { tasks, maps } = surroundings.runnable;
    const handlers = [
      ...Object.keys(tasks).map((state) => [state, (given: unknown) => this.#attempt(state, given)] as const),
      ...Object.keys(maps).map((state) => [state, (given: unknown) => this.#mapped(state, given)] as const),
    ];
    this.#engine = interpreter.run(input, {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) },
      context: surroundings.context,
    });
    const pumped = this.#pump(this.#engine.eventLogs);
    const [result] = await Promise.allSettled([this.#engine.result]);
    await pumped;
    if (result.status === "fulfilled") return result.value;
    throw (result.reason as Error).cause;
  }

  /** Goes no further, and leaves a Lambda that is running to itself. */
  stop(): void {
    this.#stopped = true;
    this.#engine?.abort();
  }

  get #isOver(): boolean {
    return this.#stopped || this.#options.surroundings.isOver();
  }

  #record(type: string, detail: HistoryDetail = {}): void {
    if (!this.#stopped) this.#options.surroundings.record(type, detail, this.chain);
  }

  /** One attempt at a Task; the interpreter races it against the state's TimeoutSeconds. */
  async #attempt(state: string, input: unknown): Promise<unknown> {
    // The entry is told of first, and whatever stops the execution there keeps the Lambda from running.
    await turn();
    if (this.#isOver) throw over();
    if (tooLong(input)) throw dataLimitExceeded(state);
    const { runnable, task } = this.#options.surroundings;
    const { functionArn: resource, timeoutSeconds: timeoutInSeconds } = runnable.tasks[state] ?? {};
    this.#record("LambdaFunctionScheduled", { resource, input, timeoutInSeconds });
    this.#record("LambdaFunctionStarted");
    if (this.#isOver) throw over();
    const open = {};
    this.#open = open;
    try {
      const result = await task({ state, input, document: this.#document });
      if (this.#open === open) this.#record("LambdaFunctionSucceeded", { output: result });
      if (this.#isOver) throw over();
      if (tooLong(result)) throw dataLimitExceeded(state);
      return result;
    } catch (error) {
      if (this.#isOver) throw over();
      if (this.#open === open && error instanceof TaskFailure)
        this.#record("LambdaFunctionFailed", { error: error.name, cause: error.message });
      throw error;
    } finally {
      if (this.#open === open) this.#open = undefined;
    }
  }

  async #mapped(state: string, input: unknown): Promise<unknown> {
    await turn();
    if (this.#isOver) throw over();
    const result = await this.#options.surroundings.map(state, input, this);
    if (this.#isOver) throw over();
    if (tooLong(result)) throw dataLimitExceeded(state);
    return result;
  }

  async #pump(events: InterpreterRun["eventLogs"]): Promise<void> {
    for await (const event of events as AsyncGenerator<StateEvent>) {
      if (this.#isOver || event.state === undefined) continue;
      // A Map is a Task to the interpreter.
      const { Type: type = "Fail" } = this.#definitionOf(event.state.name);
      const state = { ...event.state, type };
      this.#walk(event, state);
      this.#observe(event.type, state, event.Error);
    }
  }

  #definitionOf(name: string) {
    return this.#options.surroundings.runnable.states[name] ?? { Type: "Fail" };
  }

  #walk({ type: event, retry, catch: caughtBy }: StateEvent, state: ObservedState): void {
    const { walked } = this.#options.surroundings;
    if (retry !== undefined) walked.add(retried(state.name, this.#definitionOf(state.name), retry.retrier));
    if (caughtBy !== undefined) walked.add(caught(state.name, caughtBy.catcher));
    if (event !== "StateEntered") return;
    if (this.#choice !== undefined) {
      const { name, input: document } = this.#choice;
      walked.add(chosen(name, this.#definitionOf(name), { document, next: state.name }));
    }
    this.#choice = state.type === "Choice" ? state : undefined;
  }

  #observe(event: string, { name, type, input, output }: ObservedState, error: string | undefined): void {
    const { surroundings } = this.#options;
    switch (event) {
      case "StateEntered":
        this.#document = input;
        this.#record(`${type}StateEntered`, { name, input });
        if (!this.#isOver) surroundings.onEntered({ state: name, type, document: input });
        return;
      case "StateExited":
        this.#record(`${type}StateExited`, { name, output });
        if (!passesOn.has(type) && tooLong(output)) surroundings.fail(dataLimitExceeded(name));
        return;
      case "StateRetried":
        surroundings.countTransition();
        return;
      case "StateFailed":
        if (error !== "States.Timeout" || this.#open === undefined) return;
        this.#open = undefined;
        this.#record("LambdaFunctionTimedOut", { error });
    }
  }
}
