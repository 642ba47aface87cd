/** What a person tells a running release: stop, or roll back. The order is recorded with who gave it, then carried out. */
import { notFound } from "../core/errors.ts";
import { executionName } from "../core/release/names.ts";
import type { Aws } from "./clients.ts";
import { startMachine, stopExecution } from "./executions.ts";
import { type Holder, type Order, readLock } from "./lock-item.ts";
import { giveAnswer, giveOrder } from "./locks.ts";
import { readRelease } from "./releases.ts";

export interface Given {
  readonly releaseId: string;
  readonly kind: "stop" | "roll-back";
  /** Who gives the order: a name or an ARN. */
  readonly by: string;
  readonly nowMs: number;
}

export interface Answered extends Omit<Given, "kind"> {
  readonly stage: number;
  readonly answer: "proceed" | "roll-back";
}

/** Answers the question that a stage's inconclusive verdict asks. @throws NotFound when nothing is asked of it. */
export async function answer(
  aws: Aws,
  { releaseId, stage, answer: said, by, nowMs }: Answered,
): Promise<string> {
  const record = await readRelease(aws, releaseId);
  const holder = record === undefined ? undefined : (await readLock(aws, record.release.subject)).holder;
  if (record === undefined || holder?.releaseId !== releaseId)
    throw notFound(`release: expected one that is under way, found "${releaseId}"`);
  const at = new Date(nowMs).toISOString();
  const given = await giveAnswer(aws, record.release.subject, {
    to: holder,
    answer: { stage, answer: said, by, at },
  });
  if (!given) throw notFound(`stage: expected one that has no answer yet, found ${stage}`);
  return `${releaseId}, stage ${stage}: ${said}, answered by ${by}`;
}

/**
 * Ends a release's execution and has what it did undone: by the sweep after a stop, by a compensation started here
 * and now after a roll-back. @throws NotFound when there is no such release under way.
 */
export async function order(aws: Aws, { releaseId, kind, by, nowMs }: Given): Promise<string> {
  const record = await readRelease(aws, releaseId);
  if (record === undefined) throw notFound(`release: expected one that exists, found "${releaseId}"`);
  if (record.status === "closed")
    throw notFound(
      `release: expected one that is under way, found "${releaseId}", which ended as ${record.closing?.outcome}`,
    );
  const { subject, execution } = record.release;
  const { holder } = await readLock(aws, subject);
  const acting = holder?.releaseId === releaseId ? holder : undefined;
  if (acting !== undefined) await tell(aws, subject, acting, { kind, by, at: new Date(nowMs).toISOString() });
  await stopExecution(aws, acting?.execution ?? execution, `${kind} ordered by ${by}`);
  if (acting === undefined)
    return `${releaseId} was waiting for ${subject}; it is stopped and had changed nothing`;
  if (kind === "stop") return `${releaseId} is stopped; the sweep undoes what it left`;
  const { stack } = aws.environment;
  const nth = String(Math.floor(nowMs / 1000));
  const name = executionName("compensate-by-hand", { stack, releaseId, nth });
  await startMachine(aws, name, { compensate: { releaseId, why: `roll-back ordered by ${by}` } });
  return `${releaseId} is being rolled back by execution ${name}`;
}

async function tell(aws: Aws, subject: string, to: Holder, given: Order): Promise<void> {
  if (!(await giveOrder(aws, subject, { to, order: given })))
    throw notFound(`the lock of ${subject} has just changed hands; look at its status and order again`);
}
