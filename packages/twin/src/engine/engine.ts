/**
 * Everything that runs a state machine and its steps in virtual time, put together: clock, randomness, Lambda,
 * executions, the wire and its faults. What the steps talk to is given by the caller.
 */
import { functionUrls } from "../services/function-urls.ts";
import type { Call, Service } from "../services/service.ts";
import { createTwin, type Intercept, type Twin } from "../services/twin.ts";
import type { WireRequest, WireResponse } from "../services/wire-message.ts";
import { streams } from "../world/random.ts";
import { account, region } from "../world/state.ts";
import type { AslDefinition } from "./asl.ts";
import { createVirtualClock, type VirtualClock } from "./clock.ts";
import { prepareDefinition } from "./definition.ts";
import { type DriveEnd, type Due, drive, InFlight } from "./driver.ts";
import type { StateEntry } from "./execution-hooks.ts";
import type { ExecutionRecord, RunningExecutions } from "./executions.ts";
import { createFaultInjector, type Fault, type FaultInjector } from "./faults.ts";
import { currentFrame, type Invocation, runOutsideFrames } from "./frames.ts";
import type { AsyncFunctions } from "./functions.ts";
import type { Hands } from "./hands.ts";
import { createLambda, type InvocationFault, type Lambda, type LeftOver } from "./lambda.ts";
import { createLasting, type Lasting } from "./lasting-faults.ts";
import { createRandomness } from "./randomness.ts";
import { createStackMachine, type StackMachine, type StackParts } from "./stack-machine.ts";
import { type Effect, interceptWith } from "./wire-faults.ts";
import { createWireHandler, type WireHandler } from "./wire-handler.ts";

export type { StateEntry } from "./execution-hooks.ts";

export interface EngineOptions extends Omit<StackParts, "neighbour"> {
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly definition: AslDefinition;
  /** Other stacks of the account, with the same definition: they live in the same world, and no fault meets them. */
  readonly neighbours?: readonly StackParts[] | undefined;
  /** Builds the services of the twin; they may start executions. */
  readonly services: (parts: {
    clock: VirtualClock;
    executions: RunningExecutions;
    /** Of each neighbour, in their order. */
    neighbours: readonly RunningExecutions[];
  }) => readonly Service[];
  readonly faults?: readonly Fault[] | undefined;
  /** The names that the keys of the account's tables have. */
  readonly tableKeys?: readonly string[] | undefined;
  /** What somebody else can do to the account. */
  readonly hands?: Hands | undefined;
  /** The time-out of a state's function where it is not the Task's own TimeoutSeconds. */
  readonly functionTimeoutSeconds?: Readonly<Record<string, number>> | undefined;
  /** Which part of the flow a document is in, where that is to tell points apart. */
  readonly stageOf?: ((document: unknown) => number | undefined) | undefined;
  /** How long a client waits for an answer that does not come, milliseconds. */
  readonly patienceMs?: number | undefined;
  /** What a slow answer takes longer, milliseconds. */
  readonly slowMs?: number | undefined;
  /** Told of each call that reaches the twin, before its fault and its effect. */
  readonly onCall?: (call: Call, invocation: Invocation | undefined) => void;
  /** Told of each call that had its chance to take effect. */
  readonly onEffect?: (effect: Effect) => void;
  /** Told of what an invocation has left at work when it answered, and of each request that leaves after that. */
  readonly onLeftOver?: (leftOver: LeftOver) => void;
  /** Told of each entry into a state. */
  readonly onEntered?: (entry: StateEntry) => void;
  readonly onStatus?: (record: ExecutionRecord) => void;
}

export interface Engine {
  readonly clock: VirtualClock;
  readonly executions: RunningExecutions;
  readonly functions: AsyncFunctions;
  readonly neighbours: readonly StackMachine[];
  readonly twin: Twin;
  /** For SDK clients of the rehearsal's own, outside any invocation. */
  readonly wire: WireHandler;
  /** Answers a request that came from outside, over a port: at once, or in the virtual time that a function of its own takes. */
  handle(request: WireRequest): Promise<WireResponse>;
  readonly lambda: Lambda;
  readonly injector: FaultInjector;
  /** When the last fault that lasts is over and rules invoke functions again, or a fault has stopped an execution last; else 0. */
  refusedUntilMs(): number;
  /** Calls that reached the twin, by `service.Operation`, sorted by name. */
  awsCalls(): Record<string, number>;
  /** Does some work of the rehearsal's own in virtual time; rejects when it can never end. */
  perform<T>(work: () => Promise<T>): Promise<T>;
  /** Runs until nothing runs any more and `calm` says so; time never passes `capMs`. Rejects on a defect of the twin. */
  run(options: { dues: readonly Due[]; capMs: number; calm: () => boolean }): Promise<DriveEnd>;
  /** Gives the thread its own clock and randomness back. */
  uninstall(): void;
}

/** Takes over the thread's time and randomness until `uninstall`. Throws on a definition that cannot be run. */
export function createEngine(options: EngineOptions): Engine {
  const runnable = prepareDefinition(options.definition, region, account);
  const injector = createFaultInjector(options.faults ?? [], options.hands?.kinds);
  const clock = createVirtualClock(options.startMs);
  const randomness = createRandomness(options.seed);
  const giveBack = [clock.install(), randomness.install()];
  const uninstall = () => giveBack.forEach((step) => void step());
  try {
    return { ...assemble(options, { runnable, injector, clock, randomness }), uninstall };
  } catch (error) {
    uninstall();
    throw error;
  }
}

