/**
 * What a person tells a running release: stop, or roll back. An order is recorded
 * with who gave it before it is carried out, so that the release walks back by itself where no more can be done. What is
 * being put back already is left alone.
 */
import { badState, notFound } from "../core/errors.ts";
import type { Holder } from "../core/release/lock.ts";
import { executionName } from "../core/release/names.ts";
import { type Given, nextForOrder } from "../core/release/ordering.ts";
import { leaseWorkName } from "../core/release/reaping.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { executionArnOf, executionState, isOver, startMachine, stopExecution } from "./executions.ts";
import { readLock } from "./lock-item.ts";
import { giveOrder } from "./locks.ts";
import { type Settled, settled } from "./settling.ts";
import { type FoundRelease, lookAt } from "./standing.ts";

/** An order with the moment at which it is given. */
type GivenNow = Given & { readonly nowMs: EpochMs };

/** What is so now, in a sentence or two, and whether it is all that was ordered. */
export interface OrderOutcome {
  readonly said: string;
  readonly done: boolean;
}

/** All that was ordered is so. */
export const all = (said: string): OrderOutcome => ({ said, done: true });
export const part = (said: string): OrderOutcome => ({ said, done: false });

/**
 * Ends a release's execution and has what it did undone: by the sweep after a stop, by a compensation started here
 * and now after a roll-back. Rejects only while nothing has been changed. @throws NotFound when there is no such release
 * under way.
 */
export async function order(aws: Aws, given: GivenNow): Promise<OrderOutcome> {
  const found = await lookAt(aws, given.releaseId);
  const { standing, execution, lock } = found;
  const hasRemainder = (lock.remainder ?? []).length > 0;
  const next = nextForOrder({ given, standing, execution, hasRemainder });
  switch (next.do) {
    case "refuse":
      throw notFound(next.why);
    case "nothing":
      return all(next.said);
    case "bar":
      return bar(aws, found, { ...given, said: next.said });
    case "give-back":
      return giveBack(aws, given);
    case "stop-waiting":
      return stopWaiting(aws, found, given);
    case "roll-back":
      return rollBack(aws, found, given);
    case "stop":
      return stopAndUndo(aws, found, { ...given, rollsBack: next.rollsBack });
  }
}

/** Ends a lease as its schedule would; ordered twice within the same ten minutes it is ended once. */
async function giveBack(aws: Aws, { releaseId, by, nowMs }: GivenNow): Promise<OrderOutcome> {
  const { stack } = aws.environment;
  const name = leaseWorkName("give-back", { releaseId }, { stack, nowMs });
  const input = { scaleDown: { releaseId, why: `given back by ${by}` } };
  const started = await settled(
    async () => void (await startMachine(aws, name, input)),
    async () => (await executionState(aws, executionArnOf(aws, name))) !== "never-started",
  );
  return started.how === "done"
    ? all(`${releaseId} gives its capacity back by execution ${name}`)
    : part(`${releaseId} holds its capacity, and ${notDone(started, "started", "its end")}`);
}

/** What is being put back is left alone, and goes no further than that. */
async function bar(aws: Aws, found: FoundRelease, given: GivenNow & { said: string }): Promise<OrderOutcome> {
  const { holder } = found;
  const told = holder === undefined ? undefined : await record(aws, found, { ...given, holder });
  return told === undefined || told.how === "done"
    ? all(given.said)
    : part(
        `${given.releaseId} is being put back, and ${notDone(told, "recorded", "the order")}; without it another instance type may be tried`,
      );
}

async function stopWaiting(
  aws: Aws,
  { execution, subject }: FoundRelease,
  { releaseId, kind, by }: Given,
): Promise<OrderOutcome> {
  const ended = await settled(
    () => stopExecution(aws, execution, `${kind} ordered by ${by}`),
    () => isOver(aws, execution),
  );
  return ended.how === "done"
    ? all(`${releaseId} was waiting for ${subject}; it is stopped and had changed nothing`)
    : part(`${releaseId} waits for ${subject}, and ${notDone(ended, "stopped")}`);
}

