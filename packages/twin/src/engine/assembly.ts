/**
 * Assembles one run of an application: the world, the account and the engine for a request, wired to whoever watches.
 */
import type { Gate } from "../permissions/gate.ts";
import { callerBy } from "../services/callers.ts";
import { keyNames } from "../services/dynamodb.ts";
import type { BusEvent } from "../services/event-bridge.ts";
import type { Call, Service } from "../services/service.ts";
import type { World, WorldView } from "../world/region.ts";
import { account as accountId } from "../world/state.ts";
import { minuteEnd } from "../world/timeline.ts";
import { createWorld } from "../world/world.ts";
import { type Account, openAccount } from "./account.ts";
import type { Application, Stack } from "./application.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { createEngine, type Engine, type EngineOptions } from "./engine.ts";
import type { StateEntry } from "./execution-hooks.ts";
import type { ExecutionRecord, RunningExecutions } from "./executions.ts";
import { currentFrame } from "./frames.ts";
import { createHands, type Hands } from "./hands.ts";
import type { Observer } from "./observer.ts";
import type { OnProgress, Progress, RunRequest } from "./run-request.ts";
import { seconds } from "./seconds.ts";
import type { StackMachine, StackParts } from "./stack-machine.ts";
import { statusEvent } from "./status-event.ts";

export const firstExecution = "rehearsal";
/** A Monday, 08:00 UTC. */
const defaultStartMs = Date.UTC(2026, 0, 5, 8);
/** What comes before the event, such as preparing the account, takes less than this. */
const preparationMs = 60_000;

export interface Assembly {
  readonly application: Application;
  readonly request: RunRequest;
  readonly startMs: number;
  readonly world: World;
  readonly account: Account;
  readonly engine: Engine;
  readonly delivery: Delivery;
  /** Of the other stacks in the account, in their order. */
  readonly deliveries: readonly Delivery[];
  readonly gate: Gate | undefined;
  /** Of the other stacks. */
  readonly gates: readonly (Gate | undefined)[];
  readonly hands: Hands;
  readonly observers: readonly Observer[];
  readonly entries: readonly StateEntry[];
  /** What a target refused that a schedule or a rule should start; whoever tells it takes it out. */
  readonly undelivered: string[];
  /** What observers threw: a defect of theirs, for which no step must be blamed. */
  readonly defects: readonly unknown[];
}

export function assemble(application: Application, request: RunRequest, onProgress?: OnProgress): Assembly {
  const { seed, startMs = defaultStartMs } = request;
  const { neighbours = [] } = application;
  const world = createWorld({ seed, startMs, spec: request.world, account: application.account });
  const gate = application.gate?.(world);
  const gates = neighbours.map((stack) => stack.gate?.(world));
  const entries: StateEntry[] = [];
  const undelivered: string[] = [];
  const watchers = createWatchers(() => world.advanceTo(engine.clock.nowMs()));
  let housed: Housing | undefined;
  const hands = createHands({
    world,
    hands: application.hands?.(world),
    services: () => housed?.watched ?? [],
    listed: request.listMoments === true,
    nowMs: () => engine.clock.nowMs(),
  });
  const delivery = createDelivery(application.rules ?? [], {
    engine: () => engine,
    gate,
    off: () => engine.clock.nowMs() < hands.offUntilMs,
    undelivered: (what) => void undelivered.push(what),
  });
  const deliveries = neighbours.map((stack, nth) =>
    createDelivery(stack.rules ?? [], {
      engine: () => {
        const { executions, functions } = theMachine(engine, nth);
        return { executions, functions, clock: engine.clock };
      },
      gate: gates[nth],
      undelivered: (what) => void undelivered.push(`${stack.name}: ${what}`),
    }),
  );
  const onEvent = (event: BusEvent) => {
    for (const each of [delivery, ...deliveries]) each.deliver(event);
  };
  const engine = createEngine({
    ...engineParts(application, request),
    startMs: startMs - preparationMs,
    gate,
    hands,
    neighbours: neighbours.map((stack, nth) => neighbourParts(stack, gates[nth])),
    services: (parts) => {
      const account = openAccount({
        world,
        definition: application.definition,
        stacks: housedIn(application, parts),
        onEvent,
        mayStart: (scheduleRole, machine) => {
          for (const each of [gate, ...gates]) each?.start({ scheduleRole, machine });
        },
        onUndelivered: (what) => void undelivered.push(what),
        callerOf: callers(application, { gate, gates }),
      });
      const { services, schedules } = account;
      const refusedUntilMs = () => engine.refusedUntilMs();
      const scene = { world, executions: parts.executions, services, schedules, refusedUntilMs };
      watchers.observers.push(...(application.observe ?? []).map((observe) => observe(scene)));
      housed = { account, watched: watchers.between(services) };
      return housed.watched;
    },
    onCall: (call, invocation) => watchers.tell((observer) => observer.called?.(call, invocation)),
    onEffect: (effect) => watchers.tell((observer) => observer.effected?.(effect)),
    onLeftOver: (leftOver) => watchers.tell((observer) => observer.leftOver?.(leftOver)),
    onEntered: (entry) => {
      entries.push(entry);
      world.advanceTo(entry.atMs);
      onProgress?.(entered(entry, startMs, world), entry.document);
      watchers.tell((observer) => observer.entered?.(entry));
    },
    onStatus: statusListener((record, nth) => {
      const { name: execution, status } = record;
      if (record.stateMachineArn === engine.executions.stateMachineArn) {
        const atSeconds = seconds(engine.clock.nowMs(), startMs);
        onProgress?.({ kind: "status", atSeconds, execution, status });
        watchers.tell((observer) => observer.status?.(record));
      }
      onEvent(statusEvent(record, nth));
    }),
  });
  if (housed === undefined) throw new Error("the engine has built no services");
  const { account } = housed;
  const { observers, defects } = watchers;
  const played = { application, request, startMs, world, account, engine, delivery, deliveries };
  return { ...played, gate, gates, hands, observers, entries, defects, undelivered };
}

