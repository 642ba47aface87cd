/** The sections of an execution's state document: what each step adds and later steps read. document/ puts them together. */
import * as z from "zod";
import { Sightings } from "../capacity/warm.ts";
import { Serves, Unlike } from "../kpis/comparable.ts";
import { StageSeen } from "../kpis/seen.ts";
import { Launch } from "../learning/launch.ts";
import { MilestoneKind, ReleaseType } from "../plan/plan.ts";
import { AttemptKey, Claimed } from "../request/claimed.ts";
import { percentField } from "../units.ts";
import { LeaseNeeds } from "./alongside.ts";
import { Artefacts } from "./artefacts.ts";
import { ServedBefore } from "./served-before.ts";
import { turn, waitSeconds } from "./turns.ts";
import { VerdictMemory } from "./verdict-memory.ts";

/** One model version going through one milestone. */
export const Release = z.object({
  id: z.string(),
  model: z.string(),
  version: z.int().optional(),
  /** The registry's ARN of the version, which may be another account's. */
  packageArn: z.string().optional(),
  /** What it is loaded from, as the registry had it when the release was opened. */
  artefacts: Artefacts.optional(),
  milestone: MilestoneKind,
  releaseType: ReleaseType,
  attempt: z.int().min(1),
  /** What is locked: `endpoint/NAME` or `pool/MODEL/MILESTONE`. */
  subject: z.string(),
  execution: z.string(),
  /** Grows with each holder of the subject's lock; every ledger write is conditional on it. */
  fence: z.int(),
  openedAt: z.string(),
  /** The milestone's date, ISO 8601, where the release was started ahead of it. */
  dueAt: z.string().optional(),
  /** What started it, and the SHA-256 of the plan that it goes by, for its evidence. */
  trigger: z.string().optional(),
  planSha256: z.string().optional(),
  /** For how long that is kept. */
  retentionDays: z.int().min(1).optional(),
  /** Which try it is, where whoever asked has said so. */
  attemptKey: AttemptKey.optional(),
  /** What whoever asked has said of themselves. */
  claimed: Claimed.optional(),
});
export type Release = z.infer<typeof Release>;

const Side = z.object({
  variant: z.string(),
  instanceType: z.string(),
  instances: z.int(),
  requestsPerSecondPerInstance: z.number(),
});

const InPlaceNeeds = z.object({
  /** Stable's as it was, and as it is again where the release goes back; `stable.instances` is what it keeps. */
  stableInstances: z.int(),
  /** The candidate's, once it serves alone. */
  grownInstances: z.int(),
  /** Until when it is over or on its way back, ISO 8601. */
  closesAt: z.iso.datetime(),
});

/** What a production milestone needs, and what there was before it. */
export const Needs = z.object({
  measuredRequestsPerSecond: z.number(),
  designRequestsPerSecond: z.number(),
  /** What was forecast, where the plan has the candidate sized by that. */
  expected: z
    .object({
      requestsPerSecond: z.number(),
      percent: z.number(),
      minutes: z.number(),
      knownDays: z.int(),
    })
    .optional(),
  stable: Side.extend({ config: z.string(), modelName: z.string() }),
  /** As it joins; `shares` is what it is raised to before each share, where it does not join whole. */
  candidate: Side.extend({
    modelName: z.string(),
    packageArn: z.string(),
    reserved: z.object({ trainingPlan: z.string() }).optional(),
    shares: z
      .array(z.object({ percent: z.number(), instances: z.int() }))
      .readonly()
      .optional(),
  }),
  joinConfig: z.string(),
  finalConfig: z.string(),
  peakInstances: z.record(z.string(), z.number()),
  /** Null where the price of any of it is not known, and the plan consents to that. */
  costUsd: z.number().nullable(),
  /** How large the fleets may become so that the way back still fits quota and its budget. */
  room: z.object({ stableInstances: z.int(), candidateMaximum: z.int(), usd: z.number() }).optional(),
  /** What a release in place has taken from stable, and gives to who serves in the end; absent where it takes nothing. */
  inPlace: InPlaceNeeds.optional(),
  /** In the plan's order; absent where it lists nothing. */
  alongside: z.array(LeaseNeeds).optional(),
  /** What it has cost at most to try other types before, US dollars; of types with a known price. */
  triedUsd: z.number().min(0).optional(),
});
export type Needs = z.infer<typeof Needs>;

/** What is planned on whatever platform: all but what the endpoint's own calls things. */
export type Sizes = Omit<Needs, "stable" | "candidate" | "joinConfig" | "finalConfig"> & {
  readonly stable: z.infer<typeof Side>;
  readonly candidate: Omit<Needs["candidate"], "modelName">;
};

