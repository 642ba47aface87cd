/** What an execution does through this engine: its tasks are Lambdas, and faults may be due where it enters a state. */

import type { Gate } from "../permissions/gate.ts";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { VirtualClock } from "./clock.ts";
import type { RunnableDefinition } from "./definition.ts";
import type { FaultInjector } from "./faults.ts";
import { type Hands, isHand } from "./hands.ts";
import type { Lambda, Steps } from "./lambda.ts";
import type { MachineOptions } from "./machine.ts";
import { invocationRefused } from "./task-failure.ts";

/** The entry of an execution into a state, with the document it brings. */
export interface StateEntry {
  readonly execution: string;
  readonly state: string;
  readonly stage: number | undefined;
  readonly document: unknown;
  readonly atMs: number;
}

export interface HookOptions {
  readonly clock: VirtualClock;
  readonly runnable: RunnableDefinition;
  readonly lambda: Lambda;
  readonly gate: Gate | undefined;
  readonly injector: FaultInjector;
  readonly hands: Hands | undefined;
  readonly steps: () => Steps;
  /** The stack whose execution it is, where that is not the one rehearsed: no fault meets it, and nobody is told. */
  readonly neighbour?: string | undefined;
  readonly functionTimeoutSeconds: Readonly<Record<string, number>> | undefined;
  readonly stageOf: (document: unknown) => number | undefined;
  readonly onEntered: ((entry: StateEntry) => void) | undefined;
  /** Stops an execution by its name, as StopExecution does. */
  readonly stop: (execution: string, cause: string) => void;
}

/** The hooks of one execution. A state without a step is a defect of whoever built the steps, and throws. */
export function executionHooks(
  execution: string,
  options: HookOptions,
): Pick<MachineOptions, "task" | "onEntered"> {
  const { clock, runnable, lambda, injector, hands, neighbour, stageOf } = options;
  const invocations = new Map<string, number>();
  return {
    task: ({ state, input, document }) => {
      const step = options.steps()[state];
      const task = runnable.tasks[state];
      if (step === undefined || task === undefined)
        throw new Error(`there is no step for the state ${state}`);
      refuseUnlessAllowed(options.gate, state);
      const ordinal = (invocations.get(state) ?? 0) + 1;
      invocations.set(state, ordinal);
      const timeoutSeconds = options.functionTimeoutSeconds?.[state] ?? task.timeoutSeconds;
      const place = { execution, state, stage: stageOf(document), ordinal, neighbour };
      const functionArn = arnIn(neighbour, task.functionArn);
      return lambda.invoke({ step, event: input, ...place, functionArn, timeoutSeconds });
    },
    onEntered: ({ state, document }) => {
      if (neighbour !== undefined) return;
      const stage = stageOf(document);
      options.onEntered?.({ execution, state, stage, document, atMs: clock.nowMs() });
      const fault = injector.reach({ at: "entry", state, stage });
      const point = injector.points.at(-1);
      if (point !== undefined) hands?.offer(point);
      if (fault === "stop") options.stop(execution, `fault: stopped on entering ${state}`);
      if (fault !== undefined && isHand(fault)) hands?.lay(fault);
    },
  };
}

/** A neighbour's functions are its own: they share no sandbox with those that are rehearsed. */
const arnIn = (neighbour: string | undefined, functionArn: string): string =>
  neighbour === undefined ? functionArn : functionArn.replace(":function:", `:function:${neighbour}-`);

/** Throws what Step Functions makes of it when Lambda lets the state machine's role not invoke a function. */
function refuseUnlessAllowed(gate: Gate | undefined, state: string): void {
  try {
    gate?.task(state);
  } catch (error) {
    throw error instanceof AwsError ? invocationRefused(error.message) : error;
  }
}
