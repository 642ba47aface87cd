/** What each strategy would make of a plan's default release, side by side. */

import { raisesOf } from "../capacity/candidate-fleet.ts";
import { raiseLockMinutesP95 } from "../capacity/locked-minutes.ts";
import { candidateNeeds } from "../capacity/sizing.ts";
import { estimateOf } from "../cost/estimate.ts";
import { plannedFleet, plannedStable } from "../feasibility/planned-fleet.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import type { InstanceNeeds, Plan } from "../plan/plan.ts";
import { type StrategyName, strategies, strategyNames } from "../plan/strategies.ts";

export interface StrategyOutlook {
  readonly strategy: StrategyName;
  /** Whether it is the plan's, or what the plan's comes down to at its planned peak. */
  readonly isPlanned: boolean;
  /** Whether none costs less; of no strategy where the price of one is not known. */
  readonly isCheapest: boolean;
  /** Whether none locks the endpoint for less, and of those that do not none is over sooner; never one that has stable shrunk. */
  readonly isSafest: boolean;
  /** Instances with which the candidate joins. */
  readonly joins: number;
  /** How often it is raised beside traffic, and for how long that locks the endpoint at p95, minutes. */
  readonly raises: number;
  readonly lockedMinutes: number;
  /** From its start to its end. */
  readonly minutes: number;
  /** On top of the steady fleet; null where the price of any of it is not known. */
  readonly costUsd: number | null;
}

/** Those that come down to no other, and that the plan does not have to consent to, or does. */
export const comparedStrategies = ({ rollout }: Pick<Plan, "rollout">): StrategyName[] =>
  strategyNames.filter((name) => {
    const { choices, shrinksStable = false } = strategies[name];
    return choices === undefined && (!shrinksStable || rollout.inPlace !== undefined);
  });

/** Of each of them. */
export function strategiesOutlook(plan: Plan, launches: readonly KnownLaunch[] = []): StrategyOutlook[] {
  const needs = candidateNeeds(plan, plan.defaultReleaseType);
  const { strategy: planned } = plannedFleet(plan, needs);
  const all = comparedStrategies(plan).map((strategy) => figuresOf(plan, strategy, { needs, launches }));
  const cheapest = Math.min(...all.map(({ costUsd }) => cents(costUsd)));
  const safest = all
    .filter(({ strategy }) => strategies[strategy].shrinksStable !== true)
    .sort((one, other) => one.lockedMinutes - other.lockedMinutes || one.minutes - other.minutes)[0];
  return all.map((one) => ({
    ...one,
    isPlanned: one.strategy === planned,
    isCheapest: cents(one.costUsd) === cheapest,
    isSafest:
      strategies[one.strategy].shrinksStable !== true &&
      one.lockedMinutes === safest?.lockedMinutes &&
      one.minutes === safest.minutes,
  }));
}

/** As they are shown: what is the same to the cent is as cheap. An unknown price may be anything, and is equal to none. */
const cents = (usd: number | null): number => (usd === null ? Number.NaN : Math.round(usd * 100));

type Figures = Omit<StrategyOutlook, "isPlanned" | "isCheapest" | "isSafest">;

function figuresOf(
  plan: Plan,
  strategy: StrategyName,
  { needs, launches }: { readonly needs: InstanceNeeds; readonly launches: readonly KnownLaunch[] },
): Figures {
  const under = { ...plan, rollout: { ...plan.rollout, strategy } };
  const { fleet } = plannedFleet(under, needs);
  const joining = { instanceType: needs.instanceType, ...fleet };
  const { minutes, usd: costUsd } = estimateOf(under, plannedStable(under), joining, launches);
  const raises = raisesOf(fleet, 1).length;
  return {
    strategy,
    joins: fleet.instances,
    raises,
    lockedMinutes: raises * raiseLockMinutesP95,
    minutes,
    costUsd,
  };
}