interface Housing {
  readonly account: Account;
  readonly watched: readonly Service[];
}

/** Whoever watches can only look at the world: `bringUp` brings it to the present before they are told anything. */
function createWatchers(bringUp: () => void) {
  const observers: Observer[] = [];
  const defects: unknown[] = [];
  return {
    observers,
    defects,
    tell: (what: (observer: Observer) => void) => {
      if (observers.length === 0) return;
      bringUp();
      try {
        observers.forEach(what);
      } catch (defect) {
        defects.push(defect);
      }
    },
    /** The services, with whoever stands before them. */
    between: (services: readonly Service[]) =>
      observers.reduce((watched, observer) => observer.watch?.(watched) ?? watched, services),
  };
}

/** Functions call with their roles, as far as a stack says which; whoever is none of them by their key. */
function callers(
  { name, neighbours = [] }: Application,
  { gate, gates }: Pick<Assembly, "gate" | "gates">,
): (call: Call) => string {
  const own = new Map([
    [undefined, { name, gate }],
    ...neighbours.map((stack, nth) => [stack.name, { name: stack.name, gate: gates[nth] }] as const),
  ]);
  return ({ accessKey }) => {
    const invocation = currentFrame()?.invocation;
    if (invocation === undefined) return callerBy(accessKey ?? "twin", accountId).arn;
    const { state, neighbour } = invocation;
    const of = own.get(neighbour);
    const named = `${of?.name ?? name}-${state}`;
    return of?.gate?.callerOf(state) ?? `arn:aws:sts::${accountId}:assumed-role/${named}/${named}`;
  };
}

/** What the engine is told of the stack that is rehearsed. */
function engineParts(application: Application, { seed, faults }: RunRequest) {
  const { machineName, definition, functionTimeoutSeconds, stageOf } = application;
  const { stepsOn, functionsOn, functionUrls, openUrls } = application;
  const stacks = [application, ...(application.neighbours ?? [])];
  const tableKeys = new Set(stacks.flatMap(({ tables = [] }) => tables.flatMap(keyNames)));
  const own = { machineName, definition, functionTimeoutSeconds, stageOf };
  return { ...own, stepsOn, functionsOn, functionUrls, openUrls, seed, faults, tableKeys: [...tableKeys] };
}

function neighbourParts(stack: Stack, gate: Gate | undefined): StackParts {
  const { name, machineName, stepsOn, functionsOn, functionUrls, openUrls } = stack;
  return { neighbour: name, machineName, gate, stepsOn, functionsOn, functionUrls, openUrls };
}

function housedIn(
  application: Application,
  { executions, neighbours: others }: Parameters<EngineOptions["services"]>[0],
): Parameters<typeof openAccount>[0]["stacks"] {
  const beside = (application.neighbours ?? []).flatMap((stack, nth) => {
    const theirs: RunningExecutions | undefined = others[nth];
    return theirs === undefined ? [] : [{ stack, executions: theirs }];
  });
  return [{ stack: application, executions }, ...beside];
}

function theMachine(engine: Engine, nth: number): StackMachine {
  const machine = engine.neighbours[nth];
  if (machine === undefined) throw new RangeError(`there is no neighbour ${nth}`);
  return machine;
}

function statusListener(
  listen: (record: ExecutionRecord, nth: number) => void,
): (record: ExecutionRecord) => void {
  let nth = 0;
  return (record) => {
    nth += 1;
    listen(record, nth);
  };
}

function entered(entry: StateEntry, startMs: number, world: WorldView): Progress {
  const { execution, state, stage, atMs } = entry;
  return {
    kind: "entered",
    atSeconds: seconds(atMs, startMs),
    execution,
    state,
    fleets: minuteEnd(world).instances,
    ...(stage !== undefined && { stage }),
  };
}
