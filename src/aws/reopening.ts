/** Reopens a release for what is left to do about it: its lease, or the compensation of an execution that died. */

import { completionIn } from "../core/plan/completion.ts";
import { changesRead } from "../core/release/document/ledger.ts";
import type { LockItem } from "../core/release/lock.ts";
import type { Opening } from "../core/release/opening.ts";
import {
  deadHolder,
  nextReopening,
  onceTaken,
  queuedBehind,
  type Reopening,
  type ReopeningAction,
  reopenedAs,
} from "../core/release/reopening.ts";
import { isLeft, workLeftSeconds } from "./executions.ts";
import { restoreLedger } from "./held-lock.ts";
import type { Tools } from "./lambda.ts";
import { Ledger } from "./ledger.ts";
import { readLock } from "./lock-item.ts";
import { type Claim, enqueue, type LockTaken, takeLock, takeOverLock } from "./locks.ts";
import { storedPlan } from "./plans.ts";
import { readRelease } from "./releases.ts";

/** Takes the release's lock for this execution, with the ledger as the release left it. */
export async function reopen(
  tools: Tools,
  event: { execution: string; startedAt: string },
  asked: Reopening,
): Promise<Opening> {
  const { aws, now } = tools;
  const record = await readRelease(aws, asked.releaseId);
  if (record === undefined) return { route: "ignored", reason: `there is no release ${asked.releaseId}` };
  const { release } = record;
  const { execution } = event;
  const since = new Date(now()).toISOString();
  const claim = { subject: release.subject, releaseId: release.id, execution, since };
  const lock = await readLock(aws, claim.subject);
  const action = await nextFor(tools, claim, lock);
  if (action.do === "wait") return { route: "queued", reason: action.reason, waitSeconds: action.seconds };
  const taken = await take(tools, claim, { action, lock });
  if (!taken.held) {
    await enqueue(aws, claim);
    return queuedBehind(claim, taken, now() - Date.parse(event.startedAt));
  }
  const reopened = { ...release, execution, fence: taken.fence };
  const left = changesRead(taken.lock.changes ?? {});
  const completion = completionIn(record.plan, release.milestone);
  const next = onceTaken(asked, record, {
    left,
    begun: taken.lock.begun,
    completion,
    nowMs: now(),
  });
  if (next.do === "give-back") {
    await (await Ledger.open(aws, reopened)).giveBack();
    return { route: "ignored", reason: next.reason };
  }
  if (next.restores !== undefined) await restoreLedger(aws, reopened, next.restores);
  const plan = record.plan ?? (await storedPlan(aws, release.model));
  const { route, extendMinutes } = next;
  const how = { route, extendMinutes, completion };
  return reopenedAs(asked, record, { ...how, release: reopened, plan, promoted: taken.promoted });
}

async function nextFor({ aws, now }: Tools, by: Claim, lock: LockItem): Promise<ReopeningAction> {
  const dead = deadHolder(lock, by);
  const left = dead && (await workLeftSeconds(aws, dead.execution, now()));
  const mayGo = dead !== undefined && !(left !== undefined && left > 0);
  const { successor } = lock;
  const leftAlone = mayGo && (await isLeft(aws, { holder: dead, successor }, now()));
  return nextReopening({ lock, by, workLeftSeconds: left, isLeft: leftAlone });
}

/** Does what was decided about the lock, as far as it is still as it was seen. */
async function take(
  { aws }: Tools,
  claim: Claim,
  { action, lock }: { action: Exclude<ReopeningAction, { do: "wait" }>; lock: LockItem },
): Promise<LockTaken> {
  switch (action.do) {
    case "take":
      return takeLock(aws, claim);
    case "take-over":
      return takeOverLock(aws, claim, action.from);
    case "queue":
      return { held: false, holder: lock.holder, waiting: [] };
  }
}
