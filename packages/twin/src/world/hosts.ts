/** Instances of one model may differ: each fails by a factor of its own, and a fault may be on one of them alone. */
import type { Sample } from "./metric-state.ts";
import type { Chance } from "./random.ts";
import type { Specified } from "./settled.ts";

/** By the world's `hostSpread`, the standard deviation of the factor's logarithm; 1 on average, for as long as it lives. */
export function hostFactor({ spec, streams }: Specified & Chance, instanceId: string): number {
  const { hostSpread } = spec.service;
  return Math.exp(hostSpread * streams(`host/${instanceId}`, 0).normal() - hostSpread ** 2 / 2);
}

/** What an instance may fail by beside its own factor. */
export interface Faults {
  /** The part of its requests that an instance fails, as its model does. */
  readonly part: number;
  /** The same of the instance that has the model's fault alone; absent: there is none. */
  readonly alone?: { readonly id: string; readonly part: number };
}

/** What part of its requests each instance fails; undefined where they are all alike. */
export function failingParts(
  world: Specified & Chance,
  instanceIds: readonly string[],
  { part, alone }: Faults,
): readonly number[] | undefined {
  const isSpread = world.spec.service.hostSpread > 0;
  if (instanceIds.length === 0 || (!isSpread && !instanceIds.includes(alone?.id ?? ""))) return undefined;
  return instanceIds.map((id) => {
    const own = id === alone?.id ? alone.part : part;
    return Math.min(1, own * (isSpread ? hostFactor(world, id) : 1));
  });
}

/** Of requests that go round evenly. */
export const meanOf = (parts: readonly number[]): number =>
  parts.reduce((sum, part) => sum + part, 0) / parts.length;

/** What part of the failures that are left to these instances, some of a sample's, is the first one's. */
export function failingPart(
  { instanceIds, failingParts: parts }: Pick<Sample, "instanceIds" | "failingParts">,
  among: readonly string[],
): number {
  const partOf = (id: string) => parts?.[instanceIds.indexOf(id)] ?? 1;
  const all = among.reduce((sum, id) => sum + partOf(id), 0);
  const [first = ""] = among;
  return parts === undefined || all === 0 ? 1 / among.length : partOf(first) / all;
}
