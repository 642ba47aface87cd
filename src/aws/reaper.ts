/** Starts the compensation of a release whose execution died or left something, one at a time, with back-off, without end. */
import type { Compensation, HeldLock } from "../core/release/lock.ts";
import { nextReaping } from "../core/release/reaping.ts";
import { executionArnOf, executionState, isLeft, startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { writeLock } from "./lock-item.ts";

/** What was done about a lock, undefined where that is nothing, and whether nobody had expected it. */
export interface Reaped {
  readonly did: string | undefined;
  readonly orphan: boolean;
}

/** Looks at a lock that is held and does what is to be done about it. */
export async function reap(tools: Tools, lock: HeldLock): Promise<Reaped> {
  const { aws, now } = tools;
  const { compensation, holder } = lock;
  const left = await isLeft(aws, lock, now());
  const newest =
    left && compensation !== undefined
      ? await executionState(aws, executionArnOf(aws, compensation.name))
      : "never-started";
  const { stack } = aws.environment;
  const next = nextReaping({ lock, isLeft: left, newest, stack, nowMs: now() });
  switch (next.do) {
    case "leave":
      return { did: undefined, orphan: false };
    case "wait":
      return { did: `${holder.releaseId}: wait`, orphan: false };
    case "start": {
      if (next.record !== undefined && !(await record(tools, lock, next.record)))
        return { did: `${holder.releaseId}: another sweep was first`, orphan: false };
      const { name, why, orphan } = next;
      await startMachine(aws, name, { compensate: { releaseId: holder.releaseId, why } });
      return { did: `${holder.releaseId}: ${name} started`, orphan };
    }
  }
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
