/**
 * Reopens a release for what is left to do about it: the end of a lease that outlived its execution, or the
 * compensation of an execution that died. Only one whose execution is over may be reopened.
 */
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { notFound } from "../core/errors.ts";
import type { Opening, Release } from "../core/release.ts";
import { growingWaitSeconds } from "../core/wait.ts";
import { saysNotFound } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { type Claim, holderOf, restoreLedger, type Taken, takeLock, takeOverLock } from "./ledger.ts";
import { readPlan } from "./plans.ts";
import { type ReleaseRecord, readRelease } from "./releases.ts";

export interface Reopening {
  readonly kind: "scale-down" | "compensate";
  readonly releaseId: string;
}

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
  const plan = await readPlan(aws, release.model);
  if (plan === undefined)
    throw notFound(`the plan of ${release.model} is gone; ${release.id} cannot be undone without it`);
  const claim = {
    subject: release.subject,
    releaseId: release.id,
    execution: event.execution,
    since: new Date(now()).toISOString(),
  };
  const taken = await take(tools, claim);
  if (!taken.held) {
    const waited = now() - Date.parse(event.startedAt);
    const reason = `${release.subject} is held by ${taken.holder.releaseId} (execution ${taken.holder.execution})`;
    return { route: "queued", reason, waitSeconds: growingWaitSeconds(waited) };
  }
  const reopened: Release = { ...release, execution: event.execution, fence: taken.fence };
  if (record.status === "closed") await restoreLedger(aws, reopened, leftOpen(record));
  return {
    route: asked.kind,
    reason: `${release.id} reopened to ${asked.kind}`,
    release: reopened,
    plan,
    promoted: taken.promoted,
    ...(record.planning === undefined ? {} : { planning: record.planning }),
  };
}

const leftOpen = (record: ReleaseRecord) => record.changes ?? [];

/** Takes a free lock, or that of the same release's dead execution. */
async function take(tools: Tools, claim: Claim): Promise<Taken> {
  const holder = await holderOf(tools.aws, claim.subject);
  if (holder?.releaseId !== claim.releaseId || holder.execution === claim.execution)
    return takeLock(tools.aws, claim);
  return (await isOver(tools, holder.execution))
    ? takeOverLock(tools.aws, claim, holder.execution)
    : { held: false, holder };
}

/** Whether an execution has ended, or is so old that Step Functions no longer knows it. */
export async function isOver({ aws }: Tools, execution: string): Promise<boolean> {
  try {
    const { status } = await aws.states.send(new DescribeExecutionCommand({ executionArn: execution }));
    return status !== "RUNNING";
  } catch (error) {
    if (error instanceof Error && (error.name === "ExecutionDoesNotExist" || saysNotFound(error)))
      return true;
    throw error;
  }
}
