/** Starts the compensation of a release whose execution died or left something, one at a time, with back-off, without end. */

import type { HeldLock } from "../core/release/lock.ts";
import { executionName } from "../core/release/names.ts";
import { type Compensation, reapingOf } from "../core/release/reaping.ts";
import { executionArnOf, executionState, startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { writeLock } from "./lock-item.ts";

const prefix = "compensate-";

/** Whether an execution was started by the sweep to compensate; its end starts nothing. */
export const isCompensation = (executionArn: string) =>
  (executionArn.split(":").at(-1) ?? "").startsWith(prefix);

/** The name of an attempt, which must be unique for 90 days (Step Functions), hence the fence. */
function nameOf({ aws }: Tools, { holder, fence }: HeldLock, attempt: number): string {
  const { stack } = aws.environment;
  return executionName("compensate", { stack, releaseId: holder.releaseId, nth: `${fence}-${attempt}` });
}

/** Decides on a dead holder and acts; says what it did. */
export async function compensate(tools: Tools, lock: HeldLock): Promise<string> {
  const { compensation, holder } = lock;
  const newest =
    compensation === undefined
      ? "never-started"
      : await executionState(tools.aws, executionArnOf(tools.aws, compensation.name));
  switch (reapingOf({ compensation, newest, nowMs: tools.now() })) {
    case "wait":
      return `${holder.releaseId}: wait`;
    case "restart":
      return start(tools, lock, compensation?.name ?? nameOf(tools, lock, 1));
    case "start": {
      const attempt = (compensation?.attempt ?? 0) + 1;
      const next = { attempt, name: nameOf(tools, lock, attempt), at: new Date(tools.now()).toISOString() };
      const decided = await record(tools, lock, next);
      return decided ? start(tools, lock, next.name) : `${holder.releaseId}: another sweep was first`;
    }
  }
}

async function start(tools: Tools, lock: HeldLock, name: string): Promise<string> {
  const { holder } = lock;
  const why = `execution ${holder.execution} ended and left ${lock.subject} locked`;
  await startMachine(tools.aws, name, { compensate: { releaseId: holder.releaseId, why } });
  return `${holder.releaseId}: ${name} started`;
}

/** Records an attempt, unless the lock or its attempts have moved on meanwhile. */
async function record({ aws }: Tools, lock: HeldLock, next: Compensation): Promise<boolean> {
  const { compensation, holder, subject } = lock;
  const written = await writeLock(aws, subject, {
    UpdateExpression: "SET compensation = :next",
    ConditionExpression: `holder.execution = :dead AND ${
      compensation === undefined ? "attribute_not_exists(compensation)" : "compensation.attempt = :attempt"
    }`,
    ExpressionAttributeValues: {
      ":next": next,
      ":dead": holder.execution,
      ...(compensation === undefined ? {} : { ":attempt": compensation.attempt }),
    },
  });
  return written !== undefined;
}
