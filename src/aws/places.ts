/**
 * A release that waits for its turn for long goes on waiting in a new execution, at its place in the queue. The place
 * names the new execution first; once the one before has ended by handing over, the new one takes place and release over.
 */
import { badState, ledgerContended } from "../core/errors.ts";
import type { Waiting } from "../core/release/lock.ts";
import { executionName } from "../core/release/names.ts";
import type { Opening } from "../core/release/opening.ts";
import { hasPlace, nextAtPlace, nextPlace, type PlaceBefore, placeOf } from "../core/release/places.ts";
import { turnOf } from "../core/release/turns.ts";
import type { WaitOn } from "../core/request/inputs.ts";
import type { Aws } from "./clients.ts";
import { executionArnOf, executionStatus, startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { readLock, writeLock } from "./lock-item.ts";
import { leaveQueue } from "./locks.ts";
import { moveRecord } from "./releases.ts";

export interface QueuedExecution {
  /** An ARN. */
  readonly execution: string;
  /** When the release's first execution started, which its name and its waits go by. */
  readonly startedAt: string;
  /** When this one did. */
  readonly begunAt: string;
  /** What the first one was started with. */
  readonly input: unknown;
  /** Turns of waiting in this one. */
  readonly turns: number;
}

type Queued = Opening & { readonly route: "queued" };

/** Counts the turn, and hands the place over where the execution has grown long. */
export async function waitOn(tools: Tools, asked: QueuedExecution, queued: Queued): Promise<Opening> {
  const { aws, now } = tools;
  const { execution, startedAt, begunAt, input } = asked;
  const limit = aws.environment.turnsPerExecution;
  const { goesOn } = turnOf({ begunAt, queue: { turns: asked.turns } }, { waits: true, nowMs: now(), limit });
  const { place } = queued;
  if (goesOn === "here" || place === undefined) return queued;
  const { subject, releaseId } = place;
  const { stack } = aws.environment;
  // One execution hands over once: what is the end of its own name tells its successor's from others'.
  const name = executionName("go-on", { stack, releaseId, nth: `queued-${execution.slice(-8)}` });
  await nameNext(aws, subject, { from: execution, next: { name, at: new Date(now()).toISOString() } });
  if (!(await startMachine(aws, name, { waitOn: { ...place, execution, startedAt, input } })))
    throw badState(`${name} is over, and ${releaseId} cannot wait on in it`);
  const reason = `${releaseId} waits on in execution ${name}`;
  return { route: "handed-over", reason, handOver: { outcome: "handed-over", reason, to: name } };
}

async function nameNext(
  aws: Aws,
  subject: string,
  { from, next }: { from: string; next: NonNullable<Waiting["successor"]> },
): Promise<void> {
  const place = placeOf((await readLock(aws, subject)).queue ?? [], from);
  const written = await writeLock(aws, subject, {
    UpdateExpression: `SET queue[${Math.max(0, place)}].successor = :next`,
    ConditionExpression: `queue[${Math.max(0, place)}].execution = :from`,
    ExpressionAttributeValues: { ":next": next, ":from": from },
  });
  if (written === undefined) throw ledgerContended(`the queue of ${subject} changed while it was waited in`);
}

/**
 * Takes the place over for this execution. Undefined where it has it, or the lock already; else how this execution goes
 * on: it waits while the one before runs, and has nothing to do where that one did not end by handing over.
 */
export async function takePlace(
  { aws, now }: Tools,
  { execution, startedAt }: { execution: string; startedAt: string },
  { subject, releaseId, execution: from, isRelease }: WaitOn & { isRelease: boolean },
): Promise<Opening | undefined> {
  const lock = await readLock(aws, subject);
  const name = nextAtPlace(lock, from);
  const next = name === undefined ? undefined : executionArnOf(aws, name);
  const asks = !hasPlace(lock, execution) && next === execution;
  const before = asks ? await stateBefore(aws, from) : undefined;
  const by = { subject, releaseId, execution, from, startedAt };
  const action = nextPlace({ lock, by, next, before, nowMs: now() });
  switch (action.do) {
    case "ignore":
      return { route: "ignored", reason: action.reason };
    case "wait":
      return { route: "queued", reason: action.reason, waitSeconds: action.seconds };
    case "leave":
      await leaveQueue(aws, subject, from);
      return { route: "ignored", reason: action.reason };
    case "take": {
      const { index, as } = action;
      const written = await writeLock(aws, subject, {
        UpdateExpression: `SET queue[${index}] = :me`,
        ConditionExpression: `queue[${index}].execution = :from`,
        ExpressionAttributeValues: { ":me": { ...as, since: new Date(now()).toISOString() }, ":from": from },
      });
      if (written === undefined)
        throw ledgerContended(`the queue of ${subject} changed as a place was taken`);
      break;
    }
    case "have":
  }
  if (isRelease && !(await moveRecord(aws, releaseId, { from, to: execution })))
    return { route: "ignored", reason: `${releaseId} is another execution's` };
  return undefined;
}

/** An execution that has waited succeeds where it has handed its place over. */
async function stateBefore(aws: Aws, execution: string): Promise<PlaceBefore> {
  const status = await executionStatus(aws, execution);
  if (status === "RUNNING") return "running";
  return status === "SUCCEEDED" ? "handed-over" : "ended";
}
