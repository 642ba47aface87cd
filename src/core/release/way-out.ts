/** The sections of an execution's state document that the ways out of a release add: what it undoes, and how far that has come. */
import * as z from "zod";
import { Sightings } from "../capacity/warm.ts";
import { Unlaunched } from "./release.ts";
import { waitSeconds } from "./turns.ts";

/** A step of the way out. */
const Undoing = z.object({
  status: z.enum(["done", "waiting"]),
  reason: z.string(),
  waitSeconds,
  since: z.string(),
  /** What someone else changed meanwhile and was therefore left alone. */
  drifted: z.array(z.string()),
  /** What was seen of the fleets. */
  seen: Sightings.optional(),
});

/** Whether what is no longer needed is gone; what could not be launched, where the release goes on with another type. */
export const ScaleDown = Undoing.extend({ unlaunched: Unlaunched.optional() });
export type ScaleDown = z.infer<typeof ScaleDown>;

/** Whether the endpoint is as before, and what it took of the way back's budget. */
export const WayBack = Undoing.extend({
  /** When this look was taken. */
  lookedAt: z.string(),
  /** Of both sides, when CloudWatch told it last. */
  loadRequestsPerSecond: z.number().min(0).optional(),
  /** On top of the steady fleet, at the counts that were seen; of types with a known price. */
  spentUsd: z.number(),
  /** Count changes, each of which locked the endpoint for minutes. */
  countChanges: z.int(),
  /** When there was no capacity for stable's refill, and nothing has been given up for it since. */
  refillRefusedAt: z.string().optional(),
  /** When there was no capacity to move the endpoint back. */
  moveRefusedAt: z.string().optional(),
});
export type WayBack = z.infer<typeof WayBack>;
