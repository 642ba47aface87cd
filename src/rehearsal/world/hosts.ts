/** Instances of one model differ: each fails by a factor of its own for as long as it lives, 1 on average over all. */
import type { World } from "./world.ts";

/** By the world's `hostSpread`, the standard deviation of the factor's logarithm. */
export function hostFactor({ spec, streams }: World, instanceId: string): number {
  const { hostSpread } = spec.service;
  if (hostSpread === 0) return 1;
  return Math.exp(hostSpread * streams(`host/${instanceId}`, 0).normal() - hostSpread ** 2 / 2);
}

/** Of requests that are spread evenly over instances; 1 where there is none. */
export function meanHostFactor(world: World, instanceIds: readonly string[]): number {
  if (world.spec.service.hostSpread === 0 || instanceIds.length === 0) return 1;
  return instanceIds.reduce((sum, id) => sum + hostFactor(world, id), 0) / instanceIds.length;
}

/** What part of the failures of these instances, to which requests go round evenly, is the first one's. */
export function failingPart(world: World, instanceIds: readonly string[]): number {
  const [first = ""] = instanceIds;
  return hostFactor(world, first) / (instanceIds.length * meanHostFactor(world, instanceIds));
}
