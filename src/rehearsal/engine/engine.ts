/**
 * Everything that runs a state machine and its steps in virtual time, put together: clock, randomness, Lambda,
 * executions, the wire and its faults. What the steps talk to is given by the caller.
 */
import type { Call, Service } from "../twin/service.ts";
import { createTwin, type Twin } from "../twin/twin.ts";
import { streams } from "../world/random.ts";
import { createVirtualClock, type VirtualClock } from "./clock.ts";
import { type AslDefinition, prepareDefinition } from "./definition.ts";
import { type DriveEnd, type DriveOptions, type Due, drive, InFlight } from "./driver.ts";
import { createExecutions, type ExecutionRecord, type RunningExecutions } from "./executions.ts";
import { createFaultInjector, type Fault, type FaultInjector } from "./faults.ts";
import { currentFrame, type Invocation } from "./frames.ts";
import { createLambda, type InvocationFault, type Lambda, type Steps } from "./lambda.ts";
import type { MachineOptions } from "./machine.ts";
import { stageOf } from "./points.ts";
import { createRandomness } from "./randomness.ts";
import { type Effect, interceptWith } from "./wire-faults.ts";
import { createWireHandler, type WireHandler } from "./wire-handler.ts";

export const region = "eu-west-1";
export const account = "123456789012";

export interface EngineOptions {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly definition: AslDefinition;
  readonly machineName: string;
  /** Builds the steps on the wire; called once the clock and the seeded randomness are installed. */
  readonly stepsOn: (wire: WireHandler) => Steps;
  /** Builds the services of the twin; they may start executions. */
  readonly services: (parts: { clock: VirtualClock; executions: RunningExecutions }) => readonly Service[];
  readonly faults?: readonly Fault[];
  /** The time-out of a state's function where it is not the Task's own TimeoutSeconds. */
  readonly functionTimeoutSeconds?: Readonly<Record<string, number>>;
  /** How long a client waits for an answer that does not come, milliseconds. */
  readonly patienceMs?: number;
  /** What a slow answer takes longer, milliseconds. */
  readonly slowMs?: number;
  /** Told of each call that reaches the twin, before its fault and its effect. */
  readonly onCall?: (call: Call, invocation: Invocation | undefined) => void;
  /** Told of each call that had its chance to take effect. */
  readonly onEffect?: (effect: Effect) => void;
  /** Told of each entry into a state. */
  readonly onEntered?: (entry: StateEntry) => void;
  readonly onStatus?: (record: ExecutionRecord) => void;
}

export interface StateEntry {
  readonly execution: string;
  readonly state: string;
  readonly stage: number | undefined;
  readonly document: unknown;
  readonly atMs: number;
}

export interface Engine {
  readonly clock: VirtualClock;
  readonly executions: RunningExecutions;
  readonly twin: Twin;
  /** For SDK clients of the rehearsal's own, outside any invocation. */
  readonly wire: WireHandler;
  readonly lambda: Lambda;
  readonly injector: FaultInjector;
  /** Calls that reached the twin, by `service.Operation`, sorted by name. */
  awsCalls(): Record<string, number>;
  /** Does some work of the rehearsal's own in virtual time; rejects when it can never end. */
  perform<T>(work: () => Promise<T>): Promise<T>;
  /** Runs until nothing runs any more and `calm` says so; time never passes `capMs`. */
  run(options: { dues: readonly Due[]; capMs: number; calm: () => boolean }): Promise<DriveEnd>;
  /** Gives the thread its own clock and randomness back. */
  uninstall(): void;
}

