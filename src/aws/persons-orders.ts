/** What each of a person's orders comes to: a release stopped, rolled back or answered for, a lock given back, a freeze. */
import { awsRefused, notFound } from "../core/errors.ts";
import type { DeclaredFreeze } from "../core/plan/freeze.ts";
import { sidesText } from "../core/plan/team.ts";
import { answeredTo, namesOf } from "../core/release/approving.ts";
import type { Person } from "../core/release/person.ts";
import { remainderText } from "../core/release/remainder.ts";
import { askedBy } from "../core/release/standing.ts";
import { orderToTakeBack } from "../core/release/taken-back.ts";
import type { WatchedBounds } from "../core/release/watched-bounds.ts";
import type { GlassOrder, OrderReply, PersonsOrder, PurchaseOrder } from "../core/request/persons-order.ts";
import type { EpochMs } from "../core/units.ts";
import { answer, asked } from "./answering.ts";
import type { Aws } from "./clients.ts";
import { executionArnOf, isOver, stopExecution } from "./executions.ts";
import { declareFreeze, liftFreeze, readFreeze } from "./freezes.ts";
import { freeByHand } from "./lock-status.ts";
import { order, notDone as settledText } from "./orders.ts";
import { confirmReview } from "./reviews.ts";
import { type Settled, settled } from "./settling.ts";
import { isOpening } from "./standing.ts";
import { keepWatched, watchedOf } from "./watched-bounds.ts";

interface By {
  readonly who: Person;
  /** By which evidence knows them; absent where none is kept, or the directory could not be written. */
  readonly pseudonym?: string | undefined;
  readonly nowMs: EpochMs;
}

/** Rejects only while nothing has been changed. @throws NotFound where there is nothing of what is ordered about. */
export async function carryOut(
  aws: Aws,
  given: Exclude<PersonsOrder, GlassOrder | PurchaseOrder>,
  { who, pseudonym, nowMs }: By,
): Promise<OrderReply> {
  const by = who.arn;
  switch (given.order) {
    case "stop":
    case "roll-back":
      return order(aws, { releaseId: given.releaseId, kind: given.order, by, pseudonym, nowMs });
    case "stop-opening":
      return stoppedOpening(aws, given.execution, by);
    case "ask":
      return askedOf(aws, given.releaseId);
    case "answer": {
      const { releaseId, stage, seen } = given;
      return answer(aws, { releaseId, stage, answer: given.answer, seen, by: who, pseudonym, nowMs });
    }
    case "confirm": {
      const { model, milestone, dueAt, seen } = given;
      return confirmReview(aws, { model, milestone, dueAt, seen, by: who }, nowMs);
    }
    case "free":
      return freed(aws, { subject: given.subject, reason: given.reason, by, nowMs });
    case "freeze": {
      const { endpoint, reason, until } = given;
      return frozen(aws, endpoint, { by, reason, ...(until !== undefined && { until }) });
    }
    case "lift-freeze":
      return lifted(aws, given.endpoint);
    case "undo-adjustment":
      return takenBack(aws, given.endpoint, { by, pseudonym, reason: given.reason, nowMs });
  }
}

/** One that has got further has a release to stop, and one that puts something back is left alone. */
async function stoppedOpening(aws: Aws, name: string, by: string): Promise<OrderReply> {
  const execution = executionArnOf(aws, name);
  if (!(await isOpening(aws, execution)))
    return { said: `execution ${name} is not one that is still to open a release`, done: false };
  const ended = await settled(
    () => stopExecution(aws, execution, `stop ordered by ${by}`),
    () => isOver(aws, execution),
  );
  return ended.how === "done"
    ? { said: `execution ${name} is stopped; it had opened nothing`, done: true }
    : { said: `execution ${name}: ${settledText(ended, "stopped")}`, done: false };
}

async function askedOf(aws: Aws, releaseId: string): Promise<OrderReply> {
  const { question, before } = await asked(aws, releaseId);
  if (question === undefined) return { said: `${releaseId} asks nothing`, done: true };
  const { by, lacks, missing } = answeredTo(askedBy(question), before, question.rule);
  const sides = missing.length === 0 ? "" : `, for ${sidesText(missing)}`;
  const yes = by.length === 0 ? sides : `; ${namesOf(by)} said yes, ${lacks} more to come${sides}`;
  return {
    said: `${releaseId}, stage ${question.stage}, asks until ${question.until}: ${question.reason}${yes}`,
    done: true,
    seen: question.seen,
  };
}

