/** One stack's machine in the engine: its executions, the steps behind its tasks, and its functions beside the flow. */
import type { Gate } from "../permissions/gate.ts";
import type { FunctionUrl } from "../services/function-urls.ts";
import type { VirtualClock } from "./clock.ts";
import type { RunnableDefinition } from "./definition.ts";
import { executionHooks, type HookOptions } from "./execution-hooks.ts";
import { createExecutions, type ExecutionRecord, type RunningExecutions } from "./executions.ts";
import { type AsyncFunctions, createAsyncFunctions } from "./functions.ts";
import type { Lambda, Steps } from "./lambda.ts";
import type { Randomness } from "./randomness.ts";
import type { WireHandler } from "./wire-handler.ts";

/** What a stack brings along. */
export interface StackParts {
  readonly machineName: string;
  /** The name of a stack beside the one that is rehearsed; absent: it is that one. */
  readonly neighbour?: string;
  /** Says what this stack may do; absent: everything. */
  readonly gate?: Gate | undefined;
  /** Builds the steps on the wire; called once the clock and the seeded randomness are installed. */
  readonly stepsOn: (wire: WireHandler) => Steps;
  /** Builds the functions that events and schedules invoke. */
  readonly functionsOn?: ((wire: WireHandler) => Steps) | undefined;
  /** The hosts of function URLs, each with the name of its function. */
  readonly functionUrls?: Readonly<Record<string, string>> | undefined;
  /** The same of those that anybody may call. */
  readonly openUrls?: Readonly<Record<string, string>> | undefined;
}

export interface StackMachine {
  readonly executions: RunningExecutions;
  /** Once the steps are on the wire. */
  readonly functions: AsyncFunctions;
  /** Once the steps are on the wire, too. */
  readonly functionUrls: readonly FunctionUrl[];
  /** Executions and invocations that are not over. */
  readonly atWork: number;
  /** Throws where a Task state has no step. */
  putOn(wire: WireHandler): void;
}

export interface StackMachineOptions extends Omit<HookOptions, "steps" | "neighbour" | "gate"> {
  readonly clock: VirtualClock;
  readonly runnable: RunnableDefinition;
  readonly lambda: Lambda;
  readonly randomness: Randomness;
  readonly onStatus: ((record: ExecutionRecord) => void) | undefined;
  /** `arn:aws:SERVICE:REGION:ACCOUNT:KIND:NAME` */
  readonly arnOf: (service: "states" | "lambda", kind: string, name: string) => string;
}

export function createStackMachine(parts: StackParts, options: StackMachineOptions): StackMachine {
  const { clock, lambda, runnable, randomness, onStatus, arnOf } = options;
  const { machineName: name, neighbour, gate } = parts;
  let steps: Steps = {};
  let functions: AsyncFunctions | undefined;
  const prefix = neighbour === undefined ? "" : `${neighbour}-`;
  const executions = createExecutions({
    clock,
    runnable,
    machine: { arn: arnOf("states", "stateMachine", name), name },
    nameOf: (nth) => randomness.uuidOf(`${prefix}execution`, nth),
    ...(onStatus && { onStatus }),
    run: ({ execution }) =>
      executionHooks(execution.name, { ...options, neighbour, gate, steps: () => steps }),
  });
  const urlOf = (name: string, url: Omit<FunctionUrl, "invoke">): FunctionUrl => ({
    ...url,
    invoke: async (eventBy) => functions?.call(name, eventBy),
  });
  return {
    executions,
    get functions() {
      if (functions === undefined) throw new Error("the machine is not on the wire yet");
      return functions;
    },
    functionUrls: [
      ...Object.entries(parts.functionUrls ?? {}).map(([host, name]) => urlOf(name, { host, isOpen: false })),
      ...Object.entries(parts.openUrls ?? {}).map(([host, name]) => urlOf(name, { host, isOpen: true })),
    ],
    get atWork() {
      return executions.running + (functions?.pending ?? 0);
    },
    putOn(wire) {
      steps = parts.stepsOn(wire);
      const missing = Object.keys(runnable.tasks).filter((state) => steps[state] === undefined);
      if (missing.length > 0) throw new Error(`there is no step for the state ${missing.join(", ")}`);
      functions = createAsyncFunctions({
        clock,
        lambda,
        neighbour,
        functions: parts.functionsOn?.(wire) ?? {},
        timeoutSeconds: options.functionTimeoutSeconds,
        arnOf: (each) => arnOf("lambda", "function", `${prefix}${each}`),
      });
    },
  };
}
