/**
 * What becomes of a release that is reopened for what is left to do about it: the end of a lease that outlived its
 * execution, or the compensation of an execution that died. Only one whose execution is over may be reopened.
 */
import { idleWaitSeconds } from "../wait.ts";
import type { Change } from "./change.ts";
import { documentSchema } from "./document/upcasters.ts";
import type { JsonValue } from "./json-value.ts";
import type { Holder, LockItem } from "./lock.ts";
import type { Opening } from "./opening.ts";
import { aheadText, type Occupied } from "./queue-policy.ts";
import type { ReleaseRecord } from "./record.ts";
import type { Held } from "./undoing.ts";

export type Reopening =
  | { readonly kind: "scale-down"; readonly releaseId: string }
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
  /** Somebody has put everything back by then. */
  | { readonly do: "give-back"; readonly reason: string }
  /** Goes on by these changes, which the lock has lost since the release closed; or by those that it has. */
  | { readonly do: "go-on"; readonly restores: readonly Change[] | undefined };

/** What the release's record has to say once its lock is held. */
export function onceTaken({ kind }: Reopening, record: ReleaseRecord): OnceTaken {
  if (record.status !== "closed") return { do: "go-on", restores: undefined };
  if (kind === "compensate")
    return { do: "give-back", reason: `${record.release.id} is closed already; its lock is given back` };
  return { do: "go-on", restores: record.changes ?? [] };
}

/**
 * The document that the execution begins with. It follows the plan of the release's record, since another may be in force
 * by now; records of before they kept one leave that one alone to follow.
 */
export function reopenedAs(
  asked: Reopening,
  { planning }: ReleaseRecord,
  { release, plan, promoted }: { release: Held; plan: JsonValue | undefined; promoted: boolean },
): Opening {
  return {
    route: asked.kind,
    reason: asked.kind === "compensate" ? asked.why : `the lease of ${release.id} is over`,
    schema: documentSchema,
    release,
    plan,
    promoted,
    ...(planning === undefined ? {} : { planning }),
  };
}