/** Takes over the thread's time and randomness until `uninstall`. */
export function createEngine(options: EngineOptions): Engine {
  const { seed, startMs, definition, machineName } = options;
  const runnable = prepareDefinition(definition, region, account);
  const clock = createVirtualClock(startMs);
  const randomness = createRandomness(seed);
  const inFlight = new InFlight();
  const injector = createFaultInjector(options.faults ?? []);
  const giveBack = [clock.install(), randomness.install()];
  const calls = new Map<string, number>();

  const lambda = createLambda({
    ...{ clock, inFlight, randomness },
    faultOf: ({ state, stage }) =>
      injector.reach({ at: "invocation", state, stage }) as InvocationFault | undefined,
  });
  const executions = createExecutions({
    ...{ clock, runnable },
    machine: { arn: `arn:aws:states:${region}:${account}:stateMachine:${machineName}`, name: machineName },
    nameOf: (nth) => randomness.uuidOf("execution", nth),
    ...(options.onStatus && { onStatus: options.onStatus }),
    run: ({ execution }) => hooksOf(execution.name),
  });

  function hooksOf(execution: string): Pick<MachineOptions, "task" | "onEntered"> {
    const invocations = new Map<string, number>();
    return {
      task: ({ state, input, document }) => {
        const step = steps[state];
        const task = runnable.tasks[state];
        if (step === undefined || task === undefined)
          throw new Error(`there is no step for the state ${state}`);
        const ordinal = (invocations.get(state) ?? 0) + 1;
        invocations.set(state, ordinal);
        const timeoutSeconds = options.functionTimeoutSeconds?.[state] ?? task.timeoutSeconds;
        const place = { execution, state, stage: stageOf(document), ordinal };
        return lambda.invoke({ step, event: input, ...place, functionArn: task.functionArn, timeoutSeconds });
      },
      onEntered: ({ state, document }) => {
        const stage = stageOf(document);
        options.onEntered?.({ execution, state, stage, document, atMs: clock.nowMs() });
        if (injector.reach({ at: "entry", state, stage }) === "stop")
          executions.stop(arnOf(executions, execution), {
            error: "Stopped",
            cause: `fault: stopped on entering ${state}`,
          });
      },
    };
  }

  const intercept = interceptWith({
    ...{ clock, inFlight, injector },
    ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
    ...(options.slowMs !== undefined && { slowMs: options.slowMs }),
    ...(options.onEffect && { onEffect: options.onEffect }),
    onCall: (call, operation) => {
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      options.onCall?.(call, currentFrame()?.invocation);
    },
  });
  const twin = createTwin(options.services({ clock, executions }), clock.nowMs, { intercept });
  const wire = createWireHandler({ twin, clock, inFlight, travelMs: travel(seed) });
  const steps = options.stepsOn(wire);

  return {
    ...{ clock, executions, twin, wire, lambda, injector },
    awsCalls: () => Object.fromEntries([...calls].sort(([a], [b]) => (a < b ? -1 : 1))),
    perform: (work) => perform(work, { clock, inFlight }),
    run: ({ dues, capMs, calm }) =>
      drive({
        ...{ clock, inFlight, dues, capMs },
        done: () => executions.running === 0 && inFlight.invocations.size === 0 && calm(),
      }),
    uninstall: () => {
      for (const step of giveBack) step();
    },
  };
}

async function perform<T>(
  work: () => Promise<T>,
  parts: Pick<DriveOptions, "clock" | "inFlight">,
): Promise<T> {
  let settled = false;
  const working = work().finally(() => {
    settled = true;
  });
  working.catch(() => {});
  const end = await drive({ ...parts, dues: [], capMs: Number.POSITIVE_INFINITY, done: () => settled });
  if (end.ended === "hung") throw new Error(end.reason);
  return working;
}

const arnOf = (executions: RunningExecutions, name: string): string =>
  `${executions.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;

/** A call within a region takes some milliseconds each way; which, is drawn for each leg of each call. */
function travel(seed: number): (invocation: Invocation | undefined, leg: 0 | 1) => number {
  const stream = streams(seed);
  return (invocation, leg) => {
    const { execution = "", state = "", ordinal = 0, calls = 0 } = invocation ?? {};
    return 4 + Math.floor(stream(`travel/${execution}/${state}/${ordinal}`, 2 * calls + leg).uniform() * 12);
  };
}
