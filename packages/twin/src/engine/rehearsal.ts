/**
 * Runs one request of an application in the current thread: builds the world and the account, delivers the event, and
 * goes on until every execution is over and the account is calm.
 */

import type { Rate } from "./application.ts";
import { type Assembly, firstExecution } from "./assembly.ts";
import { refusalOf } from "./delivery.ts";
import type { ExecutionRecord } from "./executions.ts";
import type { Ended } from "./run-record.ts";
import { snapshotOf } from "./snapshot.ts";

const defaultCapDays = 24;

/** Plays what is assembled, has its record written, and gives the thread its clock and randomness back. */
export async function playHere<Record>(
  assembly: Assembly,
  write: (assembly: Assembly, ended: Ended) => Record,
): Promise<Record> {
  try {
    return write(assembly, await play(assembly));
  } finally {
    assembly.engine.uninstall();
  }
}

async function play(assembly: Assembly): Promise<Ended> {
  const { request, startMs, world, account, engine, delivery, deliveries } = assembly;
  const pending = () => [delivery, ...deliveries].reduce((sum, each) => sum + each.pending, 0);
  const { clock } = engine;
  await prepare(assembly);
  const before = snapshotOf(world, account.schedules());
  const toCome = deliver(assembly);

  const capMs = startMs + Math.min(request.capDays ?? defaultCapDays, defaultCapDays) * 86_400_000;
  const settling = settle(assembly);
  const end = await engine.run({
    dues: [...account.dues, ...rates(assembly), settling],
    capMs,
    calm: () => toCome() + pending() === 0 && account.calm() && settling.over(),
  });
  world.advanceTo(clock.nowMs());
  const findings: Record<string, unknown> = {};
  for (const { name, findings: found } of assembly.observers)
    findings[name] = await engine.perform(async () => found());
  if (assembly.defects.length > 0) throw assembly.defects[0];
  return { end, before, findings, undelivered: assembly.undelivered };
}

/** Brings the account to the moment of the event, as each stack would have it. */
export async function prepare({ application, startMs, engine, world }: Assembly): Promise<void> {
  const { clock, wire } = engine;
  await engine.perform(async () => {
    const at = new Date(startMs).toISOString();
    for (const stack of [application, ...(application.neighbours ?? [])]) await stack.prepare?.(wire, at);
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, startMs - clock.nowMs()));
  });
  world.advanceTo(startMs);
}

/** The event now, what else the request brings later; an event that StartExecution refuses is dropped and told. */
function deliver({ application, request, engine, gate, gates, undelivered }: Assembly): () => number {
  const { isByRule = () => false } = application;
  const { clock, executions } = engine;
  let coming = 0;
  const later = (afterSeconds: number, what: () => void) => {
    coming += 1;
    clock.setTimeout(() => {
      coming -= 1;
      what();
    }, afterSeconds * 1000);
  };
  const start = (event: unknown, name: string | undefined) => {
    let record: ExecutionRecord | undefined;
    const refused = refusalOf(() => {
      if (isByRule(event)) gate?.start("rule");
      record = executions.start({ name, input: JSON.stringify(event) });
    });
    if (refused !== undefined) undelivered.push(refused);
    return record;
  };
  const first = start(request.event, firstExecution);
  application.neighbours?.forEach((stack, nth) => {
    const input = JSON.stringify(request.event);
    const refused = refusalOf(() => {
      if (isByRule(request.event)) gates[nth]?.start("rule");
      engine.neighbours[nth]?.executions.start({ name: firstExecution, input });
    });
    if (refused !== undefined) undelivered.push(`${stack.name}: ${refused}`);
  });
  for (const { afterSeconds, event, name } of request.also ?? [])
    later(afterSeconds, () => void start(event, name));
  for (const afterSeconds of request.stopAfterSeconds ?? [])
    later(afterSeconds, () => {
      if (first !== undefined)
        executions.stop(first.executionArn, { error: "Stopped", cause: "stopped by hand" });
    });
  return () => coming;
}

/** Invokes what the clock invokes. */
export function rates({ application, startMs, delivery, deliveries }: Assembly) {
  return (application.rates ?? []).map((rate) => {
    let nextMs = startMs + firstAfterSeconds(rate, startMs / 1000) * 1000;
    return {
      nextMs: () => nextMs,
      run: () => {
        nextMs += rate.everySeconds * 1000;
        for (const each of [delivery, ...deliveries]) each.invoke("schedule", rate.function, rate.event);
      },
    };
  });
}

/** A moment at which something is due is not after itself. */
function firstAfterSeconds({ everySeconds, phaseSeconds }: Rate, startSeconds: number): number {
  if (phaseSeconds === undefined) return everySeconds;
  const into = (startSeconds - phaseSeconds) % everySeconds;
  return everySeconds - into;
}

/** Holds the run for a while after the last execution has ended. */
function settle({ request, engine }: Assembly) {
  const { clock } = engine;
  const machines = [engine, ...engine.neighbours].map(({ executions }) => executions);
  const running = () => machines.some((executions) => executions.running > 0);
  const lastStopMs = () => Math.max(...machines.map((executions) => executions.lastStopMs));
  const { settleSeconds = 0, recoverySeconds = 0 } = request;
  const recoveredMs = () => {
    const endMs = engine.refusedUntilMs();
    return endMs === 0 ? 0 : endMs + recoverySeconds * 1000;
  };
  const untilMs = () => Math.max(lastStopMs() + settleSeconds * 1000, recoveredMs());
  return {
    nextMs: () => (!running() && untilMs() > clock.nowMs() ? untilMs() : undefined),
    run: () => {},
    over: () => clock.nowMs() >= untilMs(),
  };
}
