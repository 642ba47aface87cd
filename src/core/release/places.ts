/**
 * A place in a queue that is handed over: the place names the new execution first, and once the one before has ended by
 * handing over, the new one takes place and release over.
 */
import type { EpochMs } from "../units.ts";
import { growingWaitSeconds } from "../wait.ts";
import type { LockItem, Waiting } from "./lock.ts";
import { aheadText } from "./queue-policy.ts";

/** How the execution that had the place stands; `handed-over` is how one ends that waits on in another. */
export type PlaceBefore = "running" | "handed-over" | "ended";

/** Who waits on: ARNs of executions, and when this one started, ISO 8601. */
export interface WaitingOn {
  readonly subject: string;
  readonly releaseId: string;
  readonly execution: string;
  readonly from: string;
  readonly startedAt: string;
}

export type PlaceAction =
  /** It has the place, or the lock already. */
  | { readonly do: "have" }
  | { readonly do: "ignore"; readonly reason: string }
  | { readonly do: "wait"; readonly reason: string; readonly seconds: number }
  /** Nobody waits at that place any more: it goes. */
  | { readonly do: "leave"; readonly reason: string }
  /** The place, by its index, and what stands there from now on but for since when. */
  | { readonly do: "take"; readonly index: number; readonly as: Omit<Waiting, "since" | "successor"> };

/** The index of an execution's place; -1 where it has none. */
export const placeOf = (queue: readonly Waiting[], execution: string): number =>
  queue.findIndex((one) => one.execution === execution);

/** Whether an execution waits in the queue already, or holds the lock. */
export const hasPlace = ({ holder, queue = [] }: LockItem, execution: string): boolean =>
  holder?.execution === execution || placeOf(queue, execution) >= 0;

/** The name of the execution that is to take a place over; undefined where there is none. */
export const nextAtPlace = ({ queue = [] }: LockItem, from: string): string | undefined =>
  queue.find(({ execution }) => execution === from)?.successor?.name;

export interface PlaceQuestion {
  readonly lock: LockItem;
  readonly by: WaitingOn;
  /** The ARN of the execution that the place names; undefined where it names none. */
  readonly next: string | undefined;
  /** Undefined where it was not asked for: the place names another, or this one has it. */
  readonly before: PlaceBefore | undefined;
  readonly nowMs: EpochMs;
}

export function nextPlace({ lock, by, next, before, nowMs }: PlaceQuestion): PlaceAction {
  const { subject, releaseId, execution, from, startedAt } = by;
  const { holder, queue = [] } = lock;
  if (hasPlace(lock, execution)) return { do: "have" };
  const index = placeOf(queue, from);
  const place = queue[index];
  if (place === undefined || next !== execution || before === undefined)
    return { do: "ignore", reason: `${releaseId} does not wait on in this execution` };
  switch (before) {
    case "running": {
      const ahead = aheadText(subject, { holder, waiting: queue });
      const seconds = growingWaitSeconds(nowMs - Date.parse(startedAt), 2);
      return { do: "wait", reason: `${ahead}; execution ${from} hands its place over`, seconds };
    }
    case "ended":
      return { do: "leave", reason: `the execution in which ${releaseId} waited was ended` };
    case "handed-over": {
      const { successor: _, since: __, ...kept } = place;
      return { do: "take", index, as: { ...kept, execution } };
    }
  }
}