/** An instance type that was tried and could not be had. */
export const Unlaunched = z.object({
  instanceType: z.string(),
  reason: z.string(),
  /** From when until when it was tried, ISO 8601. */
  since: z.iso.datetime(),
  until: z.iso.datetime(),
});
export type Unlaunched = z.infer<typeof Unlaunched>;

/** What PlanCapacity answers; a capacity-only milestone has no needs on an endpoint. */
export const Planning = z.object({
  status: z.enum(["fits", "refused", "waiting"]),
  reason: z.string(),
  waitSeconds,
  since: z.string(),
  needs: Needs.optional(),
  /** Which version stable serves; absent of a pool. */
  servedBefore: ServedBefore.optional(),
  /** Since when a quota is all that it waits for, ISO 8601. */
  shortSince: z.iso.datetime().optional(),
  /** Types of the plan that are not tried again, in the order in which they were. */
  tried: z.array(Unlaunched.extend({ usd: z.number().min(0) })).optional(),
  ...turn,
});
export type Planning = z.infer<typeof Planning>;

/** Progress of a step that must be asked again until it is through. */
export const Progress = z.object({
  /** `short`: the account's quota does not let it be, and the plan has other instance types. */
  status: z.enum(["done", "waiting", "short"]),
  reason: z.string(),
  waitSeconds,
  since: z.string(),
});
export type Progress = z.infer<typeof Progress>;

/** Whether raised capacity is there; `since` is when the waiting began. */
export const Capacity = z.object({
  status: z.enum(["ready", "waiting", "failed"]),
  reason: z.string(),
  waitSeconds,
  since: z.string(),
  /** Of one that failed: for want of instances of its type, and the plan has other types. */
  isShort: z.literal(true).optional(),
  /** The fleets as they were found ready: from then on their instances grow old. */
  seen: Sightings.optional(),
  /** How long the instances took, as far as it was seen. */
  launch: Launch.optional(),
  /** When a pool came to be there, as the platform says, ISO 8601: this look may be minutes later. */
  thereAt: z.iso.datetime().optional(),
  /** Until when a pool lasts by itself, ISO 8601. */
  keptUntil: z.iso.datetime().optional(),
});
export type Capacity = z.infer<typeof Capacity>;

export const Warmth = z.object({
  status: z.enum(["warm", "warming", "cold"]),
  reason: z.string(),
  waitSeconds,
  since: z.string(),
  rounds: z.int(),
  /** Probes answered in time since the last one that was not. */
  proven: z.int().min(0),
  /** When a look last found that it was not, and since when a look has found it warm, ISO 8601. */
  coldAt: z.iso.datetime().optional(),
  warmAt: z.iso.datetime().optional(),
});
export type Warmth = z.infer<typeof Warmth>;

/** What CheckKpis decided, and the verdict engine's state that travels with the execution. */
export const Judgement = z.object({
  decision: z.enum(["continue", "raise", "advance", "step-back", "restore", "promote", "roll-back"]),
  /** The share for which the candidate is raised ahead; absent where it is for the one in force. */
  raiseFor: percentField(z.number()).optional(),
  reason: z.string(),
  verdict: z.string(),
  culprits: z.array(z.string()),
  waitSeconds,
  stage: z.int(),
  /** Start of the newest interval in which the candidate carried more than planned, epoch seconds. */
  overloadedUntil: z.number(),
  /** How much of the stage was seen, and in how much of that the sides were loaded unlike. */
  stageSeen: StageSeen,
  unlike: Unlike,
  held: z.object({ stageSeconds: z.number(), releaseSeconds: z.number() }),
  /** When this look was taken, epoch seconds. */
  lookedAt: z.number(),
  /** What the fleets served then. */
  serves: Serves,
  /** Of both sides, the highest interval of the newest that were read. */
  loadRequestsPerSecond: z.number().min(0).optional(),
  /** Since when a raise that the next stage waits for is seen to have ended. */
  raisedUntil: z.string().optional(),
  /** While the stage asks people: when it was entered, and until when they may answer, ISO 8601. */
  asks: z.object({ shiftedAt: z.iso.datetime(), until: z.iso.datetime() }).optional(),
  /** What was seen of the fleets. */
  seen: Sightings,
  state: VerdictMemory,
  ...turn,
});
export type Judgement = z.infer<typeof Judgement>;

/** What an execution ends with whose release goes on in another. */
export const HandedOver = z.object({
  outcome: z.literal("handed-over"),
  reason: z.string(),
  /** The other's name. */
  to: z.string(),
});
export type HandedOver = z.infer<typeof HandedOver>;

export const Failure = z.object({ Error: z.string(), Cause: z.string().optional() });
export type Failure = z.infer<typeof Failure>;
