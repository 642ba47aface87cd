/**
 * Rehearses one request in the current thread: builds the world and the account, delivers the event, runs until
 * every execution is over and the account is calm, and writes the record.
 */

import { type Assembly, assemble, firstExecution } from "./assembly.ts";
import { refusalOf } from "./delivery.ts";
import type { ExecutionRecord } from "./executions.ts";
import type { Progress, RehearsalParts, RehearsalRequest } from "./request.ts";
import { type RunRecord, recordOf } from "./run-record.ts";
import { snapshotOf } from "./snapshot.ts";

const defaultCapDays = 24;

/** Takes over the thread's clock and randomness while it runs. Rejects only on a defect of the rehearsal itself. */
export async function rehearseHere(
  request: RehearsalRequest,
  parts: RehearsalParts,
  onProgress?: (progress: Progress) => void,
): Promise<RunRecord> {
  const assembly = assemble(request, withPerson(request, parts), onProgress);
  try {
    return await play(assembly);
  } finally {
    assembly.engine.uninstall();
  }
}

const personLooksSeconds = 60;

/** With somebody who answers, where one is asked for: invoked by the clock, and with no role that could forbid it. */
function withPerson({ answer, plan }: RehearsalRequest, parts: RehearsalParts): RehearsalParts {
  const { person, rates = [], functionsOn } = parts;
  if (answer === undefined || person === undefined) return parts;
  return {
    ...parts,
    functionsOn: (wire) => ({ ...functionsOn?.(wire), Person: () => person(wire, answer, plan)() }),
    rates: [...rates, { function: "Person", everySeconds: personLooksSeconds, event: {} }],
  };
}

async function play(assembly: Assembly): Promise<RunRecord> {
  const { request, parts, startMs, world, account, engine, delivery, deliveries } = assembly;
  const pending = () => [delivery, ...deliveries].reduce((sum, each) => sum + each.pending, 0);
  const { clock } = engine;
  await engine.perform(async () => {
    const at = new Date(startMs).toISOString();
    await parts.prepare?.(engine.wire, request.plan, { at });
    for (const { plan, deployment } of request.neighbours ?? [])
      await parts.prepare?.(engine.wire, plan, { at, deployment });
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, startMs - clock.nowMs()));
  });
  world.advanceTo(startMs);
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
  return recordOf(assembly, { end, before, findings, undelivered: assembly.undelivered });
}

/** The event now, what else the request brings later; an event that StartExecution refuses is dropped and told. */
function deliver({ request, engine, gate, gates, undelivered }: Assembly): () => number {
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
      if (isFromRegistry(event)) gate?.start("rule");
      record = executions.start({ name, input: JSON.stringify(event) });
    });
    if (refused !== undefined) undelivered.push(refused);
    return record;
  };
  const first = start(request.event, firstExecution);
  request.neighbours?.forEach(({ deployment }, nth) => {
    const input = JSON.stringify(request.event);
    const refused = refusalOf(() => {
      if (isFromRegistry(request.event)) gates[nth]?.start("rule");
      engine.neighbours[nth]?.executions.start({ name: firstExecution, input });
    });
    if (refused !== undefined) undelivered.push(`${deployment.stack}: ${refused}`);
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

/** Such an event comes by the rule; any other is brought by somebody. */
const isFromRegistry = (event: unknown): boolean =>
  (event as { source?: unknown } | null)?.source === "aws.sagemaker";

/** Invokes what the clock invokes. */
export function rates({ parts, startMs, delivery, deliveries }: Assembly) {
  return (parts.rates ?? []).map((rate) => {
    let nextMs = startMs + rate.everySeconds * 1000;
    return {
      nextMs: () => nextMs,
      run: () => {
        nextMs += rate.everySeconds * 1000;
        for (const each of [delivery, ...deliveries]) each.invoke("schedule", rate.function, rate.event);
      },
    };
  });
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
