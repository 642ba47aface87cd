/**
 * A release goes on in a new execution: that one takes the lock over in one conditional write, once the one before has
 * ended by handing over. Where it ended otherwise, stopped by a person for one, the new one puts everything back.
 */

import type { LockItem } from "../core/release/lock.ts";
import type { Opening } from "../core/release/opening.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { Document, documentSchema, type Release } from "../core/release/release.ts";
import { takenUp } from "../core/release/turns.ts";
import { growingWaitSeconds } from "../core/wait.ts";
import { executionArnOf, executionStatus, workLeftSeconds } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { readLock } from "./lock-item.ts";
import { takeUpLock } from "./locks.ts";
import { readRelease } from "./releases.ts";

interface Asked {
  readonly releaseId: string;
  /** As the execution before left it. */
  readonly document: unknown;
}

interface Event {
  readonly execution: string;
  readonly startedAt: string;
}

export async function goOn(tools: Tools, event: Event, { releaseId, document }: Asked): Promise<Opening> {
  const { aws, now } = tools;
  const record = await readRelease(aws, releaseId);
  if (record === undefined) return ignored(`there is no release ${releaseId}`);
  const { subject } = record.release;
  const lock = await readLock(aws, subject);
  const { holder, successor } = lock;
  if (holder?.execution === event.execution) return takenBy(event, { record, lock, document });
  if (
    holder === undefined ||
    successor === undefined ||
    executionArnOf(aws, successor.name) !== event.execution
  )
    return ignored(`${releaseId} does not go on in this execution`);
  const wait = (why: string, waitSeconds: number): Opening => ({
    route: "queued",
    reason: `${subject} is held by ${releaseId} (execution ${holder.execution}), ${why}`,
    waitSeconds,
  });
  const waitedMs = now() - Date.parse(event.startedAt);
  const status = await executionStatus(aws, holder.execution);
  if (status === "RUNNING") return wait("which hands over", growingWaitSeconds(waitedMs, 2));
  const left = status === "SUCCEEDED" ? 0 : ((await workLeftSeconds(aws, holder.execution, now())) ?? 0);
  if (left > 0) return wait(`whose last Lambda may be at work for ${left} seconds yet`, left);
  const since = new Date(now()).toISOString();
  const taken = await takeUpLock(
    aws,
    { ...lock, subject, holder },
    { ...holder, execution: event.execution, since },
  );
  if (taken === undefined) return ignored(`another execution has taken ${releaseId} over`);
  return takenBy(event, { record, lock: taken, document: status === "SUCCEEDED" ? document : undefined });
}

const ignored = (reason: string): Opening => ({ route: "ignored", reason });

/** Where the document says that it was; or back, where it cannot be read, or the execution before did not end well. */
function takenBy(
  { execution, startedAt }: Event,
  { record, lock, document }: { record: ReleaseRecord; lock: LockItem; document: unknown },
): Opening {
  const held = { ...record.release, execution, fence: lock.fence };
  const parsed = Document.safeParse(document);
  const { route } = parsed.data ?? {};
  if (!parsed.success || (route !== "production" && route !== "capacity"))
    return {
      route: "compensate",
      reason: `its execution ended before ${held.id} could go on in ${execution}`,
      schema: documentSchema,
      release: held,
      plan: record.plan,
      promoted: lock.promoted ?? false,
      ...(record.planning === undefined ? {} : { planning: record.planning }),
    };
  const release: Release = held;
  const taken = takenUp(parsed.data);
  const reason = `${release.id} goes on in another execution`;
  return { ...taken, route, reason, release, promoted: false, begunAt: startedAt, resume: resumeAt(taken) };
}

/** A stage that is in force is judged on, one that is not is shifted to; before that, the release is planned. */
function resumeAt({ stage }: Document): "PlanCapacity" | "ShiftTraffic" | "CheckKpis" {
  if (stage === undefined) return "PlanCapacity";
  return stage.shiftedAt === undefined ? "ShiftTraffic" : "CheckKpis";
}
