/** The load to count on where CloudWatch does not tell it: the way back does not wait for that. */
import { finalOf } from "../capacity/candidate-fleet.ts";
import { type FleetView, trafficPercent, variantOf } from "../capacity/endpoint.ts";
import { type Filled, servedPerInstance } from "../capacity/sizing.ts";
import { wayBackLoadFactor } from "../feasibility/room.ts";
import type { WayBackSides } from "./undoing.ts";

interface Untold {
  readonly plan: Filled;
  readonly needs: WayBackSides;
  readonly endpoint: FleetView;
}

/** What stable served before the release at most, requests per second: the load to count on where none is known. */
export function servedBefore(plan: Filled, { stable }: Pick<WayBackSides, "stable">): number {
  return stable.instances * servedPerInstance(plan, stable);
}

/** What a load that was seen may have grown by since. */
const growth = 1.25;

/**
 * The load to count on where CloudWatch does not tell it now: what stable served before, what looks have seen since, and,
 * where a fleet is larger than was planned, what that serves: whoever made it so has seen the load grow. Where no look
 * has seen any and there is traffic to give back, as in an execution that comes after one that was stopped, it may have
 * grown to as many times as much as the way back was planned for. Not once stable is larger than planned: its scaling has
 * followed the load, or a look of before has refilled it for what it knew.
 */
export function loadUntold({ plan, needs, endpoint }: Untold, seen: readonly (number | undefined)[]): number {
  const { stable, candidate } = needs;
  const known = seen.flatMap((each) => each ?? []).map((each) => each * growth);
  const isGiven = trafficPercent(endpoint, candidate.variant) > 0;
  const refilled = outgrown(plan, stable, endpoint);
  const times = known.length === 0 && isGiven && refilled === 0 ? wayBackLoadFactor : 1;
  const before = Math.max(servedBefore(plan, needs), outgrown(plan, candidate, endpoint));
  return Math.max(before * times, ...known, refilled);
}

/** What a fleet serves that is larger than was planned: a candidate is raised for all of the load at once. */
function outgrown(plan: Filled, side: WayBackSides["candidate"], endpoint: FleetView): number {
  const { variant, instances, shares, requestsPerSecondPerInstance } = side;
  const found = variantOf(endpoint, variant)?.desiredInstances ?? 0;
  if (instances === undefined || requestsPerSecondPerInstance === undefined) return 0;
  if (found <= finalOf({ instances, shares })) return 0;
  return found * servedPerInstance(plan, { requestsPerSecondPerInstance });
}
