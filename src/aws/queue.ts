/** Waiting for one's turn at an endpoint, by the plan's policy: queue, supersede the older release, or give up. */
import type { Plan } from "../core/plan/plan.ts";
import type { Closing, Outcome } from "../core/release/closing.ts";
import type { Opening } from "../core/release/opening.ts";
import { nextInQueue } from "../core/release/queue-policy.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import type { Release } from "../core/release/release.ts";
import type { EpochMs } from "../core/units.ts";
import { writeClosing } from "./closings.ts";
import { publish } from "./event-bridge.ts";
import type { Tools } from "./lambda.ts";
import { type Claim, enqueue, freeLock, giveOrder, type LockTaken, leaveQueue } from "./locks.ts";

export const claimOf = (release: Omit<Release, "fence">, nowMs: EpochMs): Claim => ({
  subject: release.subject,
  releaseId: release.id,
  execution: release.execution,
  since: new Date(nowMs).toISOString(),
  ...(release.version === undefined ? {} : { version: release.version }),
});

interface Turn {
  readonly plan: Plan;
  readonly release: Omit<Release, "fence">;
  readonly lock: LockTaken & { readonly held: false };
}

/** Queues and says who holds the lock, or ends the release by policy. Asked again until the lock is free. */
export async function waitTurn(tools: Tools, { plan, release, lock }: Turn): Promise<Opening> {
  const { aws, now } = tools;
  const { subject, id } = release;
  const next = nextInQueue({ whenBusy: plan.whenBusy, release, lock, nowMs: now() });
  if (next.do === "end") return end(tools, release, next);
  const order = { kind: "supersede", by: id, at: new Date(now()).toISOString() } as const;
  if (next.supersedes && lock.holder !== undefined) await giveOrder(aws, subject, { to: lock.holder, order });
  await enqueue(aws, claimOf(release, now()));
  const { reason, seconds: waitSeconds } = next;
  return { route: "queued", reason, waitSeconds, place: { subject, releaseId: id } };
}

/** Ends a release before it has changed anything: its record is closed, its place and its lock are given back. */
export async function end(
  tools: Tools,
  release: ReleaseRecord["release"],
  { outcome, reason }: { outcome: Outcome; reason: string },
): Promise<Opening> {
  const closing: Closing = { outcome, reason, releaseId: release.id, drifted: [] };
  await leaveQueue(tools.aws, release.subject, release.execution);
  const closedAt = new Date(tools.now()).toISOString();
  await writeClosing(tools, { releaseId: release.id, closing, closedAt, changes: [] });
  await publish(tools, release, { state: "closed", outcome, reason });
  await freeLock(tools.aws, release);
  return { route: "ended", reason, closing };
}
