/** The candidate's fleet over a release, by its plan's strategy: with how many it joins, and how many it has before each share. */
import { consentOf } from "../plan/in-place.ts";
import type { Plan } from "../plan/plan.ts";
import { choicesOf, joinsWhole, type Sizing, type StrategyName, sizedShares } from "../plan/strategies.ts";
import type { Percent } from "../units.ts";
import { raiseLeadSeconds, raiseLockMinutesP95 } from "./locked-minutes.ts";
import { type InstanceThroughput, launchedFor } from "./sizing.ts";

export interface SizedFleet {
  readonly instanceType: string;
  readonly instances: number;
}

/** Before a share of the traffic, percent. */
export interface FleetAt {
  readonly percent: Percent;
  readonly instances: number;
}

export interface CandidateFleet {
  /** With which it joins. */
  readonly instances: number;
  /** Before each share in turn, the last of them all traffic; absent: it joins with all that it is planned to have. */
  readonly shares?: readonly FleetAt[] | undefined;
}

/** The most that it is planned to have: what it is promoted with. */
export const finalOf = ({ instances, shares = [] }: CandidateFleet): number =>
  Math.max(instances, ...shares.map((share) => share.instances));

/** What of a plan its strategy goes by. */
export const sizingOf = (plan: Plan): Sizing => ({
  strategy: plan.rollout.strategy,
  stages: plan.rollout.stages,
  maxRaises: Math.floor(plan.budget.maxLockedMinutes / raiseLockMinutesP95),
  raiseMinutes: raiseLeadSeconds(plan) / 60,
});

/** A strategy that a plan's may come down to, and the fleet by it. */
export interface FleetChoice {
  readonly strategy: StrategyName;
  readonly fleet: CandidateFleet;
}

/** The load for which a candidate is sized: in place that which the plan consents to, whatever it is ready for otherwise. */
export const loadSizedFor = (plan: Pick<Plan, "rollout">, requestsPerSecond: number): number =>
  consentOf(plan.rollout)?.mostRequestsPerSecond ?? requestsPerSecond;

/** Instances that serve all of a load, requests per second, and what else the plan has launched. */
export const wholeFleet = (plan: Plan, needs: InstanceThroughput, requestsPerSecond: number): number =>
  launchedFor(plan, needs, { requestsPerSecond, percent: 100 });

/** Planned for a load, requests per second, that stays as it is: the first is taken that is within the means. */
export const fleetsFor = (
  plan: Plan,
  needs: InstanceThroughput,
  requestsPerSecond: number,
): readonly FleetChoice[] =>
  choicesOf(plan.rollout.strategy).map((strategy) => ({
    strategy,
    fleet: sizedBy({ ...sizingOf(plan), strategy }, (percent) =>
      launchedFor(plan, needs, { requestsPerSecond: loadSizedFor(plan, requestsPerSecond), percent }),
    ),
  }));

function sizedBy(sizing: Sizing, sizeFor: (percent: Percent) => number): CandidateFleet {
  if (joinsWhole(sizing)) return { instances: sizeFor(100) };
  const shares = sizedShares(sizing).map(({ percent, sizedFor }) => ({
    percent,
    instances: sizeFor(sizedFor),
  }));
  return { instances: shares[0]?.instances ?? 0, shares };
}

/** The shares before which it is raised; `from` leaves out those before a stage, by its index. */
export function raisesOf({ instances, shares = [] }: CandidateFleet, from = 0): FleetAt[] {
  return shares.filter((share, i) => i >= from && share.instances > (shares[i - 1]?.instances ?? instances));
}
