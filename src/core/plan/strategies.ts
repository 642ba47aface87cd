/**
 * When a release's candidate gets its capacity: a row for each strategy. Planning, means, shift, way back, history and
 * outlook ask the row that the plan names, and none of them knows a strategy by its name.
 */
import type { Percent } from "../units.ts";

/** The shares that a candidate is given, growing. */
export type Shares = readonly { readonly trafficPercent: Percent }[];

/** Answers in percent of the load for which a fleet is sized. */
export interface CapacityStrategy {
  /** For how much of the load the candidate joins. */
  joinsFor(stages: Shares): number;
  /** For how much its fleet must be large enough before a share is given; no less than the share. */
  readyFor(stages: Shares, percent: Percent): number;
  /** For how much it is raised where it is not large enough; no less than `readyFor`. */
  raisesFor(stages: Shares, percent: Percent): number;
}

export const strategyNames = ["upfront"] as const;
export type StrategyName = (typeof strategyNames)[number];

export const strategies: Readonly<Record<StrategyName, CapacityStrategy>> = {
  /** Whole as it joins; where the load outgrows it all the same, it is raised for all of it, so that one lock suffices. */
  upfront: {
    joinsFor: () => 100,
    readyFor: (_, percent) => percent,
    raisesFor: () => 100,
  },
};

/** What of a plan says when capacity comes. */
export interface Sizing {
  readonly strategy: StrategyName;
  readonly stages: Shares;
}

export const strategyOf = ({ strategy }: Pick<Sizing, "strategy">): CapacityStrategy => strategies[strategy];

/** Whether the candidate joins with all that it is planned to have. */
export const joinsWhole = (rollout: Sizing): boolean => strategyOf(rollout).joinsFor(rollout.stages) >= 100;

/** For how much of the load, percent, the candidate is sized before a share of the traffic, percent. */
export interface SizedShare {
  readonly percent: Percent;
  readonly sizedFor: number;
  /** Whether it is raised for this share. */
  readonly isRaised: boolean;
}

/** The same for each share of a rollout in turn, the last of them all traffic, at a load that stays as it is. */
export function sizedShares({ strategy, stages }: Sizing): SizedShare[] {
  const { joinsFor, readyFor, raisesFor } = strategyOf({ strategy });
  const shares = stages.map(({ trafficPercent }) => trafficPercent);
  if ((shares.at(-1) ?? 0) < 100) shares.push(100);
  let sizedFor = joinsFor(stages);
  return shares.map((percent) => {
    const isRaised = readyFor(stages, percent) > sizedFor;
    if (isRaised) sizedFor = raisesFor(stages, percent);
    return { percent, sizedFor, isRaised };
  });
}
