/**
 * A twin that lives on by itself: the same account, machine and steps as in a rehearsal, but nobody waits for an end.
 * Its time moves when it is told to, and whoever calls it in between may start executions and watch them.
 */
import { rates } from "../engine/rehearsal.ts";
import type { RehearsalParts, RehearsalRequest } from "../engine/request.ts";
import { setStage } from "../engine/stage.ts";
import type { WireRequest, WireResponse } from "../twin/wire.ts";

export type LiveRequest = Pick<RehearsalRequest, "plan" | "world" | "seed"> & { readonly startMs: number };

export interface LiveSession {
  /** Lives until a moment, epoch milliseconds; a moment already past changes nothing. Rejects on a defect. */
  advance(untilMs: number): Promise<void>;
  /** Answers a call at the moment that was last reached. */
  handle(request: WireRequest): Promise<WireResponse>;
  readonly stateMachineArn: string;
}

/** Takes over the thread's clock and randomness for good. The plan is in force when this resolves. */
export async function openSession(request: LiveRequest, parts: RehearsalParts): Promise<LiveSession> {
  const { observe: _, ...unwatched } = parts;
  const stage = setStage({ ...request, event: {} }, unwatched, () => {});
  const { world, account, engine, startMs } = stage;
  const { clock } = engine;
  await engine.perform(async () => {
    await parts.prepare?.(engine.wire, request.plan, new Date(startMs).toISOString());
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, startMs - clock.nowMs()));
  });
  world.advanceTo(startMs);
  const dues = [...account.dues, ...rates(stage)];
  return {
    stateMachineArn: engine.executions.stateMachineArn,
    async advance(untilMs) {
      if (untilMs <= clock.nowMs()) return;
      await engine.run({ dues, capMs: untilMs, calm: () => false });
      // Nothing may have been left to wait for.
      clock.moveTo(untilMs);
      world.advanceTo(untilMs);
    },
    handle: (wireRequest) => engine.twin.handle(wireRequest),
  };
}
