/** Waits for the version of a production milestone that is due by date, or closes it as refused once its grace is over. */
import type { Plan } from "../core/plan/plan.ts";
import { isAwaited, nextWhileAwaited } from "../core/release/awaited.ts";
import type { Closing } from "../core/release/closing.ts";
import { labelBy, releaseIdOf } from "../core/release/names.ts";
import type { Opening } from "../core/release/opening.ts";
import { pastOf } from "../core/release/past.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import { publish } from "./event-bridge.ts";
import { notePast } from "./history.ts";
import type { Tools } from "./lambda.ts";
import type { QueuedExecution } from "./places.ts";
import { latestAttempt } from "./releases.ts";

interface Lacking {
  readonly plan: Plan;
  /** As it was asked for. */
  readonly request: ReleaseRequest;
  /** The newest approved version, if there is any. */
  readonly newest: number | undefined;
  /** Why that is not released. */
  readonly reason: string;
}

/** Undefined where there is nothing to wait for: the request is no such one, or its version was released since it was due. */
export async function awaitVersion(
  tools: Tools,
  event: QueuedExecution,
  { plan, request, newest, reason }: Lacking,
): Promise<Opening | undefined> {
  if (!isAwaited(plan, request) || (await isReleasedSince(tools, request, newest))) return undefined;
  const nowMs = tools.now();
  const next = nextWhileAwaited(plan, request, { begunMs: Date.parse(event.startedAt), nowMs });
  if (next.do === "wait")
    return {
      route: "queued",
      reason: `${reason}; waits until ${next.until} for one that is approved`,
      waitSeconds: next.seconds,
    };
  return refuseDue(tools, event, {
    subject: `endpoint/${plan.endpoint.name}`,
    label: labelBy(plan, request, event.startedAt),
    request,
    lateMinutes: next.lateMinutes,
    reason: `no version to release was approved until ${next.until}: ${reason}`,
  });
}

interface EndedDue {
  readonly outcome: "refused" | "done";
  readonly subject: string;
  /** By which its date is told apart from others. */
  readonly label: string;
  readonly request: ReleaseRequest;
  readonly reason: string;
  readonly lateMinutes: number;
}

/** The same as refused. */
export const refuseDue = (
  tools: Tools,
  event: QueuedExecution,
  refused: Omit<EndedDue, "outcome">,
): Promise<Opening> => endDue(tools, event, { outcome: "refused", ...refused });

/** Closes what is due by date, before it has claimed or changed anything. */
export async function endDue(
  tools: Tools,
  { execution, startedAt: openedAt }: QueuedExecution,
  { outcome, subject, label, request, reason, lateMinutes }: EndedDue,
): Promise<Opening> {
  const { model, milestone, dueAt } = request;
  const id = releaseIdOf({ model, label, milestone, attempt: 1 });
  const closing: Closing = { outcome, reason, releaseId: id, drifted: [], lateMinutes };
  const release = { id, model, milestone, subject, execution, attempt: 1, openedAt, dueAt };
  const closedAt = new Date(tools.now()).toISOString();
  await notePast(tools, pastOf({ release }, closing, { closedAt }));
  await publish(tools, release, { state: "closed", outcome, reason, lateMinutes });
  return { route: "ended", reason, closing };
}

/** Whether the version is that of this date, delivered again, or one that somebody released meanwhile. */
async function isReleasedSince(
  { aws }: Tools,
  { model, milestone, scheduledTime = "" }: ReleaseRequest,
  newest: number | undefined,
): Promise<boolean> {
  if (newest === undefined) return false;
  const latest = await latestAttempt(aws, releaseIdOf({ model, label: `v${newest}`, milestone, attempt: 1 }));
  if (latest === undefined) return false;
  return latest.status !== "closed" || Date.parse(latest.release.openedAt) >= Date.parse(scheduledTime);
}
