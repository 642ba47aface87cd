/**
 * How long one execution acts for a release: Step Functions ends it after 25,000 events and, as the machine says, after
 * 20 days. Long before either, a release that waits goes on in a new execution.
 */

import * as z from "zod";
import type { EpochMs } from "../units.ts";
import { idleSeconds, idleWaitSeconds } from "../wait.ts";

export const waitSeconds = z.int().min(1).max(idleSeconds);

/** How often waits have been gone through in this execution, and where the release goes on after this one. */
export const turn = {
  turns: z.int().min(0),
  goesOn: z.enum(["here", "in-new-execution"]),
};

/** Of a turn that waits: a Task of five events, a Choice and a Wait of two each; two retries of it are three events each. */
const eventsPerTurn = 15;
/** What a release should have written at most when it goes on elsewhere. */
const eventsBeforeHandOver = 18_000;

/** Turns of waiting, of whichever kind, in one execution; what deployments are given unless they say otherwise. */
export const turnsPerExecution = eventsBeforeHandOver / eventsPerTurn;

/** The machine's time-out is 20 days; the queue may have taken some of them already. */
const longestMs = 15 * 86_400_000;

/** Where a release goes on after this turn. */
export type GoesOn = "here" | "in-new-execution";

/** What of a state document says how long its execution has acted. */
export interface TurnsTaken {
  readonly begunAt?: string | undefined;
  readonly queue?: { readonly turns: number } | undefined;
  readonly planning?: { readonly turns: number } | undefined;
  readonly stage?: { readonly turns: number } | undefined;
  readonly judgement?: { readonly turns: number } | undefined;
}

/** Turns so far, this one included. */
export const turnsOf = ({ queue, planning, stage, judgement }: TurnsTaken): number =>
  Math.max(queue?.turns ?? 0, planning?.turns ?? 0, stage?.turns ?? 0, judgement?.turns ?? 0) + 1;

/** Turns of waiting in the queue that an execution has taken, by how long it waits between two. */
export function turnsQueued({ openedAt, begunAt, nowMs }: QueuedSince): number {
  let turns = 0;
  for (let atMs = Date.parse(begunAt); atMs < nowMs; turns += 1)
    atMs += idleWaitSeconds(atMs - Date.parse(openedAt)) * 1000;
  return turns;
}

interface QueuedSince {
  /** When the release's first execution started, by which its waits go; ISO 8601. */
  readonly openedAt: string;
  /** When this one did. */
  readonly begunAt: string;
  readonly nowMs: EpochMs;
}

/** The turn's count, and where a release that waits after it goes on. */
export function turnOf(
  document: TurnsTaken,
  { waits, nowMs, limit = turnsPerExecution }: { waits: boolean; nowMs: EpochMs; limit?: number | undefined },
): { turns: number; goesOn: GoesOn } {
  const turns = turnsOf(document);
  const { begunAt } = document;
  const old = begunAt !== undefined && nowMs - Date.parse(begunAt) >= longestMs;
  return { turns, goesOn: waits && (old || turns >= limit) ? "in-new-execution" : "here" };
}

/** The document as a new execution takes it up: it has taken no turn. */
export function takenUp<D extends TurnsTaken>(document: D): D {
  const none = { turns: 0, goesOn: "here" };
  const { queue, planning, stage, judgement } = document;
  return {
    ...document,
    ...(queue && { queue: { turns: 0 } }),
    ...(planning && { planning: { ...planning, ...none } }),
    ...(stage && { stage: { ...stage, ...none } }),
    ...(judgement && { judgement: { ...judgement, ...none } }),
  };
}
