/** What hands do to all that a model leans on beside its endpoint: to its scalable targets, and past them. */

import type { HandCall } from "#twin/engine";
import { isPending, ownKind, type Scalable, type ScalableTarget, type WorldView } from "#twin/world";
import { type Hand, target as named, scaling } from "./hand-parts.ts";

/** Calls for each of them, or undefined where there is nothing that they would change. */
const forEach =
  (of: (scalable: Scalable, world: WorldView) => HandCall | undefined): Hand =>
  ({ world }) => {
    const calls = [...world.state.scalables.values()].flatMap((scalable) => of(scalable, world) ?? []);
    return calls.length === 0 ? undefined : calls;
  };

/** A call on each target of theirs; somebody who meets a pending update waits. */
const onTargets = (
  operation: string,
  input: (target: ScalableTarget) => HandCall["input"] | undefined,
): Hand =>
  forEach(({ id }, world) => {
    const target = world.state.scalableTargets.get(id);
    if (target === undefined || isPending(world, target)) return undefined;
    const more = input(target);
    return more && scaling(operation, { ...named(target.resourceId, target), ...more });
  });

/** Undefined where the bounds are those already. */
export const leanedOnBounds = (of: (min: number, max: number) => { min: number; max: number }): Hand =>
  onTargets("RegisterScalableTarget", ({ minCapacity, maxCapacity }) => {
    const { min, max } = of(minCapacity, maxCapacity);
    return min === minCapacity && max === maxCapacity ? undefined : { MinCapacity: min, MaxCapacity: max };
  });

export const leanedOnDeregistered: Hand = onTargets("DeregisterScalableTarget", () => ({}));

/** Sets the capacity by each service's own call: of a table, which takes one at a time, its first units alone. */
export const leanedOnCapacity =
  (of: (is: number) => number): Hand =>
  (found) => {
    const begun = new Set<string>();
    return forEach((scalable, world) => {
      const kind = ownKind(scalable);
      const to = of(scalable.desired);
      const isFree = kind.isActive?.(world, scalable) ?? true;
      if (!scalable.provisioned || to === scalable.desired || !isFree || begun.has(scalable.resourceId))
        return undefined;
      begun.add(scalable.resourceId);
      return kind.resizing(world, { scalable, to });
    })(found);
  };
