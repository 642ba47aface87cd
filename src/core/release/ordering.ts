/**
 * What comes of what a person tells a release that is under way: to stop, to roll back, or the answer that a stage asks
 * for. What is being put back already is left alone.
 */
import { type AskedSide, sideOfPerson, sidesText } from "../plan/team.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { type Approval, namesOf, needsNames, type PeopleSaid } from "./approving.ts";
import { nameInArn } from "./names.ts";
import { nameOf, type Person } from "./person.ts";
import type { ShownQuestion, Standing } from "./standing.ts";

/** An order that is given: who gives it is a name or an ARN. */
export interface Given {
  readonly releaseId: string;
  readonly kind: "stop" | "roll-back";
  readonly by: string;
  /** By which evidence knows the person. */
  readonly pseudonym?: string | undefined;
}

export interface Answered {
  readonly releaseId: string;
  /** The index of the stage that is meant; absent, the one that asks. */
  readonly stage: number | undefined;
  readonly answer: "proceed" | "roll-back";
  readonly by: Person;
  readonly pseudonym?: string | undefined;
  /** The digest of the question as they were shown it; absent, they were shown nothing. */
  readonly seen?: string | undefined;
}

export type OrderAction =
  /** It cannot be carried out, and nothing is changed. */
  | { readonly do: "refuse"; readonly why: string }
  /** It is so already. */
  | { readonly do: "nothing"; readonly said: string }
  /** It has changed nothing: ending its execution is all. */
  | { readonly do: "stop-waiting" }
  /** It has closed, and what it has on a lease is given back before its time. */
  | { readonly do: "give-back" }
  /** Its execution is over: a compensation is started. */
  | { readonly do: "roll-back" }
  /** It is being put back, and the order is recorded so that it goes no further. */
  | { readonly do: "bar"; readonly said: string }
  /** The order is recorded, then its execution ended; what it did is undone by the sweep, or at once. */
  | { readonly do: "stop"; readonly rollsBack: boolean };

export interface OrderQuestion {
  readonly given: Given;
  readonly standing: Standing;
  /** Who acts for the release; an ARN. */
  readonly execution: string;
  /** Whether it keeps its lock for what it could not put back. */
  readonly hasRemainder: boolean;
}

const keeps =
  'keeps its lock for what could not be put back; the sweep tries on, and "slipway status" lists it';

export function nextForOrder({ given, standing, execution, hasRemainder }: OrderQuestion): OrderAction {
  const { releaseId, kind } = given;
  const refuse = (why: string): OrderAction => ({ do: "refuse", why: `RELEASE: expected one that ${why}` });
  const nothing = (said: string) => ({ do: "nothing" as const, said: `${releaseId} is ${said}` });
  switch (standing.is) {
    case "closed": {
      const { outcome, heldUntil } = standing;
      if (heldUntil !== undefined && kind === "roll-back") return { do: "give-back" };
      const held =
        heldUntil === undefined
          ? ""
          : `; its capacity is held until ${heldUntil}, "slipway rollback ${releaseId}" gives it back`;
      return refuse(`is under way, found "${releaseId}", which ended as ${outcome}${held}`);
    }
    case "promoted": {
      const does = hasRemainder ? keeps : "puts away what it needs no more";
      return refuse(`can walk back, found "${releaseId}", which is promoted and ${does}`);
    }
    case "walking-back":
      return whileUndone(
        standing,
        nothing(`being put back already, by ${executionText(execution)}, which is left alone`),
      );
    case "waiting":
      return standing.running ? { do: "stop-waiting" } : nothing("stopped already; it had changed nothing");
    case "left":
      if (kind === "roll-back") return { do: "roll-back" };
      return nothing(
        hasRemainder ? `stopped already, and ${keeps}` : "stopped already; the sweep undoes what it left",
      );
    case "forward":
      return { do: "stop", rollsBack: kind === "roll-back" };
  }
}

/** What is being put back is left alone; where it may go on with another instance type, the order keeps it from that. */
const whileUndone = (
  { mayGoOn = false }: Standing & { is: "walking-back" },
  nothing: OrderAction & { do: "nothing" },
): OrderAction =>
  mayGoOn ? { do: "bar", said: `${nothing.said}; it tries no other instance type` } : nothing;

const executionText = (execution: string) => `execution ${nameInArn(execution)}`;

export type AnswerAction =
  | { readonly do: "refuse"; readonly why: string }
  /** The same was answered before. */
  | { readonly do: "nothing"; readonly said: string }
  | { readonly do: "record"; readonly approval: Approval };

