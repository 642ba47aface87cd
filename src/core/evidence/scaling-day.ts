/**
 * What auto scaling did to an endpoint on one day, as it is signed: each change that no pack tells of, and where there was none, that
 * there was none, so that a day that is missing is a gap and not silence. What is signed is a statement that carries its digest, says after
 * which day it comes, and on which day the endpoint's days begin.
 */
import * as z from "zod";
import { type Canonical, canonical } from "./canonical.ts";
import { Envelope } from "./envelope.ts";
import { Sha256 } from "./pack.ts";
import type { Sha256Of } from "./statement.ts";

/** Why auto scaling says it has changed something. */
const Cause = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("policy"), policy: z.string(), alarm: z.string() }),
  z.strictObject({ by: z.literal("schedule"), action: z.string() }),
  /** A minimum or a maximum that somebody has set; by whom it does not say. */
  z.strictObject({ by: z.literal("bounds"), bound: z.enum(["minimum", "maximum"]), value: z.int() }),
  z.strictObject({ by: z.literal("unknown") }),
]);
export type ScalingCause = z.infer<typeof Cause>;

const Change = z.strictObject({
  /** As Application Auto Scaling names it. */
  id: z.string(),
  at: z.iso.datetime(),
  variant: z.string(),
  /** Absent where its words do not say it. */
  to: z.int().optional(),
  /** To what the activity before it had led, where that was fulfilled: whether somebody has moved the count since is not seen. */
  lastTo: z.int().optional(),
  cause: Cause,
  /** As it was two hours after the day or later. */
  status: z.string(),
  /** In its own words, which are cut where they are long. */
  description: z.string(),
  words: z.string(),
});
export type ScalingDayChange = z.infer<typeof Change>;

export const ScalingDay = z.strictObject({
  schema: z.literal(1),
  /** `endpoint/NAME` */
  subject: z.string(),
  /** 2026-01-05, UTC. */
  day: z.iso.date(),
  /** `not-kept`: AWS told of it no more by the time that it was asked. */
  says: z.enum(["changes", "none", "not-kept"]),
  /** By their time. */
  changes: z.array(Change),
  /** What came of bounds that a pack of this number tells of: Slipway's own. */
  own: z.array(Change.extend({ number: z.int() })),
  counts: z.strictObject({
    changes: z.int(),
    failed: z.int(),
    own: z.int(),
    policy: z.int(),
    schedule: z.int(),
    bounds: z.int(),
    unknown: z.int(),
  }),
  /** For how long the endpoint's plan has evidence kept, by the newest pack of a release. */
  retentionDays: z.int().min(1).optional(),
});
export type ScalingDay = z.infer<typeof ScalingDay>;

/** What lies under a day's key. */
export const ScalingDayEntry = z.strictObject({ envelope: Envelope, summary: ScalingDay });

const predicateType = "https://slipway.dev/scaling-day/v1";

export const DayChain = z.strictObject({
  subject: z.string(),
  day: z.iso.date(),
  /** Which day of the subject's was told first: none is missing from it on. */
  first: z.iso.date(),
  /** The hash of the day before; null of the first. */
  previous: Sha256.nullable(),
});
export type DayChain = z.infer<typeof DayChain>;

export const DayStatement = z.strictObject({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z
    .array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: Sha256 }) }))
    .length(1),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({ chain: DayChain }),
});

/** The canonical text: its digest is the day's hash. */
export function dayStatementText(summary: ScalingDay, chain: DayChain, sha256: Sha256Of): string {
  const statement: z.infer<typeof DayStatement> = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "summary", digest: { sha256: sha256(canonical(summary as Canonical)) } }],
    predicateType,
    predicate: { chain },
  };
  return canonical(statement);
}
