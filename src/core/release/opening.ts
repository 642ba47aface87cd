/** What OpenRelease answers: where the execution goes from here, and the state document that it begins with. */
import * as z from "zod";
import { Plan } from "../plan/plan.ts";
import { Closing } from "./closing.ts";
import { Document, documentSchema, HandedOver, Release } from "./release.ts";
import { waitSeconds } from "./turns.ts";
import { Held } from "./undoing.ts";

/** What a release has behind it that goes on in a new execution. */
const goneOn = Document.pick({
  queue: true,
  planning: true,
  prewarm: true,
  capacity: true,
  warmth: true,
  stage: true,
  judgement: true,
}).shape;

export const Opening = z.discriminatedUnion("route", [
  z.object({ route: z.literal("ignored"), reason: z.string() }),
  z.object({ route: z.literal("ended"), reason: z.string(), closing: Closing }),
  z.object({
    route: z.literal("queued"),
    reason: z.string(),
    waitSeconds,
    /** Where the queue has a place for what waits. */
    place: z.object({ subject: z.string(), releaseId: z.string() }).optional(),
  }),
  z.object({ route: z.literal("handed-over"), reason: z.string(), handOver: HandedOver }),
  z.object({
    route: z.enum(["production", "capacity"]),
    reason: z.string(),
    schema: z.literal(documentSchema),
    release: Release,
    plan: Plan,
    promoted: z.literal(false),
    begunAt: z.string(),
    resume: z.enum(["PlanCapacity", "ShiftTraffic", "CheckKpis"]),
    ...goneOn,
  }),
  z.object({
    route: z.enum(["scale-down", "compensate"]),
    reason: z.string(),
    schema: z.literal(documentSchema),
    release: Held,
    /** As the release's record keeps it, whatever code wrote it. */
    plan: z.unknown().optional(),
    /** Whether promotion was recorded before: the way back is then forward. */
    promoted: z.boolean(),
    /** What was planned before, as the record keeps it. */
    planning: z.unknown().optional(),
  }),
]);
export type Opening = z.infer<typeof Opening>;
