/** What a person sees of the locks, and giving one back by hand: what stays as it is is written down with who said so. */
import { notFound } from "../core/errors.ts";
import { changesRead } from "../core/release/document/ledger.ts";
import type { Holder, Lock, Order } from "../core/release/lock.ts";
import { pastOf } from "../core/release/past.ts";
import { type Remainder, remainderOf } from "../core/release/remainder.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { isLeft } from "./executions.ts";
import { keepPast } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { allLocks, readLock } from "./lock-item.ts";
import { closeRecord, readRelease } from "./releases.ts";
import { settled } from "./settling.ts";

export interface LockStatus {
  /** `endpoint/NAME` or `pool/MODEL/MILESTONE` */
  readonly subject: string;
  /**
   * `at-work`: its execution runs. `died`: it does not, and the sweep will undo what it left. `remainder`: it has ended,
   * and something could not be put back. `waiting`: nobody holds it, and somebody waits.
   */
  readonly state: "at-work" | "died" | "remainder" | "waiting";
  readonly holder: Holder | null;
  readonly promoted: boolean;
  readonly order: Order | null;
  /** First come, first served. */
  readonly queue: readonly Holder[];
  readonly remainder: readonly Remainder[];
  /** Attempts of the sweep to undo what was left, and when it decided on the newest, ISO 8601. */
  readonly attempts: number;
  readonly triedAt: string | null;
}

/** Every lock that is held or waited for, by subject. */
export async function statusOfLocks(aws: Aws, nowMs: EpochMs): Promise<LockStatus[]> {
  const all = await allLocks(aws);
  const some = all.filter(({ holder, queue = [] }) => holder !== undefined || queue.length > 0);
  return Promise.all(some.map((lock) => statusOf(aws, lock, nowMs)));
}

async function statusOf(aws: Aws, lock: Lock, nowMs: EpochMs): Promise<LockStatus> {
  const { subject, holder = null, remainder = [], compensation } = lock;
  const queue = (lock.queue ?? []).map(({ successor, ...one }) => one);
  return {
    subject,
    holder,
    queue,
    remainder,
    state: await stateOf(aws, lock, nowMs),
    promoted: lock.promoted ?? false,
    order: lock.order ?? null,
    attempts: compensation?.attempt ?? 0,
    triedAt: compensation?.at ?? null,
  };
}

async function stateOf(
  aws: Aws,
  { holder, successor, remainder }: Lock,
  nowMs: EpochMs,
): Promise<LockStatus["state"]> {
  if (holder === undefined) return "waiting";
  if (!(await isLeft(aws, { holder, successor }, nowMs))) return "at-work";
  return remainder === undefined ? "died" : "remainder";
}

export interface Freeing {
  readonly subject: string;
  /** Who gives the lock back: a name or an ARN. */
  readonly by: string;
  readonly reason: string;
  readonly nowMs: EpochMs;
}

export interface Freed {
  readonly releaseId: string;
  /** What stays as it is. */
  readonly left: readonly Remainder[];
  /** What could not be done; absent where the lock is free. Doing it again finishes it. */
  readonly lacks?: string;
}

/**
 * Gives back a lock at which nobody is at work, and closes its release as failed. The release's record says who did it,
 * why, and what stays. @throws NotFound where there is no such lock, or somebody is at work under it.
 */
export async function freeByHand(aws: Aws, { subject, by, reason, nowMs }: Freeing): Promise<Freed> {
  const lock = await readLock(aws, subject);
  const { holder, fence, promoted = false } = lock;
  if (holder === undefined)
    throw notFound(`SUBJECT: expected a lock that is held, found "${subject}"; "slipway status" lists them`);
  if (!(await isLeft(aws, { holder, successor: lock.successor }, nowMs)))
    throw notFound(
      `${subject}: expected a lock at which nobody is at work, found ${holder.releaseId} with execution ${holder.execution}; "slipway stop ${holder.releaseId}" ends it`,
    );
  const at = new Date(nowMs).toISOString();
  const changes = changesRead(lock.changes ?? {});
  const why = "nobody has said why";
  const left = lock.remainder ?? remainderOf(changes, { promoted, why, at });
  const { releaseId, execution } = holder;
  const freed = { by, at, reason, left };
  const closing = {
    outcome: "failed" as const,
    reason: `freed by ${by}: ${reason}`,
    releaseId,
    drifted: [],
    freed,
  };
  const closed = await settled(
    () => closeRecord(aws, { releaseId, closing, closedAt: at, changes }),
    async () => (await readRelease(aws, releaseId))?.closing?.freed?.at === at,
  );
  if (closed.how !== "done")
    return { releaseId, left, lacks: `nothing was written down, and the lock is held: ${closed.why}` };
  const kept = await settled(
    async () => {
      const record = await readRelease(aws, releaseId);
      if (record !== undefined) await keepPast(aws, pastOf(record, closing, { closedAt: at }));
    },
    async () => false,
  );
  if (kept.how !== "done")
    return {
      releaseId,
      left,
      lacks: `it is written down, not in the history, and the lock is held: ${kept.why}`,
    };
  const given = await settled(
    async () => (await Ledger.open(aws, { id: releaseId, subject, execution, fence })).giveBack(),
    async () => (await readLock(aws, subject)).holder?.execution !== execution,
  );
  if (given.how === "done") return { releaseId, left };
  return { releaseId, left, lacks: `it is written down, and the lock is still held: ${given.why}` };
}
