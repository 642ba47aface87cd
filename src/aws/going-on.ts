/**
 * A release goes on in a new execution, which takes the lock over in one conditional write once the one before has ended.
 */
import { type Before, goneOnAs, namedIn, nextGoingOn } from "../core/release/going-on.ts";
import type { Opening } from "../core/release/opening.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
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
  const lock = { ...(await readLock(aws, subject)), subject };
  const next = lock.successor && executionArnOf(aws, lock.successor.name);
  const named = namedIn(lock, next, event.execution);
  const before = named && (await stateBefore(aws, named.holder.execution, now()));
  const by = { releaseId, execution: event.execution, startedAt: event.startedAt };
  const action = nextGoingOn({ by, lock, next, before, nowMs: now() });
  switch (action.do) {
    case "ignore":
      return ignored(action.reason);
    case "wait":
      return { route: "queued", reason: action.reason, waitSeconds: action.seconds };
    case "have":
      return goneOnAs(by, { record, lock, document });
    case "take-up": {
      const since = new Date(now()).toISOString();
      const holder = { ...action.lock.holder, execution: event.execution, since };
      const taken = await takeUpLock(aws, action.lock, holder);
      if (taken === undefined) return ignored(`another execution has taken ${releaseId} over`);
      return goneOnAs(by, { record, lock: taken, document: action.forward ? document : undefined });
    }
  }
}

const ignored = (reason: string): Opening => ({ route: "ignored", reason });

/** An execution succeeds where it has handed over: the machine's other ends are reached without a successor. */
async function stateBefore(aws: Aws, execution: string, nowMs: EpochMs): Promise<Before> {
  const status = await executionStatus(aws, execution);
  if (status === "RUNNING") return { is: "running" };
  if (status === "SUCCEEDED") return { is: "handed-over" };
  return { is: "ended", workLeftSeconds: (await workLeftSeconds(aws, execution, nowMs)) ?? 0 };
}