interface Base {
  readonly runnable: ReturnType<typeof prepareDefinition>;
  readonly injector: FaultInjector;
  readonly clock: VirtualClock;
  readonly randomness: ReturnType<typeof createRandomness>;
}

function assemble(options: EngineOptions, base: Base): Omit<Engine, "uninstall"> {
  const { runnable, injector, clock, randomness } = base;
  const { machineName, functionTimeoutSeconds, onEntered, onStatus, neighbours = [], hands } = options;
  const inFlight = new InFlight();
  const calls = new Map<string, number>();
  const faultOf = ({ state, stage, neighbour }: Invocation) =>
    neighbour === undefined
      ? (injector.reach({ at: "invocation", state, stage }) as InvocationFault | undefined)
      : undefined;
  const onLeftOver = (leftOver: LeftOver) => options.onLeftOver?.(leftOver);
  const lambda = createLambda({ clock, inFlight, randomness, faultOf, onLeftOver });
  const arnOf = (service: string, kind: string, name: string) =>
    `arn:aws:${service}:${region}:${account}:${kind}:${name}`;
  // What its end sets off must not become part of whichever Lambda is at work.
  let stoppedMs = 0;
  const stop = (execution: string, cause: string) =>
    runOutsideFrames(() => {
      stoppedMs = clock.nowMs();
      const executionArn = arnOf("states", "execution", `${machineName}:${execution}`);
      own.executions.stop(executionArn, { error: "Stopped", cause });
    });
  const stageOf = options.stageOf ?? (() => undefined);
  const shared = { clock, runnable, lambda, injector, hands, randomness, functionTimeoutSeconds, stageOf };
  const own = createStackMachine(options, { ...shared, onEntered, onStatus, stop, arnOf });
  const others = neighbours.map((parts) =>
    createStackMachine(parts, { ...shared, onEntered, onStatus, stop, arnOf }),
  );
  const { executions } = own;
  const lasting = createLasting(options.tableKeys ?? []);
  const intercept = interceptOf(options, { clock, inFlight, injector, lasting, calls, stop });
  const twin = createTwin(
    options.services({ clock, executions, neighbours: others.map((other) => other.executions) }),
    clock.nowMs,
    { intercept },
  );
  const defects: unknown[] = [];
  const onDefect = (defect: unknown) => void defects.push(defect);
  const travelMs = travel(options.seed);
  const urls = functionUrls(
    [own, ...others].flatMap((machine) => machine.functionUrls),
    { account, now: clock.nowMs },
  );
  const wire = createWireHandler({ twin, urls, clock, inFlight, travelMs, onDefect, onLeftOver });
  for (const machine of [own, ...others]) machine.putOn(wire);
  const atWork = () =>
    [own, ...others].reduce((sum, machine) => sum + machine.atWork, inFlight.invocations.size);
  return {
    clock,
    executions,
    functions: own.functions,
    neighbours: others,
    twin,
    wire,
    handle: (request) =>
      urls.isFor(request) ? perform(() => urls.handle(request), { clock, inFlight }) : twin.handle(request),
    lambda,
    injector,
    // An attempt that was to put things right and was stopped costs another turn.
    refusedUntilMs: () => {
      const untilMs = Math.max(lasting.untilMs, hands?.offUntilMs ?? 0);
      return untilMs === 0 ? 0 : Math.max(untilMs, stoppedMs);
    },
    awsCalls: () => Object.fromEntries([...calls].sort(([a], [b]) => (a < b ? -1 : 1))),
    perform: (work) => perform(work, { clock, inFlight }),
    run: async ({ dues, capMs, calm }) => {
      const end = await drive({ clock, inFlight, dues, capMs, done: () => !atWork() && calm() });
      const [defect] = defects.splice(0);
      if (defect !== undefined) throw defect;
      return end;
    },
  };
}

interface InterceptParts {
  readonly clock: VirtualClock;
  readonly inFlight: InFlight;
  readonly injector: FaultInjector;
  readonly lasting: Lasting;
  readonly calls: Map<string, number>;
  readonly stop: (execution: string, cause: string) => void;
}

function interceptOf(options: EngineOptions, { calls, ...parts }: InterceptParts): Intercept {
  const { patienceMs, slowMs, onEffect, gate, hands, neighbours = [] } = options;
  const gates = new Map([
    [undefined, gate],
    ...neighbours.map((each) => [each.neighbour, each.gate] as const),
  ]);
  return interceptWith({
    ...parts,
    patienceMs,
    slowMs,
    onEffect,
    hands,
    authorise: (call, invocation) => {
      if (invocation !== undefined) gates.get(invocation.neighbour)?.call(call, invocation.state);
    },
    onCall: (call, operation) => {
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      options.onCall?.(call, currentFrame()?.invocation);
    },
  });
}

async function perform<T>(
  work: () => Promise<T>,
  parts: { clock: VirtualClock; inFlight: InFlight },
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

type Traveller = Pick<Invocation, "execution" | "state" | "ordinal" | "calls">;

/** A call within a region takes some milliseconds each way; which, is drawn for each leg of each call. */
export function travel(seed: number): (invocation: Traveller | undefined, leg: 0 | 1) => number {
  const stream = streams(seed);
  return (invocation, leg) => {
    const { execution = "", state = "", ordinal = 0, calls = 0 } = invocation ?? {};
    return 4 + Math.floor(stream(`travel/${execution}/${state}/${ordinal}`, 2 * calls + leg).uniform() * 12);
  };
}