export interface AnswerQuestion {
  readonly given: Answered;
  readonly standing: Standing;
  /** What a stage asks; undefined where none does. */
  readonly question: ShownQuestion | undefined;
  /** What was answered of the release so far. */
  readonly before: readonly Approval[];
  /** Who made the version, by the registry; undefined where it does not say. */
  readonly author: Person | undefined;
  readonly nowMs: EpochMs;
}

/** What somebody has said stands; who has said yes may still say no while it is asked. */
export function nextForAnswer(asked: AnswerQuestion): AnswerAction {
  const { given, standing, question, before, nowMs } = asked;
  const { releaseId, answer, by, pseudonym } = given;
  if (standing.is !== "forward" || question === undefined)
    return {
      do: "refuse",
      why: `RELEASE: expected one of which a stage asks, found "${releaseId}", ${whyQuiet(standing)}`,
    };
  const { stage, shiftedAt } = question;
  const why = whyNot(asked, question);
  if (why !== undefined) return { do: "refuse", why };
  const own = before.filter((one) => one.stage === stage && one.shiftedAt === shiftedAt);
  const no = own.find((one) => one.answer === "roll-back");
  const same = own.find((one) => one.by.person === by.person && one.answer === answer);
  if (same !== undefined)
    return {
      do: "nothing",
      said: `${releaseId}, stage ${stage}: ${answer}, answered by ${nameOf(by)} already`,
    };
  if (no !== undefined)
    return {
      do: "refuse",
      why: `${releaseId}, stage ${stage}: answered already, roll-back by ${nameOf(no.by)} at ${no.at}; one no is enough`,
    };
  const at = new Date(nowMs).toISOString();
  const side = sideOfPerson(question.rule.sides, by.person);
  const approval = { releaseId, stage, shiftedAt, answer, by, at, seen: question.seen };
  const known = { ...(pseudonym !== undefined && { pseudonym }), ...(side !== undefined && { side }) };
  return { do: "record", approval: { ...approval, ...known } };
}

/** Why an answer is not taken, where it is not. Everybody may say no. */
function whyNot({ given, nowMs, author }: AnswerQuestion, question: ShownQuestion): string | undefined {
  const { releaseId, answer, by, seen } = given;
  const { stage, until, rule } = question;
  if (given.stage !== undefined && given.stage !== stage)
    return `--rollout-stage: expected ${stage}, which asks, found ${given.stage}`;
  const about = `${releaseId}, stage ${stage}`;
  if (nowMs > epochMs(until)) return `${about}: asked until ${until}, which is over`;
  if (answer === "roll-back") return undefined;
  if (seen !== undefined && seen !== question.seen)
    return `${about}: what is asked has changed since it was shown; look at it again`;
  if (needsNames(rule) && !by.isNamed)
    return `${about}: expected somebody whom AWS knows by name, found ${by.arn}, which several share (docs/OPERATIONS.md, "Who it was")`;
  if (rule.sides.length > 0 && sideOfPerson(rule.sides, by.person) === undefined)
    return `${about}: expected an owner of a side that is asked, ${sidesText(rule.sides)}, found ${nameOf(by)}`;
  if (!rule.notAuthor) return undefined;
  if (author === undefined)
    return `${about}: expected somebody else than who made the version, which the registry does not say (CreatedBy of ${question.packageArn})`;
  return author.person === by.person
    ? `${about}: expected somebody else than who made the version, found ${nameOf(by)} (${author.arn})`
    : undefined;
}

/** What an answer comes to, in a sentence. */
export function answerText(
  { releaseId, stage, answer, by, side }: Approval,
  { by: people, lacks, missing }: Pick<PeopleSaid, "by" | "lacks" | "missing">,
): string {
  const whose = side === undefined ? "" : ` for ${side}`;
  const beside = people.filter(({ person }) => person !== by.person);
  const also = beside.length === 0 || answer === "roll-back" ? "" : `, as by ${namesOf(beside)}`;
  return `${releaseId}, stage ${stage}: ${answer}, answered by ${nameOf(by)}${whose}${also}${moreText(lacks, missing)}`;
}

/** `; 1 more has to say yes, for capacity (cleo; #ml-capacity)`; empty where nobody has to. */
function moreText(lacks: number, missing: readonly AskedSide[]): string {
  if (lacks === 0) return "";
  const sides = missing.length === 0 ? "" : `, for ${sidesText(missing)}`;
  return `; ${lacks} more ${lacks === 1 ? "has" : "have"} to say yes${sides}`;
}

function whyQuiet(standing: Standing): string {
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
