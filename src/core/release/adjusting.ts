/**
 * A minimum that is set by what was learnt: when it is looked at, by how much it changes at a time, and what becomes of one that was
 * lowered while it is watched. Pure functions of what is kept of an endpoint and of what is seen.
 */
import * as z from "zod";
import type { Adjusted } from "../plan/proposals.ts";
import type { EpochMs } from "../units.ts";
import { VerdictMemory } from "./verdict-memory.ts";

const at = z.iso.datetime();

const UnderWay = z.object({ nth: z.int(), memory: VerdictMemory });
const CeilingSeen = z.object({
  at: z.number().optional(),
  before: z.number().optional(),
  pairs: z.int(),
  squares: z.number(),
  sums: z.array(z.number()).readonly(),
});

/** A minimum that was lowered, while what serves is judged since. */
export const SizeTrial = z.object({
  variant: z.string(),
  from: z.int(),
  to: z.int(),
  since: at,
  until: at,
  /** How much the change rested on. */
  weight: z.number(),
  /** Which minutes were looked at, and of how many of them there was something to compare with. */
  judgedUntil: at.optional(),
  minutes: z.int(),
  /** Minutes before this are not judged: a release had the endpoint to itself. */
  heldUntil: at.optional(),
  /** What another version remembered is forgotten, and judged on from now. */
  evidence: z
    .object({
      before: VerdictMemory,
      hour: UnderWay.exactOptional(),
      day: UnderWay.exactOptional(),
      ceilings: z.record(z.string(), CeilingSeen).exactOptional(),
    })
    .optional()
    .catch(undefined),
});
export type SizeTrial = z.infer<typeof SizeTrial>;

export const Adjusting = z.object({
  /** When what is known was last asked for a better size. */
  lookedAt: at.optional(),
  trial: SizeTrial.optional(),
  /** The last that was put back. */
  putBack: z.object({ at, to: z.int(), evidence: z.number(), why: z.string() }).optional(),
});
export type Adjusting = z.infer<typeof Adjusting>;

const adjustments = ["lowered", "raised", "put-back", "kept", "left", "superseded"] as const;
/** What became of a minimum that is set by what was learnt, and how much that rested on. */
export const Adjustment = z.object({ outcome: z.enum(adjustments), evidence: z.number() });
export type Adjustment = z.infer<typeof Adjustment>;

/** With how many instances a fleet would better be kept, how much that rests on, and why. */
export interface SizeWish {
  readonly instances: number;
  readonly evidence: number;
  readonly why: string;
}

const dayMs = 86_400_000;

/** Chosen: what is known changes by days. */
const lookedAtEvery = dayMs;

/** Whether what is known is to be asked for a better size: once a day, at once where the plan was applied since, never in a trial. */
export function isToBeAsked(
  { lookedAt, trial }: Adjusting,
  { askedAt, nowMs }: { readonly askedAt: string; readonly nowMs: EpochMs },
): boolean {
  if (trial !== undefined) return false;
  return lookedAt === undefined || askedAt > lookedAt || nowMs - Date.parse(lookedAt) >= lookedAtEvery;
}

/** Chosen, as the default of minima that follow the load: a quarter at a time, one at least. */
const lowerStep = 0.25;

export interface ToSize {
  readonly wish: SizeWish;
  readonly min: number;
  readonly max: number;
  readonly adjusted: Adjusted;
  readonly adjusting: Adjusting;
}

/** The minimum to be set next, up at once and down by steps; or why none is. */
export function nextMinimum({
  wish,
  min,
  max,
  adjusted,
  adjusting,
}: ToSize): { to: number } | { why: string } {
  const { minInstances, maxInstances } = adjusted;
  if (min < minInstances || min > maxInstances)
    return { why: `its minimum is ${min}, and proposals.within is ${minInstances} to ${maxInstances}` };
  const lacks = (what: string) => ({ why: `what is known speaks for ${wish.instances}, and ${what}` });
  if (wish.instances > min) {
    const most = Math.min(maxInstances, max);
    const bound = max < maxInstances ? "the target's own maximum" : "proposals.within";
    return most > min ? { to: Math.min(wish.instances, most) } : lacks(`${bound} allows ${most} at most`);
  }
  const { putBack } = adjusting;
  if (putBack !== undefined && wish.evidence < 2 * putBack.evidence)
    return lacks(
      `${putBack.to} was put back at ${putBack.at} by an evidence of ${putBack.evidence}, which is ${wish.evidence} by now: no less is tried until it has doubled, or the plan is applied again`,
    );
  const step = Math.max(1, Math.floor(min * lowerStep));
  const to = Math.max(wish.instances, min - step, minInstances);
  return to < min ? { to } : lacks(`proposals.within allows ${minInstances} at least`);
}

export function beginTrial(
  { variant, from, to, weight }: Pick<SizeTrial, "variant" | "from" | "to" | "weight">,
  { watchDays }: Adjusted,
  nowMs: EpochMs,
): SizeTrial {
  const since = new Date(nowMs).toISOString();
  return {
    variant,
    from,
    to,
    since,
    until: new Date(nowMs + watchDays * dayMs).toISOString(),
    weight,
    minutes: 0,
  };
}

/** Chosen: releases are looked for every five minutes, and what they leave is at rest a while later. */
const afterRelease = 900_000;

/** While a release has the endpoint to itself: its minutes are nobody's. */
export const heldBy = (trial: SizeTrial, nowMs: EpochMs): SizeTrial => ({
  ...trial,
  heldUntil: new Date(nowMs + afterRelease).toISOString(),
});

/** What a look at a trial has found. */
export interface Seen {
  /** With what was judged. */
  readonly trial: SizeTrial;
  /** Why it is worse, where it is. */
  readonly harm?: string | undefined;
}

/** Chosen: of a tenth of its minutes there must have been something to compare with, or nobody knows. */
const leastCompared = 0.1;

/** How a trial ends by now: put back for harm, or since nobody could see; or kept. Undefined where it goes on. */
export function endOfTrial(
  { trial, harm }: Seen,
  nowMs: EpochMs,
): { readonly outcome: "put-back" | "kept"; readonly why: string } | undefined {
  if (harm !== undefined) return { outcome: "put-back", why: harm };
  if (nowMs < Date.parse(trial.until)) return undefined;
  const all = (Date.parse(trial.until) - Date.parse(trial.since)) / 60_000;
  if (trial.minutes < leastCompared * all)
    return {
      outcome: "put-back",
      why: `only ${trial.minutes} of ${all} minutes since could be compared with those before: nobody knows whether it is enough`,
    };
  return {
    outcome: "kept",
    why: `no harm found in ${trial.minutes} minutes since ${trial.since}, each compared with one before`,
  };
}
