/**
 * Launching and paying for machines: each instance draws its own provisioning time, the region's pool may be
 * empty, and the account's quota counts old and new fleets alike.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Billing } from "./bill.ts";
import type { Clock } from "./clock.ts";
import type { Endpoint, Variant } from "./endpoint-state.ts";
import type { Instance } from "./instance-state.ts";
import type { Ordinals } from "./ordinals.ts";
import type { Quotas } from "./quotas.ts";
import type { Chance } from "./random.ts";
import type { Specified } from "./settled.ts";
import type { MutableState, VisibleState } from "./state.ts";
import { availableOn } from "./training-plan-state.ts";

/** What ending instances takes, and what launching them does. */
export type Terminating = Clock & MutableState & Billing;
export type Launching = Terminating & Chance & Ordinals & Specified;

/** z of the 95th percentile of the normal distribution. */
const z95 = 1.6448536269514722;

/** Chance from the log-normal distribution with the given median and 95th percentile, seconds. */
function logNormalSeconds(options: { p50: number; p95: number; z: number }): number {
  const sigma = Math.max(0, Math.log(options.p95 / options.p50)) / z95;
  return options.p50 * Math.exp(sigma * options.z);
}

interface Wanted {
  readonly instanceType: string;
  readonly count: number;
  /** A training plan's ARN: what does not fit on it fails to launch (API reference, CapacityReservationPreference). */
  readonly reservation?: string | undefined;
  /** Instances that the same change launches; these alone if absent. */
  readonly together?: number;
}

/** Of what is wanted as many as there are: of the region's pool, or of the training plan alone. */
function taken(world: Terminating, { instanceType, count, reservation }: Wanted): number {
  const { shortPools, trainingPlans } = world.state;
  if (reservation !== undefined) {
    const reserved = trainingPlans.get(reservation);
    return reserved === undefined ? 0 : Math.min(count, availableOn(reserved, world.nowMs));
  }
  const few = shortPools.get(instanceType);
  const given = Math.min(count, world.state.poolInstances, few ?? count);
  world.state.poolInstances -= given;
  if (few !== undefined) shortPools.set(instanceType, few - given);
  return given;
}

/** Launches up to `count` instances, as many as there are. */
export function launch(world: Launching, owner: string, options: Wanted): Instance[] {
  const given = taken(world, options);
  const { instanceType, reservation } = options;
  const { secondsPerOther } = world.spec.provisioning;
  const heldUp = secondsPerOther * Math.max(0, (options.together ?? given) - 1);
  return Array.from({ length: given }, () => {
    const nth = world.nextOrdinal(owner);
    const { secondsP50: p50, secondsP95: p95, modelLoadSeconds } = world.spec.provisioning;
    const random = world.streams(`provisioning/${owner}`, nth);
    const readyMs =
      world.nowMs + Math.round(1000 * (logNormalSeconds({ p50, p95, z: random.normal() }) + heldUp));
    const warmMs = readyMs + Math.round(1000 * modelLoadSeconds);
    const id = `i-${[0, 1]
      .map(() =>
        Math.floor(random.uniform() * 0x1_0000_0000)
          .toString(16)
          .padStart(8, "0"),
      )
      .join("")}0`;
    const on = reservation === undefined ? {} : { reservation };
    const instance = { id, instanceType, ...on, launchedMs: world.nowMs, readyMs, warmMs };
    if (reservation !== undefined) world.state.trainingPlans.get(reservation)?.held.add(id);
    world.bill.open(instance, owner);
    return instance;
  });
}

/** Ends instances: they are paid no longer and return to where they are of. */
export function terminate(world: Terminating, instances: readonly Instance[]): void {
  const { shortPools, trainingPlans } = world.state;
  for (const instance of instances) {
    world.bill.close(instance, world.nowMs);
    if (instance.reservation !== undefined) {
      trainingPlans.get(instance.reservation)?.held.delete(instance.id);
      continue;
    }
    world.state.poolInstances++;
    const few = shortPools.get(instance.instanceType);
    if (few !== undefined) shortPools.set(instance.instanceType, few + 1);
  }
}

/** Instances of a type that endpoints of the account hold, in service, on their way in and on their way out. */
export function usedInstances(world: VisibleState, instanceType: string): number {
  let used = 0;
  for (const endpoint of world.state.endpoints.values()) used += usedBy(endpoint, instanceType);
  return used;
}

/** The same of one endpoint. */
export function usedBy(endpoint: Endpoint, instanceType: string): number {
  let used = 0;
  for (const variant of fleets(endpoint))
    if (variant.instanceType === instanceType)
      used += Math.max(variant.desiredInstanceCount, variant.instances.length) + variant.leaving.length;
  return used;
}

/** Old and new fleets of an endpoint. */
export function fleets(endpoint: Endpoint): Variant[] {
  return [...endpoint.variants, ...(endpoint.update?.incoming ?? []), ...(endpoint.update?.outgoing ?? [])];
}

/** Throws ResourceLimitExceeded when the account's quota does not allow `delta` more instances of the type. */
export function claimQuota(world: VisibleState & Quotas, instanceType: string, delta: number): void {
  const quota = world.quota("endpoint", instanceType);
  const used = usedInstances(world, instanceType);
  if (delta <= 0 || used + delta <= quota) return;
  throw new AwsError(
    "ResourceLimitExceeded",
    `The account-level service limit '${instanceType} for endpoint usage' is ${quota} Instances, with current utilization of ${used} Instances and a request delta of ${delta} Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.`,
  );
}
