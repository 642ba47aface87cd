/** Where a release stands when a person orders something: read from its record, its lock and its execution. */
import * as z from "zod";
import { firstAsked, normaliseRequest } from "../request/request.ts";

export type Standing =
  /** `heldUntil` is when the lease of the capacity ends that it has left raised, ISO 8601. */
  | { readonly is: "closed"; readonly outcome: string; readonly heldUntil?: string | undefined }
  /** It holds no lock, and has changed nothing. */
  | { readonly is: "waiting"; readonly running: boolean }
  /** It goes forward, in the state of this name. */
  | { readonly is: "forward"; readonly state: string }
  /** It is being put back already, in its own execution or in one that was started for that. */
  | {
      readonly is: "walking-back";
      readonly state: string;
      /** Whether, once all is as before, it may go on with another instance type. */
      readonly mayGoOn?: boolean;
    }
  /** The new model serves; what is no longer needed is being put away. */
  | { readonly is: "promoted" }
  /** Its execution is over, and what it did is not undone yet. */
  | { readonly is: "left" };

/** What is seen of the execution that holds the lock. */
export interface HolderExecution {
  readonly running: boolean;
  /** What it was started with, JSON. */
  readonly input: string;
  /** The state that it entered last. */
  readonly state: string;
}

/**
 * Where the flow only undoes, tidies up and ends: no step that goes forward can be reached from these, but for a try with
 * another instance type, which an order bars.
 */
export const backwardStates: ReadonlySet<string> = new Set([
  ...["RollBack", "RolledBackYet", "WaitForWayBack"],
  ...["ScaleDown", "ScaledDownYet", "WaitForScaleDown"],
  ...["CloseRelease", "HowItEnded"],
  ...[
    "HandedOver",
    "Promoted",
    "Done",
    "Ignored",
    "Refused",
    "RolledBack",
    "Failed",
    "Superseded",
    "Stopped",
  ],
  ...["BadInput", "ClosingFailed"],
]);

export function standingOf(
  promoted: boolean,
  { running, input, state }: HolderExecution,
  mayGoOn = false,
): Standing {
  if (promoted) return { is: "promoted" };
  if (!running) return { is: "left" };
  if (isUndoing(input)) return { is: "walking-back", state };
  return backwardStates.has(state)
    ? { is: "walking-back", state, ...(mayGoOn && { mayGoOn }) }
    : { is: "forward", state };
}

/** Whether an execution was started to undo what another did. */
function isUndoing(input: string): boolean {
  try {
    const { kind } = normaliseRequest(firstAsked({ input: JSON.parse(input), startedAt: "" }).input);
    return kind === "compensate" || kind === "scale-down";
  } catch {
    return false;
  }
}

/** As much of a state document as a question needs. */
const Asking = z.object({
  plan: z.object({ rollout: z.object({ onInconclusive: z.object({ action: z.string() }) }) }),
  judgement: z.object({ stage: z.number(), verdict: z.string(), decision: z.string(), reason: z.string() }),
});

export interface Question {
  /** The index of the stage that asks. */
  readonly stage: number;
  readonly reason: string;
}

/** What a stage asks a person, by the document that CheckKpis left last; undefined where nothing is asked. */
export function questionIn(document: string | undefined): Question | undefined {
  const parsed = Asking.safeParse(document === undefined ? undefined : JSON.parse(document));
  if (!parsed.success) return undefined;
  const { plan, judgement } = parsed.data;
  const asks = plan.rollout.onInconclusive.action === "ask";
  if (!asks || judgement.verdict !== "inconclusive" || judgement.decision !== "continue") return undefined;
  return { stage: judgement.stage, reason: judgement.reason };
}
