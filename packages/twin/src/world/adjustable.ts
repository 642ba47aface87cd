/** What a scalable target is about: the instances of a SageMaker variant, or whatever else a model leans on. */
import { changeCapacity } from "./endpoint-changes.ts";
import type { Actor } from "./events.ts";
import type { Launching } from "./instances.ts";
import type { Process } from "./process.ts";
import type { Quotas } from "./quotas.ts";
import { ownKind, setCapacity } from "./scalables/capacity.ts";
import type { ScalableTarget } from "./scaling-state.ts";
import type { VisibleState } from "./state.ts";
import type { Scaled } from "./target-tracking.ts";

/** What setting a capacity takes, of whatever it is. */
export type Adjusting = Process & Launching & Quotas;

export interface Adjustable {
  /** The capacity that was asked for last. */
  readonly count: number;
  /** Whether its service takes a change now. */
  readonly isActive: boolean;
  /** What is scaled, as activities say it. */
  readonly capacityName: string;
  /** Whether registering waits with the pull: where it does not, the count moves at once. */
  readonly isLater: boolean;
  /** @throws AwsError where its service refuses it. `settled` is told whether all of it has come. */
  set(count: number, by: Actor, settled: (isFulfilled: boolean) => void): void;
}

/** Undefined: what the target is about does not exist. */
export function adjustableOf(world: Adjusting, target: Pick<ScalableTarget, "id">): Adjustable | undefined {
  const scalable = world.state.scalables.get(target.id);
  if (scalable === undefined) return variantOf(world, target.id);
  const kind = ownKind(scalable);
  return {
    count: scalable.desired,
    isActive: kind.isActive?.(world, scalable) ?? true,
    capacityName: kind.capacityName(scalable.dimension),
    isLater: true,
    set: (to, by, settled) => setCapacity(world, { scalable, to }, by, () => settled(scalable.ready === to)),
  };
}

function variantOf(world: Adjusting, resourceId: string): Adjustable | undefined {
  const scaled = scaledVariant(world, resourceId);
  if (scaled === undefined) return undefined;
  const { endpoint, variant } = scaled;
  return {
    count: variant.desiredInstanceCount,
    isActive: endpoint.status === "InService",
    capacityName: "desired instance count",
    isLater: false,
    set(count, by, settled) {
      changeCapacity(world, endpoint, { variant, count, by });
      settled(true);
    },
  };
}

/** The endpoint and variant that a resource id names, if they are there. */
export function scaledVariant(world: VisibleState, resourceId: string): Scaled | undefined {
  const [, endpointName, variantName] = /^endpoint\/([^/]+)\/variant\/([^/]+)$/.exec(resourceId) ?? [];
  const endpoint = world.state.endpoints.get(endpointName ?? "");
  const variant = endpoint?.variants.find((each) => each.name === variantName);
  return endpoint === undefined || variant === undefined ? undefined : { endpoint, variant };
}
