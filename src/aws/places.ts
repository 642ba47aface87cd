/**
 * A release that waits for its turn for long goes on waiting in a new execution, at its place in the queue. The place
 * names the new execution first; once the one before has ended by handing over, the new one takes place and release over.
 */
import { badState, ledgerContended } from "../core/errors.ts";
import type { Waiting } from "../core/release/lock.ts";
import { executionName } from "../core/release/names.ts";
import type { Opening } from "../core/release/opening.ts";
import { aheadText } from "../core/release/queue-policy.ts";
import { turnOf } from "../core/release/turns.ts";
import type { WaitOn } from "../core/request/inputs.ts";
import { growingWaitSeconds } from "../core/wait.ts";
import type { Aws } from "./clients.ts";
import { executionArnOf, executionStatus, startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { readLock, writeLock } from "./lock-item.ts";
import { leaveQueue } from "./locks.ts";
import { moveRecord } from "./releases.ts";

export interface Asked {
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
export async function waitOn(tools: Tools, asked: Asked, queued: Queued): Promise<Opening> {
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

const placeOf = (queue: readonly Waiting[], execution: string): number =>
  queue.findIndex((one) => one.execution === execution);

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
  const { holder, queue = [] } = await readLock(aws, subject);
  const has = (one: string) => holder?.execution === one || placeOf(queue, one) >= 0;
  const place = placeOf(queue, from);
  if (!has(execution)) {
    const next = queue[place]?.successor;
    if (next === undefined || executionArnOf(aws, next.name) !== execution)
      return { route: "ignored", reason: `${releaseId} does not wait on in this execution` };
    const status = await executionStatus(aws, from);
    if (status === "RUNNING") {
      const ahead = aheadText(subject, { holder, waiting: queue });
      const reason = `${ahead}; execution ${from} hands its place over`;
      return {
        route: "queued",
        reason,
        waitSeconds: growingWaitSeconds(now() - Date.parse(startedAt), 2),
      };
    }
    if (status !== "SUCCEEDED") {
      await leaveQueue(aws, subject, from);
      return { route: "ignored", reason: `the execution in which ${releaseId} waited was ended` };
    }
    const { successor, ...before } = queue[place] as Waiting;
    const written = await writeLock(aws, subject, {
      UpdateExpression: `SET queue[${place}] = :me`,
      ConditionExpression: `queue[${place}].execution = :from`,
      ExpressionAttributeValues: {
        ":me": { ...before, execution, since: new Date(now()).toISOString() },
        ":from": from,
      },
    });
    if (written === undefined) throw ledgerContended(`the queue of ${subject} changed as a place was taken`);
  }
  if (isRelease && !(await moveRecord(aws, releaseId, { from, to: execution })))
    return { route: "ignored", reason: `${releaseId} is another execution's` };
  return undefined;
}
