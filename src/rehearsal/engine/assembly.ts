/**
 * Assembles one rehearsal: the world, the account and the engine for a request, wired to whoever watches.
 */
import { type Deployment, rehearsedDeployment } from "../../core/deployment.ts";
import { accountOf } from "../account-of-plan.ts";
import type { Gate } from "../permissions/gate.ts";
import type { BusEvent } from "../twin/event-bridge.ts";
import type { Service } from "../twin/service.ts";
import type { World } from "../world/region.ts";
import { minuteEnd } from "../world/timeline.ts";
import { createWorld } from "../world/world.ts";
import { type Account, openAccount } from "./account.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { StateEntry } from "./execution-hooks.ts";
import type { ExecutionRecord } from "./executions.ts";
import { createHands, type Hands } from "./hands.ts";
import type { Steps } from "./lambda.ts";
import type { Observer, Progress, RehearsalParts, RehearsalRequest } from "./request.ts";
import type { StackMachine } from "./stack-machine.ts";
import { seconds, trafficOf } from "./stage-facts.ts";
import { statusEvent } from "./status-event.ts";
import type { WireHandler } from "./wire-handler.ts";

const machineIn = ({ stateMachineArn }: Deployment) => stateMachineArn.split(":").at(-1) ?? "";
export const machineName = machineIn(rehearsedDeployment);
export const firstExecution = "rehearsal";
/** A Monday, 08:00 UTC. */
const defaultStartMs = Date.UTC(2026, 0, 5, 8);
/** What comes before the event, such as putting the plan in force, takes less than this. */
const preparationMs = 60_000;

export interface Assembly {
  readonly request: RehearsalRequest;
  readonly parts: RehearsalParts;
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

type OnProgress = (progress: Progress) => void;

/** The steps of the rehearsed deployment, as the request has it deployed. */
const stepsFor = (
  { turnsPerExecution }: RehearsalRequest,
  { stepsOn }: RehearsalParts,
): ((wire: WireHandler) => Steps) =>
  turnsPerExecution === undefined
    ? (wire) => stepsOn(wire)
    : (wire) => stepsOn(wire, { ...rehearsedDeployment, turnsPerExecution });

export function assemble(
  request: RehearsalRequest,
  parts: RehearsalParts,
  onProgress?: OnProgress,
): Assembly {
  const { seed, plan, startMs = defaultStartMs } = request;
  const world = createWorld({
    seed,
    startMs,
    spec: request.world,
    account: accountOf(plan, request.event),
  });
  const gate = parts.gate?.(request, world);
  const observers: Observer[] = [];
  const entries: StateEntry[] = [];
  const defects: unknown[] = [];
  const undelivered: string[] = [];
  let account: Account | undefined;
  let watched: readonly Service[] = [];
  const hands = createHands({
    world,
    endpoint: plan.endpoint.name,
    services: () => watched,
    listed: request.listMoments === true,
    nowMs: () => engine.clock.nowMs(),
  });
  const delivery = createDelivery(parts.rules ?? [], {
    engine: () => engine,
    gate,
    off: () => engine.clock.nowMs() < hands.sweepOffUntilMs,
    undelivered: (what) => void undelivered.push(what),
  });
  const neighbours = request.neighbours ?? [];
  const gates = neighbours.map(({ plan, roles, deployment }) =>
    parts.gate?.({ ...request, plan, roles }, world, deployment),
  );
  const deliveries = neighbours.map(({ deployment }, nth) =>
    createDelivery(parts.rulesOf?.(deployment) ?? [], {
      engine: () => {
        const { executions, functions } = theMachine(engine, nth);
        return { executions, functions, clock: engine.clock };
      },
      gate: gates[nth],
      undelivered: (what) => void undelivered.push(`${deployment.stack}: ${what}`),
    }),
  );
  const onEvent = (event: BusEvent) => {
    for (const each of [delivery, ...deliveries]) each.deliver(event);
  };
  const tell = (what: (observer: Observer) => void) => {
    try {
      observers.forEach(what);
    } catch (defect) {
      defects.push(defect);
    }
  };
  const engine = createEngine({
    seed,
    machineName,
    startMs: startMs - preparationMs,
    faults: request.faults,
    definition: parts.definition,
    stepsOn: stepsFor(request, parts),
    functionsOn: parts.functionsOn,
    functionTimeoutSeconds: parts.functionTimeoutSeconds,
    gate,
    hands,
    neighbours: neighbours.map(({ deployment }, nth) => ({
      neighbour: deployment.stack,
      machineName: machineIn(deployment),
      gate: gates[nth],
      stepsOn: (wire: WireHandler) => parts.stepsOn(wire, deployment),
      functionsOn: (wire: WireHandler) => parts.functionsOn?.(wire, deployment) ?? {},
    })),
    services: ({ executions, neighbours: others }) => {
      account = openAccount({
        world,
        executions,
        definition: parts.definition,
        machineName,
        onEvent,
        mayStart: (scheduleRole, machine) => {
          for (const each of [gate, ...gates]) each?.start({ scheduleRole, machine });
        },
        onUndelivered: (what) => void undelivered.push(what),
        neighbours: neighbours.flatMap(({ deployment }, nth) => {
          const theirs = others[nth];
          return theirs === undefined ? [] : [{ deployment, executions: theirs }];
        }),
      });
      const { services, schedules } = account;
      const refusedUntilMs = () => engine.refusedUntilMs();
      const scene = { request, world, executions, services, schedules, refusedUntilMs };
      observers.push(...(parts.observe ?? []).map((observe) => observe(scene)));
      watched = observers.reduce(
        (services, observer) => observer.watch?.(services) ?? services,
        account.services,
      );
      return watched;
    },
    onCall: (call, invocation) => {
      if (observers.length > 0) world.advanceTo(call.at);
      tell((observer) => observer.called?.(call, invocation));
    },
    onEffect: (effect) => tell((observer) => observer.effected?.(effect)),
    onLeftOver: (leftOver) => tell((observer) => observer.leftOver?.(leftOver)),
    onEntered: (entry) => {
      entries.push(entry);
      world.advanceTo(entry.atMs);
      onProgress?.(entered(entry, startMs, world));
      tell((observer) => observer.entered?.(entry));
    },
    onStatus: statusListener((record, nth) => {
      const { name: execution, status } = record;
      if (record.stateMachineArn === rehearsedDeployment.stateMachineArn) {
        const atSeconds = seconds(engine.clock.nowMs(), startMs);
        onProgress?.({ kind: "status", atSeconds, execution, status });
        tell((observer) => observer.status?.(record));
      }
      onEvent(statusEvent(record, nth));
    }),
  });
  if (account === undefined) throw new Error("the engine has built no services");
  const played = { request, parts, startMs, world, account, engine, delivery, deliveries };
  return { ...played, gate, gates, hands, observers, entries, defects, undelivered };
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

function entered(entry: StateEntry, startMs: number, world: World): Progress {
  const { execution, state, stage, document, atMs } = entry;
  const trafficPercent = trafficOf(document);
  return {
    kind: "entered",
    atSeconds: seconds(atMs, startMs),
    execution,
    state,
    fleets: minuteEnd(world).instances,
    ...(stage !== undefined && { stage }),
    ...(trafficPercent !== undefined && { trafficPercent }),
  };
}
