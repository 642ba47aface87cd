/**
 * The stage a release is in, as the state document has it: which share of the traffic it is about, which one is in force
 * meanwhile, and to which a look leads.
 */
import * as z from "zod";
import { Sightings } from "../capacity/warm.ts";
import { badState } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { heldBack } from "../plan/rollout.ts";
import { type EpochMs, percentField } from "../units.ts";
import { turn, waitSeconds } from "./turns.ts";

/**
 * Since one of the candidate's instances alone failed in a stage, it takes the share of the stage before; once that
 * instance was well again, its own is restored.
 */
const Easing = z.enum(["eased", "restored"]);

/** A stage whose share is in force. */
const InForce = z.object({
  index: z.int().min(0),
  trafficPercent: percentField(z.number()),
  shiftedAt: z.string(),
  easing: Easing.optional(),
});
type InForce = z.infer<typeof InForce>;

/** The stage the release is in, from the moment its shift is first attempted. */
export const StageState = z.object({
  /**
   * `held`: a freeze keeps the next stage from starting, and this one is looked at meanwhile. `short`: it waits for capacity,
   * and the stage before is looked at meanwhile. `complete`: the last stage has passed, and the candidate has taken what
   * stable held back in it.
   */
  status: z.enum(["waiting", "shifted", "held", "short", "blocked", "complete"]),
  /** Beyond the plan's stages while what stable held back is shifted. */
  index: z.int().min(0),
  trafficPercent: percentField(z.number()),
  reason: z.string(),
  waitSeconds,
  /** When the shift was first attempted, or the hold began. */
  since: z.string(),
  /** When the weights were seen in force. */
  shiftedAt: z.string().optional(),
  /** What was in force before this share: of the stage before, or of this one before its share was changed. */
  before: InForce.optional(),
  easing: Easing.optional(),
  /** Raises of capacity made before this shift because the load had outgrown the plan. */
  raises: z.int(),
  /** Minutes, over the whole release, in which such raises locked the endpoint while the candidate carried traffic. */
  lockedMinutes: z.number(),
  /** Since when gates keep the share from being given, ISO 8601; absent where none does. */
  gatedSince: z.string().optional(),
  /** When the raise under way began. */
  raisedAt: z.string().optional(),
  /** Of both sides, the highest minute of late, when that was last read. */
  loadRequestsPerSecond: z.number().min(0).optional(),
  /** What was seen of the fleets. */
  seen: Sightings.optional(),
  ...turn,
});
export type StageState = z.infer<typeof StageState>;

/** A stage while a share is in force: its own, or that of the stage before where it waits for capacity. */
export const StageUnderWay = z.discriminatedUnion("status", [
  StageState.extend({ status: z.enum(["shifted", "held", "complete"]), shiftedAt: z.string() }),
  StageState.extend({ status: z.literal("short"), before: InForce }),
]);
type StageUnderWay = z.infer<typeof StageUnderWay>;

/** The stage whose share is in force: while one waits for capacity, that before it. Undefined before the first shift. */
export function inForce(stage: StageUnderWay): InForce;
export function inForce(stage: StageState | undefined): InForce | undefined;
export function inForce(stage: StageState | undefined): InForce | undefined {
  if (stage === undefined || stage.status === "short") return stage?.before;
  const { index, trafficPercent, shiftedAt, easing } = stage;
  return shiftedAt === undefined
    ? undefined
    : { index, trafficPercent, shiftedAt, ...(easing === undefined ? {} : { easing }) };
}

/** A stage's share; all of the traffic beyond the last stage, where that leaves a part to stable. */
export function shareAt({ rollout }: Plan, index: number, easing?: StageState["easing"]): number | undefined {
  const isRest = index === rollout.stages.length && heldBack(rollout) > 0;
  return isRest ? 100 : rollout.stages[easing === "eased" ? index - 1 : index]?.trafficPercent;
}

export type Decision = "continue" | "raise" | "advance" | "step-back" | "restore" | "promote" | "roll-back";

/** The share that a look leads to; undefined where it leads to none, or to the one that is being given already. */
export function shareAfter(
  { index, easing }: StageState,
  decision: Decision | undefined,
): Pick<StageState, "index" | "easing"> | undefined {
  switch (decision) {
    case "advance":
      return { index: index + 1 };
    case "step-back":
      return easing === undefined ? { index, easing: "eased" } : undefined;
    case "restore":
      return easing === "eased" ? { index, easing: "restored" } : undefined;
    default:
      return undefined;
  }
}

/** The name in the ledger of the change of weights by which a stage's share is given. */
export function shiftId({ index, easing }: Pick<StageState, "index" | "easing">): string {
  if (easing === undefined) return `shift-${index}`;
  return easing === "eased" ? `ease-${index}` : `restore-${index}`;
}

/**
 * The stage as it stands, or the one that the last look leads to, not shifted yet.
 * @throws BadState where the plan has no such stage
 */
export function entered({ plan, stage, judgement }: Entering, nowMs: EpochMs): StageState {
  const decision = judgement?.stage === stage?.index ? judgement?.decision : undefined;
  const next = stage === undefined ? { index: 0 } : shareAfter(stage, decision);
  if (stage !== undefined && next === undefined) return stage;
  const { index = 0, easing } = next ?? {};
  const trafficPercent = shareAt(plan, index, easing);
  if (trafficPercent === undefined)
    throw badState(`stage: expected one of the plan's ${plan.rollout.stages.length}, found ${index}`);
  const before = inForce(stage);
  return {
    status: "waiting",
    index,
    trafficPercent,
    reason: "",
    waitSeconds: 30,
    since: new Date(nowMs).toISOString(),
    ...(easing === undefined ? {} : { easing }),
    ...(before === undefined ? {} : { before }),
    ...(stage?.gatedSince === undefined ? {} : { gatedSince: stage.gatedSince }),
    raises: stage?.raises ?? 0,
    lockedMinutes: stage?.lockedMinutes ?? 0,
    // A raise of the stage in force that is not counted yet.
    ...(stage?.raisedAt === undefined ? {} : { raisedAt: stage.raisedAt }),
    turns: 0,
    goesOn: "here",
  };
}

interface Entering {
  readonly plan: Plan;
  readonly stage?: StageState | undefined;
  readonly judgement?: { readonly stage: number; readonly decision: Decision } | undefined;
}
