/** What each strategy would make of a plan's default release, side by side. */

import { raisesOf } from "../capacity/candidate-fleet.ts";
import { raiseLockMinutesP95 } from "../capacity/locked-minutes.ts";
import { candidateNeeds } from "../capacity/sizing.ts";
import { estimateOf } from "../cost/estimate.ts";
import { plannedFleet, plannedStable } from "../feasibility/planned-fleet.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import type { Plan } from "../plan/plan.ts";
import { type StrategyName, strategies, strategyNames } from "../plan/strategies.ts";

export interface StrategyOutlook {
  readonly strategy: StrategyName;
  /** Whether it is the plan's, or what the plan's comes down to at its planned peak. */
  readonly isPlanned: boolean;
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
  return comparedStrategies(plan).map((strategy) => {
    const under = { ...plan, rollout: { ...plan.rollout, strategy } };
    const { fleet } = plannedFleet(under, needs);
    const { instanceType } = needs;
    const joining = { instanceType, ...fleet };
    const { minutes, usd: costUsd } = estimateOf(under, plannedStable(under), joining, launches);
    const raises = raisesOf(fleet, 1).length;
    return {
      strategy,
      isPlanned: strategy === planned,
      joins: fleet.instances,
      raises,
      lockedMinutes: raises * raiseLockMinutesP95,
      minutes,
      costUsd,
    };
  });
}