async function stopAndUndo(
  aws: Aws,
  found: FoundRelease,
  given: GivenNow & { rollsBack: boolean },
): Promise<OrderOutcome> {
  const { releaseId, kind, by, rollsBack } = given;
  const { execution, holder } = found;
  const told = holder === undefined ? undefined : await record(aws, found, { ...given, holder });
  if (told !== undefined && told.how !== "done")
    return part(
      `${releaseId} was not stopped, since ${notDone(told, "recorded", "the order")}; where it is recorded, the release walks back at its next step`,
    );
  const ended = await settled(
    () => stopExecution(aws, execution, `${kind} ordered by ${by}`),
    () => isOver(aws, execution),
  );
  if (ended.how !== "done")
    return part(
      `${releaseId} has the order, and walks back by itself at its next step rather than at once: ${notDone(ended, "stopped")}`,
    );
  if (!rollsBack) return all(`${releaseId} is stopped; the sweep undoes what it left`);
  return rollBack(aws, found, given);
}

/** Writes the order on the lock; one that stands there stays. @throws NotFound when the lock has another holder by now. */
async function record(
  aws: Aws,
  { subject }: FoundRelease,
  { holder, kind, by, pseudonym, nowMs }: GivenNow & { holder: Holder },
): Promise<Settled> {
  const at = new Date(nowMs).toISOString();
  const order = { kind, by, at, ...(pseudonym !== undefined && { pseudonym }) };
  let changedHands = false;
  const told = await settled(
    async () => {
      changedHands = !(await giveOrder(aws, subject, { to: holder, order }));
    },
    async () => {
      const { holder: now, order: standing } = await readLock(aws, subject);
      return now?.execution === holder.execution && standing !== undefined;
    },
  );
  if (changedHands)
    throw notFound(
      `RELEASE: the lock of ${subject} has just changed hands; look at its status and order again`,
    );
  return told;
}

/** Starts the compensation, unless one runs. The execution that did the work is over. */
async function rollBack(aws: Aws, { lock }: FoundRelease, { releaseId, by }: Given): Promise<OrderOutcome> {
  const asked = { sweeps: lock.compensation?.name, releaseId, fence: lock.fence, by };
  let newest = "";
  const note = (name: string) => {
    newest = name;
  };
  const started = await settled(
    () => ensureCompensation(aws, asked, note),
    () => runs(aws, newest),
  );
  return started.how === "done"
    ? all(`${releaseId} is being rolled back by execution ${newest}`)
    : part(
        `${releaseId} is stopped, and ${notDone(started, "started", "its compensation")}; the sweep starts it within ten minutes`,
      );
}

/** Most compensations that a person can have started of one execution's work without any of them taking it over. */
const mostByHand = 20;

interface CompensationAsked {
  /** The sweep's newest compensation. */
  readonly sweeps: string | undefined;
  readonly releaseId: string;
  readonly fence: number;
  readonly by: string;
}

/** One compensation runs when this resolves. `note` is told each name before anything is started under it. */
async function ensureCompensation(
  aws: Aws,
  { sweeps, releaseId, fence, by }: CompensationAsked,
  note: (name: string) => void,
): Promise<void> {
  if (sweeps !== undefined && (await runs(aws, sweeps))) return note(sweeps);
  const { stack } = aws.environment;
  for (let nth = 1; nth <= mostByHand; nth += 1) {
    // The fence grows with each taking of the lock, so that the same order twice is one compensation.
    const name = executionName("compensate-by-hand", { stack, releaseId, nth: `${fence}-${nth}` });
    note(name);
    const input = { compensate: { releaseId, why: `roll-back ordered by ${by}` } };
    if ((await startMachine(aws, name, input)) || (await runs(aws, name))) return;
  }
  throw badState(`${mostByHand} compensations were started by hand, and none took the release over`);
}

const runs = async (aws: Aws, name: string) =>
  (await executionState(aws, executionArnOf(aws, name))) === "running";

/** Why something is not so, or whether it is, with what was to be done to it. */
export function notDone(settledAs: Exclude<Settled, { how: "done" }>, what: string, subject = "it"): string {
  return settledAs.how === "failed"
    ? `${subject} could not be ${what} (${settledAs.why})`
    : `it could not be seen whether ${subject} is ${what} (${settledAs.why})`;
}
