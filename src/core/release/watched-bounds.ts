/**
 * What is kept of an endpoint whose minimum follows its load, or what was learnt of it: what is held, what is to be made, and why
 * nothing is done.
 */
import * as z from "zod";
import type { EpochMs } from "../units.ts";
import { Adjusting, Adjustment } from "./adjusting.ts";

const at = z.iso.datetime();

/** A minimum that Slipway has set in place of a variant's own. */
const Hold = z.object({
  variant: z.string(),
  /** What an instance of it serves, requests per second, by the plan of then. */
  perInstance: z.number().positive(),
  own: z.int(),
  set: z.int(),
  since: at,
  /** For how long the plan has evidence kept, be it that the plan is gone once the minimum is put back. */
  retentionDays: z.int().min(1).optional(),
});

/** What is kept of an endpoint that is watched. */
export const WatchedBounds = z.object({
  endpoint: z.string(),
  /** Whose plan asks for it, and since when: its last application. */
  model: z.string(),
  askedAt: at,
  /** Grows with each write. */
  version: z.int(),
  hold: Hold.optional(),
  /** A change that is to be made, or was, and nobody has said what became of it. */
  intent: Hold.extend({
    from: z.int(),
    why: z.string(),
    adjusted: Adjustment.optional(),
    adjusting: Adjusting.optional(),
  }).optional(),
  changedAt: at.optional(),
  /** Until when what is above the own minimum stays at least. */
  until: at.optional(),
  /** The variant that served before this one did: its load of late counts too. */
  serving: z.string().optional(),
  before: z.string().optional(),
  /** Where it is set by what was learnt. */
  adjusting: Adjusting.optional(),
  /** What a person has ordered, until a look has carried it out: that the last change be taken back. */
  ordered: z
    .object({ at, by: z.string(), pseudonym: z.string().exactOptional(), reason: z.string() })
    .optional(),
  /** Why nothing, or not enough, is done; and whether that is so until the plan is applied again. */
  line: z.object({ text: z.string(), since: at, isLasting: z.boolean() }).optional(),
  /** What AWS has refused, and when it is asked again. */
  refused: z.object({ times: z.int(), nextAt: at }).optional(),
});
export type WatchedBounds = z.infer<typeof WatchedBounds>;

/** A minimum to be set. */
export interface BoundsChange {
  readonly variant: string;
  readonly perInstance: number;
  readonly from: number;
  readonly to: number;
  /** What it was before Slipway set any. */
  readonly own: number;
  readonly why: string;
  /** For how long its evidence is kept. */
  readonly retentionDays?: number | undefined;
  /** By what was learnt: what it is, and what is kept of that once it is made. */
  readonly adjusted?: Adjustment | undefined;
  readonly adjusting?: Adjusting | undefined;
}

/** The record once a minimum is set: with its hold, or without one where it is the own. */
export function withHold(
  record: WatchedBounds,
  {
    variant,
    perInstance,
    own,
    to,
    adjusted,
    adjusting,
    retentionDays,
    at: changedAt,
  }: Omit<BoundsChange, "from" | "why"> & { at: string },
): WatchedBounds {
  const { hold, intent: _, ...found } = record;
  const { ordered: __, ...carriedOut } = found;
  const before = adjusted?.outcome === "undone" ? carriedOut : found;
  const rest = adjusting === undefined ? before : { ...before, adjusting };
  if (to === own) return { ...rest, changedAt };
  const since = hold?.since ?? changedAt;
  const kept = retentionDays === undefined ? {} : { retentionDays };
  return { ...rest, changedAt, hold: { variant, perInstance, own, set: to, since, ...kept } };
}

/** Says why nothing, or not enough, is done; what was said already stands since then. */
export function told(
  record: WatchedBounds,
  text: string,
  { nowMs, isLasting = false }: { nowMs: EpochMs; isLasting?: boolean },
): WatchedBounds {
  const since = record.line?.text === text ? record.line.since : new Date(nowMs).toISOString();
  return { ...record, line: { text, since, isLasting } };
}

export const silent = ({ line: _, ...record }: WatchedBounds): WatchedBounds => record;

/** A minimum that was set, as the journal has it. */
export const BoundsEntry = z.object({
  at,
  endpoint: z.string(),
  model: z.string(),
  variant: z.string(),
  from: z.int(),
  to: z.int(),
  own: z.int(),
  why: z.string(),
  /** Absent where the load said so, or nothing asks for it any more. One that was kept or left has the same minimum before and after. */
  adjusted: Adjustment.optional(),
});
export type BoundsEntry = z.infer<typeof BoundsEntry>;

export const boundsSortKey = ({ at: when, endpoint }: BoundsEntry): string => `${when} ${endpoint}`;

/** Chosen: as long as a release's journal. */
const keptDays = 400;

/** When the table may drop an entry, epoch seconds, as DynamoDB's time to live wants it. */
export const boundsExpireAt = ({ at: when }: BoundsEntry): number =>
  Math.floor(Date.parse(when) / 1000) + keptDays * 86_400;
