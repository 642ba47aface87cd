/** Starts the compensation of a release whose execution died, at most one at a time, with back-off, five times. */
import { executionName } from "../core/release/names.ts";
import { type Compensation, reapingOf } from "../core/release/reaping.ts";
import { publish } from "./event-bridge.ts";
import { executionArnOf, executionState, startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { type Holder, type LockItem, writeLock } from "./lock-item.ts";
import { readRelease } from "./releases.ts";

type Held = LockItem & { readonly subject: string; readonly holder: Holder };

const prefix = "compensate-";

/** Whether an execution was started by the sweep to compensate; its end starts nothing. */
export const isCompensation = (executionArn: string) =>
  (executionArn.split(":").at(-1) ?? "").startsWith(prefix);

/** The name of an attempt, which must be unique for 90 days (Step Functions), hence the fence. */
function nameOf({ aws }: Tools, { holder, fence }: Held, attempt: number): string {
  const { stack } = aws.environment;
  return executionName("compensate", { stack, releaseId: holder.releaseId, nth: `${fence}-${attempt}` });
}

/** Decides on a dead holder and acts; says what it did. */
export async function compensate(tools: Tools, lock: Held): Promise<string> {
  const { compensation, holder } = lock;
  const newest =
    compensation === undefined
      ? "never-started"
      : await executionState(tools.aws, executionArnOf(tools.aws, compensation.name));
  const reaping = reapingOf({ compensation, newest, nowMs: tools.now() });
  switch (reaping) {
    case "wait":
    case "given-up":
      return `${holder.releaseId}: ${reaping}`;
    case "give-up":
      return giveUp(tools, lock);
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

async function start(tools: Tools, lock: Held, name: string): Promise<string> {
  const { holder } = lock;
  const why = `execution ${holder.execution} ended and left ${lock.subject} locked`;
  await startMachine(tools.aws, name, { compensate: { releaseId: holder.releaseId, why } });
  return `${holder.releaseId}: ${name} started`;
}

/** Records an attempt, unless the lock or its attempts have moved on meanwhile. */
async function record({ aws }: Tools, lock: Held, next: Compensation): Promise<boolean> {
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

/** After the last attempt a person must look: the ledger names what is left, and an alarm goes off. */
async function giveUp(tools: Tools, lock: Held): Promise<string> {
  const left = Object.values(lock.changes ?? {})
    .filter(({ state }) => state === "intended" || state === "applied")
    .map(({ resource }) => `${resource.kind} ${resource.name}`);
  const { attempt = 0, name = "", at = "" } = lock.compensation ?? {};
  await record(tools, lock, { attempt, name, at, left });
  tools.count("CompensationGivenUp");
  const found = await readRelease(tools.aws, lock.holder.releaseId);
  if (found !== undefined) await publish(tools, found.release, { state: "given-up", left });
  return `${lock.holder.releaseId}: given up after ${attempt} attempts, left: ${left.join(", ") || "the lock"}`;
}
