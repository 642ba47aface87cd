/** An endpoint, reduced to what decisions need: its fleets, and where it stands on the way of a release. */
import type { Percent } from "../units.ts";

export interface Variant {
  readonly name: string;
  readonly currentInstances: number;
  readonly desiredInstances: number;
  readonly currentWeight: number;
  readonly desiredWeight: number;
}

/** A variant with what its configuration says of it; empty where somebody has deleted the configuration. */
export interface EquippedVariant extends Variant {
  readonly modelName: string;
  readonly instanceType: string;
  /** The reserved capacity that it runs on, by ARN; absent: on demand. */
  readonly reservation?: string;
}

/** What all that serves has, whatever platform it is on. */
export interface Fleets<V extends Variant = Variant> {
  readonly name: string;
  /** InService where it is at rest, one of those in which it is moving, or anything else where it has failed. */
  readonly status: string;
  readonly failureReason?: string;
  /** When it came to be as it is, as far as the platform says so. */
  readonly changedAt?: string;
  readonly variants: readonly V[];
}

/**
 * Where an endpoint stands on a release's way: as it was before, with the candidate joined, or as the promotion leaves it;
 * `elsewhere` is where somebody else has moved it.
 */
export type Place = "before" | "joined" | "after" | "elsewhere";

/** What the platform calls the places of a release; SageMaker's are configurations. Absent: nobody knows any more. */
export interface PlaceNames {
  readonly before?: string | undefined;
  readonly joined: string;
  readonly after?: string | undefined;
}

export interface Placed {
  readonly place: Place;
  /** What the platform calls it. */
  readonly called: string;
}

/** The fleets of an endpoint under release: what its decisions are made of. */
export interface FleetView<V extends Variant = Variant> extends Fleets<V> {
  readonly at: Placed;
  /** Where it is on its way to, while it moves; the same as `at` while it does not. */
  readonly to: Placed;
  /** What the platform calls the release's own places. */
  readonly called: PlaceNames;
}

/** A place by what the platform calls it. */
export function placed(called: string, names: PlaceNames): Placed {
  const place = (["joined", "before", "after"] as const).find((one) => names[one] === called);
  return { place: place ?? "elsewhere", called };
}

/** How many instances of each variant are known to have loaded their model; of a variant that is absent none is. */
export type WarmInstances = Readonly<Record<string, number>>;

/** The warm ones of a variant: never more than are in service. */
export const warmOf = (warm: WarmInstances, variant: Variant): number =>
  Math.min(warm[variant.name] ?? 0, variant.currentInstances);

/** Taken where nothing is known of loading: whatever is in service is warm. */
export const allInService = (endpoint: Fleets): WarmInstances =>
  Object.fromEntries(endpoint.variants.map((each) => [each.name, each.currentInstances]));

/** Statuses in which writes are refused until the endpoint comes to rest by itself. */
const moving = new Set(["Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"]);

export const isMoving = (endpoint: Fleets) => moving.has(endpoint.status);
export const isServing = (endpoint: Fleets) => endpoint.status === "InService";

export const variantOf = <V extends Variant>(endpoint: Fleets<V>, name: string): V | undefined =>
  endpoint.variants.find((v) => v.name === name);

/** A variant's share of traffic by the weights in force, percent. */
export function trafficPercent(endpoint: Fleets, variant: string): Percent {
  const total = endpoint.variants.reduce((sum, v) => sum + v.currentWeight, 0);
  return total === 0 ? 0 : (100 * (variantOf(endpoint, variant)?.currentWeight ?? 0)) / total;
}

/** Weights that give the candidate a share and stable the rest. */
export function weightsFor(stable: string, candidate: string, percent: Percent): Record<string, number> {
  return { [stable]: 100 - percent, [candidate]: percent };
}

/**
 * SageMaker keeps weights as 32-bit floats (API model, VariantWeight), whose error is at most 6e-8 of the value: what
 * comes back of 35.9 need not be 35.9. A weight of 0 comes back as 0.
 */
const weightError = 1e-6;

export const sameWeight = (one: number, other: number): boolean =>
  Math.abs(one - other) <= weightError * Math.max(Math.abs(one), Math.abs(other));

/** Whether the weights in force and asked for are these. */
export function hasWeights(endpoint: Fleets, weights: Readonly<Record<string, number>>): boolean {
  return endpoint.variants.every((variant) => {
    const weight = weights[variant.name] ?? Number.NaN;
    return sameWeight(variant.currentWeight, weight) && sameWeight(variant.desiredWeight, weight);
  });
}
