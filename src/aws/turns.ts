/** Waiting for one's turn at an endpoint, by the plan's policy: queue, supersede the older release, or give up. */
import type { Plan } from "../core/plan/plan.ts";
import type { Closing, Outcome } from "../core/release/closing.ts";
import type { Opening } from "../core/release/opening.ts";
import type { Release } from "../core/release/release.ts";
import { type Remainder, remaindersText } from "../core/release/remainder.ts";
import { idleWaitSeconds } from "../core/wait.ts";
import { publish } from "./event-bridge.ts";
import type { Tools } from "./lambda.ts";
import type { Holder } from "./lock-item.ts";
import { aheadText, type Claim, enqueue, freeLock, giveOrder, leaveQueue, type Taken } from "./locks.ts";
import { closeRecord } from "./releases.ts";

export const claimOf = (release: Omit<Release, "fence">, nowMs: number): Claim => ({
  subject: release.subject,
  releaseId: release.id,
  execution: release.execution,
  since: new Date(nowMs).toISOString(),
  ...(release.version === undefined ? {} : { version: release.version }),
});

interface Turn {
  readonly plan: Plan;
  readonly release: Omit<Release, "fence">;
  readonly lock: Taken & { readonly held: false };
}

/** Queues and says who holds the lock, or ends the release by policy. Asked again until the lock is free. */
export async function waitTurn(tools: Tools, { plan, release, lock }: Turn): Promise<Opening> {
  const { aws, now } = tools;
  const { holder, remainder } = lock;
  if (holder !== undefined && remainder !== undefined)
    return end(tools, release, {
      outcome: "refused",
      reason: standingText(release.subject, holder.releaseId, remainder),
    });
  const held = aheadText(release.subject, lock);
  if (plan.whenBusy === "refuse") return end(tools, release, { outcome: "refused", reason: held });
  if (plan.whenBusy === "supersede") {
    const newer = [holder, ...lock.waiting].find((one) => one !== undefined && isNewer(one, release));
    if (newer !== undefined)
      return end(tools, release, { outcome: "superseded", reason: `${newer.releaseId} is newer` });
    const order = { kind: "supersede", by: release.id, at: new Date(now()).toISOString() } as const;
    if (holder !== undefined && release.version !== undefined)
      await giveOrder(aws, release.subject, { to: holder, order });
  }
  await enqueue(aws, claimOf(release, now()));
  const waited = now() - Date.parse(release.openedAt);
  const place = { subject: release.subject, releaseId: release.id };
  return { route: "queued", reason: held, waitSeconds: idleWaitSeconds(waited), place };
}

/** Why nothing may be released where something stands that could not be put back, and what ends that. */
function standingText(subject: string, releaseId: string, remainder: readonly Remainder[]): string {
  const [since = ""] = remainder.map((one) => one.since).toSorted();
  const what = remaindersText(remainder);
  return `${releaseId} could not put everything back at ${subject} since ${since}: ${what}. The sweep tries on; "slipway free ${subject}" gives the lock back with that as it is`;
}

const isNewer = (rival: Holder, { version, execution }: Omit<Release, "fence">) =>
  rival.execution !== execution && version !== undefined && (rival.version ?? 0) > version;

/** Ends a release before it has changed anything: its record is closed, its place and its lock are given back. */
export async function end(
  tools: Tools,
  release: Omit<Release, "fence">,
  { outcome, reason }: { outcome: Outcome; reason: string },
): Promise<Opening> {
  const closing: Closing = { outcome, reason, releaseId: release.id, drifted: [] };
  await leaveQueue(tools.aws, release.subject, release.execution);
  await closeRecord(tools.aws, {
    releaseId: release.id,
    closing,
    closedAt: new Date(tools.now()).toISOString(),
    changes: [],
  });
  await publish(tools, release, { state: "closed", outcome, reason });
  await freeLock(tools.aws, release);
  return { route: "ended", reason, closing };
}
