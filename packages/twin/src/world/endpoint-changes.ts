/** Changes to the fleet in service: weights of its variants, or the count of one. Neither needs a new fleet. */
import type { Endpoint, Variant } from "./endpoint-state.ts";
import { type Actor, itself, type Recorder } from "./events.ts";
import { claimQuota, type Launching, launch, terminate } from "./instances.ts";
import type { Process } from "./process.ts";
import type { Quotas } from "./quotas.ts";
import { begin, claimLock, draw, finish, setCount, whenReady } from "./updates.ts";

/** Sets weights of variants by name; traffic follows when the update ends. */
export function changeWeights(
  world: Process,
  endpoint: Endpoint,
  change: { weights: ReadonlyMap<string, number>; by: Actor },
): void {
  const { weights, by } = change;
  claimLock(endpoint);
  for (const variant of endpoint.variants)
    variant.desiredWeight = weights.get(variant.name) ?? variant.desiredWeight;
  begin(world, endpoint, { kind: "weights", by });
  world.after(draw(world, endpoint, "weights"), () => {
    for (const variant of endpoint.variants)
      adoptWeight(world, `${endpoint.name}/${variant.name}`, { variant, by });
    finish(world, endpoint, { by });
  });
}

function adoptWeight(world: Recorder, subject: string, change: { variant: Variant; by: Actor }): void {
  const { currentWeight: from, desiredWeight: to } = change.variant;
  change.variant.currentWeight = to;
  if (from !== to) world.record({ kind: "weight", subject, from, to, by: change.by });
}

export interface CountChange {
  readonly variant: Variant;
  readonly count: number;
  readonly by: Actor;
}

/** Sets the instance count of one variant. Throws ResourceLimitExceeded beyond the quota. */
export function changeCapacity(
  world: Process & Launching & Quotas,
  endpoint: Endpoint,
  change: CountChange,
): void {
  claimLock(endpoint);
  const { variant, count, by } = change;
  const before = variant.desiredInstanceCount;
  claimQuota(world, variant.instanceType, count - before);
  begin(world, endpoint, { kind: "capacity", by });
  if (count !== before) setCount(world, endpoint, { variant, to: count, by });
  if (count > before) grow(world, endpoint, { ...change, before });
  else shrink(world, endpoint, change);
}

/** New instances serve as each becomes ready. */
function grow(
  world: Process & Launching,
  endpoint: Endpoint,
  change: CountChange & { before: number },
): void {
  const { variant, count, before, by } = change;
  const wanted = count - before;
  const { instanceType, reservation } = variant;
  const owner = `${endpoint.name}/${variant.name}`;
  const fresh = launch(world, owner, { instanceType, reservation, count: wanted });
  variant.instances.push(...fresh);
  whenReady(world, endpoint, {
    wanted,
    fresh,
    settle: "settle",
    ready: () => finish(world, endpoint, { by }),
    rolledBack: () => {
      variant.instances = variant.instances.filter((instance) => !fresh.includes(instance));
      terminate(world, fresh);
      setCount(world, endpoint, { variant, to: before, by: itself("no capacity") });
    },
  });
}

/** Surplus instances take no more requests at once; they are gone, and paid, when the update ends. */
function shrink(world: Process & Launching, endpoint: Endpoint, change: CountChange): void {
  const { variant, count, by } = change;
  variant.leaving = variant.instances.splice(count);
  world.after(draw(world, endpoint, "scaleIn"), () => {
    terminate(world, variant.leaving.splice(0));
    finish(world, endpoint, { by });
  });
}
