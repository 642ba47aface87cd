/**
 * The state document of an execution, as far as it has come: opened ⊂ planned ⊂ joined ⊂ staged. Each has all that was done
 * before, so that a step's contract says where a release must be that it takes. The way out reads any document, by
 * undoing.ts. Its number and those of before: upcasters.ts.
 */
import * as z from "zod";
import { Plan } from "../../plan/plan.ts";
import { Gated } from "../gated.ts";
import {
  Capacity,
  Failure,
  Judgement,
  Needs,
  Planning,
  Progress,
  Release,
  Unlaunched,
  Warmth,
} from "../release.ts";
import { StageState, StageUnderWay } from "../stage.ts";
import { ProvenCapacity } from "../tested-raise.ts";
import { ScaleDown, WayBack } from "../way-out.ts";
import { documentSchema } from "./upcasters.ts";

/** All that a document may have; what is not optional, every one has. */
export const Document = z.object({
  schema: z.literal(documentSchema),
  release: Release,
  plan: Plan,
  promoted: z.boolean(),
  /** Where it goes from its opening, and why. */
  route: z.string(),
  reason: z.string(),
  /** When its execution started, ISO 8601. */
  begunAt: z.string().optional(),
  /** Turns that it waited in the queue in this execution. */
  queue: z.object({ turns: z.int().min(0) }).optional(),
  /** What the release was undone for, and is planned anew since. */
  unlaunched: Unlaunched.optional(),
  planning: Planning.optional(),
  /** Of a plan that asks for some. */
  gates: Gated.optional(),
  prewarm: Progress.optional(),
  capacity: Capacity.optional(),
  warmth: Warmth.optional(),
  /** Of a plan that has one. */
  loadTest: ProvenCapacity.optional(),
  stage: StageState.optional(),
  judgement: Judgement.optional(),
  wayBack: WayBack.optional(),
  scaleDown: ScaleDown.optional(),
  failure: Failure.optional(),
});
export type Document = z.infer<typeof Document>;

/** A release that has its lock, and may have been looked at since: PlanCapacity's. */
export const Opened = Document.omit({ wayBack: true, scaleDown: true, failure: true }).extend({
  route: z.enum(["production", "capacity"]),
  begunAt: z.string(),
});
export type Opened = z.infer<typeof Opened>;

/** What PlanCapacity found to fit. */
const Fitting = Planning.extend({ status: z.literal("fits") });

/** A release onto an endpoint, which fits: PrewarmInference's, and then CheckCapacity's and ProveWarmth's. */
export const Planned = Opened.extend({
  route: z.literal("production"),
  planning: Fitting.extend({ needs: Needs }),
});
export type Planned = z.infer<typeof Planned>;

/** Capacity alone, which fits: PrewarmTraining's and CheckCapacity's. It goes no further than this. */
export const PlannedPool = Opened.extend({ route: z.literal("capacity"), planning: Fitting });
export type PlannedPool = z.infer<typeof PlannedPool>;

/** The candidate stands beside stable, in service and warm: ProveCapacity's, and ShiftTraffic's. */
export const Joined = Planned.extend({ prewarm: Progress, capacity: Capacity, warmth: Warmth });
export type Joined = z.infer<typeof Joined>;

/** A share of the traffic is the candidate's: CheckKpis', and PromoteModel's. */
export const Staged = Joined.extend({ stage: StageUnderWay });
export type Staged = z.infer<typeof Staged>;
