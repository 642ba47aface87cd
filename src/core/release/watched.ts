/** What a look at an endpoint between releases has seen, and what comes of it: the words that those who decide about it share. */
import type { EquippedVariant, Fleets } from "../capacity/endpoint.ts";
import type { Scaling } from "../capacity/scaling.ts";
import type { LoadMinute } from "../capacity/steady-bounds.ts";
import type { MostAtRest } from "../feasibility/at-rest.ts";
import type { LoadHistory } from "../forecast/load-history.ts";
import type { Plan } from "../plan/plan.ts";
import { adjustedOf } from "../plan/proposals.ts";
import type { EpochMs } from "../units.ts";
import type { Adjustment, Seen, SizeWish } from "./adjusting.ts";
import type { LockItem } from "./lock.ts";
import type { BoundsChange, WatchedBounds } from "./watched-bounds.ts";

export interface Watching {
  /** What is to be kept, but for what a change makes of it. */
  readonly kept: WatchedBounds;
  readonly change?: BoundsChange;
  /** What became of a minimum without a change of it. */
  readonly ended?: Pick<BoundsChange, "variant" | "own" | "why"> & {
    readonly min: number;
    readonly adjusted: Adjustment;
  };
  /** Nothing asks for it any more, and nothing is held: what is kept goes. */
  readonly isOver?: boolean;
}

export interface Watched {
  readonly record: WatchedBounds;
  /** In force for the record's model; absent: none is. */
  readonly plan: Plan | undefined;
  readonly lock: LockItem;
  /** Undefined where it is gone. */
  readonly endpoint: Fleets<EquippedVariant> | undefined;
  /** Of the variant that serves; undefined where it was not looked at, null where it has none. */
  readonly scaling: Scaling | null | undefined;
  /** Of what has served of late. */
  readonly minutes: readonly LoadMinute[];
  /** What came until now, where the plan has it set by what is foreseen. */
  readonly history?: LoadHistory | undefined;
  /** Where the plan has it set by what was learnt. */
  readonly lessons?: LessonsSeen | undefined;
  readonly nowMs: EpochMs;
}

export interface LessonsSeen {
  /** A better size, or why none is known; undefined where it was not asked for. */
  readonly wish?: SizeWish | { readonly quiet: string } | undefined;
  /** What quota and money allow, where more is wished for than there is. */
  readonly means?: readonly MostAtRest[] | undefined;
  /** What a trial has shown, where there is one. */
  readonly seen?: Seen | undefined;
}

/** The rule of a plan for an endpoint, if the plan has one for it. */
export const ruleFor = (plan: Plan | undefined, endpoint: string) =>
  plan?.endpoint.name === endpoint ? plan.scaling : undefined;

/** Where nothing stands in a change's way. */
export interface Asked extends Watched {
  readonly variant: EquippedVariant;
  readonly min: number;
  readonly max: number;
}

/** Whether a plan has the minimum of an endpoint set by its load, or by what was learnt. */
export const asksFor = (plan: Plan | undefined, endpoint: string): boolean =>
  ruleFor(plan, endpoint) !== undefined || adjustedFor(plan, endpoint) !== undefined;

/** The bounds within which a plan has the minimum of an endpoint set by what was learnt, if it has. */
export const adjustedFor = (plan: Plan | undefined, endpoint: string) =>
  plan?.endpoint.name === endpoint ? adjustedOf(plan) : undefined;

/** A change of the minimum, whoever asks for it. */
export function changeOf({ record, plan, variant, min }: Asked, { to, why }: { to: number; why: string }) {
  const perInstance = record.hold?.perInstance ?? plan?.endpoint.requestsPerSecondPerInstance ?? 1;
  return { variant: variant.name, perInstance, from: min, to, own: record.hold?.own ?? min, why };
}
