/**
 * What a person orders of a deployment, as their command sends it and the function that takes orders reads it. Who gives it is
 * no part of it: that is who AWS has authenticated.
 */
import * as z from "zod";
import { MilestoneKind } from "../plan/plan.ts";

const releaseId = z.string().min(1).max(256);
const model = z.string().min(1).max(63);
const reason = z.string().min(1).max(1000);
const endpointName = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
/** The name of an endpoint, or * for all. */
const endpoint = z.string().regex(/^(\*|[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})$/);

export const PersonsOrder = z.discriminatedUnion("order", [
  z.strictObject({ order: z.enum(["stop", "roll-back"]), releaseId }),
  /** Stops an execution, by its name, that has opened no release yet. */
  z.strictObject({ order: z.literal("stop-opening"), execution: z.string().min(1).max(80) }),
  /** Changes nothing: shows what a stage asks. */
  z.strictObject({ order: z.literal("ask"), releaseId }),
  z.strictObject({
    order: z.literal("answer"),
    releaseId,
    stage: z.int().min(0).max(19).optional(),
    answer: z.enum(["proceed", "roll-back"]),
    /** The digest of the question as it was shown. */
    seen: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  /** Confirms a milestone before its date, for the side that the person owns. */
  z.strictObject({
    order: z.literal("confirm"),
    model,
    milestone: MilestoneKind,
    /** The milestone's date. */
    dueAt: z.iso.datetime(),
    /** The digest of what was shown. */
    seen: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** Changes nothing: shows what is asked for, or in force, of gates and freezes to be let past. */
  z.strictObject({ order: z.literal("show-glass"), releaseId }),
  z.strictObject({
    order: z.literal("break-glass"),
    releaseId,
    reason,
    /** Names of gates, and `freezes`. */
    passes: z.array(z.string().max(64)).max(64),
    until: z.iso.datetime(),
  }),
  /** As a second person. */
  z.strictObject({
    order: z.literal("agree-glass"),
    releaseId,
    reason,
    seen: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({ order: z.literal("end-glass"), releaseId, reason }),
  /** Changes nothing: shows what is asked to be bought for a milestone, or what was bought last. */
  z.strictObject({ order: z.literal("show-purchase"), model, milestone: MilestoneKind }),
  /** Asks that an offering of a training plan be bought. */
  z.strictObject({
    order: z.literal("ask-purchase"),
    model,
    milestone: MilestoneKind,
    offering: z.string().min(1).max(256),
    /** For which it was searched; absent: for as long as the milestone. */
    hours: z.int().min(1).max(87_600).optional(),
    maxUsd: z.number().positive().max(10_000_000),
    until: z.iso.datetime().optional(),
    reason,
  }),
  /** As a second person, and buys it then. */
  z.strictObject({
    order: z.literal("agree-purchase"),
    model,
    milestone: MilestoneKind,
    reason,
    seen: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({ order: z.literal("end-purchase"), model, milestone: MilestoneKind, reason }),
  z.strictObject({ order: z.literal("free"), subject: z.string().min(1).max(512), reason }),
  z.strictObject({ order: z.literal("freeze"), endpoint, reason, until: z.iso.datetime().optional() }),
  z.strictObject({ order: z.literal("lift-freeze"), endpoint }),
  /** Takes the last change of its minimum back that was made by itself. */
  z.strictObject({ order: z.literal("undo-adjustment"), endpoint: endpointName, reason }),
]);
export type PersonsOrder = z.infer<typeof PersonsOrder>;

/** Those by which gates and freezes are let past. */
export type GlassOrder = Extract<PersonsOrder, { readonly order: `${string}-glass` }>;

/** Those by which training plans are bought. */
export type PurchaseOrder = Extract<PersonsOrder, { readonly order: `${string}-purchase` }>;

/** What came of it: what is so now, in a sentence or a few lines, and whether it is all that was ordered. */
export const OrderReply = z.object({
  said: z.string(),
  done: z.boolean(),
  /** Of `ask`, `show-glass` and `show-purchase`: the digest of what is asked; absent where nothing is. */
  seen: z.string().optional(),
});
export type OrderReply = z.infer<typeof OrderReply>;

/** Nothing was changed, and why; the name is one of core/errors.ts, or AWS's. */
export const OrderRefusal = z.object({ name: z.string(), message: z.string() });
export type OrderRefusal = z.infer<typeof OrderRefusal>;
