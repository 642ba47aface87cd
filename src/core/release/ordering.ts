/**
 * What comes of what a person tells a release that is under way: to stop, to roll back, or the answer that a stage asks
 * for. What is being put back already is left alone.
 */
import type { Answer } from "./lock.ts";
import type { Question, Standing } from "./standing.ts";

/** An order that is given: who gives it is a name or an ARN. */
export interface Given {
  readonly releaseId: string;
  readonly kind: "stop" | "roll-back";
  readonly by: string;
}

export interface Answered {
  readonly releaseId: string;
  /** The index of the stage that is meant; absent, the one that asks. */
  readonly stage: number | undefined;
  readonly answer: "proceed" | "roll-back";
  readonly by: string;
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

const executionText = (execution: string) => `execution ${execution.split(":").at(-1)}`;

export type AnswerAction =
  | { readonly do: "refuse"; readonly why: string }
  /** The same was answered before. */
  | { readonly do: "nothing"; readonly said: string }
  | { readonly do: "record"; readonly stage: number };

export interface AnswerQuestion {
  readonly given: Answered;
  readonly standing: Standing;
  /** What a stage asks; undefined where none does. */
  readonly question: Question | undefined;
  /** What was answered last, of whichever stage. */
  readonly before: Answer | undefined;
}

/** A first answer to a stage stands. */
export function nextForAnswer({ given, standing, question, before }: AnswerQuestion): AnswerAction {
  const { releaseId, answer } = given;
  if (standing.is !== "forward" || question === undefined)
    return {
      do: "refuse",
      why: `RELEASE: expected one of which a stage asks, found "${releaseId}", ${whyQuiet(standing)}`,
    };
  const { stage } = question;
  if (given.stage !== undefined && given.stage !== stage)
    return { do: "refuse", why: `--rollout-stage: expected ${stage}, which asks, found ${given.stage}` };
  if (before?.stage !== stage) return { do: "record", stage };
  if (before.answer === answer)
    return {
      do: "nothing",
      said: `${releaseId}, stage ${stage}: ${answer}, answered by ${before.by} already`,
    };
  const first = `${before.answer} by ${before.by} at ${before.at}`;
  return {
    do: "refuse",
    why: `${releaseId}, stage ${stage}: answered already, ${first}; a first answer stands`,
  };
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
