/**
 * Rehearses one request in the current thread: builds the world and the account, delivers the event, runs until
 * every execution is over and the account is calm, and writes the record.
 */
import { createWorld, type World } from "../world/world.ts";
import { type Account, openAccount } from "./account.ts";
import type { DriveEnd } from "./driver.ts";
import { createEngine, type Engine, type StateEntry } from "./engine.ts";
import { formatFault } from "./faults.ts";
import { formatPoint } from "./points.ts";
import type { Observer, Progress, RehearsalParts, RehearsalRequest } from "./request.ts";
import { endOf, type RunRecord, seconds, stagesOf, trafficOf } from "./run-record.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";

export const machineName = "slipway-release";
export const firstExecution = "rehearsal";
/** A Monday, 08:00 UTC. */
const defaultStartMs = Date.UTC(2026, 0, 5, 8);
const defaultCapDays = 24;
/** What comes before the event, such as putting the plan in force, takes less than this. */
const preparationMs = 60_000;

/** Takes over the thread's clock and randomness while it runs. Rejects only on a defect of the rehearsal itself. */
export async function rehearseHere(
  request: RehearsalRequest,
  parts: RehearsalParts,
  onProgress: (progress: Progress) => void = () => {},
): Promise<RunRecord> {
  const run = stage(request, parts, onProgress);
  try {
    return await perform(run);
  } finally {
    run.engine.uninstall();
  }
}

interface Staged {
  readonly request: RehearsalRequest;
  readonly parts: RehearsalParts;
  readonly startMs: number;
  readonly world: World;
  readonly account: Account;
  readonly engine: Engine;
  readonly observers: readonly Observer[];
  readonly entries: readonly StateEntry[];
}

function stage(
  request: RehearsalRequest,
  parts: RehearsalParts,
  onProgress: (progress: Progress) => void,
): Staged {
  const { seed, plan, startMs = defaultStartMs } = request;
  const world = createWorld({ seed, startMs, spec: request.world, plan });
  const observers: Observer[] = [];
  const entries: StateEntry[] = [];
  let account: Account | undefined;
  const engine = createEngine({
    ...{ seed, machineName, startMs: startMs - preparationMs },
    ...{ definition: parts.definition, stepsOn: parts.stepsOn },
    ...(request.faults && { faults: request.faults }),
    ...(parts.functionTimeoutSeconds && { functionTimeoutSeconds: parts.functionTimeoutSeconds }),
    services: ({ executions }) => {
      account = openAccount({ world, executions, definition: parts.definition, machineName });
      return account.services;
    },
    onCall: (call, invocation) => {
      if (observers.length === 0) return;
      world.advanceTo(call.at);
      for (const observer of observers) observer.called?.(call, invocation);
    },
    onEffect: (effect) => {
      for (const observer of observers) observer.effected?.(effect);
    },
    onEntered: (entry) => {
      entries.push(entry);
      onProgress(entered(entry, startMs));
      for (const observer of observers) observer.entered?.(entry);
    },
    onStatus: (record) => {
      const { name: execution, status } = record;
      onProgress({ kind: "status", atSeconds: seconds(engine.clock.nowMs(), startMs), execution, status });
      for (const observer of observers) observer.status?.(record);
    },
  });
  if (account === undefined) throw new Error("the engine has built no services");
  const scene = { request, world, twin: engine.twin, executions: engine.executions };
  observers.push(...(parts.observe ?? []).map((observe) => observe(scene)));
  return { ...{ request, parts, startMs, world, account, engine, observers, entries } };
}

function entered({ execution, state, stage, document, atMs }: StateEntry, startMs: number): Progress {
  const trafficPercent = trafficOf(document);
  return {
    ...{ kind: "entered", atSeconds: seconds(atMs, startMs), execution, state },
    ...(stage !== undefined && { stage }),
    ...(trafficPercent !== undefined && { trafficPercent }),
  };
}

async function perform(run: Staged): Promise<RunRecord> {
  const { request, parts, startMs, world, account, engine } = run;
  const { clock, executions } = engine;
  await engine.perform(async () => {
    await parts.prepare?.(engine.wire, request.plan, new Date(startMs).toISOString());
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, startMs - clock.nowMs()));
  });
  world.advanceTo(startMs);
  const before = snapshotOf(world, account.schedules());

  let toCome = 0;
  const later = (afterSeconds: number, what: () => void) => {
    toCome += 1;
    clock.setTimeout(() => {
      toCome -= 1;
      what();
    }, afterSeconds * 1000);
  };
  const { executionArn } = executions.start({ name: firstExecution, input: JSON.stringify(request.event) });
  for (const { afterSeconds, event, name } of request.also ?? [])
    later(afterSeconds, () => void executions.start({ name, input: JSON.stringify(event) }));
  for (const afterSeconds of request.stopAfterSeconds ?? [])
    later(
      afterSeconds,
      () => void executions.stop(executionArn, { error: "Stopped", cause: "stopped by hand" }),
    );

  const capMs = startMs + Math.min(request.capDays ?? defaultCapDays, defaultCapDays) * 86_400_000;
  const end = await engine.run({ dues: account.dues, capMs, calm: () => toCome === 0 && account.calm() });
  world.advanceTo(clock.nowMs());
  const findings: Record<string, unknown> = {};
  for (const { name, findings: found } of run.observers)
    findings[name] = await engine.perform(async () => found());
  return recordOf(run, { end, before, findings });
}

interface Ended {
  readonly end: DriveEnd;
  readonly before: Snapshot;
  readonly findings: Readonly<Record<string, unknown>>;
}

function recordOf({ request, startMs, world, account, engine, entries }: Staged, ended: Ended): RunRecord {
  const { executions, injector } = engine;
  const records = executions.list().toReversed();
  const first = records.find((record) => record.name === firstExecution);
  const how = first === undefined ? { outcome: "hung", reason: "nothing was started" } : endOf(first);
  const lastMs = Math.max(startMs, ...records.map((record) => record.stopMs ?? engine.clock.nowMs()));
  return {
    ...(ended.end.ended === "hung" ? { outcome: "hung", reason: ended.end.reason } : how),
    seed: request.seed,
    startedAt: new Date(startMs).toISOString(),
    virtualSeconds: seconds(lastMs, startMs),
    transitions: executions.transitions,
    lambdaInvocations: engine.lambda.invocations,
    awsCalls: engine.awsCalls(),
    executions: records.map((record) => ({
      name: record.name,
      status: record.status,
      ...endOf(record),
      startSeconds: seconds(record.startMs, startMs),
      stopSeconds: record.stopMs === undefined ? undefined : seconds(record.stopMs, startMs),
      historyEvents: executions.history(record.executionArn).length,
    })),
    stages: stagesOf(entries, firstExecution, startMs),
    timeline: world.timeline(),
    instanceHours: world.instanceHours(),
    changes: world.history.map(({ atMs, ...change }) => ({ atSeconds: seconds(atMs, startMs), ...change })),
    before: ended.before,
    after: snapshotOf(world, account.schedules()),
    document: entries.findLast((entry) => entry.execution === firstExecution)?.document,
    refusals: engine.twin.refusals,
    faults: injector.applied.map(formatFault),
    ...(request.listPoints === true && { points: injector.points.map(formatPoint) }),
    findings: ended.findings,
  };
}
