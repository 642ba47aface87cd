/**
 * A twin that lives on by itself: the same account, machine and steps as in a rehearsal, but nobody waits for an end.
 * Its time moves when it is told to, and whoever calls it in between may start executions and watch them.
 */

import { assemble, prepare, rates } from "#twin/engine";
import type { WireRequest, WireResponse } from "#twin/services";
import { applicationOf } from "../release/application.ts";
import type { RehearsalParts, RehearsalRequest } from "../release/request.ts";

export interface LiveRequest extends Pick<RehearsalRequest, "plan" | "world" | "seed"> {
  readonly startMs: number;
  /** False: the sweep never runs, so that executions of another engine are left alone. */
  readonly sweep: boolean;
}

export interface LiveSession {
  /**
   * Lives until a moment, epoch milliseconds; a moment already past changes nothing. Resolves with what could not be
   * delivered since the last time: starts that were refused, functions that failed with all their retries. Rejects on
   * a defect.
   */
  advance(untilMs: number): Promise<readonly string[]>;
  /** Answers a call at the moment that was last reached. */
  handle(request: WireRequest): Promise<WireResponse>;
  readonly stateMachineArn: string;
}

/** Takes over the thread's clock and randomness for good. The plan is in force when this resolves. */
export async function openSession(request: LiveRequest, parts: RehearsalParts): Promise<LiveSession> {
  const { observe: _, ...unwatched } = parts;
  const played = request.sweep ? unwatched : { ...unwatched, rules: withoutFunctions(parts), rates: [] };
  const started = { ...request, event: {} };
  const assembly = assemble(applicationOf(started, played), started);
  const { world, account, engine, undelivered } = assembly;
  const { clock } = engine;
  await prepare(assembly);
  const dues = [...account.dues, ...rates(assembly)];
  let droppedSoFar = 0;
  return {
    stateMachineArn: engine.executions.stateMachineArn,
    async advance(untilMs) {
      if (untilMs > clock.nowMs()) {
        await engine.run({ dues, capMs: untilMs, calm: () => false });
        // Nothing may have been left to wait for.
        clock.moveTo(untilMs);
        world.advanceTo(untilMs);
      }
      const dropped = engine.functions.dropped.slice(droppedSoFar);
      droppedSoFar += dropped.length;
      return [...undelivered.splice(0), ...dropped];
    },
    handle: (wireRequest) => engine.handle(wireRequest),
  };
}

/** The sweep is the one function that rules invoke; what starts the state machine stays. */
const withoutFunctions = ({ rules = [] }: RehearsalParts) =>
  rules.filter((rule) => rule.function === undefined);
