/**
 * How many instances a share of traffic needs. Sizing is the share of max(measured load, planned peak) over what
 * one instance serves at the plan's utilisation; what is launched has besides what waiting and a lost zone take.
 */
import { inOrder } from "../plan/instances.ts";
import type { InstanceNeeds, Plan } from "../plan/plan.ts";
import { withZoneSpare } from "../plan/zone-spare.ts";
import type { Percent } from "../units.ts";
import { type LoadOutlook, loadBy } from "./load-outlook.ts";
import { updateMinutes } from "./locked-minutes.ts";
import { instancesInTime, type Timed } from "./waiting.ts";

/** What of a plan says how full an instance may run. */
export interface Filled {
  readonly requirements: { readonly utilisationPercent: Percent };
}

/** What an instance of a side serves. */
export type InstanceThroughput = Pick<InstanceNeeds, "requestsPerSecondPerInstance">;

/**
 * The load to size a fleet for that is about to join, requests per second: never less than the plan's peak, or than what is
 * expected while the release lasts where that is known and less.
 */
export function designLoad(plan: Plan, load: LoadOutlook, expected = Number.POSITIVE_INFINITY): number {
  const ahead = Math.min(plan.requirements.peakRequestsPerSecond, expected);
  return Math.max(ahead, loadBy(load, updateMinutes * 60));
}

/** Requests per second that one instance serves at the plan's utilisation. */
export function servedPerInstance(plan: Filled, needs: InstanceThroughput): number {
  return (needs.requestsPerSecondPerInstance * plan.requirements.utilisationPercent) / 100;
}

/** Instances that serve a share (0 … 100 percent) of a load, at the plan's utilisation. */
export function instancesFor(
  plan: Filled,
  needs: InstanceThroughput,
  load: { requestsPerSecond: number; percent: Percent },
): number {
  const share = (load.requestsPerSecond * load.percent) / 100;
  return Math.max(0, Math.ceil(share / servedPerInstance(plan, needs) - 1e-9));
}

/** Instances of the plan's endpoint that serve all of a load, and as launchedFor adds to them. */
export const steadyInstances = (plan: Plan, requestsPerSecond: number): number =>
  launchedFor(plan, plan.endpoint, { requestsPerSecond, percent: 100 });

/** Standard deviations of a minute's requests, which come independently (Poisson), that a part of the load has room for. */
const chance = 3;

/**
 * The same for a candidate that has what its share takes and no more: with room for the minutes in which by chance more comes
 * to it, which are many where little does. Never more than all of the load takes.
 */
export function instancesForShare(
  plan: Filled,
  needs: InstanceThroughput,
  { requestsPerSecond, percent }: { requestsPerSecond: number; percent: Percent },
): number {
  const share = (requestsPerSecond * percent) / 100;
  const most = { requestsPerSecond: share + chance * Math.sqrt(share / 60), percent: 100 };
  return Math.min(
    instancesFor(plan, needs, most),
    instancesFor(plan, needs, { requestsPerSecond, percent: 100 }),
  );
}

/**
 * The same with what a small fleet takes beyond its utilisation, so that its requests wait no longer than the plan's latency
 * allows; and with its zone spare.
 */
export function launchedFor(
  plan: Filled & Timed & { readonly requirements: Pick<Plan["requirements"], "zoneSpare"> },
  needs: InstanceThroughput,
  load: { requestsPerSecond: number; percent: Percent },
): number {
  const inTime = instancesInTime(
    plan,
    {
      requestsPerSecond: (load.requestsPerSecond * load.percent) / 100,
      throughput: needs.requestsPerSecondPerInstance,
    },
    instancesForShare(plan, needs, load),
  );
  return withZoneSpare(plan.requirements.zoneSpare, inTime);
}

/** The largest share (0 … 100 percent) of a load that ready instances serve at the plan's utilisation. */
export function percentServedBy(
  plan: Filled,
  needs: InstanceThroughput,
  fleet: { ready: number; requestsPerSecond: number },
): Percent {
  if (fleet.requestsPerSecond <= 0) return 100;
  return Math.min(100, (100 * fleet.ready * servedPerInstance(plan, needs)) / fleet.requestsPerSecond);
}

/**
 * What an instance of the type that serves does: as the plan says of its endpoint, or of a type of release, after which
 * it serves. Undefined where the plan does not name the type.
 */
export function servingNeeds(plan: Plan, instanceType: string): InstanceNeeds | undefined {
  return [plan.endpoint, ...namedFor(plan)].find((each) => each.instanceType === instanceType);
}

/** All that the plan's types of release may run on, in its order. */
export const namedFor = ({ releaseTypes }: Pick<Plan, "releaseTypes">): InstanceNeeds[] =>
  Object.values(releaseTypes).flatMap((type) => (type === undefined ? [] : inOrder(type.inference)));

/** What a release type's candidate instance is and does, those after the first where that cannot be had; the plan's schema sees to it that it exists. */
export function candidatesFor(
  plan: Pick<Plan, "releaseTypes" | "endpoint">,
  releaseType: keyof Plan["releaseTypes"],
): readonly [InstanceNeeds, ...InstanceNeeds[]] {
  const { instanceType, requestsPerSecondPerInstance } = plan.endpoint;
  const [first = { instanceType, requestsPerSecondPerInstance }, ...others] = inOrderOf(plan, releaseType);
  return [first, ...others];
}

const inOrderOf = (
  { releaseTypes }: Pick<Plan, "releaseTypes">,
  type: keyof Plan["releaseTypes"],
): InstanceNeeds[] => {
  const named = releaseTypes[type];
  return named === undefined ? [] : inOrder(named.inference);
};

/** Whether there are any after the first. */
export const hasOthers = (plan: Plan, releaseType: keyof Plan["releaseTypes"]): boolean =>
  candidatesFor(plan, releaseType).length > 1;

/** The first of them. */
export const candidateNeeds = (plan: Plan, releaseType: keyof Plan["releaseTypes"]): InstanceNeeds =>
  candidatesFor(plan, releaseType)[0];
