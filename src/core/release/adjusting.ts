/**
 * A minimum that is set by what was learnt: when it is looked at, by how much it changes at a time, and what becomes of one that was
 * lowered while it is watched. Pure functions of what is kept of an endpoint and of what is seen.
 */
import * as z from "zod";
import type { MostAtRest } from "../feasibility/at-rest.ts";
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
  /** The last that was made and stands, which a person may take back. */
  last: z.object({ at, variant: z.string(), from: z.int(), to: z.int(), evidence: z.number() }).optional(),
  /** The last that a person took back. */
  undone: z
    .object({ at, from: z.int(), to: z.int(), evidence: z.number(), by: z.string(), reason: z.string() })
    .optional(),
});
export type Adjusting = z.infer<typeof Adjusting>;

const adjustments = ["lowered", "raised", "put-back", "kept", "left", "superseded", "undone"] as const;
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
  /** What quota and money allow, where more is wished for. */
  readonly means?: readonly MostAtRest[] | undefined;
}

/** The minimum to be set next, and what keeps it from all that is wished for; or why none is set. */
type NextMinimum = { readonly to: number; readonly short?: string } | { readonly why: string };

/** Up at once as far as all bounds allow, and down by steps. */
export function nextMinimum(sizing: ToSize): NextMinimum {
  const { wish, min, adjusted, adjusting } = sizing;
  const { minInstances, maxInstances } = adjusted;
  if (min < minInstances || min > maxInstances)
    return { why: `its minimum is ${min}, and proposals.within is ${minInstances} to ${maxInstances}` };
  const quiet = quietSince(adjusting, { wish, min });
  if (quiet !== undefined) return { why: spoken(wish, quiet) };
  if (wish.instances > min) return raised(sizing);
  const step = Math.max(1, Math.floor(min * lowerStep));
  const to = Math.max(wish.instances, min - step, minInstances);
  return to < min ? { to } : { why: spoken(wish, `proposals.within allows ${minInstances} at least`) };
}

const spoken = ({ instances }: SizeWish, what: string) =>
  `what is known speaks for ${instances}, and ${what}`;

function raised({ wish, min, max, adjusted, means = [] }: ToSize): NextMinimum {
  const bounds: MostAtRest[] = [
    { instances: adjusted.maxInstances, by: "proposals.within" },
    { instances: max, by: "the target's own maximum" },
    ...means,
  ];
  const bound = bounds.reduce((least, one) => (one.instances < least.instances ? one : least));
  if (wish.instances <= bound.instances) return { to: wish.instances };
  const short = spoken(wish, `${bound.by} allows ${bound.instances} at most`);
  return bound.instances > min ? { to: bound.instances, short } : { why: short };
}

/** Why the same is not tried again yet: harm has put it back, or a person took it back. */
function quietSince(
  { putBack, undone }: Adjusting,
  { wish, min }: Pick<ToSize, "wish" | "min">,
): string | undefined {
  const isOpen = ({ evidence }: { readonly evidence: number }) => wish.evidence < 2 * evidence;
  const since = ({ at: when, evidence }: { readonly at: string; readonly evidence: number }, what: string) =>
    `at ${when} by an evidence of ${evidence}, which is ${wish.evidence} by now: no ${what} is tried until it has doubled, or the plan is applied again`;
  const isLess = wish.instances < min;
  if (undone !== undefined && isLess === undone.to < undone.from && isOpen(undone))
    return `${undone.by} took ${undone.to} back ${since(undone, isLess ? "less" : "more")}`;
  if (putBack !== undefined && isLess && isOpen(putBack))
    return `${putBack.to} was put back ${since(putBack, "less")}`;
  return undefined;
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
