/**
 * What a person tells a running release: stop, roll back, or the answer that a stage asks for. An order is recorded
 * with who gave it before it is carried out, so that the release walks back by itself where no more can be done. What is
 * being put back already is left alone.
 */
import { badState, notFound } from "../core/errors.ts";
import type { Holder } from "../core/release/lock.ts";
import { executionName } from "../core/release/names.ts";
import type { Aws } from "./clients.ts";
import { executionArnOf, executionState, isOver, startMachine, stopExecution } from "./executions.ts";
import { readLock } from "./lock-item.ts";
import { giveAnswer, giveOrder } from "./locks.ts";
import { type Settled, settled } from "./settling.ts";
import { type Found, lookAt } from "./standing.ts";

export interface Given {
  readonly releaseId: string;
  readonly kind: "stop" | "roll-back";
  /** Who gives the order: a name or an ARN. */
  readonly by: string;
  readonly nowMs: number;
}

export interface Answered extends Omit<Given, "kind"> {
  /** The index of the stage that is meant; absent, the one that asks. */
  readonly stage: number | undefined;
  readonly answer: "proceed" | "roll-back";
}

/** What is so now, in a sentence or two, and whether it is all that was ordered. */
export interface Outcome {
  readonly said: string;
  readonly done: boolean;
}

const all = (said: string): Outcome => ({ said, done: true });
const part = (said: string): Outcome => ({ said, done: false });

/**
 * Ends a release's execution and has what it did undone: by the sweep after a stop, by a compensation started here
 * and now after a roll-back. Rejects only while nothing has been changed. @throws NotFound when there is no such release
 * under way.
 */
export async function order(aws: Aws, given: Given): Promise<Outcome> {
  const { releaseId, kind } = given;
  const found = await lookAt(aws, releaseId);
  const { standing, execution } = found;
  switch (standing.is) {
    case "closed":
      throw notFound(
        `RELEASE: expected one that is under way, found "${releaseId}", which ended as ${standing.outcome}`,
      );
    case "promoted":
      throw notFound(
        `RELEASE: expected one that can walk back, found "${releaseId}", which is promoted and ${keeps(found) ?? "puts away what it needs no more"}`,
      );
    case "walking-back":
      return all(`${releaseId} is being put back already, by ${nameOf(execution)}, which is left alone`);
    case "waiting":
      return standing.running
        ? stopWaiting(aws, found, given)
        : all(`${releaseId} is stopped already; it had changed nothing`);
    case "left":
      return kind === "stop"
        ? all(
            `${releaseId} is stopped already${keeps(found) === undefined ? "; the sweep undoes what it left" : `, and ${keeps(found)}`}`,
          )
        : rollBack(aws, found, given);
    case "forward":
      return stopAndUndo(aws, found, given);
  }
}

/** What is said of a release that has ended and keeps its lock for a remainder; undefined of any other. */
const keeps = ({ lock: { remainder = [] } }: Found): string | undefined =>
  remainder.length === 0
    ? undefined
    : 'keeps its lock for what could not be put back; the sweep tries on, and "slipway status" lists it';

const nameOf = (execution: string) => `execution ${execution.split(":").at(-1)}`;

async function stopWaiting(
  aws: Aws,
  { execution, subject }: Found,
  { releaseId, kind, by }: Given,
): Promise<Outcome> {
  const ended = await settled(
    () => stopExecution(aws, execution, `${kind} ordered by ${by}`),
    () => isOver(aws, execution),
  );
  return ended.how === "done"
    ? all(`${releaseId} was waiting for ${subject}; it is stopped and had changed nothing`)
    : part(`${releaseId} waits for ${subject}, and ${notDone(ended, "stopped")}`);
}

async function stopAndUndo(aws: Aws, found: Found, given: Given): Promise<Outcome> {
  const { releaseId, kind, by } = given;
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
  if (kind === "stop") return all(`${releaseId} is stopped; the sweep undoes what it left`);
  return rollBack(aws, found, given);
}

/** Writes the order on the lock; one that stands there stays. @throws NotFound when the lock has another holder by now. */
async function record(
  aws: Aws,
  { subject }: Found,
  { holder, kind, by, nowMs }: Given & { holder: Holder },
): Promise<Settled> {
  const at = new Date(nowMs).toISOString();
  let changedHands = false;
  const told = await settled(
    async () => {
      changedHands = !(await giveOrder(aws, subject, { to: holder, order: { kind, by, at } }));
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
async function rollBack(aws: Aws, { lock }: Found, { releaseId, by }: Given): Promise<Outcome> {
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

interface Asked {
  /** The sweep's newest compensation. */
  readonly sweeps: string | undefined;
  readonly releaseId: string;
  readonly fence: number;
  readonly by: string;
}

/** One compensation runs when this resolves. `note` is told each name before anything is started under it. */
async function ensureCompensation(
  aws: Aws,
  { sweeps, releaseId, fence, by }: Asked,
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

/** Answers the question that a stage asks. Rejects only while nothing has been changed. @throws NotFound when none is asked. */
export async function answer(aws: Aws, given: Answered): Promise<Outcome> {
  const { releaseId, answer: said, by, nowMs } = given;
  const { standing, holder, subject, lock, question } = await lookAt(aws, releaseId, {
    question: true,
  });
  if (holder === undefined || standing.is !== "forward" || question === undefined)
    throw notFound(
      `RELEASE: expected one of which a stage asks, found "${releaseId}", ${whyQuiet(standing)}`,
    );
  const { stage } = question;
  if (given.stage !== undefined && given.stage !== stage)
    throw notFound(`--rollout-stage: expected ${stage}, which asks, found ${given.stage}`);
  const before = lock.answer?.stage === stage ? lock.answer : undefined;
  if (before !== undefined && before.answer !== said)
    throw notFound(
      `${releaseId}, stage ${stage}: answered already, ${before.answer} by ${before.by} at ${before.at}; a first answer stands`,
    );
  if (before !== undefined)
    return all(`${releaseId}, stage ${stage}: ${said}, answered by ${before.by} already`);
  const at = new Date(nowMs).toISOString();
  let late = false;
  const told = await settled(
    async () => {
      late = !(await giveAnswer(aws, subject, { to: holder, answer: { stage, answer: said, by, at } }));
    },
    async () => (await readLock(aws, subject)).answer?.at === at,
  );
  if (late)
    throw notFound(`${releaseId}, stage ${stage}: somebody else was faster; look at its status again`);
  return told.how === "done"
    ? all(`${releaseId}, stage ${stage}: ${said}, answered by ${by}`)
    : part(`${releaseId}, stage ${stage}: ${notDone(told, "recorded", "the answer")}`);
}

function whyQuiet(standing: Found["standing"]): string {
  switch (standing.is) {
    case "closed":
      return `which ended as ${standing.outcome}`;
    case "forward":
      return `which goes on without (${standing.state})`;
    case "walking-back":
      return "which is being put back";
    case "promoted":
      return "which is promoted";
    case "waiting":
      return "which has not begun";
    case "left":
      return "whose execution is over";
  }
}

function notDone(settledAs: Exclude<Settled, { how: "done" }>, what: string, subject = "it"): string {
  return settledAs.how === "failed"
    ? `${subject} could not be ${what} (${settledAs.why})`
    : `it could not be seen whether ${subject} is ${what} (${settledAs.why})`;
}
