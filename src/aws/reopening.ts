/**
 * Reopens a release for what is left to do about it: the end of a lease that outlived its execution, or the
 * compensation of an execution that died. Only one whose execution is over may be reopened. It follows the plan of its
 * record, since another may be in force by now; records of before they kept one leave that one alone to follow.
 */

import type { Holder } from "../core/release/lock.ts";
import type { Opening } from "../core/release/opening.ts";
import { aheadText } from "../core/release/queue-policy.ts";
import { documentSchema } from "../core/release/release.ts";
import { idleWaitSeconds } from "../core/wait.ts";
import { isLeft, workLeftSeconds } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { restoreLedger } from "./ledger.ts";
import { readLock } from "./lock-item.ts";
import { type Claim, enqueue, freeLock, type Taken, takeLock, takeOverLock } from "./locks.ts";
import { storedPlan } from "./plans.ts";
import { readRelease } from "./releases.ts";

export type Reopening =
  | { readonly kind: "scale-down"; readonly releaseId: string }
  | { readonly kind: "compensate"; readonly releaseId: string; readonly why: string };

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
  const claim = {
    subject: release.subject,
    releaseId: release.id,
    execution: event.execution,
    since: new Date(now()).toISOString(),
  };
  const dying = await stillAtWork(tools, claim);
  if (dying !== undefined) return dying;
  const taken = await take(tools, claim);
  if (!taken.held) {
    await enqueue(aws, claim);
    const waited = now() - Date.parse(event.startedAt);
    const place = { subject: claim.subject, releaseId: claim.releaseId };
    const reason = aheadText(claim.subject, taken);
    return { route: "queued", reason, waitSeconds: idleWaitSeconds(waited), place };
  }
  const reopened = { ...release, execution: event.execution, fence: taken.fence };
  if (record.status === "closed" && asked.kind === "compensate") {
    await freeLock(aws, reopened);
    return { route: "ignored", reason: `${release.id} is closed already; its lock is given back` };
  }
  if (record.status === "closed") await restoreLedger(aws, reopened, record.changes ?? []);
  return {
    route: asked.kind,
    reason: asked.kind === "compensate" ? asked.why : `the lease of ${release.id} is over`,
    schema: documentSchema,
    release: reopened,
    plan: record.plan ?? (await storedPlan(aws, release.model)),
    promoted: taken.promoted,
    ...(record.planning === undefined ? {} : { planning: record.planning }),
  };
}

const heldBy = ({ subject }: Claim, holder: Holder) =>
  `${subject} is held by ${holder.releaseId} (execution ${holder.execution})`;

/** The wait for a dead holder's last Lambda: until it has ended, what it was asked to do may still reach AWS. */
async function stillAtWork({ aws, now }: Tools, claim: Claim): Promise<Opening | undefined> {
  const { holder } = await readLock(aws, claim.subject);
  if (holder?.releaseId !== claim.releaseId || holder.execution === claim.execution) return undefined;
  const left = await workLeftSeconds(aws, holder.execution, now());
  if (left === undefined || left === 0) return undefined;
  const reason = `${heldBy(claim, holder)}, whose last Lambda may be at work for ${left} seconds yet`;
  return { route: "queued", reason, waitSeconds: left };
}

/** Takes a free lock, or that of the same release's dead execution. */
async function take({ aws, now }: Tools, claim: Claim): Promise<Taken> {
  const { holder, successor } = await readLock(aws, claim.subject);
  if (holder?.releaseId !== claim.releaseId || holder.execution === claim.execution)
    return takeLock(aws, claim);
  const waiting: Taken = { held: false, holder, waiting: [] };
  return (await isLeft(aws, { holder, successor }, now()))
    ? takeOverLock(aws, claim, holder.execution)
    : waiting;
}