async function freed(aws: Aws, given: Parameters<typeof freeByHand>[1]): Promise<OrderReply> {
  const { releaseId, left, lacks } = await freeByHand(aws, given);
  const { subject } = given;
  if (lacks !== undefined)
    return { said: `${subject} was not given back: ${lacks}; give it back again`, done: false };
  const stays = left.length === 0 ? "nothing is left of it" : "this stays as it is:";
  const lines = [
    `${subject} is free, ${releaseId} is closed as failed; ${stays}`,
    ...left.map(remainderText),
  ];
  return { said: lines.join("\n"), done: true };
}

async function frozen(aws: Aws, endpoint: string, wanted: DeclaredFreeze): Promise<OrderReply> {
  let stood: DeclaredFreeze | undefined;
  const declared = await settled(
    async () => {
      stood = await declareFreeze(aws, endpoint, wanted);
    },
    async () => isSame(await readFreeze(aws, endpoint), wanted),
  );
  if (declared.how !== "done") return notDone(declared, "declared");
  const instead = stood === undefined || isSame(stood, wanted) ? "" : `, in place of: ${textOf(stood)}`;
  const until = wanted.until === undefined ? "until it is lifted" : `until ${wanted.until}`;
  return { said: `${whereOf(endpoint)}: no new stage starts ${until}${instead}`, done: true };
}

async function lifted(aws: Aws, endpoint: string): Promise<OrderReply> {
  let stood: DeclaredFreeze | undefined;
  const done = await settled(
    async () => {
      stood = await liftFreeze(aws, endpoint);
    },
    async () => (await readFreeze(aws, endpoint)) === undefined,
  );
  if (done.how !== "done") return notDone(done, "lifted");
  const what = stood === undefined ? "no freeze is declared" : `the freeze is lifted (${textOf(stood)})`;
  return { said: `${whereOf(endpoint)}: ${what}; windows in plans stand`, done: true };
}

/** Written down alone: the next look carries it out, which may change fleets. @throws NotFound where nothing of it was adjusted */
async function takenBack(
  aws: Aws,
  endpoint: string,
  ordering: Parameters<typeof orderToTakeBack>[1],
): Promise<OrderReply> {
  const record = await watchedOf(aws, endpoint);
  if (record === undefined)
    throw notFound(`ENDPOINT: expected one whose minimum is adjusted by itself, found "${endpoint}"`);
  const next = orderToTakeBack(record, ordering);
  if (next.do === "refuse") throw notFound(next.why);
  if (next.do === "nothing") return { said: next.said, done: true };
  const kept = await settled(
    () => keepWatched(aws, record, next.kept),
    async () => isOrdered((await watchedOf(aws, endpoint))?.ordered, ordering),
  );
  if (kept.how === "done") return { said: next.said, done: true };
  if (kept.how === "failed")
    throw awsRefused(`the order could not be written down (${kept.why}); give it again`);
  return { said: `it could not be seen whether the order is written down (${kept.why})`, done: false };
}

const isOrdered = (
  ordered: WatchedBounds["ordered"],
  { by, reason }: Parameters<typeof orderToTakeBack>[1],
): boolean => ordered?.by === by && ordered.reason === reason;

const whereOf = (endpoint: string) => (endpoint === "*" ? "all endpoints" : `endpoint ${endpoint}`);

const isSame = (one: DeclaredFreeze | undefined, other: DeclaredFreeze): boolean =>
  one?.by === other.by && one.reason === other.reason && one.until === other.until;

const textOf = ({ by, reason, until }: DeclaredFreeze) =>
  `${reason}, by ${by}${until === undefined ? "" : ` until ${until}`}`;

/** @throws AwsRefused where nothing was changed. */
function notDone({ how, why }: Exclude<Settled, { how: "done" }>, what: string): OrderReply {
  if (how === "failed") throw awsRefused(`the freeze could not be ${what} (${why})`);
  return { said: `it could not be seen whether the freeze is ${what} (${why})`, done: false };
}
