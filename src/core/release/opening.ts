/** What OpenRelease answers: where the execution goes from here, and the state document that it begins with. */
import * as z from "zod";
import { Closing } from "./closing.ts";
import { Joined, Opened, Staged } from "./document/document.ts";
import { documentSchema } from "./document/upcasters.ts";
import { PlainData } from "./json-value.ts";
import { HandedOver } from "./release.ts";
import { waitSeconds } from "./turns.ts";
import { Held } from "./undoing.ts";

const promoted = z.literal(false);

/** A release that has the lock, be it new or one that goes on in this execution, and where it does. */
const UnderWay = z.discriminatedUnion("resume", [
  Opened.extend({ promoted, resume: z.literal("PlanCapacity") }),
  Joined.extend({ promoted, resume: z.literal("ShiftTraffic") }),
  Staged.extend({ promoted, resume: z.literal("CheckKpis") }),
]);

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
  UnderWay,
  z.object({
    route: z.enum(["scale-down", "keep", "compensate"]),
    reason: z.string(),
    schema: z.literal(documentSchema),
    release: Held,
    /** As the release's record keeps it, whatever code wrote it. */
    plan: PlainData.optional(),
    /** Whether promotion was recorded before: the way back is then forward. */
    promoted: z.boolean(),
    /** What was planned before, as the record keeps it. */
    planning: PlainData.optional(),
    /** By how much a lease goes on, minutes, since what it waits for is late. */
    extendMinutes: z.number().positive().optional(),
  }),
]);
export type Opening = z.infer<typeof Opening>;
