/** Where a release stands when a person orders something: read from its record, its lock and its execution. */
import * as z from "zod";
import { Team, TeamSide } from "../plan/team.ts";
import { firstAsked, normaliseRequest } from "../request/request.ts";
import { epochMs, secondsOf } from "../units.ts";
import { type ApprovalRule, type AskedStage, ruleOf } from "./approving.ts";

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
  plan: z.object({
    team: Team.optional(),
    rollout: z.object({
      onInconclusive: z.object({
        action: z.literal("ask"),
        people: z.int().optional(),
        notAuthor: z.boolean().optional(),
        sides: z.array(TeamSide).optional(),
        waitMinutes: z.number(),
      }),
    }),
  }),
  planning: z.object({ needs: z.object({ candidate: z.object({ packageArn: z.string() }) }) }),
  judgement: z.object({
    stage: z.int(),
    reason: z.string(),
    asks: z.object({ shiftedAt: z.iso.datetime(), until: z.iso.datetime() }),
  }),
});

export interface Question {
  /** The index of the stage that asks, and when it was entered, ISO 8601. */
  readonly stage: number;
  readonly shiftedAt: string;
  readonly reason: string;
  /** Until when it may be answered, ISO 8601. */
  readonly until: string;
  readonly rule: ApprovalRule;
  /** The version that it is about. */
  readonly packageArn: string;
}

/** With the SHA-256 of what is asked, hexadecimal: what somebody was shown when they answered. */
export interface ShownQuestion extends Question {
  readonly seen: string;
}

/** What a stage asks, as it is hashed. */
export const questionText = (releaseId: string, { stage, shiftedAt, reason }: Question): string =>
  JSON.stringify([releaseId, stage, shiftedAt, reason]);

/** What a stage asks people, by the document that CheckKpis left last; undefined where nothing is asked. */
export function questionIn(document: string | undefined): Question | undefined {
  const parsed = Asking.safeParse(document === undefined ? undefined : JSON.parse(document));
  if (!parsed.success) return undefined;
  const { plan, planning, judgement } = parsed.data;
  const { stage, reason, asks } = judgement;
  const rule = ruleOf(plan);
  if (rule === undefined) return undefined;
  return { stage, reason, ...asks, rule, packageArn: planning.needs.candidate.packageArn };
}

/** A question as its answers are counted. */
export const askedBy = ({ stage, shiftedAt, until }: Question): AskedStage => ({
  stage,
  shiftedAt,
  untilSeconds: secondsOf(epochMs(until)),
});
