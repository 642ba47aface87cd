/**
 * What becomes of a release that is reopened for what is left to do about it: a lease that outlived its execution and ends,
 * or whose capacity is to be seen to, or the compensation of an execution that died. Only one whose execution is over may
 * be reopened.
 */
import { awaitedWork, type Completion } from "../plan/completion.ts";
import type { EpochMs } from "../units.ts";
import { idleWaitSeconds } from "../wait.ts";
import { type Change, undoMark } from "./change.ts";
import { documentSchema } from "./document/upcasters.ts";
import type { JsonValue } from "./json-value.ts";
import { extensionOf, isLeaseEnd } from "./keeping.ts";
import type { Holder, LockItem } from "./lock.ts";
import type { Opening } from "./opening.ts";
import { aheadText, type Occupied } from "./queue-policy.ts";
import type { ReleaseRecord } from "./record.ts";
import { endpointOf, type Held } from "./undoing.ts";

export type Reopening =
  | { readonly kind: "scale-down"; readonly releaseId: string; readonly why?: string | undefined }
  | { readonly kind: "keep"; readonly releaseId: string }
  | { readonly kind: "compensate"; readonly releaseId: string; readonly why: string };

/** Who asks, for which release: this execution's ARN. */
export interface Reopener {
  readonly releaseId: string;
  readonly subject: string;
  readonly execution: string;
}

/** The holder, where it is another execution of the same release: what that one has left is asked for then. */
export function deadHolder({ holder }: LockItem, { releaseId, execution }: Reopener): Holder | undefined {
  return holder?.releaseId === releaseId && holder.execution !== execution ? holder : undefined;
}

export type ReopeningAction =
  /** Until the dead execution's last Lambda has ended, what it was asked to do may still reach AWS. */
  | { readonly do: "wait"; readonly reason: string; readonly seconds: number }
  /** As anybody takes a lock: at once, or in turn. */
  | { readonly do: "take" }
  | { readonly do: "take-over"; readonly from: string }
  /** Its own execution has not ended. */
  | { readonly do: "queue" };

export interface ReopeningQuestion {
  readonly lock: LockItem;
  readonly by: Reopener;
  /** How long a Lambda of the dead holder may be at work, seconds; undefined where it runs, or there is none. */
  readonly workLeftSeconds: number | undefined;
  /** Whether nobody acts for the dead holder any more; false where there is none. */
  readonly isLeft: boolean;
}

/** How the lock is come by. */
export function nextReopening({ lock, by, workLeftSeconds, isLeft }: ReopeningQuestion): ReopeningAction {
  const dead = deadHolder(lock, by);
  if (dead === undefined) return { do: "take" };
  const seconds = workLeftSeconds ?? 0;
  if (seconds > 0) {
    const held = `${by.subject} is held by ${dead.releaseId} (execution ${dead.execution})`;
    const reason = `${held}, whose last Lambda may be at work for ${seconds} seconds yet`;
    return { do: "wait", reason, seconds };
  }
  return isLeft ? { do: "take-over", from: dead.execution } : { do: "queue" };
}

/** What is answered while the lock is not to be had; the queue keeps a place. */
export function queuedBehind(
  { subject, releaseId }: Reopener,
  lock: Omit<Occupied, "remainder">,
  waitedMs: number,
): Opening {
  const reason = aheadText(subject, lock);
  return { route: "queued", reason, waitSeconds: idleWaitSeconds(waitedMs), place: { subject, releaseId } };
}

export type OnceTaken =
  /** Somebody has put everything back by then, or there is nothing yet to see to. */
  | { readonly do: "give-back"; readonly reason: string }
  /** Goes on by these changes, which the lock has lost since the release closed; or by those that it has. */
  | {
      readonly do: "go-on";
      readonly route: Reopening["kind"];
      readonly restores: readonly Change[] | undefined;
      /** By how much the lease goes on, minutes, since what it waits for is late. */
      readonly extendMinutes?: number | undefined;
    };

interface Told {
  /** The ledger of the execution that the lock was taken over from. */
  readonly left?: readonly Change[];
  /** What that one had begun, and nobody has said the end of. */
  readonly begun?: LockItem["begun"];
  /** What ends the lease before its time, and what becomes of it otherwise. */
  readonly completion?: Completion;
  readonly nowMs: EpochMs;
}

/**
 * What the release's record has to say once its lock is held. What the execution has begun since the release closed that the
 * lock was taken over from, the record does not know: it is in the ledger that is left.
 */
export function onceTaken(
  asked: Reopening,
  record: ReleaseRecord,
  { left = [], begun = {}, completion = {}, nowMs }: Told,
): OnceTaken {
  const { kind } = asked;
  const { id } = record.release;
  if (record.status !== "closed")
    return kind === "keep"
      ? { do: "give-back", reason: `${id} is not closed: its capacity is its own to see to` }
      : { do: "go-on", route: kind, restores: undefined };
  const restores = left.length > 0 ? undefined : (record.changes ?? []);
  // A lease that somebody ends, or that work has completed, is over.
  const isAtEnd = kind === "scale-down" && asked.why === undefined;
  const changes = restores ?? left;
  const extendMinutes = isAtEnd ? extensionOf(completion, changes, nowMs) : undefined;
  if (extendMinutes !== undefined) return { do: "go-on", route: "keep", restores, extendMinutes };
  if (kind !== "compensate") return { do: "go-on", route: kind, restores };
  if (endpointOf(record.release) !== undefined || !left.some(isLeaseEnd))
    return { do: "give-back", reason: `${id} is closed already; its lock is given back` };
  // Whoever died was seeing to a lease, or giving it back: what is begun of that is carried through.
  const isEnding = left.some(
    ({ state, resource }) =>
      state === "undone" || state === "drifted" || begun[undoMark(resource)] !== undefined,
  );
  return { do: "go-on", route: isEnding ? "scale-down" : "keep", restores };
}

/**
 * The document that the execution begins with. It follows the plan of the release's record, since another may be in force
 * by now; records of before they kept one leave that one alone to follow.
 */
export function reopenedAs(
  asked: Reopening,
  { planning }: ReleaseRecord,
  { route, extendMinutes, completion = {}, ...held }: ReopenedHow,
): Opening {
  return {
    route,
    reason: whyOf(asked, held.release.id, { extendMinutes, completion }),
    schema: documentSchema,
    ...held,
    ...(extendMinutes !== undefined && { extendMinutes }),
    ...(planning === undefined ? {} : { planning }),
  };
}

interface ReopenedHow {
  readonly route: Reopening["kind"];
  readonly release: Held;
  readonly plan: JsonValue | undefined;
  readonly promoted: boolean;
  readonly extendMinutes?: number | undefined;
  readonly completion?: Completion;
}

function whyOf(
  asked: Reopening,
  id: string,
  {
    extendMinutes,
    completion,
  }: Required<Pick<ReopenedHow, "completion">> & Pick<ReopenedHow, "extendMinutes">,
): string {
  switch (asked.kind) {
    case "scale-down": {
      const awaited = awaitedWork(completion);
      const late = awaited === undefined ? "" : `, and ${awaited} has not succeeded`;
      const longer = extendMinutes === undefined ? "" : `: it is held for ${extendMinutes} minutes more`;
      return asked.why ?? `the lease of ${id} is over${late}${longer}`;
    }
    case "keep":
      return `the capacity of ${id} is seen to`;
    case "compensate":
      return asked.why;
  }
}
